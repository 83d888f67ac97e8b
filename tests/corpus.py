"""The texts that many tests run over: our own cases, and the shared corpora, read where they lie."""

from __future__ import annotations

import gzip
import json
import os
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

from hardener import DockerfileSyntaxError, parse
from hardener.syntax.dockerfile.checks import check

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HARDEN_SHARED", ROOT.parent / "shared"))
#: before a release and each week: every real file, and tests that take long or are one of several of their kind
THOROUGH = bool(os.environ.get("HARDEN_THOROUGH"))


class Sample(NamedTuple):
    """One text of a corpus."""

    id: str
    data: bytes


def needs(path: Path, source: str = f"the folder {SHARED.name} (set HARDEN_SHARED)") -> pytest.MarkDecorator:
    """Return a mark for a test that needs a file which a clone does not have: `conftest` leaves it out there."""
    return pytest.mark.needs_file(path, source)


def needs_program(name: str) -> pytest.MarkDecorator:
    """Return a mark for a test that needs a program which is no Python package, left out likewise."""
    return pytest.mark.needs_program(name)


#: the Dockerfiles of our own cases and examples, which every clone has
OWN = ROOT / "tests" / "rules"
WILD = SHARED / "corpus" / "wild.jsonl.gz"
PARSER_CASES = SHARED / "corpus" / "parser-cases.jsonl.gz"
COUNTEREXAMPLES = SHARED / "counterexamples.json"
FACTS = SHARED / "facts"


@cache
def samples(path: Path) -> tuple[Sample, ...]:
    """Return the texts of a corpus; () where it is absent."""
    if path is OWN:
        files = sorted([*OWN.glob("*/*.Dockerfile"), *(ROOT / "examples").glob("*/Dockerfile")])
        return tuple(Sample(str(file.relative_to(ROOT)), file.read_bytes()) for file in files)
    if not path.exists():
        return ()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return tuple(Sample(r["id"], r["text"].encode("utf-8", "surrogateescape")) for r in records)


def some(path: Path, every: int) -> tuple[Sample, ...]:
    """Return each `every`th text of a corpus; all of them in a thorough run."""
    return samples(path)[:: 1 if THOROUGH else every]


@cache
def usable(path: Path) -> tuple[Sample, ...]:
    """Return the texts of a corpus that BuildKit would build: no templates, nothing that is refused."""
    found = []
    for sample in samples(path):
        with suppress(DockerfileSyntaxError):
            check(parse(sample.data))
            found.append(sample)
    return tuple(found)


#: all of them, for `parametrize`
CORPORA = [pytest.param(path, marks=needs(path), id=path.name.split(".")[0]) for path in (OWN, WILD, PARSER_CASES)]
