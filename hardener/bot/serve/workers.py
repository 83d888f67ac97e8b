"""The threads that do what the queue holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from hardener.bot.bench import Told
from hardener.bot.serve.log import Log
from hardener.bot.serve.metrics import Metrics
from hardener.bot.serve.queue import PAUSES, Queue, Work

#: seconds between looks at the queue, for what has to wait
_LOOK = 5.0
#: seconds before work is looked at again that has to wait, for a limit or a registry
_LATER = 900.0


class Workers:
    """Threads that take work, do it and say what came of it.

    Args:
        queue: of the work.
        do: does a piece of work and returns what came of it.
        count: of threads.
        log: told of each piece.
        metrics: counts them.
    """

    def __init__(self, queue: Queue, do: Callable[[Work], list[Told]], count: int, log: Log, metrics: Metrics) -> None:
        self._queue, self._do, self._log, self._metrics = queue, do, log, metrics
        self.count = count
        self._wake = threading.Condition()
        self._stops = False
        self._current: dict[int, Work] = {}
        # daemons: what is not done when the process has to end was put back
        self._threads = [threading.Thread(target=self._run, name=f"harden-{n}", daemon=True) for n in range(count)]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is work."""
        with self._wake:
            self._wake.notify_all()

    @property
    def are_well(self) -> bool:
        """Whether all threads run and take work."""
        return not self._stops and self.are_alive

    @property
    def are_alive(self) -> bool:
        """Whether no thread ended that was not asked to."""
        return self._stops or all(thread.is_alive() for thread in self._threads)

    def stop(self, grace: float) -> int:
        """Begin nothing more, wait for what is begun, put back the rest, and return how much that was."""
        with self._wake:
            self._stops = True
            self._wake.notify_all()
        ends = time.monotonic() + grace
        for thread in self._threads:
            if thread.is_alive():
                thread.join(max(0.0, ends - time.monotonic()))
        with self._wake:
            left = list(self._current.values())
            self._current.clear()  # who finishes now finds that its work is no longer its own
        for work in left:
            self._queue.again(work, 0, is_failed=False)
        return len(left)

    def _run(self) -> None:
        while True:
            with self._wake:
                if self._stops:
                    return
            work = self._queue.take()
            if work is None:
                with self._wake:
                    if not self._stops:
                        self._wake.wait(_LOOK)
                continue
            with self._wake:
                self._current[work.number] = work
            self._one(work)

    def _one(self, work: Work) -> None:
        begun = time.monotonic()
        try:
            told = self._do(work)
        except Exception as error:
            told = [Told(work.repository, f"{type(error).__name__}: {error}", failed=True)]
        with self._wake:
            if self._current.pop(work.number, None) is None:
                return  # put back
        outcome = self._settle(work, told)
        seconds = time.monotonic() - begun
        self._metrics.add("harden_bot_work_total", outcome=outcome)
        self._metrics.add("harden_bot_work_seconds_total", seconds)
        self._metrics.add("harden_bot_requests_opened_total", sum(one.is_new for one in told))
        for one in told:
            self._log.say(
                "work", repository=work.repository, task=work.task, outcome=outcome, told=one.what, url=one.url,
                seconds=round(seconds, 3),
            )  # fmt: skip
        self.wake()

    def _settle(self, work: Work, told: list[Told]) -> str:
        """Forget the work or put it back, and return what came of it in a word."""
        if any(one.failed for one in told):
            if work.tries < len(PAUSES):
                self._queue.again(work, PAUSES[work.tries])
                return "failed"
            self._queue.done(work)
            return "given-up"
        if any(one.waits for one in told):
            self._queue.again(work, _LATER, is_failed=False)
            return "waits"
        self._queue.done(work)
        return "done"
