"""Many repositories: found, worked on several at once, and told of as they are done."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor, as_completed

from hardener.bot.bench import Bench, Told
from hardener.bot.forge.records import Forge, ForgeError, Repository
from hardener.bot.work import work_on
from hardener.fast.records import replace

#: repositories that are handed out at once, for each that is worked on: ten thousand need not be known at the start
_AHEAD = 4


def repositories(forge: Forge, names: Iterable[str], owners: Iterable[str]) -> Iterator[Repository | Told]:
    """Yield what is to be worked on, each repository once; a name that cannot be found is told of."""
    seen: set[str] = set()
    for name in names:
        try:
            found = forge.repository(name)
        except ForgeError as error:
            yield Told(name, str(error), failed=True)
            continue
        if found.name.lower() not in seen:
            seen.add(found.name.lower())
            yield found
    for owner in owners:
        for found in forge.repositories(owner):
            if found.name.lower() not in seen:
                seen.add(found.name.lower())
                yield found


def run(found: Iterable[Repository | Told], bench: Bench, tell: Callable[[Told], None], jobs: int = 4) -> list[Told]:
    """Work on repositories, several at once, and return all that was told; with what was found only in a dry run.

    Args:
        found: the repositories; what is told of already is passed on.
        bench: what the work shares.
        tell: called for each outcome as it comes, from this thread.
        jobs: how many at once.
    """
    told: list[Told] = []

    def say(some: Iterable[Told]) -> None:
        for one in some:
            # a run over many thousand repositories needs no memory for what it has told
            told.append(one if bench.dry else replace(one, groups=()))
            tell(one)

    with ThreadPoolExecutor(jobs, "harden-bot") as pool:
        for some in _spread(found, bench, pool, jobs * _AHEAD):
            say(some)
    return told


def _spread(found: Iterable[Repository | Told], bench: Bench, pool: Executor, ahead: int) -> Iterator[list[Told]]:
    batch: list[Repository] = []
    for one in found:
        if isinstance(one, Told):
            yield [one]
            continue
        batch.append(one)
        if len(batch) == ahead:
            yield from _done(batch, bench, pool)
            batch = []
    yield from _done(batch, bench, pool)


def _done(batch: list[Repository], bench: Bench, pool: Executor) -> Iterator[list[Told]]:
    futures = [pool.submit(work_on, one, bench) for one in batch]
    try:
        for future in as_completed(futures):
            yield future.result()
    finally:
        for future in futures:
            future.cancel()
