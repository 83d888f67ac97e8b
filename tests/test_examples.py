"""examples/: the hardened files are what harden makes of the others, and the pages show what was measured."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.benchmarks.examples import DATA, PAGE, README, page, with_block
from tests.buildkit import instructions
from tests.examples import EXAMPLES, Example, hardened


def test_all_of_them_are_there() -> None:
    names = {example.name for example in EXAMPLES}
    assert {"article", "typescript", "static-site", "python-libpq", "go", "c-make", "java"} <= names


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_hardened_is_in_step(example: Example, tmp_path: Path) -> None:
    result = hardened(example)
    assert result.faults == ()
    assert example.hardened.read_text(encoding="utf-8") == result.code, "run python -m tests.examples"
    assert result.changed
    assert instructions(result.code.encode(), tmp_path)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_a_second_run_changes_nothing(example: Example) -> None:
    from dataclasses import replace

    from hardener import harden
    from hardener.engine.result import Options
    from hardener.lookups.build_context import BuildContext

    options = replace(Options(), resolve=BuildContext(example.folder, example.dockerfile))
    code = example.hardened.read_text(encoding="utf-8")
    assert harden(code, filename="Dockerfile", options=options).code == code


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_each_was_measured(example: Example) -> None:
    found = json.loads(DATA.read_text(encoding="utf-8"))
    assert {"before", "after"} <= set(found[example.name])


def test_the_pages_show_what_was_measured() -> None:
    found = json.loads(DATA.read_text(encoding="utf-8"))
    assert PAGE.read_text(encoding="utf-8") == page(found), "run python -m tests.benchmarks.examples --render"
    text = README.read_text(encoding="utf-8")
    assert text == with_block(text, found)
