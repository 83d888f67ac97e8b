"""What the server answers, as a WSGI application: three pages to look at, and one that takes deliveries."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from typing import Any

from hardener.bot.serve.events import NotRead, read
from hardener.bot.serve.log import Log
from hardener.bot.serve.metrics import Metrics
from hardener.bot.serve.queue import Queue
from hardener.bot.serve.signatures import is_signed
from hardener.bot.serve.workers import Workers
from hardener.fast.records import dataclass, field

#: of a delivery, in bytes: GitHub sends at most 25 MiB, and what is read here is in the first few KiB
BODY = 25 << 20
#: seconds that the clock of a forge may be ahead
_AHEAD = 300.0
_PHRASES = {
    200: "200 OK",
    202: "202 Accepted",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    404: "404 Not Found",
    405: "405 Method Not Allowed",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}

Answer = tuple[int, str]


@dataclass(frozen=True, slots=True)
class Door:
    """What is taken in.

    Attributes:
        kind: of the forge.
        secrets: that sign deliveries.
        prefix: branches of the bot begin with it.
        reviews: whether requests of people are reviewed.
        checks: whether that is by checks, which the requests of the bot get too.
        requests: whether repositories are looked at, for requests of the bot.
        age: older deliveries are refused, where the forge says when it happened; in seconds.
        body: longer ones are refused, in bytes.
    """

    kind: str
    secrets: tuple[str, ...] = field(repr=False)
    prefix: str = "harden/"
    reviews: bool = False
    requests: bool = True
    age: float = 3 * 86400
    body: int = BODY
    checks: bool = False

    def takes(self, task: str) -> bool:
        """Tell whether a task is done here."""
        verb = task.partition(" ")[0]
        return {"look": self.requests, "review": self.reviews}.get(verb, self.checks)


class App:
    """The application."""

    def __init__(self, door: Door, queue: Queue, workers: Workers, log: Log, metrics: Metrics) -> None:
        self._door, self._queue, self._workers = door, queue, workers
        self._log, self._metrics = log, metrics

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        status, text = self._answer(environ)
        body = text.encode()
        kind = "text/plain; version=0.0.4; charset=utf-8"
        more = [("Retry-After", "60")] if status == 503 else []
        start(
            _PHRASES[status],
            [("Content-Type", kind), ("Content-Length", str(len(body))), ("X-Content-Type-Options", "nosniff"), *more],
        )
        return [body]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        path, method = environ.get("PATH_INFO", ""), environ["REQUEST_METHOD"]
        pages: dict[str, Callable[[], Answer]] = {
            "/healthz": self._well,
            "/readyz": self._ready,
            "/metrics": self._counted,
        }
        if path in pages:
            return pages[path]() if method in ("GET", "HEAD") else (405, "GET only\n")
        if path != "/webhook":
            return 404, "not found\n"
        if method != "POST":
            return 405, "POST only\n"
        status, outcome = self._take(environ)
        self._metrics.add("harden_bot_deliveries_total", outcome=outcome)
        return status, f"{outcome}\n"

    def _well(self) -> Answer:
        return (200, "ok\n") if self._workers.are_alive else (503, "a worker ended\n")

    def _ready(self) -> Answer:
        return (200, "ready\n") if self._workers.are_well else (503, "stopping\n")

    def _counted(self) -> Answer:
        counts = self._queue.counts()
        gauges = {
            "harden_bot_queue_waiting": counts["waits"],
            "harden_bot_queue_begun": counts["begun"],
            "harden_bot_workers": self._workers.count,
        }
        return 200, self._metrics.text(gauges)

    def _take(self, environ: dict[str, Any]) -> tuple[int, str]:
        """Take a delivery and return the answer in a word; nothing of what is not signed is read or logged."""
        door = self._door
        body = _body(environ, door.body)
        if body is None:
            return 413, "too-large"
        headers = {k[5:].replace("_", "-").lower(): v for k, v in environ.items() if k.startswith("HTTP_")}
        if not is_signed(door.kind, headers, body, door.secrets):
            return 401, "not-signed"
        try:
            event = read(door.kind, headers, body, door.prefix)
        except NotRead as error:
            self._log.say("delivery", outcome="not-read", told=str(error))
            return 400, "not-read"
        now = time.time()
        if event.at is not None and not now - door.age <= event.at <= now + _AHEAD:
            status, outcome = 400, "too-old"
        else:
            works = [one for one in event.works if door.takes(one.task)]
            outcome = self._queue.put(works, _keys(door.kind, event.delivery, body)) if works else "ignored"
            status = {"taken": 202, "full": 503}.get(outcome, 200)
        self._log.say("delivery", name=event.name, delivery=event.delivery, outcome=outcome, work=len(event.works))
        if outcome == "taken":
            self._workers.wake()
        return status, outcome


def _keys(kind: str, delivery: str, body: bytes) -> list[str]:
    """Return what stands for a delivery: its name, and its body where that is what was signed.

    Names of deliveries are not signed: who sends an old body under a new name is found by the body.
    """
    keys = [f"{kind} {delivery}"] if delivery else []
    return keys if kind == "gitlab" else [*keys, hashlib.sha256(body).hexdigest()]


def _body(environ: dict[str, Any], size: int) -> bytes | None:
    """Return the body, None for one that is too long; a server in front of this gives the length of each."""
    try:
        length = int(environ.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return None
    if not 0 <= length <= size:
        return None
    body: bytes = environ["wsgi.input"].read(length)
    return body
