"""What a run learns about the hosts that it asks, so that one dead host is paid for once and not for each image."""

from __future__ import annotations

import errno
import selectors
import socket
import threading
import time
from collections import defaultdict
from collections.abc import Callable

from hardener.errors import RegistryError
from hardener.registry.allowed import Found
from hardener.registry.model import Clock, Deadline, Limits

#: a failed try that took longer than this, in seconds, is not repeated for a host that never answered
_PATIENCE = 2.0


class Health:
    """Shared by the threads of a run; hosts go by their origin, `https://host[:port]`.

    Args:
        limits: how often and how long.
        clock: time.
    """

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._lock = threading.Lock()
        self._meetings: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        self._met: set[str] = set()
        self._alive: set[str] = set()
        #: and why
        self._down: dict[str, str] = {}
        #: hosts that answered all tries of a request with an error of their own
        self._tired: set[str] = set()
        #: the moment before which a host does not want to be asked
        self._pauses: dict[str, float] = {}

    def check(self, origin: str) -> None:
        """Raise a RegistryError for a host that is known to be down."""
        if origin in self._down:
            raise RegistryError(self._down[origin])

    def meet(self, origin: str, contact: Callable[[], str]) -> None:
        """Call `contact` before the first request to a host; a text that it returns says why the host is down.

        The other threads wait for what comes of it.
        """
        if origin in self._met:
            return
        with self._lock:
            meeting = self._meetings[origin]
        with meeting:
            if origin not in self._met:
                failure = contact()
                if failure:
                    self._down[origin] = failure
                self._met.add(origin)

    def answered(self, origin: str, *, well: bool) -> None:
        """Note an answer; `well` unless it is an error of the server."""
        self._alive.add(origin)
        if well:
            self._tired.discard(origin)

    def is_hopeless(self, origin: str, began: float) -> bool:
        """Tell whether a failed try that began at `began` took long, at a host that never answered."""
        return origin not in self._alive and self._clock.monotonic() - began >= _PATIENCE

    def gave_up(self, origin: str, failure: str, *, unreachable: bool) -> None:
        """Note that the last try failed; `unreachable`: there was not even a connection."""
        if unreachable or origin not in self._alive:
            self._down[origin] = failure

    def tire(self, origin: str) -> None:
        """Note that a host answered every try with an error of its own."""
        self._tired.add(origin)

    def attempts(self, origin: str) -> int:
        """Return how often a request to a host is tried."""
        return 1 if origin in self._tired else self._limits.attempts

    def first_wait(self, origin: str) -> float:
        """Return how long, in seconds, an answer is waited for."""
        limits = self._limits
        return limits.read if origin in self._alive else min(limits.first, limits.read)

    def pause(self, origin: str, seconds: float) -> None:
        """Keep all threads from asking a host."""
        with self._lock:
            self._pauses[origin] = max(self._pauses.get(origin, 0), self._clock.monotonic() + seconds)

    def pause_left(self, origin: str) -> float:
        """Return for how many seconds a host does not want to be asked; 0 or less where it does."""
        return self._pauses.get(origin, 0) - self._clock.monotonic()


def first_contact(
    host: str, port: int, seconds: float, deadline: Deadline, resolve: Callable[[str, int], list[Found]]
) -> str:
    """Return why no address of a host takes a connection, "" where one does or where a request will say it itself.

    A request tries the addresses one after the other: where packets are dropped, a registry with sixteen of them would
    take sixteen times as long. Here all are tried at once. `resolve` returns them, and raises where one is not allowed.
    """
    began = time.monotonic()
    try:
        found = resolve(host, port)
    except OSError as error:
        slow = time.monotonic() - began >= _PATIENCE
        return f"{host}: no connection ({error.strerror})" if slow else ""
    if len(found) < 2:
        return ""
    opened = []
    try:
        with selectors.DefaultSelector() as waiting:
            for family, kind, protocol, _, address in found:
                opened.append(one := socket.socket(family, kind, protocol))
                one.setblocking(False)
                state = one.connect_ex(address)
                if state == 0:
                    return ""
                if state in (errno.EINPROGRESS, errno.EWOULDBLOCK):
                    waiting.register(one, selectors.EVENT_WRITE, one)
            return _first(waiting, host, min(seconds, deadline.remaining()))
    except OSError:
        return ""
    finally:
        for one in opened:
            one.close()


def _first(waiting: selectors.BaseSelector, host: str, seconds: float) -> str:
    end = time.monotonic() + seconds
    while waiting.get_map():
        left = end - time.monotonic()
        if left <= 0:
            return f"{host}: no connection in time"
        for key, _ in waiting.select(left):
            if key.data.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0:
                return ""
            waiting.unregister(key.fileobj)
    return ""
