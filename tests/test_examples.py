"""examples/: the hardened files are what harden makes of the others."""

from __future__ import annotations

from pathlib import Path

import pytest

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
    from hardener.engine.context import BuildContext
    from hardener.engine.result import Options

    options = replace(Options(), resolve=BuildContext(example.folder, example.dockerfile))
    code = example.hardened.read_text(encoding="utf-8")
    assert harden(code, filename="Dockerfile", options=options).code == code
