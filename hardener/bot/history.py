"""What the ledger keeps for a report: what was found in each repository, and what became of each request."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterable
from typing import Any

from hardener.bot.forge.records import PullRequest
from hardener.bot.ledger import Ledger
from hardener.bot.mark import is_declined, keys_of
from hardener.bot.rewriting import Group
from hardener.fast.records import dataclass
from hardener.output.escape import valid

#: of the texts of one repository
_REASONS = 500


@dataclass(frozen=True, slots=True)
class Seen:
    """A request as the bot saw it last; times are those at which it saw the change.

    Attributes:
        state: "open", "merged", "declined", or "closed" by the bot.
        changes: how many it holds: a rule in a file is one.
    """

    repository: str
    number: int
    branch: str
    state: str
    url: str
    changes: int
    opened: float
    ended: float | None


@dataclass(frozen=True, slots=True)
class Found:
    """What a repository has, as its base was seen last.

    Attributes:
        facts: "counts" (rule and status: how often), "reasons" (id, rule and text: how often), "images", "errors".
    """

    repository: str
    base: str
    at: float
    facts: dict[str, Any]


def facts_of(groups: Iterable[Group]) -> dict[str, Any]:
    """Return what a report needs of what was found."""
    counts: Counter[tuple[str, str, str]] = Counter()
    reasons: Counter[tuple[str, str, str]] = Counter()
    images: Counter[str] = Counter()
    errors = 0
    for group in groups:
        counts.update((note.code, note.rule, note.status) for note in group.notes)
        reasons.update((note.spec, note.rule, note.reason) for note in group.notes if note.reason)
        images |= Counter(group.images)  # groups of one repository read the same files
        errors += len(group.errors)
    return {
        "counts": [[*key, n] for key, n in sorted(counts.items())],
        "reasons": [[*key, n] for key, n in sorted(reasons.items())[:_REASONS]],
        "images": dict(sorted(images.items())),
        "errors": errors,
    }


def found(ledger: Ledger, repository: str, base: str, groups: Iterable[Group]) -> None:
    """Keep what was found in a repository, instead of what was found before."""
    text = json.dumps(facts_of(groups))
    with ledger.change() as db:
        db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?, ?, ?)", (valid(repository), base, time.time(), text))


def seen(ledger: Ledger, repository: str, branch: str, requests: Iterable[PullRequest]) -> None:
    """Keep what became of the requests of a branch."""
    now = time.time()
    with ledger.change() as db:
        for one in requests:
            state = (
                "open" if one.is_open else "merged" if one.is_merged else "declined" if is_declined(one) else "closed"
            )
            ended = None if one.is_open else now
            db.execute(
                "INSERT INTO requests VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (repository, number) DO UPDATE SET "
                "state=excluded.state, url=excluded.url, changes=max(changes, excluded.changes), "
                "ended=CASE WHEN excluded.ended IS NULL THEN NULL ELSE coalesce(ended, excluded.ended) END",
                (repository, one.number, branch, state, one.url, len(keys_of(one.body)), now, ended),
            )


def all_found(ledger: Ledger) -> list[Found]:
    """Return what was found, by the name of the repository."""
    rows = ledger.read("SELECT repository, base, at, facts FROM facts ORDER BY repository")
    return [Found(name, base, at, json.loads(text)) for name, base, at, text in rows]


def all_seen(ledger: Ledger, repository: str = "") -> list[Seen]:
    """Return the requests, or those of one repository, as they were opened."""
    where, given = (" WHERE repository=?", (repository,)) if repository else ("", ())
    return [Seen(*row) for row in ledger.read(f"SELECT * FROM requests{where} ORDER BY opened", *given)]


def opened_since(ledger: Ledger, at: float) -> int:
    """Return how many requests were opened since a time."""
    return int(ledger.read("SELECT count(*) FROM requests WHERE opened>?", at)[0][0])
