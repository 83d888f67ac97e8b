"""The deadline of the request that a thread is at."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from hardener.registry.model import Deadline


class Until:
    """The deadline of the request that a thread is at: a wait for each byte is no limit for all of them."""

    def __init__(self) -> None:
        self._here = threading.local()

    @contextmanager
    def over(self, deadline: Deadline) -> Iterator[None]:
        """Let what this thread receives end at a deadline."""
        self._here.deadline = deadline
        try:
            yield
        finally:
            self._here.deadline = None

    def wait(self, timeout: float | None) -> float | None:
        """Return how long to wait for the next bytes; a RegistryError when the time is over."""
        deadline: Deadline | None = getattr(self._here, "deadline", None)
        if deadline is None:
            return timeout
        left = deadline.remaining()
        return left if timeout is None else min(timeout, left)
