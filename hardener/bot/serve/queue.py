"""What is to be done, in the ledger: written before a delivery is answered, and gone only when it was done."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from hardener.bot.ledger import Ledger
from hardener.fast.records import dataclass

#: deliveries are remembered this long, in seconds
REMEMBERED = 30 * 86400
#: seconds before failed work is tried again; after the last one it is given up
PAUSES = (60.0, 300.0, 1800.0, 7200.0)


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work: look at a repository ("look"), review a request of a person ("review 7"), check one of the bot
    ("check 7"), or any again because somebody asked ("recheck 7")."""

    repository: str
    task: str
    number: int = 0
    tries: int = 0


class Queue:
    """The queue; safe from any thread.

    Args:
        ledger: that holds it.
        size: how much may wait.
        now: the time in seconds since the epoch.
    """

    def __init__(self, ledger: Ledger, size: int = 10_000, now: Callable[[], float] = time.time) -> None:
        self._ledger, self._size, self._now = ledger, size, now

    def restore(self) -> tuple[int, list[Work]]:
        """Put back what an earlier process had begun; return how much that was, and what of it is given up.

        A process that is asked to end puts its work back by itself. What is left was killed, perhaps by this work: the
        first time is forgiven, after that it counts as a failure, so that no repository ends the server for ever.
        """
        given_up = []
        with self._ledger.change() as db:
            begun = db.execute("SELECT number, repository, task, tries FROM queue WHERE state='begun'").fetchall()
            for number, repository, task, tries in begun:
                waits = "SELECT 1 FROM queue WHERE repository=? AND task=? AND state='waits'"
                is_there = db.execute(waits, (repository, task)).fetchone()
                if is_there or tries > len(PAUSES):
                    db.execute("DELETE FROM queue WHERE number=?", (number,))
                    given_up += [] if is_there else [Work(repository, task, number, tries)]
                else:
                    after = self._now() + PAUSES[tries - 1] if tries else 0
                    change = "UPDATE queue SET state='waits', after=?, tries=tries+1 WHERE number=?"
                    db.execute(change, (after, number))
        return len(begun), given_up

    def put(self, works: Iterable[Work], keys: Iterable[str] = ()) -> str:
        """Take the work of a delivery, all or nothing: "taken", "seen" (such a delivery was there before) or "full".

        Args:
            works: the work; what waits already is not put in twice.
            keys: each stands for the delivery.
        """
        now, known = self._now(), tuple(keys)
        with self._ledger.change() as db:
            db.execute("DELETE FROM deliveries WHERE at<?", (now - REMEMBERED,))
            if any(db.execute("SELECT 1 FROM deliveries WHERE key=?", (key,)).fetchone() for key in known):
                return "seen"
            waits = "SELECT 1 FROM queue WHERE repository=? AND task=? AND state='waits'"
            wanted = dict.fromkeys((work.repository, work.task) for work in works)
            new = [one for one in wanted if not db.execute(waits, one).fetchone()]
            if new and db.execute("SELECT count(*) FROM queue").fetchone()[0] + len(new) > self._size:
                return "full"
            db.executemany("INSERT INTO deliveries VALUES (?, ?)", [(key, now) for key in dict.fromkeys(known)])
            db.executemany("INSERT INTO queue VALUES (NULL, ?, ?, 'waits', 0, 0)", new)
        return "taken"

    def take(self) -> Work | None:
        """Begin what waits longest; never two pieces of work on one repository at once."""
        with self._ledger.change() as db:
            row = db.execute(
                "SELECT repository, task, number, tries FROM queue WHERE state='waits' AND after<=? AND repository "
                "NOT IN (SELECT repository FROM queue WHERE state='begun') ORDER BY number LIMIT 1",
                (self._now(),),
            ).fetchone()
            if row is None:
                return None
            db.execute("UPDATE queue SET state='begun' WHERE number=?", (row[2],))
        return Work(*row)

    def done(self, work: Work) -> None:
        """Forget work that was done, or given up."""
        with self._ledger.change() as db:
            db.execute("DELETE FROM queue WHERE number=?", (work.number,))

    def again(self, work: Work, pause: float, *, is_failed: bool = True) -> None:
        """Put work back, to be done after a pause; where the same waits already, that is enough."""
        with self._ledger.change() as db:
            same = "SELECT 1 FROM queue WHERE repository=? AND task=? AND state='waits'"
            if db.execute(same, (work.repository, work.task)).fetchone():
                db.execute("DELETE FROM queue WHERE number=?", (work.number,))
                return
            db.execute(
                "UPDATE queue SET state='waits', after=?, tries=tries+? WHERE number=?",
                (self._now() + pause, is_failed, work.number),
            )

    def counts(self) -> dict[str, int]:
        """Return how much waits and how much is begun."""
        return {"waits": 0, "begun": 0} | dict(self._ledger.read("SELECT state, count(*) FROM queue GROUP BY state"))
