"""One file, hardened again and again in a verification: what registries say is asked once and kept."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardener.engine.result import Options, Result
from hardener.engine.run import harden
from hardener.rules.base import Lookup

#: gets what registries are to be asked, and returns all that they said so far
Ask = Callable[[frozenset[Lookup]], Mapping[Lookup, object]]


@dataclass(slots=True)
class Hardening:
    """Rewrites of one file.

    Attributes:
        source: its bytes.
        path: of the file.
        ask: None asks nothing.
    """

    source: bytes
    path: Path
    ask: Ask | None
    _asked: set[Lookup] = field(default_factory=set)
    _answers: Mapping[Lookup, object] = field(default_factory=dict)

    def __call__(self, options: Options) -> Result:
        """Return what harden makes of the file, with all that its rules want to know."""
        while True:
            result = harden(self.source, filename=str(self.path), options=replace(options, answers=self._answers))
            new = result.unanswered - self._asked
            if self.ask is None or not new:
                return result
            self._asked |= new
            self._answers = dict(self.ask(frozenset(new)))
