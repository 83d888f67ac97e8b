"""What a target is: its inputs to start from, its words, and the check that every input has to pass."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from fuzz import limit
from fuzz.limit import LIMIT, SlowError, limited

ROOT = Path(__file__).parents[1]


class FoundError(AssertionError):
    """An input shows a fault.

    Args:
        kind: short and without anything of the input, so that the same fault is found once.
        told: what was wrong with this input.
    """

    def __init__(self, kind: str, told: str = "") -> None:
        super().__init__(f"{kind}: {told}" if told else kind)
        self.kind = kind


class UnusableError(Exception):
    """An input says nothing, such as one that is refused as it should be."""


@dataclass(frozen=True)
class Target:
    """One thing to be tried.

    Attributes:
        name: on the command line and of its folder.
        check: takes an input; raises `FoundError`, `UnusableError` or whatever goes wrong, else returns what was
            special about the input: one that shows something new is kept to start from.
        seeds: the inputs to start from.
        words: what is put into inputs.
    """

    name: str
    check: Callable[[str], frozenset[str]]
    seeds: Callable[[], tuple[str, ...]]
    words: tuple[str, ...]


def kind_of(error: BaseException) -> str:
    """Return what kind of fault an error shows: for one that nobody meant, its type and where it was raised."""
    if isinstance(error, FoundError):
        return error.kind
    passed = traceback.extract_tb(error.__traceback__)
    frames = [f for f in passed if f.filename.startswith(str(ROOT)) and f.filename != limit.__file__]
    place = f" in {Path(frames[-1].filename).relative_to(ROOT)}:{frames[-1].name}" if frames else ""
    return f"{type(error).__name__}{place}"


def tried(target: Target, text: str, seconds: float = LIMIT) -> tuple[frozenset[str], BaseException | None]:
    """Try one input, for some seconds of processor time; return what was special about it and what went wrong."""
    try:
        with limited(seconds):
            return target.check(text), None
    except UnusableError:
        return frozenset(), None
    except (Exception, SlowError) as error:
        return frozenset(), error


@cache
def own_cases() -> tuple[str, ...]:
    """Return the Dockerfiles of the rules' own cases: every clone has them, and every rule has something to do."""
    files = sorted((ROOT / "tests" / "rules").glob("*/*.Dockerfile"))
    return tuple(file.read_bytes().decode("utf-8", "surrogateescape") for file in files)
