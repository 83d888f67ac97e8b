"""The diff of lines is that of `difflib`, and takes a time that does not grow with lines times differences."""

from __future__ import annotations

import difflib
import random
import time
from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.output import line_diff
from hardener.output.line_diff import unified_lines

LINES = st.lists(st.sampled_from(["a\n", "b\n", "c\n", "\n", "d"]), max_size=40)


def same(a: list[str], b: list[str]) -> None:
    assert list(unified_lines(a, b, "x", "y")) == list(difflib.unified_diff(a, b, "x", "y"))


@given(LINES, LINES)
def test_few_lines_that_come_again(a: list[str], b: list[str]) -> None:
    same(a, b)
    with patch.object(line_diff, "_SHORT", 0):
        same(a, b)


@pytest.mark.parametrize("seed", range(20))
def test_long_files_with_frequent_lines(seed: int) -> None:
    chance = random.Random(seed)
    a = [chance.choice(["frequent\n", "\n", f"{chance.randrange(150)}\n", f"{n}\n"]) for n in range(700)]
    b = [line for line in a if chance.random() > 0.05]
    for _ in range(30):
        b.insert(chance.randrange(len(b)), chance.choice(["new\n", "frequent\n", "\n", f"{chance.randrange(150)}\n"]))
    same(a, b)


def test_many_differences_in_a_long_file() -> None:
    a = [f"line {n}\n" for n in range(20_000)]
    b = [line for n, line in enumerate(a) for line in ([line, "new\n"] if n % 20 == 0 else [line])]
    start = time.process_time()
    assert sum(line.startswith("@@") for line in unified_lines(a, b, "x", "y")) == 1_000
    assert time.process_time() - start < 3
