"""Two reports over one project: which files differ, and in what."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

#: more lines of one difference are not printed
_LINES = 60


@dataclass(frozen=True)
class Told:
    """What harden says of one file.

    Attributes:
        diff: of the file and of those that change with it.
        findings: (rule, status, reason id, line, text), as often as each is there.
        error: why there is nothing else.
    """

    diff: str
    findings: Counter[tuple[str, str, str, int, str]]
    error: str = ""


@dataclass(frozen=True)
class Difference:
    """A file of which two versions say different things; `before` or `after` is empty where one does not take it."""

    path: str
    before: Told
    after: Told

    @property
    def changes(self) -> bool:
        """Whether the file would be changed in another way."""
        return self.before.diff != self.after.diff

    @property
    def rules(self) -> tuple[Counter[str], Counter[str]]:
        """The rules of the findings that are gone, and of those that came."""
        gone, came = self.before.findings - self.after.findings, self.after.findings - self.before.findings
        return Counter(row[0] for row in gone.elements()), Counter(row[0] for row in came.elements())


Report = Mapping[str, Told]
_NOTHING = Told("", Counter())


def read_report(data: Mapping[str, Any]) -> Report:
    """Return what harden's JSON says, by path.

    Raises:
        ValueError: it is no report of harden.
    """
    if not str(data.get("schema", "")).startswith("harden-output/"):
        raise ValueError("no report of harden")
    return {
        row["path"]: Told(
            str(row.get("diff") or ""),
            Counter(_key(finding) for finding in row.get("findings", ())),
            str(row.get("error") or ""),
        )
        for row in data["files"]
    }


def _key(finding: Mapping[str, Any]) -> tuple[str, str, str, int, str]:
    refusal = finding.get("refusal") or {}
    text = ": ".join(filter(None, (finding["message"], finding.get("doubt"), refusal.get("reason"))))
    return finding["rule"], finding["status"], refusal.get("id", ""), finding["line"], text


def differences(before: Report, after: Report) -> list[Difference]:
    """Return the files of which the reports differ, sorted by path."""
    paths = sorted({*before, *after})
    pairs = (Difference(path, before.get(path, _NOTHING), after.get(path, _NOTHING)) for path in paths)
    return [pair for pair in pairs if pair.before != pair.after]


def markdown(found: Iterable[tuple[str, int, list[Difference]]], *, details: bool = False) -> str:
    """Return a table of projects with what differs; with `details` each difference as a diff.

    Args:
        found: name of a project, how many files it has, and those that differ.
        details: whether to show them.
    """
    rows = list(found)
    lines = [
        "| project | files | other changes | other findings only | errors |",
        "|---|---:|---:|---:|---:|",
        *(f"| {name} | {count} | {' | '.join(map(str, _counts(pairs)))} |" for name, count, pairs in rows),
        "",
        "| rule | findings gone | findings new |",
        "|---|---:|---:|",
        *_by_rule([pair for _, _, pairs in rows for pair in pairs]),
    ]
    if details:
        lines += [line for name, _, pairs in rows for pair in pairs for line in _shown(name, pair)]
    return "\n".join(lines)


def _counts(pairs: list[Difference]) -> tuple[int, int, int]:
    errors = sum(pair.before.error != pair.after.error for pair in pairs)
    changes = sum(pair.changes for pair in pairs)
    return changes, len(pairs) - changes - errors, errors


def _by_rule(pairs: list[Difference]) -> list[str]:
    gone, came = Counter[str](), Counter[str]()
    for pair in pairs:
        lost, new = pair.rules
        gone += lost
        came += new
    return [f"| {rule} | {gone[rule]} | {came[rule]} |" for rule in sorted({*gone, *came})]


def _shown(name: str, pair: Difference) -> list[str]:
    before, after = (_text(told) for told in (pair.before, pair.after))
    body = list(difflib.unified_diff(before, after, "before", "after", lineterm="", n=2))
    more = [f"… {len(body) - _LINES} more lines"] if len(body) > _LINES else []
    # four backticks: what a project has in its files must not end the block
    return ["", f"### {name}: {pair.path}", "", "````diff", *(line.replace("````", "'''") for line in body[:_LINES]),
            *more, "````"]  # fmt: skip


def _text(told: Told) -> list[str]:
    found = sorted(told.findings.elements(), key=lambda row: (row[3], row[0], row[4]))
    said = [f"line {line}: {rule} {status} [{reason}] {text}" for rule, status, reason, line, text in found]
    return [*told.diff.splitlines(), *said, *([told.error] if told.error else [])]
