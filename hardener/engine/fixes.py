"""The edits of single findings: each change made alone, in the file as it was given."""

from __future__ import annotations

from collections.abc import Callable

from hardener.engine.origins import Origins
from hardener.engine.proof import faults
from hardener.fast.records import replace
from hardener.rules.base import Finding, Rule
from hardener.syntax.dockerfile.nodes import Dockerfile
from hardener.text import Edit, minimal_edits

#: makes an instance of a rule, by name, that applies only the findings with these indexes
Selecting = Callable[[str, set[int]], Rule]


def with_edits(tree: Dockerfile, findings: tuple[Finding, ...], selecting: Selecting) -> tuple[Finding, ...]:
    """Return `findings`, each with the edits that make its change alone.

    A finding whose rule does not find the same in the file as it was given gets none: it stands on top of other
    changes. So does one whose change alone the proof does not accept.
    """
    places = _Places(tree, selecting)
    return tuple(replace(finding, edits=places.edits(finding)) for finding in findings)


class _Places:
    """What the rules find in the file as it was given; each place is taken by one finding."""

    def __init__(self, tree: Dockerfile, selecting: Selecting) -> None:
        self.tree = tree
        self.selecting = selecting
        self.open: dict[str, dict[tuple[int, str], list[int]]] = {}
        self.origins = Origins(tree)

    def edits(self, finding: Finding) -> tuple[Edit, ...]:
        if finding.refusal is not None or finding.change is not None:
            return ()
        known = self.open.get(finding.rule)
        if known is None:
            known = self.open[finding.rule] = self._found(finding.rule)
        indexes = known.get((finding.line, finding.message))
        return self._alone(finding.rule, indexes.pop(0)) if indexes else ()

    def _found(self, rule: str) -> dict[tuple[int, str], list[int]]:
        """Return the findings of a rule, by line and message, as indexes."""
        instance = self.selecting(rule, set())
        instance.run()
        found: dict[tuple[int, str], list[int]] = {}
        for index, finding in enumerate(instance.findings):
            if finding.refusal is None and finding.change is None and finding.place is not None:
                found.setdefault((self.origins.region(finding.place).line, finding.message), []).append(index)
        return found

    def _alone(self, rule: str, index: int) -> tuple[Edit, ...]:
        instance = self.selecting(rule, {index})
        new = instance.run()
        if new is self.tree or faults(self.tree, new, type(instance)):
            return ()
        return minimal_edits(self.tree.code, new.code)
