"""pytest-benchmark: `pytest tests/benchmarks/bench_run.py`. Never part of the tests: a time is no verdict."""

from __future__ import annotations

import pytest

from hardener import Options, Safety, harden, parse
from tests.corpus import ROOT, WILD, samples

ARTICLE = (ROOT / "examples" / "article" / "Dockerfile").read_bytes()


def test_parse_the_article(benchmark) -> None:
    assert benchmark(parse, ARTICLE).stages


def test_harden_the_article(benchmark) -> None:
    assert benchmark(harden, ARTICLE).changed


@pytest.mark.skipif(not WILD.exists(), reason="the shared corpus is not here")
def test_harden_two_hundred_real_files(benchmark) -> None:
    texts = [s.data for s in samples(WILD)[:200]]
    options = Options(level=Safety.UNSAFE)
    assert benchmark(lambda: sum(harden(t, options=options).changed for t in texts)) > 50


@pytest.mark.parametrize("lines", [5_000, 50_000])
def test_time_grows_with_the_length(benchmark, lines: int) -> None:
    text = "FROM debian:trixie-slim\n" + "ENV A=1\n# c\n" * (lines // 2)
    assert benchmark.pedantic(harden, args=(text,), rounds=2).code == text
