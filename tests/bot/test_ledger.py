"""Ledgers of older versions are brought up to date, all at once or not at all; newer ones are left alone."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hardener.bot import history, ledger
from hardener.bot.forge.records import PullRequest
from hardener.bot.ledger import Key, Ledger
from hardener.bot.serve.queue import Queue, Work
from hardener.errors import HardenError
from tests.bot.github_server import Forge
from tests.bot.working import FILES, bench, go

#: what the first version made, as it stood in its code
_FIRST = """
CREATE TABLE work (repository TEXT NOT NULL, base TEXT NOT NULL, policy TEXT NOT NULL,
                   state TEXT NOT NULL, told TEXT NOT NULL, at REAL NOT NULL,
                   PRIMARY KEY (repository, base, policy)) WITHOUT ROWID;
CREATE TABLE answers (url TEXT PRIMARY KEY, tag TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
PRAGMA user_version=1;
"""
_KEY = Key("acme/shop", "0" * 40, "policy")


def first(path: Path) -> Path:
    """Make a ledger as the first version left it, with a row in each table."""
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode=WAL")
        db.executescript(_FIRST)
        db.execute(
            "INSERT INTO work VALUES (?, ?, ?, 'done', 'harden/all: opened', ?)",
            (_KEY.repository, _KEY.base, _KEY.policy, time.time()),
        )
        db.execute("INSERT INTO answers VALUES ('https://forge/x', 'tag', x'7b7d')")
    db.close()
    return path


def tables(path: Path) -> tuple[int, dict[str, str]]:
    """Return version and tables of a file."""
    db = sqlite3.connect(path)
    version = db.execute("PRAGMA user_version").fetchone()[0]
    rows = db.execute("SELECT name, sql FROM sqlite_master WHERE type='table'").fetchall()
    db.close()
    return version, dict(rows)


def test_a_ledger_of_the_first_version_keeps_what_it_knows(tmp_path: Path) -> None:
    path = first(tmp_path / "old")
    one = Ledger(path)
    assert one.done(_KEY, 60) == "harden/all: opened"
    assert one.answer("https://forge/x") == ("tag", b"{}")
    history.seen(one, "acme/shop", "harden/all", [PullRequest(1, "", "", is_open=True, is_merged=False)])
    history.found(one, "acme/shop", _KEY.base, [])
    assert Queue(one).put([Work("acme/shop", "look")], ["delivery"]) == "taken"
    one.close()
    Ledger(tmp_path / "new").close()
    assert tables(path) == tables(tmp_path / "new")
    again = Ledger(path)
    assert again.done(_KEY, 60) == "harden/all: opened"
    assert [one.number for one in history.all_seen(again)] == [1]
    again.close()


def test_an_upgrade_that_ends_early_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = first(tmp_path / "old")
    before = tables(path)
    with monkeypatch.context() as patch:
        patch.setattr(ledger, "_TABLES", (ledger._TABLES[0], f"{ledger._TABLES[1]} CREATE TABLE work (x);"))
        with pytest.raises(HardenError, match="cannot be used as the ledger"):
            Ledger(path)
    assert tables(path) == before
    one = Ledger(path)
    assert one.done(_KEY, 60) == "harden/all: opened"
    one.close()


def test_several_processes_bring_one_file_up_to_date(tmp_path: Path) -> None:
    path = first(tmp_path / "old")
    code = f"from hardener.bot.ledger import Ledger; Ledger({str(path)!r}).close()"
    running = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(3)]
    assert [one.wait(60) for one in running] == [0, 0, 0]
    one = Ledger(path)
    assert one.done(_KEY, 60) == "harden/all: opened"
    one.close()


def test_newer_and_other_files_are_left_alone(tmp_path: Path) -> None:
    newer, other = first(tmp_path / "newer"), tmp_path / "other"
    for path, text in ((newer, "PRAGMA user_version=99"), (other, "CREATE TABLE mine (x)")):
        db = sqlite3.connect(path)
        db.execute(text)
        db.close()
        before = tables(path)
        with pytest.raises(HardenError, match="is not a ledger that this version of harden reads"):
            Ledger(path)
        assert tables(path) == before


def test_two_runs_over_one_ledger_at_once(forge: Forge, tmp_path: Path) -> None:
    names = ["acme/shop"]
    for name in names:
        forge.repository(name, FILES)
    ledgers = [Ledger(tmp_path / "ledger") for _ in range(2)]
    benches = [bench(forge, one) for one in ledgers]
    with ThreadPoolExecutor(2) as pool:
        told = list(pool.map(lambda on: go(on, *names), benches))
    assert sorted((one["repo"], one["head"]) for one in forge.requests) == [(name, "harden/all") for name in names], (
        told
    )
    for one in ledgers:
        one.close()
    with sqlite3.connect(tmp_path / "ledger") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    db.close()


_TAKES = """
import sys
from hardener.bot.ledger import Ledger
from hardener.bot.serve.queue import Queue, Work
queue = Queue(Ledger(sys.argv[1]))
for number in range(40):
    queue.put([Work(f"acme/{number}", "look")], [f"delivery {number}"])
while (work := queue.take()) is not None:
    print(work.repository)
"""


def test_processes_that_share_a_queue_take_each_work_once(tmp_path: Path) -> None:
    path = tmp_path / "ledger"
    started = [
        subprocess.Popen([sys.executable, "-c", _TAKES, str(path)], stdout=subprocess.PIPE, text=True) for _ in range(3)
    ]
    taken = [line for one in started for line in one.communicate()[0].split()]
    assert [one.returncode for one in started] == [0, 0, 0]
    assert sorted(taken) == sorted(f"acme/{number}" for number in range(40))
