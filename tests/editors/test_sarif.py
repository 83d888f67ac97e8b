"""What code scanning gets: a real run's SARIF file, checked by Microsoft's own validator with GitHub's rules."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import ROOT

TOOL = os.environ.get("HARDEN_SARIF_MULTITOOL", "")
pytestmark = [
    pytest.mark.editors,
    pytest.mark.skipif(
        not TOOL and "HARDEN_NEEDS_EDITORS" not in os.environ, reason="HARDEN_SARIF_MULTITOOL names no validator"
    ),
]


def faults(log: Path) -> set[str]:
    """Return the rules of the validator that a log breaks."""
    out = log.with_suffix(".checked")
    kinds = ("--rule-kind", "Sarif;Gh;Ghas")
    # its exit code says whether it could run, not what it found
    subprocess.run([TOOL, "validate", log, "--output", out, "--log", "ForceOverwrite", *kinds], check=True)
    (run,) = json.loads(out.read_text(encoding="utf-8-sig"))["runs"]
    return {result["ruleId"] for result in run.get("results", ()) if result.get("level") != "none"}


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sarif")
    shutil.copytree(ROOT / "examples", folder / "examples")
    made = folder / "harden.sarif"
    command = [sys.executable, "-m", "hardener", "--output-format", "sarif", "--output-file", made, "--exit-zero", "."]
    subprocess.run(command, cwd=folder, check=True, env=os.environ | {"HARDEN_OFFLINE": "1"})
    return made


def test_the_validator_finds_nothing(log: Path) -> None:
    (run,) = json.loads(log.read_text())["runs"]
    assert len(run["results"]) > 50
    assert any(result.get("fixes") for result in run["results"])
    assert not faults(log)


def test_the_validator_finds_what_is_broken(log: Path, tmp_path: Path) -> None:
    broken: Any = json.loads(log.read_text())
    del broken["runs"][0]["results"][0]["message"]
    broken["runs"][0]["results"][1]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    made = tmp_path / "broken.sarif"
    made.write_text(json.dumps(broken))
    assert faults(made)
