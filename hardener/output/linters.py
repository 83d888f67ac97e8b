"""Which of our rules answers a rule of another linter: data/linters.json as text, as JSON, and for docs/hadolint.md."""

from __future__ import annotations

from typing import Any

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts
from hardener.rules import all_rules

LINTERS = ("hadolint", "tally", "checkov", "buildkit")


@dataclass(frozen=True, slots=True)
class Answer:
    """What harden does about one rule of another linter.

    Attributes:
        id: of their rule.
        about: what it finds, in short; "" where the id says it.
        rules: names of ours; () where nothing answers it.
        limit: what ours do less; "" where they do not.
        does: "rewrites" where one of ours changes the file, "reports" where it only tells, "" where nothing answers it.
    """

    id: str
    about: str
    rules: tuple[str, ...]
    limit: str
    does: str


def answers(linter: str) -> tuple[Answer, ...]:
    """Return what answers each rule of a linter, one of `LINTERS`, in the linter's order."""
    changing = {rule.name for rule in all_rules() if rule.effects}
    rows = facts("linters")[linter]["rules"]
    return tuple(_answer(name, row, changing) for name, row in rows.items())


def _answer(name: str, row: dict[str, Any], changing: set[str]) -> Answer:
    ours = tuple(row["rules"])
    does = row.get("does") or ("rewrites" if changing & set(ours) else "reports" if ours else "")
    return Answer(name, row.get("about", ""), ours, row.get("limit", ""), does)


def table(linter: str) -> str:
    """Return one line a rule, and how many have an answer."""
    found = answers(linter)
    cells = [(a.id, a.does or "-", ", ".join(a.rules) or "nothing", _said(a)) for a in found]
    widths = [max(len(row[i]) for row in cells) for i in range(3)]
    lines = ["  ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[3]]).rstrip() for row in cells]
    count = sum(bool(answer.rules) for answer in found)
    known = facts("linters")[linter]
    end = f"{count} of {len(found)} rules of {linter} have an answer ({known['source']}, {known['checked']})."
    return "\n".join([*lines, "", end, ""])


def document(linter: str) -> str:
    """Return the same as JSON."""
    import json

    known = facts("linters")[linter]
    rows = [
        {"id": a.id, "about": a.about or None, "rules": list(a.rules), "does": a.does or None, "limit": a.limit or None}
        for a in answers(linter)
    ]
    head = {"linter": linter, "source": known["source"], "checked": known["checked"], "rules": rows}
    return json.dumps(head, indent=2) + "\n"


def _said(answer: Answer) -> str:
    return f"{answer.about} ({answer.limit})" if answer.about and answer.limit else answer.about or answer.limit
