"""The short lane of `fuzz`: each target for a moment, and that it would see a fault. The long one: `python -m fuzz`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fuzz.differences import DIFFERENCES, known
from fuzz.driven import by_hypothesis
from fuzz.found import FIXED, Fixed
from fuzz.limit import SlowError
from fuzz.minimize import minimized
from fuzz.store import Store
from fuzz.target import FoundError, Target, kind_of, tried
from fuzz.targets import TARGETS
from hardener.syntax.dockerfile.parser import parse
from tests.buildkit import instructions
from tests.corpus import SHARED, needs
from tests.test_roundtrip import verdict

TRUST = SHARED / "cases" / "trust"


MOST = {"parser": 1200, "shell": 400, "rules": 40, "whole": 25, "yaml": 120}


@pytest.mark.parametrize("name", TARGETS)
def test_every_target_for_a_moment(name: str, tmp_path: Path) -> None:
    store = Store(tmp_path, TARGETS[name], seconds=3)
    by_hypothesis(store, 300, 1, most=MOST[name])  # the same inputs in every run
    told = [path.read_text(errors="replace") for path in store.faults.glob("*-told")]
    assert not told
    assert store.tries > 0
    assert store.figures()["kept"] == len(list(store.corpus.iterdir())) > 0


def broken(text: str) -> frozenset[str]:
    if "x" in text and "y" in text:
        raise FoundError("both", text)
    if "z" in text:
        raise KeyError(text)
    return frozenset(text[:1])


BROKEN = Target("broken", broken, lambda: ("abc\ndef\n", "ax\nby\n", "q\nz\n"), ("x", "y", "z"))


def test_a_fault_is_found_once_and_made_small(tmp_path: Path) -> None:
    for number in (1, 2):
        store = Store(tmp_path, BROKEN)
        by_hypothesis(store, 0.5, number)
    found = sorted(path.read_text() for path in store.faults.glob("*-input"))
    assert found == ["xy", "z"]
    kinds = sorted(path.read_text().splitlines()[0] for path in store.faults.glob("*-told"))
    assert kinds == ["KeyError in tests/test_fuzz.py:broken", "both"]
    before = store.figures()
    assert before["faults"] == 2
    assert Store(tmp_path, BROKEN).figures() == before


def endless(text: str) -> frozenset[str]:
    while "x" in text:
        text = text[:1]
    return frozenset()


def test_an_input_that_never_ends_is_a_fault() -> None:
    target = Target("endless", endless, tuple, ())
    assert tried(target, "a", 0.05) == (frozenset(), None)
    error = tried(target, "x", 0.05)[1]
    assert isinstance(error, SlowError)
    assert kind_of(error) == "SlowError in tests/test_fuzz.py:endless"


def test_what_is_minimized_shows_the_same() -> None:
    shows: Callable[[str], bool] = lambda text: "k" in text and "\n" in text  # noqa: E731
    assert minimized("abc\nk\nlong line\n" * 20, shows) in ("k\n", "\nk")


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda one: one.id)
def test_listed_differences_are_there(difference, tmp_path: Path) -> None:
    data = difference.example.encode()
    assert known(difference.example)
    assert verdict(data) != (instructions(data, tmp_path) is not None)


@pytest.mark.parametrize(
    ("text", "heredocs"),
    [
        ("FROM a\nRUN ${} <<E\n", 0),
        ('FROM a\nRUN "${" <<E\n', 0),
        ("FROM a\nRUN ${a:-${} <<E\n", 0),
        ("FROM a\nRUN ${a} <<E\nx\nE\n", 1),
        ("FROM a\nRUN <<\ufeffE\nx\nE\n", 1),
    ],
)
def test_a_line_that_buildkit_cannot_split_opens_no_heredoc(text: str, heredocs: int, tmp_path: Path) -> None:
    run = list(parse(text).instructions)[-1]
    theirs = instructions(text.encode(), tmp_path)
    assert theirs is not None
    assert len(getattr(run, "heredocs", ())) == heredocs


@needs(TRUST)
@pytest.mark.parametrize("kind", ["bkonlyaccept", "bkonlyreject", "fault", "exception"])
def test_inputs_that_were_found_before(kind: str) -> None:
    paths = sorted(TRUST.glob(f"fuzz-{kind}-*.Dockerfile"))
    assert paths
    for path in paths:
        text = path.read_bytes().decode("utf-8", "surrogateescape")
        for name in ("parser", "rules"):
            assert tried(TARGETS[name], text)[1] is None, path.name


@pytest.mark.parametrize(
    "text", ["ONBUILD \xa0LABEL a\n", "FROM a\nENV \xa0a\n", "FROM a\nENV \u3000a=b\n", "FROM a\nRUN \x85x\n"]
)
def test_blanks_of_any_kind_follow_a_keyword(text: str, tmp_path: Path) -> None:
    assert verdict(text.encode()) == (instructions(text.encode(), tmp_path) is not None)


@pytest.mark.parametrize("fixed", FIXED, ids=lambda one: one.what)
def test_what_was_found_stays_fixed(fixed: Fixed) -> None:
    assert tried(TARGETS[fixed.target], fixed.text)[1] is None
