"""Drivers: hypothesis makes inputs out of those that are kept; atheris follows the branches of the code."""

from __future__ import annotations

import random
import sys
import time

import hypothesis

from fuzz.mutate import inputs
from fuzz.store import Store

#: between two looks at the clock, and at what is newly kept
ROUND = 100
#: what every driver starts from is tried first, up to this many of them
FIRST = 2000


def by_hypothesis(store: Store, seconds: float, number: int, most: int = sys.maxsize) -> None:
    """Try inputs of a target for some seconds.

    Args:
        store: keeps what is found.
        seconds: how long.
        number: of the chance: the same gives the same inputs.
        most: inputs; where they are tried before the time is up, two runs try the same ones.
    """
    until = time.monotonic() + seconds
    chance = random.Random(number)
    first = list(dict.fromkeys([*store.inputs, *store.target.seeds()]))
    for text in chance.sample(first, min(len(first), FIRST)):
        if time.monotonic() > until or store.tries >= most:
            return
        store.try_one(text)
    while time.monotonic() < until and store.tries < most:
        pool = [*store.target.seeds(), *store.inputs]
        _round(store, pool, chance.randrange(1 << 30), until, most)


def _round(store: Store, pool: list[str], number: int, until: float, most: int) -> None:
    @hypothesis.seed(number)
    @hypothesis.settings(
        max_examples=ROUND, database=None, deadline=None, phases=[hypothesis.Phase.generate],
        suppress_health_check=list(hypothesis.HealthCheck),
    )  # fmt: skip
    @hypothesis.given(inputs(pool, store.target.words))
    def attempt(text: str) -> None:
        if time.monotonic() < until and store.tries < most:
            store.try_one(text)

    attempt()
