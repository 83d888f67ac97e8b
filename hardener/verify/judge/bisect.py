"""Delta debugging: which of many changes make a thing fail, and the largest set that works. Pure but for the test."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")
#: Whether the thing works with these changes and no other.
Works = Callable[[frozenset[T]], bool]


def largest_working(units: Sequence[T], works: Works[T]) -> frozenset[T]:
    """Return a set of changes that works and that no dropped one can be added to.

    Args:
        units: the changes, those that are least likely to be guilty first.
        works: has to be true of the empty set; each set is asked about once.
    """
    asked: dict[frozenset[T], bool] = {frozenset(): True}

    def test(chosen: frozenset[T]) -> bool:
        if chosen not in asked:
            asked[chosen] = works(chosen)
        return asked[chosen]

    kept = list(units)
    dropped: list[T] = []
    while not test(frozenset(kept)):
        guilty = smallest_failing(kept, test)
        dropped.append(guilty[-1])
        kept.remove(guilty[-1])
    for unit in dropped[:-1]:
        if test(frozenset([*kept, unit])):
            kept.append(unit)
    return frozenset(kept)


def smallest_failing(units: Sequence[T], works: Works[T]) -> list[T]:
    """Return a part of `units` that fails and none of whose members can be left out, in their order.

    Args:
        units: a set that fails.
        works: whether a set works.
    """
    current = list(units)
    parts = 2
    while len(current) > 1:
        size = -(-len(current) // parts)
        pieces = [current[at : at + size] for at in range(0, len(current), size)]
        # the last piece first: the suspects are there
        failing = next((piece for piece in reversed(pieces) if not works(frozenset(piece))), None)
        if failing is not None:
            current, parts = failing, 2
            continue
        rests = ([unit for unit in current if unit not in piece] for piece in pieces) if len(pieces) > 2 else ()
        rest = next((rest for rest in rests if not works(frozenset(rest))), None)
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
