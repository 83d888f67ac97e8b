"""The languages that can be split, the more specific ones first."""

from __future__ import annotations

from hardener.semantics.split.dotnet import DOTNET
from hardener.semantics.split.golang import GO
from hardener.semantics.split.java import JAVA
from hardener.semantics.split.native import NATIVE
from hardener.semantics.split.node import NODE
from hardener.semantics.split.php import PHP
from hardener.semantics.split.plan import Ecosystem
from hardener.semantics.split.python import PYTHON
from hardener.semantics.split.ruby import RUBY
from hardener.semantics.split.rust import RUST

ECOSYSTEMS: tuple[Ecosystem, ...] = (NODE, PYTHON, GO, RUST, JAVA, DOTNET, PHP, RUBY, NATIVE)
