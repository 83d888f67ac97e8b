"""Limits of new requests, when they may be opened, and the dashboard issue."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from hardener.bot import history
from hardener.bot.dashboard import MARK, body
from hardener.bot.forge.records import PullRequest
from hardener.bot.ledger import Ledger
from hardener.bot.rewriting import Group, Note
from hardener.bot.schedule import schedule
from hardener.bot.serve.server import HourlyQuota
from hardener.errors import HardenError
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench, go, whats


def at(text: str) -> time.struct_time:
    return datetime.fromisoformat(text).timetuple()


@pytest.mark.parametrize(
    ("text", "open_at", "closed_at"),
    [
        ("mon-fri 09:00-17:00", "2026-11-27T16:59", "2026-11-27T17:00"),
        ("mon-fri 09:00-17:00", "2026-11-23T09:00", "2026-11-28T12:00"),
        ("sat,sun", "2026-11-29T00:00", "2026-11-30T00:00"),
        ("fri 22:00-04:00", "2026-11-28T03:59", "2026-11-27T03:00"),
        ("sat-mon 00:00-24:00", "2026-11-30T23:59", "2026-12-01T00:00"),
        ("daily 22:00-05:00", "2026-11-29T04:00", "2026-11-29T05:00"),
    ],
)
def test_schedules(text: str, open_at: str, closed_at: str) -> None:
    assert schedule(text).is_open(at(open_at))
    assert not schedule(text).is_open(at(closed_at))


@pytest.mark.parametrize(
    "text", ["", "noon", "mon 9-17", "mon 09:00-24:30", "mon 09:00", "mon 09:00-09:00", "weekdays", "mon 25:00-26:00"]
)
def test_what_is_no_schedule(text: str) -> None:
    with pytest.raises(HardenError):
        schedule(text)


def test_new_requests_wait_for_their_time_and_old_ones_are_kept_up(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    today = time.localtime().tm_wday
    never = schedule(f"{('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')[(today + 3) % 7]} 10:00-11:00")
    assert whats(go(bench(forge, schedule=never))) == [f"waits: new requests are opened {never.text}"]
    go(bench(forge))
    forge.commit(NAME, {"README.md": "more\n"})
    assert whats(go(bench(forge, schedule=never))) == ["harden/all: rebuilt"]


def test_open_requests_of_a_repository(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    told = whats(go(bench(forge, grouping="family", open_limit=1)))
    assert sum("opened" in one for one in told) == 1
    assert "waits: 1 requests are open there" in told
    assert len(forge.requests) == 1
    again = whats(go(bench(forge, grouping="family", open_limit=1)))
    assert len(forge.requests) == 1
    assert "waits: 1 requests are open there" in again


def test_new_requests_an_hour() -> None:
    ledger, now = Ledger(":memory:"), [time.time()]
    quota = HourlyQuota(ledger, 2, lambda: now[0])
    assert [quota.take() for _ in range(3)] == [True, True, False]
    other = HourlyQuota(ledger, 2, lambda: now[0])
    history.seen(ledger, "a/b", "x", [PullRequest(n, "", "", is_open=True, is_merged=False) for n in (1, 2)])
    assert not other.take(), "what another process opened counts"
    now[0] += 3700
    assert quota.take()


def test_the_dashboard(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, FILES)
    go(bench(forge, dashboard=True))
    (issue,) = forge.issues
    assert "1 open, 0 merged, 0 declined" in issue["body"]
    assert "* #1: `harden/all`" in issue["body"]
    writes = len(forge.writes())
    go(bench(forge, dashboard=True))
    assert len(forge.writes()) == writes, "the same state writes nothing"
    forge.merge(1)
    go(bench(forge, dashboard=True))
    assert "0 open, 1 merged, 0 declined. Of 1 that people decided on, they merged 100%." in issue["body"]
    issue["state"] = "closed"
    issue["body"] = MARK
    go(bench(forge, dashboard=True))
    assert (len(forge.issues), issue["body"]) == (1, MARK)


def test_text_of_a_repository_is_text_in_the_dashboard() -> None:
    reason = "cannot tell <img> @team #1 | a\n| b"
    text = body([], [Group("all", notes=(Note("x", 1, "HD1", "add-user", "held-back", "m", "U15", reason),))])
    assert "<img" not in text
    assert "@team" not in text
    row = next(line for line in text.splitlines() if line.startswith("| add-user"))
    assert row.replace("\\|", "").count("|") == 4
