"""A file that add-user wrote in an earlier run is split as the original is: the stages, who runs, what is copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener import Options, Result, Safety, harden
from hardener.fast.records import replace
from tests.test_rules import RULES, after, options

CASES = [
    RULES / "split-stages" / f"{name}.Dockerfile"
    for name in (
        "S01-start-script-of-a-dependency", "S02-below-a-yarn-lock", "S09-ruby", "S10-ctypes",
        "S12-link-in-the-requirements", "S13-cgo", "S18-maven", "S21-aspnet", "S21-port-of-an-old-release",
        "S21-port-of-the-runtime-image", "S21-solution", "S22-setcap-and-user", "S26-php-of-the-distribution",
    )
]  # fmt: skip


def _run(case: Path, text: str, chosen: Options, *rules: str) -> tuple[Result, Options]:
    wanted = replace(chosen, level=Safety.UNSAFE, select=frozenset(rules))
    result = harden(text, filename=case.name, options=wanted)
    assert result.faults == ()
    return result, replace(wanted, resolve=after(result, wanted))


def _last_stage(text: str) -> list[str]:
    """Return the instructions of the last stage without owners: add-user also gives away what root may keep."""
    stage = text.replace("\\\n", "").rpartition("\nFROM ")[2]
    plain = [re.sub(r" --chown=\S+", "", line) for line in stage.splitlines() if line]
    return sorted(line for line in plain if not line.startswith("RUN ") or "chown" not in line)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_split_after_add_user(case: Path) -> None:
    text = case.read_text(encoding="utf-8")
    split, left = _run(case, text, options(case), "split-stages")
    first, _ = _run(case, split.code, left, "add-user")
    given, left = _run(case, text, options(case), "add-user")
    second, _ = _run(case, given.code, left, "split-stages", "add-user")
    assert first.code.count("FROM ") > 1
    assert second.code.count("FROM ") == first.code.count("FROM ")
    assert _last_stage(second.code) == _last_stage(first.code)
