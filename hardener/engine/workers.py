"""Work on many things at once: in several processes, which a Ctrl-C ends without a word."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Protocol, TypeVar

from hardener.fast.recording import News, Recording, recording

J = TypeVar("J")
T = TypeVar("T")


class Work(Protocol):
    """What applies a function to jobs, and returns what came of each in their order."""

    def __call__(self, function: Callable[[J], T], jobs: list[J], /) -> list[T]:
        """Return `function(job)` of each."""


@contextmanager
def workers(count: int, light: Callable[[Any], Any], tick: Callable[[], None]) -> Iterator[Work]:
    """Give what applies functions to jobs, by the same processes each time.

    They are started before the threads that ask registries.

    Args:
        count: of processes; up to 1 it is done in this one.
        light: makes of a result what is sent from a process to this one.
        tick: called for each job that is done.
    """
    if count <= 1:
        yield lambda function, jobs: list(_ticking(map(function, jobs), tick))
        return
    from concurrent.futures import ProcessPoolExecutor

    record = recording()
    pool = ProcessPoolExecutor(count, initializer=_begin, initargs=(record is not None,))
    try:

        def work(function: Callable[[J], T], jobs: list[J]) -> list[T]:
            chunk = max(1, min(32, len(jobs) // (count * 4)))
            try:
                done = _ticking(pool.map(partial(_sent, light, function), jobs, chunksize=chunk), tick)
                return [_noted(record, *one) for one in done]
            except KeyboardInterrupt:
                _stop_workers()
                pool.shutdown(wait=False, cancel_futures=True)
                raise

        yield work
    finally:  # after Ctrl-C nobody wants the rest
        pool.shutdown(cancel_futures=True)


def _sent(light: Callable[[T], T], function: Callable[[J], T], job: J) -> tuple[T, News | None]:
    done, record = light(function(job)), recording()
    return done, record.news() if record is not None else None


def _noted(record: Recording | None, done: T, news: News | None) -> T:
    """Return what was done, once it is noted what the process that did it has read."""
    if record is not None and news is not None:
        record.take(news)
    elif record is not None:
        record.refuse("another process did not say what it read")
    return done


def _ticking(done: Iterable[T], tick: Callable[[], None]) -> Iterator[T]:
    for item in done:
        tick()
        yield item


def _stop_workers() -> None:
    """End the workers: they write nothing, and a second Ctrl-C must not come between."""
    import multiprocessing
    import signal
    import threading

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.excepthook = lambda _: None  # the pool's own thread would tell of the workers that are gone
    for worker in multiprocessing.active_children():
        worker.terminate()


def _begin(is_recorded: bool) -> None:
    """Leave interrupts to the process that started this one, and record what is read where it does so too."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if is_recorded and recording() is None:  # a process that was forked records already
        Recording().start()
