"""A bound of processor time for one input: a loop that never ends is a fault too, and must not end the run."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

#: seconds of processor time
LIMIT = 10.0


class SlowError(BaseException):
    """An input takes longer than it may; no `except Exception` on the way takes it."""


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """Raise `SlowError` where what runs takes more processor time than these seconds; for the main thread alone."""
    before = signal.signal(signal.SIGPROF, _stop)
    # once more after a while: a bare `except` may have taken the first one
    signal.setitimer(signal.ITIMER_PROF, seconds, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise SlowError("it takes too long")
