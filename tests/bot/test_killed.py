"""Killed at any point and started again: everything happens once."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hardener.bot.bench import Told
from hardener.bot.forge.github import GitHub
from hardener.bot.git.clone import Clone
from hardener.bot.ledger import Key, Ledger
from hardener.bot.run import repositories, run
from hardener.bot.work import work_on
from hardener.fast.records import replace
from tests.bot.git_server import git
from tests.bot.github_server import Forge
from tests.bot.killing import kill_often, points
from tests.bot.working import DONE, FILES, NAME, bench, go, whats

OPENING = [(Clone, "push"), (GitHub, "create"), (GitHub, "add_labels")]
CLOSING = [(GitHub, "update"), (GitHub, "comment"), (GitHub, "close"), (GitHub, "delete_branch")]


class Killed(BaseException):
    """Stands for the end of the process."""


def _killed(patch: pytest.MonkeyPatch, at: tuple[type, str], *, after: bool) -> None:
    kind, name = at
    real: Callable[..., Any] = getattr(kind, name)

    def ending(*arguments: Any, **given: Any) -> Any:
        if after:
            real(*arguments, **given)
        raise Killed

    patch.setattr(kind, name, ending)


def _points(steps: list[tuple[type, str]]) -> list[tuple[str, tuple[type, str], bool]]:
    return [(f"acme/r{n}-{int(after)}", at, after) for n, at in enumerate(steps) for after in (False, True)]


def _kill_each(forge: Forge, steps: list[tuple[type, str]]) -> list[str]:
    on = bench(forge)
    for name, at, after in _points(steps):
        found = on.forge.repository(name)
        with pytest.MonkeyPatch.context() as patch:
            _killed(patch, at, after=after)
            with pytest.raises(Killed):
                work_on(found, on)
    return [name for name, _, _ in _points(steps)]


def test_opening_happens_once(forge: Forge) -> None:
    for name, _, _ in _points(OPENING):
        forge.repository(name, FILES)
    names = _kill_each(forge, OPENING)
    go(bench(forge), *names)
    assert sorted(one["repo"] for one in forge.requests) == sorted(names)
    for one in forge.requests:
        assert one["labels"] == ["docker"]
        assert git(forge.root / f"{one['repo']}.git", "rev-list", "--count", "main..harden/all") == "1"


@pytest.mark.slow
def test_closing_happens_once(forge: Forge) -> None:
    names = [name for name, _, _ in _points(CLOSING)]
    for name in names:
        forge.repository(name, FILES)
    go(bench(forge), *names)
    for name in names:
        forge.commit(name, {"Dockerfile": DONE, ".dockerignore": ".git\n"})
    _kill_each(forge, CLOSING)
    go(bench(forge), *names)
    assert len(forge.requests) == len(names)
    for one in forge.requests:
        assert (one["state"], len(one["comments"])) == ("closed", 1)
        assert forge.sha(one["repo"], "harden/all") == ""


@pytest.mark.slow
def test_kill_9_at_random_points(forge: Forge, tmp_path: Path) -> None:
    """A small part of `python -m tests.bot.killing 200`."""
    names = [f"acme/r{n}" for n in range(8)]
    for name in names:
        forge.repository(name, FILES)
    assert kill_often(forge, tmp_path, names, points(random.Random(17), 4, 20))


def test_what_is_done_is_not_done_again(forge: Forge, tmp_path: Path) -> None:
    forge.repository(NAME, FILES)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    go(bench(forge, ledger, again_after=3600))
    said = len(forge.said)
    assert whats(go(bench(forge, ledger, again_after=3600))) == ["as before: harden/all: opened"]
    assert len(forge.said) == said + 1, "only the repository is asked for"
    forge.commit(NAME, {"README.md": "more\n"})
    assert whats(go(bench(forge, ledger, again_after=3600))) == ["harden/all: rebuilt"]
    assert whats(go(bench(forge, ledger, again_after=3600, name="other"))) != ["as before: harden/all: rebuilt"]
    ledger.close()


def test_the_limit_of_new_requests_is_for_the_next_run(forge: Forge, tmp_path: Path) -> None:
    names = ["acme/a", "acme/b"]
    for name in names:
        forge.repository(name, FILES)
    ledger = Ledger(tmp_path / "ledger.sqlite")
    told = whats(go(bench(forge, ledger, limit=1, again_after=3600), *names))
    assert sorted(told) == ["harden/all: opened", "waits: the limit of new requests of this run is reached"]
    told = whats(go(bench(forge, ledger, limit=1, again_after=3600), *names))
    assert sorted(told) == ["as before: harden/all: opened", "harden/all: opened"]
    ledger.close()


def test_what_was_told_takes_no_memory_in_a_run_that_writes(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    heard: list[Told] = []
    on = bench(forge)
    kept = run(repositories(on.forge, (NAME,), ()), on, heard.append, 1)
    assert [len(one.groups) for one in heard] == [1]
    assert [one.groups for one in kept] == [()]
    dry = replace(bench(forge), dry=True)
    assert [len(one.groups) for one in go(dry)] == [1]


def test_begun_and_failed_work_is_not_done(tmp_path: Path) -> None:
    ledger, key = Ledger(tmp_path / "l"), Key("a/b", "0" * 40, "p")
    ledger.begin(key)
    assert ledger.done(key, 60) is None
    ledger.finish(key, "broken", failed=True)
    assert ledger.done(key, 60) is None
    ledger.finish(key, "opened")
    assert ledger.done(key, 60) == "opened"
    assert ledger.done(key, 0) is None
    ledger.close()
    assert (tmp_path / "l").stat().st_mode & 0o077 == 0
