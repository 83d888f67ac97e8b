"""Every case under tests/compose/<rule>/: a compose file, and beside it what its rule makes of it at each level.

A folder `<case>.project` beside the case is the folder that the compose file lies in. `pytest tests/test_compose.py
--snapshot-update` writes new diffs; read them.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from hardener import Options, Result, Safety, harden
from hardener.lookups.compose_folder import ComposeFolder
from hardener.project.compose.limits import Limits
from hardener.rules import compose_rules
from tests.answers import answers
from tests.test_rules import rendered

FOLDER = Path(__file__).parent / "compose"
CASES = sorted(FOLDER.glob("*/*.yaml"))
NAMES = [f"{case.parent.name}/{case.stem}" for case in CASES]


def options(case: Path, level: Safety) -> Options:
    """Return the options of a case; in the folder "whole" all rules run."""
    project = case.with_suffix(".project")
    return Options(
        level=level,
        select=frozenset() if case.parent.name == "whole" else frozenset({case.parent.name}),
        beside=ComposeFolder(project) if project.is_dir() else None,
        answers=answers(case.parent),
        with_edits=True,
        limits=limits(case.parent),
    )


def limits(folder: Path) -> Limits | None:
    """Return what the configuration of the cases of a rule says of limits."""
    path = folder / "config.json"
    return Limits(**json.loads(path.read_text())) if path.exists() else None


def run(case: Path, text: str, level: Safety) -> Result:
    """Run the rules of a case and check what holds for all of them."""
    name = case.name.partition("-")[2] if case.name.partition("-")[2].startswith("compose") else "compose.yaml"
    chosen = options(case, level)
    result = harden(text, filename=name, options=chosen)
    assert result.faults == (), "the proof rejected a change"
    assert harden(result.code, filename=name, options=chosen).code == result.code, "a second run changes the file (Z02)"
    assert all(finding.region is not None for finding in result.findings)
    return result


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case(case: Path, snapshot) -> None:
    text = case.read_bytes().decode()
    parts = {level: rendered(run(case, text, level)).replace("\r\n", "\n") for level in Safety}
    shown, before = "", None
    for level, part in parts.items():
        shown += f"## {level.value}\n" + ("the same\n" if part == before else part)
        before = part
    snapshot.snapshot_dir = case.parent
    snapshot.assert_match(shown, case.with_suffix(".diff").name)


@pytest.mark.parametrize("case", CASES, ids=NAMES)
def test_case_with_other_newlines(case: Path) -> None:
    unix = case.read_bytes().decode().replace("\r\n", "\n")
    result = run(case, unix, Safety.UNSAFE)
    dos = run(case, unix.replace("\n", "\r\n"), Safety.UNSAFE)
    assert dos.code == result.code.replace("\n", "\r\n")
    bare = run(case, unix.rstrip("\n"), Safety.UNSAFE)
    assert list(yaml.safe_load_all(bare.code)) == list(yaml.safe_load_all(result.code))


@pytest.mark.parametrize("rule", compose_rules(), ids=lambda rule: rule.name)
def test_each_rule_has_its_cases(rule) -> None:
    cases = sorted((FOLDER / rule.name).glob("*.yaml"))
    assert len(cases) >= (5 if rule.keys else 1)
    assert any("held back" in case.with_suffix(".diff").read_text() for case in cases)
