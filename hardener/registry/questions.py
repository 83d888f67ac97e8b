"""Many questions to registries, the answers of all together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.model import Unresolved

K = TypeVar("K")
V = TypeVar("V")


def ask_all(
    questions: Iterable[K],
    ask: Callable[[K], V],
    client: RegistryClient,
    *,
    concurrency: int | None = None,
    budget: float | None = None,
) -> dict[K, V | Unresolved]:
    """Return the answer to each of `questions`, or why there is none; one failure does not touch the others.

    Args:
        questions: distinct and hashable.
        ask: may run in a thread; a RegistryError becomes an `Unresolved`, any other error is raised here.
        client: its settings say whether the network is asked, with how many threads and how long.
        concurrency: threads, instead of the settings'.
        budget: seconds for all questions together, instead of the settings'.
    """
    settings = client.settings
    if settings.offline:
        return {question: _remembered(ask, question) for question in questions}
    from hardener.registry.pool import ask_in_threads

    return ask_in_threads(
        questions,
        ask,
        concurrency=concurrency or settings.concurrency,
        budget=budget or settings.limits.budget,
        clock=client.clock,
    )


def _remembered(ask: Callable[[K], V], question: K) -> V | Unresolved:
    try:
        return ask(question)
    except RegistryError as error:
        return Unresolved.of(error)
