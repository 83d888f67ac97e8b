"""What was done: one row a repository, base commit and policy, in SQLite, so that a run that was killed goes on."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hardener.errors import HardenError
from hardener.fast.records import dataclass

_VERSION = 2
#: seconds to wait for another process
_PATIENCE = 60
#: by version of the file: what it adds to the one before
_TABLES = (
    """
CREATE TABLE work (repository TEXT NOT NULL, base TEXT NOT NULL, policy TEXT NOT NULL,
                   state TEXT NOT NULL, told TEXT NOT NULL, at REAL NOT NULL,
                   PRIMARY KEY (repository, base, policy)) WITHOUT ROWID;
CREATE TABLE answers (url TEXT PRIMARY KEY, tag TEXT NOT NULL, body BLOB NOT NULL) WITHOUT ROWID;
""",
    """
CREATE TABLE facts (repository TEXT PRIMARY KEY, base TEXT NOT NULL, at REAL NOT NULL,
                    facts TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE requests (repository TEXT NOT NULL, number INTEGER NOT NULL, branch TEXT NOT NULL, state TEXT NOT NULL,
                       url TEXT NOT NULL, changes INTEGER NOT NULL, opened REAL NOT NULL, ended REAL,
                       PRIMARY KEY (repository, number)) WITHOUT ROWID;
CREATE TABLE deliveries (key TEXT PRIMARY KEY, at REAL NOT NULL) WITHOUT ROWID;
CREATE TABLE queue (number INTEGER PRIMARY KEY, repository TEXT NOT NULL, task TEXT NOT NULL, state TEXT NOT NULL,
                    tries INTEGER NOT NULL, after REAL NOT NULL, UNIQUE (repository, task, state));
""",
)


@dataclass(frozen=True, slots=True)
class Key:
    """What one piece of work is: a repository at a commit of its base under a policy."""

    repository: str
    base: str
    policy: str


class Ledger:
    """The file; safe from any thread, and from several processes.

    Args:
        path: of the file; ":memory:" for one that ends with the run.
    """

    def __init__(self, path: Path | str) -> None:
        self._lock = threading.Lock()
        try:
            if str(path) != ":memory:":
                os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))  # answers may be of private repositories
            self._db = sqlite3.connect(path, timeout=_PATIENCE, isolation_level=None, check_same_thread=False)
            self._log_ahead()
            self._db.execute("PRAGMA synchronous=NORMAL")
            self._prepare(path)
        except (sqlite3.Error, OSError) as error:
            raise HardenError(f"{path}: cannot be used as the ledger: {error}") from None

    def _log_ahead(self) -> None:
        """Switch to the write-ahead log: for this SQLite does not wait while another process does the same."""
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self._db.execute("PRAGMA journal_mode=WAL")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                    raise
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
            else:
                return

    def _prepare(self, path: Path | str) -> None:
        with self.change() as db:
            version = db.execute("PRAGMA user_version").fetchone()[0]
            if version == _VERSION:
                return
            is_other = not version and db.execute("SELECT 1 FROM sqlite_master").fetchone()
            if is_other or version > _VERSION:
                raise HardenError(f"{path}: is not a ledger that this version of harden reads")
            for statement in filter(str.strip, ";".join(_TABLES[version:]).split(";")):
                db.execute(statement)
            db.execute(f"PRAGMA user_version={_VERSION}")

    @contextmanager
    def change(self) -> Iterator[sqlite3.Connection]:
        """Give the connection within a transaction: all of it is kept, or nothing."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    def read(self, query: str, *values: Any) -> list[Any]:
        """Return the rows of a query."""
        with self._lock:
            return self._db.execute(query, values).fetchall()

    def done(self, key: Key, within: float) -> str | None:
        """Return what came of a piece of work that was finished in the last `within` seconds; None for other work."""
        with self._lock:
            row = self._db.execute(
                "SELECT told FROM work WHERE repository=? AND base=? AND policy=? AND state='done' AND at>?",
                (key.repository, key.base, key.policy, time.time() - within),
            ).fetchone()
        return None if row is None else str(row[0])

    def begin(self, key: Key) -> None:
        """Note that a piece of work is begun; what was known of it is forgotten."""
        self._note(key, "begun", "")

    def finish(self, key: Key, told: str, *, failed: bool = False) -> None:
        """Note what came of a piece of work; failed work is done again in the next run."""
        self._note(key, "failed" if failed else "done", told)

    def _note(self, key: Key, state: str, told: str) -> None:
        with self.change() as db:
            db.execute(
                "INSERT OR REPLACE INTO work VALUES (?, ?, ?, ?, ?, ?)",
                (key.repository, key.base, key.policy, state, told, time.time()),
            )

    def answer(self, url: str) -> tuple[str, bytes] | None:
        """Return the entity tag and body of a forge's answer, if it is known."""
        with self._lock:
            row = self._db.execute("SELECT tag, body FROM answers WHERE url=?", (url,)).fetchone()
        return None if row is None else (str(row[0]), bytes(row[1]))

    def remember(self, url: str, tag: str, body: bytes) -> None:
        """Keep a forge's answer."""
        with self.change() as db:
            db.execute("INSERT OR REPLACE INTO answers VALUES (?, ?, ?)", (url, tag, body))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._db.close()
