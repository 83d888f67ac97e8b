"""Many questions at once, within a budget of time."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from typing import TypeVar

from hardener.errors import RegistryError
from hardener.registry.model import Clock, Unresolved

K = TypeVar("K")
V = TypeVar("V")


def ask_in_threads(
    questions: Iterable[K], ask: Callable[[K], V], *, concurrency: int, budget: float, clock: Clock
) -> dict[K, V | Unresolved]:
    """Return the answer to each of `questions`, or why there is none; one failure does not touch the others.

    The threads are daemons, so that a host that sends a byte a minute cannot hold back the end of the program, which
    `concurrent.futures` would wait for.

    Args:
        questions: distinct and hashable.
        ask: called in a thread; a RegistryError becomes an `Unresolved`, any other error is raised here.
        concurrency: threads.
        budget: seconds for all questions together.
        clock: what time it is.
    """
    waiting: queue.SimpleQueue[K] = queue.SimpleQueue()
    done: queue.SimpleQueue[tuple[K, V | Unresolved | BaseException]] = queue.SimpleQueue()
    answers: dict[K, V | Unresolved] = {}
    for question in questions:
        waiting.put(question)
        answers[question] = Unresolved(f"not reached within the {budget:g} s of this run")
    stop = threading.Event()
    for _ in range(min(concurrency, len(answers))):
        threading.Thread(target=_work, args=(waiting, ask, done, stop), daemon=True, name="harden-registry").start()
    end = clock.monotonic() + budget
    try:
        for _ in range(len(answers)):
            question, answer = done.get(timeout=max(0.0, end - clock.monotonic()))
            if isinstance(answer, BaseException):
                raise answer
            answers[question] = answer
    except queue.Empty:
        pass  # the budget is used up; what is missing already says so
    finally:
        stop.set()
    return answers


def _work(
    waiting: queue.SimpleQueue[K],
    ask: Callable[[K], V],
    done: queue.SimpleQueue[tuple[K, V | Unresolved | BaseException]],
    stop: threading.Event,
) -> None:
    while not stop.is_set():
        try:
            question = waiting.get_nowait()
        except queue.Empty:
            return
        try:
            done.put((question, ask(question)))
        except RegistryError as error:
            done.put((question, Unresolved.of(error)))
        except BaseException as error:  # raised again where it is seen
            done.put((question, error))
