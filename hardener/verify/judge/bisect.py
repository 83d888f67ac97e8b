"""Delta debugging: which of many changes make a thing fail, and the largest set that works. Pure but for the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
#: Whether the thing works with these changes and no other.
Works = Callable[[frozenset[T]], bool]
#: Gets a set of changes that may be asked about next.
Soon = Callable[[frozenset[T]], None]


def _nothing(_: frozenset[T]) -> None:
    """Prepare nothing."""


def largest_working(units: Sequence[T], works: Works[T], soon: Soon[T] = _nothing) -> frozenset[T]:
    """Return a set of changes that works and that no dropped one can be added to.

    Args:
        units: the changes, those that are least likely to be guilty first.
        works: has to be true of the empty set; each set is asked about once.
        soon: is told which set may be asked about after the one that is asked about now.
    """
    asked: dict[frozenset[T], bool] = {frozenset(): True}

    def test(chosen: frozenset[T]) -> bool:
        if chosen not in asked:
            asked[chosen] = works(chosen)
        return asked[chosen]

    kept = list(units)
    dropped: list[T] = []
    while not test(frozenset(kept)):
        guilty = smallest_failing(kept, test, soon)
        dropped.append(guilty[-1])
        kept.remove(guilty[-1])
    for unit in dropped[:-1]:
        if test(frozenset([*kept, unit])):
            kept.append(unit)
    return frozenset(kept)


def smallest_failing(units: Sequence[T], works: Works[T], soon: Soon[T] = _nothing) -> list[T]:
    """Return a part of `units` that fails and none of whose members can be left out, in their order.

    Args:
        units: a set that fails.
        works: whether a set works.
        soon: as for `largest_working`.
    """

    def fails(candidates: list[list[T]]) -> list[T] | None:
        for at, candidate in enumerate(candidates):
            if at + 1 < len(candidates):
                soon(frozenset(candidates[at + 1]))
            if not works(frozenset(candidate)):
                return candidate
        return None

    current = list(units)
    parts = 2
    while len(current) > 1:
        size = -(-len(current) // parts)
        pieces = [current[at : at + size] for at in range(0, len(current), size)]
        # the last piece first: the suspects are there
        failing = fails(pieces[::-1])
        if failing is not None:
            current, parts = failing, 2
            continue
        rest = fails([[u for u in current if u not in piece] for piece in pieces]) if len(pieces) > 2 else None
        if rest is not None:
            current, parts = rest, max(parts - 1, 2)
        elif size == 1:
            break
        else:
            parts = min(len(current), parts * 2)
    return current


def smallest_working(units: Sequence[T], works: Works[T]) -> frozenset[T] | None:
    """Return a set that works and none of whose members can be left out; None where even all of them do not work.

    Args:
        units: what may be needed, the least likely first.
        works: whether a set is enough.
    """
    if works(frozenset()):
        return frozenset()
    if not works(frozenset(units)):
        return None
    # a set that is enough "fails" to be too small: the same search
    return frozenset(smallest_failing(units, lambda chosen: not works(chosen)))
