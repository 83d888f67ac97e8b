"""A plain command line is read as click reads it, or left to click."""

from __future__ import annotations

from typing import Any

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardener.cli.choices import CHOICES, choice_options
from hardener.cli.options import read
from hardener.cli.settings import _OPTIONS, read_plain, run_options

KNOWN = (*_OPTIONS, *CHOICES)
WORDS = ("a", "-", "--", "--help", "-qv", "-x", "--diff=1", "--saf", "3", "0", "-1", "auto", "é", "", "a=b")
SWITCHES = [switch for option in KNOWN for switch in option.switches]
ARGUMENTS = st.lists(
    st.one_of(st.sampled_from(WORDS), st.sampled_from(SWITCHES), st.sampled_from(SWITCHES).map("{}=auto".format)),
    max_size=6,
)


@click.command()
@click.argument("paths", nargs=-1)
@run_options
@choice_options
def by_click(paths: tuple[str, ...], **values: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return paths, values


@given(ARGUMENTS)
def test_what_is_read_without_click_is_what_click_reads(arguments: list[str]) -> None:
    mine = read(arguments, KNOWN)
    if mine is not None:
        assert mine == by_click.main(arguments, standalone_mode=False)


@pytest.mark.parametrize(
    "line",
    ["", "Dockerfile --diff", "-q --write a b", "--select x,y --select=z .", "- --stdin-filename D", "--jobs 3 -- -a"],
)
def test_what_people_write_is_read_without_click(line: str) -> None:
    found = read_plain(line.split())
    assert found is not None
    assert found[0] == by_click.main(line.split(), standalone_mode=False)[0]


@pytest.mark.parametrize("line", ["--help", "--jobs 0", "--color x", "--select", "--diff=1", "--select --write", "-qv"])
def test_the_rest_is_left_to_click(line: str) -> None:
    assert read_plain(line.split()) is None
