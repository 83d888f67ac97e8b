"""The search for guilty passes, on made-up passes whose guilt is known."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from hardener.verify.judge.bisect import largest_working, smallest_failing, smallest_working

UNITS = tuple("abcdefgh")
#: sets of changes that fail together: one for a change that is guilty alone
CONFLICTS = st.lists(st.frozensets(st.sampled_from(UNITS), min_size=1, max_size=3), max_size=4)


@given(CONFLICTS)
def test_what_is_kept_works_and_nothing_can_be_added(conflicts: list[frozenset[str]]) -> None:
    def works(chosen: frozenset[str]) -> bool:
        return not any(conflict <= chosen for conflict in conflicts)

    kept = largest_working(UNITS, works)
    assert works(kept)
    for unit in set(UNITS) - kept:
        assert not works(kept | {unit}), f"{unit} was dropped for nothing"


@given(st.sets(st.sampled_from(UNITS)))
def test_only_the_guilty_are_dropped(guilty: set[str]) -> None:
    assert largest_working(UNITS, lambda chosen: not chosen & guilty) == frozenset(UNITS) - guilty


@given(CONFLICTS.filter(bool))
def test_a_smallest_failing_set_has_no_needless_member(conflicts: list[frozenset[str]]) -> None:
    found = smallest_failing(UNITS, lambda chosen: not any(conflict <= chosen for conflict in conflicts))
    assert frozenset(found) in conflicts
    assert found == sorted(found), "the order of the units stays"


@given(st.frozensets(st.sampled_from(UNITS)))
def test_what_is_needed_is_found(needed: frozenset[str]) -> None:
    assert smallest_working(UNITS, lambda chosen: needed <= chosen) == needed


def test_what_never_works_is_said_so() -> None:
    assert smallest_working(UNITS, lambda _: False) is None


def test_one_guilty_of_many_takes_few_trials() -> None:
    units = list(range(64))
    for guilty in units:
        counter = itertools.count()

        def works(chosen: frozenset[int], guilty: int = guilty, counter: itertools.count[int] = counter) -> bool:
            next(counter)
            return guilty not in chosen

        assert largest_working(units, works) == frozenset(units) - {guilty}
        assert next(counter) <= 15
