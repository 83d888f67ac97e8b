"""The languages that can be split, the more specific ones first."""

from __future__ import annotations

from hardener.semantics.split.golang import GO
from hardener.semantics.split.node import NODE
from hardener.semantics.split.plan import Ecosystem
from hardener.semantics.split.python import PYTHON

ECOSYSTEMS: tuple[Ecosystem, ...] = (NODE, PYTHON, GO)
