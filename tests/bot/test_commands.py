"""Commands in comments: from people who may push, once each, and nothing else is one."""

from __future__ import annotations

import pytest

from hardener.bot.commands import commands
from hardener.bot.decide import Act
from tests.bot.github_server import Forge
from tests.bot.working import DONE, FILES, NAME, bench, go, whats

BRANCH = "harden/all"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/harden rebase", [("rebase", "")]), ("thanks!\r\n/harden ignore add-user\r\n", [("ignore", "add-user")]),
        ("/harden explain [U15]", [("explain", "U15")]), ("> /harden rebase", []), (" /harden rebase", []),
        ("```\n/harden rebase\n```", []), ("please /harden rebase", []), ("/harden rebase; rm -rf /", []),
        ("/harden merge", []), ("/harden ignore ../x", []), ("/harden ignore `x` @team", []),
        ("/harden rebase\n<!-- harden nothing-left -->", []), ("/harden explain B01\n" * 9, [("explain", "B01")] * 5),
    ],
)  # fmt: skip
def test_what_is_a_command(text: str, found: list[tuple[str, str]]) -> None:
    assert commands(text) == found


def _with_request(forge: Forge) -> Forge:
    forge.repository(NAME, FILES)
    go(bench(forge))
    forge.people = {"ann": "write", "bob": "read"}
    return forge


@pytest.fixture
def opened(forge: Forge) -> Forge:
    return _with_request(forge)


def test_commands_of_who_may_push_are_done_and_answered_once(each_forge: Forge) -> None:
    opened = _with_request(each_forge)
    (one,) = opened.requests
    one["comments"] += [("ann", "/harden ignore HD203\n/harden explain U15"), ("bob", "/harden ignore add-init")]
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.SAME.value}"], "without --commands nothing is heard"
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.REBUILD.value}"]
    text = opened.show(NAME, f"{BRANCH}:Dockerfile")
    assert ("USER" in text, "tini" in text) == (False, True)
    answer = one["comments"][-1]
    assert answer.startswith("`add-user` is left out here.")
    assert "U15" in answer
    assert len(one["comments"]) == 3
    writes = opened.writes()
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.SAME.value}"]
    assert opened.writes() == writes


def test_what_was_left_out_stays_out_after_a_merge(opened: Forge) -> None:
    opened.requests[0]["comments"] += [("ann", "/harden ignore add-user")]
    go(bench(opened, hears=True))
    opened.merge(1)
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.DELETE.value}"]


def test_a_persons_branch_is_rebuilt_only_for_who_may_push(opened: Forge) -> None:
    (one,) = opened.requests
    new = opened.commit(NAME, {"Dockerfile": DONE}, BRANCH)
    one["comments"] += [("bob", "/harden rebase"), ("mallory", "/harden rebase")]
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.PERSONS.value}"]
    assert opened.sha(NAME, BRANCH) == new
    assert len(one["comments"]) == 2
    one["comments"] += [("ann", "/harden rebase")]
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.REBUILD.value}"]
    assert "USER" in opened.show(NAME, f"{BRANCH}:Dockerfile")
    assert one["comments"][-1].startswith("The branch was rebuilt")
    mine = opened.commit(NAME, {"Dockerfile": DONE}, BRANCH)
    assert whats(go(bench(opened, hears=True))) == [f"{BRANCH}: {Act.PERSONS.value}"], "the command is done with"
    assert opened.sha(NAME, BRANCH) == mine


def test_what_there_is_not_is_answered(opened: Forge) -> None:
    (one,) = opened.requests
    one["comments"] += [("ann", "/harden ignore nothing\n/harden explain Q99")]
    go(bench(opened, hears=True))
    assert one["comments"][-1].startswith("There is no rule `nothing`.\n\nThere is no rule and no reason `Q99`.")
