"""Which rules, and which of their places, an application does not survive; the same for images and for services."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from hardener.engine.result import Options, Result
from hardener.rules import every_rule
from hardener.rules.base import Safety
from hardener.verify.judge.bisect import largest_working
from hardener.verify.judge.verdict import Dropped

#: The rules that are suspected last come first: a search looks at the end.
_TRUST = (Safety.SAFE, Safety.HARDENING, Safety.UNSAFE)


class Failed(Protocol):
    """What is known of a try that failed."""

    @property
    def failures(self) -> tuple[str, ...]:
        """What went wrong."""

    @property
    def tail(self) -> tuple[str, ...]:
        """The last lines of the log."""


@dataclass(frozen=True, slots=True)
class Search:
    """A search for what is guilty.

    Attributes:
        harden: rewrites the file with some options.
        works: tells whether a result works, and tries it where that is not known.
        tried: returns the try of a text that was tried.
        soon: is told what may be asked about next, so that it can be built meanwhile.
    """

    harden: Callable[[Options], Result]
    works: Callable[[Result], bool]
    tried: Callable[[str], Failed]
    soon: Callable[[Result], None] = lambda _: None

    def __call__(self, options: Options, rules: list[str]) -> tuple[Options, tuple[Dropped, ...]]:
        """Return the options that keep every rule and place that works, and what they leave out.

        Args:
            options: with which the result does not work.
            rules: that changed something, in the order of `by_trust`.
        """

        def without(kept: frozenset[str]) -> Options:
            return replace(options, ignore=options.ignore | (frozenset(rules) - kept))

        kept = largest_working(
            rules,
            lambda chosen: self.works(self.harden(without(chosen))),
            lambda chosen: self.soon(self.harden(without(chosen))),
        )
        found, dropped = without(kept), []
        for rule in (rule for rule in rules if rule not in kept):
            found, entry = self._places(found, rule)
            dropped.append(entry)
        return found, tuple(dropped)

    def _places(self, options: Options, rule: str) -> tuple[Options, Dropped]:
        """Try the places of a guilty rule one by one; return the options that keep those that work."""
        allowed = replace(options, ignore=options.ignore - {rule})
        everything = self.harden(allowed)
        lines = sorted({finding.line for finding in everything.applied if finding.rule == rule})
        self.works(everything)
        guilty = self.tried(everything.code)

        def without(kept: frozenset[int]) -> Options:
            return replace(allowed, skip=allowed.skip | {(rule, line) for line in lines if line not in kept})

        kept: frozenset[int] = frozenset()
        if len(lines) > 1:
            kept = largest_working(lines, lambda chosen: self.works(self.harden(without(chosen))))
        gone = tuple(line for line in lines if line not in kept)
        return (without(kept) if kept else options), Dropped(rule, gone, not kept, guilty.failures, guilty.tail)


def by_trust(result: Result) -> list[str]:
    """Return the rules that changed something, those that are least likely to be guilty first.

    Of equals those that change the file further up come first: what is tried first are the others, on the layers that
    are there already.
    """
    safety = {rule.name: _TRUST.index(rule.safety) for rule in every_rule()}
    lines: dict[str, int] = {}
    for finding in result.applied:
        lines[finding.rule] = min(finding.line, lines.get(finding.rule, finding.line))
    names = dict.fromkeys(step.rule for step in result.steps)
    return sorted(names, key=lambda name: (safety[name], lines.get(name, 0)))
