"""Mutation testing itself: which faults it makes, and that a process sees them in what is imported already."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.mutants import Mutant, mutants
from tests.mutation import DATA, stale, table
from tests.mutation_forks import Called, forked, patch, replaced

SOURCE = b'''
from functools import cache

@cache
def asked(a, b):
    """Say it."""
    return [x for x in a if x and b]

class Kept:
    @property
    def first(self):
        def inner():
            return 1
        return inner() + 1

    def second(self, rows):
        return list(zip(rows, rows, strict=True))
'''


def loaded(path: Path) -> dict[str, object]:
    """Return what a module of SOURCE holds."""
    names: dict[str, object] = {}
    exec(compile(SOURCE, str(path), "exec"), names)
    return names


def fault(kind: str, function: str) -> Mutant:
    """Return the first fault of a kind in a function."""
    return next(m for m in mutants(SOURCE) if (m.kind, m.function) == (kind, function))


def test_faults_are_of_functions_and_each_compiles() -> None:
    found = {(m.function, m.kind) for m in mutants(SOURCE)}
    assert ("asked", "boolean") in found
    assert ("first", "operator") in found, "what is inside of a function belongs to it"
    assert ("second", "return None") in found
    assert ("second", "constant") not in found, "strict of zip holds what is so anyway"
    assert all(b"Say it" in m.of(SOURCE) for m in mutants(SOURCE)), "a docstring is no code"


def test_a_fault_reaches_those_who_hold_the_function(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    names = loaded(path)
    asked, kept = names["asked"], names["Kept"]()  # type: ignore[operator]

    def broken(kind: str, function: str) -> bool:
        return patch(*replaced(SOURCE, fault(kind, function), str(path)))

    assert broken("boolean", "asked")
    assert broken("operator", "first")
    assert asked((0, 2), True) == [0, 2]  # type: ignore[operator]
    assert kept.first == 0
    assert kept.second([1]) == [(1, 1)], "the others are as they were"


def test_no_function_of_that_place_is_told(tmp_path: Path) -> None:
    assert not patch(*replaced(SOURCE, fault("operator", "first"), str(tmp_path / "none.py")))


def test_what_is_called_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "module.py"
    names = loaded(path)
    called = Called(frozenset({str(path)}))
    seen = called.during(lambda: names["asked"]((1,), True))  # type: ignore[operator]
    assert (str(path), 4) in seen
    assert not called.during(lambda: None)


def _endless() -> bool:
    while True:
        pass


def _broken() -> bool:
    raise LookupError


@pytest.mark.parametrize(("work", "end"), [
    (lambda: True, "survived"), (lambda: False, "killed"), (_broken, "anew"), (_endless, "timed out"),
])  # fmt: skip
def test_a_process_tells_how_it_ends(work: Callable[[], bool], end: str) -> None:
    assert forked(work, 0) == end


def test_the_table_counts_what_means_something_else() -> None:
    text = table({"one": {"possible": 9, "killed": 2, "timed out": 1, "survived": 1, "the same": 4}})
    assert "| `one` | 9 | 8 | 2 | 1 | 1 | 4 | 75 % |" in text
    assert "3 of 4 that mean something else (75 %)" in text


def test_each_fault_that_means_the_same_is_one() -> None:
    assert stale(json.loads(DATA.read_text(encoding="utf-8"))["same"]) == []


def test_a_row_that_does_not_name_one_fault_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(SOURCE)
    row = {
        "file": "a.py",
        "function": "asked",
        "line": "return [x for x in a if x and b]",
        "old": "x and b",
        "new": "(x or b)",
        "why": "none",
    }
    changed, gone, moved = row | {"old": "x and c"}, row | {"file": "b.py"}, row | {"line": "return a"}
    assert stale([row, changed, gone, moved], tmp_path) == [changed, moved, gone]
