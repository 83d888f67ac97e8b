"""The server: a door for deliveries, threads that work, and an end that loses nothing."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from hardener.bot import history
from hardener.bot.bench import Bench, Quota, Told
from hardener.bot.ledger import Ledger
from hardener.bot.run import repositories
from hardener.bot.serve.app import App, Door
from hardener.bot.serve.log import Log
from hardener.bot.serve.metrics import Metrics
from hardener.bot.serve.queue import Queue, Work
from hardener.bot.serve.workers import Workers
from hardener.bot.work import work_on
from hardener.errors import HardenError
from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class Bounds:
    """What the server takes on.

    Attributes:
        jobs: pieces of work at once.
        queue: pieces of work that wait.
        grace: seconds that begun work has when the process is asked to end.
    """

    jobs: int = 2
    queue: int = 10_000
    grace: float = 25.0


class HourlyQuota(Quota):
    """New requests an hour, counted in the ledger: a server that starts again has no new hour."""

    said = "the limit of new requests an hour is reached"

    def __init__(self, ledger: Ledger, limit: int, now: Callable[[], float]) -> None:
        super().__init__(limit)
        self._ledger, self._limit, self._now = ledger, limit, now
        self._taken: list[float] = []

    def take(self) -> bool:
        """Take one, and tell whether there was one."""
        with self._lock:
            since = self._now() - 3600
            self._taken = [at for at in self._taken if at > since]
            # those of this process may not be in the ledger yet
            used = max(len(self._taken), history.opened_since(self._ledger, since))
            if used >= self._limit:
                return False
            self._taken.append(self._now())
            return True


def do(work: Work, bench: Bench) -> list[Told]:
    """Do a piece of work."""
    verb, _, number = work.task.partition(" ")
    if verb in ("check", "recheck") or (verb == "review" and bench.policy.review == "check"):
        from hardener.bot.review.check import check

        return check(work.repository, int(number), bench, is_again=verb == "recheck")
    if verb == "review":
        from hardener.bot.review.work import review

        return review(work.repository, int(number), bench)
    told: list[Told] = []
    for found in repositories(bench.forge, [work.repository], ()):
        told += [found] if isinstance(found, Told) else work_on(found, bench)
    return told


def serve(address: tuple[str, int], door: Door, bench: Bench, log: Log, bounds: Bounds) -> None:
    """Serve until the process is asked to end.

    Raises:
        HardenError: it cannot begin.
    """
    try:
        import waitress
    except ImportError:
        raise HardenError(
            "harden bot serve needs waitress, which is not installed: pip install waitress cryptography"
        ) from None

    host, port = address
    metrics = Metrics()
    queue = Queue(bench.ledger, bounds.queue)
    workers = Workers(queue, lambda work: do(work, bench), bounds.jobs, log, metrics)
    app = App(door, queue, workers, log, metrics)
    try:
        server = waitress.create_server(
            app, host=host, port=port, threads=4, connection_limit=200, channel_timeout=30, ident=None,
            max_request_body_size=door.body, max_request_header_size=32 << 10, clear_untrusted_proxy_headers=True,
        )  # fmt: skip
    except (OSError, ValueError) as error:
        raise HardenError(f"{host}:{port}: cannot listen there: {error}") from None
    signal.signal(signal.SIGTERM, _end)
    signal.signal(signal.SIGINT, _end)
    restored, given_up = queue.restore()
    log.say("start", host=host, port=int(getattr(server, "effective_port", port)), restored=restored)
    for work in given_up:
        told = "the process was killed each time that it was tried"
        log.say("work", repository=work.repository, task=work.task, outcome="given-up", told=told)
    workers.start()
    try:
        server.run()  # until the signal
    finally:
        server.close()
        left = workers.stop(bounds.grace)
        log.say("end", put_back=left)


def _end(_: int, __: FrameType | None) -> None:
    raise SystemExit(0)


def alone(path: Path) -> int:
    """Return a lock on a ledger that lasts as long as this process: two servers would do the same work.

    Raises:
        HardenError: another one serves it.
    """
    name = f"{path}.serve"
    try:
        held = os.open(name, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise HardenError(f"{path}: another harden bot serve works with this ledger") from None
    except OSError as error:
        raise HardenError(f"{name}: cannot be made: {error.strerror}") from None
    return held
