"""An issue in a repository with the state of its requests, what is held back, and the share of requests merged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from hardener.bot.forge.records import Forge, ForgeError, Issues, Repository
from hardener.bot.history import Seen
from hardener.bot.rewriting import Group
from hardener.output.escape import valid
from hardener.output.findings import HELD_BACK
from hardener.output.markdown import code, escaped
from hardener.output.style import reason_url

LABEL = "harden-dashboard"
TITLE = "Container files: status"
MARK = "<!-- harden dashboard -->"
_ROWS = 40
_HEADS = (("open", "Open"), ("merged", "Merged"), ("declined", "Declined"))


def keep(forge: Forge, repository: Repository, requests: Iterable[Seen], groups: Iterable[Group]) -> None:
    """Open the issue, or bring it up to date; one that a person closed is left alone.

    Raises:
        ForgeError: the forge is not spoken to for issues.
    """
    if not isinstance(forge, Issues):
        raise ForgeError(f"{forge.host}: dashboards do not work there")
    text = body(list(requests), groups)
    # whoever may label may not have the bot overwrite another issue: the mark is in the body that it wrote
    found = next((one for one in forge.issues(repository, LABEL) if MARK in one.body), None)
    if found is None:
        forge.open_issue(repository, TITLE, text, LABEL)
    elif found.is_open and found.body.strip() != text.strip():
        forge.reword_issue(repository, found.number, text)


def body(requests: list[Seen], groups: Iterable[Group]) -> str:
    """Return the body: the same for the same state, so that nothing is written for nothing."""
    counts = Counter(one.state for one in requests)
    decided = counts["merged"] + counts["declined"]
    rate = f" Of {decided} that people decided on, they merged {counts['merged'] / decided:.0%}." if decided else ""
    head = ", ".join(f"{counts[state]} {name.lower()}" for state, name in _HEADS)
    parts = [f"harden keeps the container files of this repository. Requests: {head}.{rate}\n"]
    parts += [_list(name, [one for one in requests if one.state == state]) for state, name in _HEADS]
    parts.append(_held(groups))
    parts.append("Close this issue to stop it.\n")
    return valid("\n".join(filter(None, parts))) + f"\n{MARK}\n"


def _list(head: str, requests: list[Seen]) -> str:
    rows = [f"* #{one.number}: {code(one.branch)}, {one.changes} changes\n" for one in requests[-_ROWS:]]
    return f"### {head}\n\n{''.join(rows)}" if rows else ""


def _held(groups: Iterable[Group]) -> str:
    found: Counter[tuple[str, str, str]] = Counter()
    for group in groups:
        found.update((n.rule, n.spec, n.reason) for n in group.notes if n.status == HELD_BACK)
    rows = []
    for (rule, spec, reason), count in found.most_common(_ROWS):
        page = f" [{spec}]({reason_url(spec)})" if spec.isalnum() and spec.isascii() else ""
        rows.append(f"| {rule} | {escaped(reason[:300])}{page} | {count} |\n")
    return f"### Held back\n\n| rule | why | places |\n|---|---|---:|\n{''.join(rows)}" if rows else ""
