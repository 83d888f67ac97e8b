"""The shared corpora, read where they lie; tests that need one skip with a reason where it is absent."""

from __future__ import annotations

import gzip
import json
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[1]
SHARED = Path(os.environ.get("HARDEN_SHARED", ROOT.parent / "shared"))


class Sample(NamedTuple):
    """One text of a corpus."""

    id: str
    data: bytes


def needs(path: Path) -> pytest.MarkDecorator:
    """Return a mark that skips where `path` is absent."""
    return pytest.mark.skipif(not path.exists(), reason=f"the shared file {path.name} is not here (set HARDEN_SHARED)")


WILD = SHARED / "corpus" / "wild.jsonl.gz"
PARSER_CASES = SHARED / "corpus" / "parser-cases.jsonl.gz"
COUNTEREXAMPLES = SHARED / "counterexamples.json"
FACTS = SHARED / "facts"


@cache
def samples(path: Path) -> tuple[Sample, ...]:
    """Return the texts of a corpus; () where it is absent."""
    if not path.exists():
        return ()
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]
    return tuple(Sample(r["id"], r["text"].encode("utf-8", "surrogateescape")) for r in records)
