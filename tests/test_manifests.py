"""Every case under tests/manifests/<rule>/: Kubernetes manifests, and beside them what their rule makes of them.

A folder `<case>.project` beside the case is the folder that the file lies in. `pytest tests/test_manifests.py
--snapshot-update` writes new diffs; read them.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from hardener import Options, Result, Safety, harden
from hardener.engine.discovery import find
from hardener.engine.questions import questions
from hardener.lookups.manifest_folder import ManifestFolder
from hardener.project.manifests.naming import says_manifest, says_workload
from hardener.rules import manifest_rules
from tests.answers import answers
from tests.test_rules import rendered

FOLDER = Path(__file__).parent / "manifests"
CASES = sorted(FOLDER.glob("*/*.yaml"))
NAMES = [f"{case.parent.name}/{case.stem}" for case in CASES]
POD = "apiVersion: v1\nkind: Pod\nspec:\n  containers:\n    - name: a\n      image: x:1\n"


def options(case: Path, level: Safety) -> Options:
    """Return the options of a case; in the folder "whole" all rules run."""
    project = case.with_suffix(".project")
    return Options(
        level=level,
        select=frozenset() if case.parent.name == "whole" else frozenset({case.parent.name}),
        beside=ManifestFolder(project / "web.yaml", project) if project.is_dir() else None,
        answers=answers(case.parent),
        with_edits=True,
    )


def run(case: Path, text: str, level: Safety) -> Result:
    """Run the rules of a case and check what holds for all of them."""
    chosen = options(case, level)
    result = harden(text, filename="web.yaml", options=chosen)
    assert result.faults == (), "the proof rejected a change"
    assert harden(result.code, filename="web.yaml", options=chosen).code == result.code, "a second run changes it (Z02)"
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
    unix = case.read_bytes().decode()
    result = run(case, unix, Safety.UNSAFE)
    assert run(case, unix.replace("\n", "\r\n"), Safety.UNSAFE).code == result.code.replace("\n", "\r\n")
    bare = run(case, unix.rstrip("\n"), Safety.UNSAFE)
    assert list(yaml.safe_load_all(bare.code)) == list(yaml.safe_load_all(result.code))


@pytest.mark.parametrize("rule", manifest_rules(), ids=lambda rule: rule.name)
def test_each_rule_has_its_cases(rule) -> None:
    cases = sorted((FOLDER / rule.name).glob("*.yaml"))
    assert len(cases) >= 5
    assert any("held back" in case.with_suffix(".diff").read_text() for case in cases)


def test_what_is_a_manifest() -> None:
    assert says_manifest(POD)
    assert says_workload(POD)
    assert says_workload("- a\n---\n  kind: 'CronJob'\n  apiVersion: batch/v1\n")
    assert not says_workload("apiVersion: v1\nkind: Service\n")
    assert not says_manifest("kind: Pod\n")
    assert not says_manifest("apiVersion: v2\nname: chart\n")


def test_folders_are_searched_by_what_files_say(tmp_path: Path) -> None:
    chart = tmp_path / "chart"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: chart\n")
    (chart / "templates" / "web.yaml").write_text(POD)
    (tmp_path / "web.yml").write_text(POD)
    (tmp_path / "service.yaml").write_text("apiVersion: v1\nkind: Service\n")
    (tmp_path / "other.yaml").write_text("a: 1\n")
    found = [path.relative_to(tmp_path).as_posix() for path in find(tmp_path, compose=True)]
    assert found == ["chart/Chart.yaml", "web.yml"]
    assert list(find(tmp_path)) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Chart.yaml", "apiVersion: v2\nname: chart\n"),
        ("a.yaml", POD + "      {{- toYaml .Values.x | nindent 4 }}\n"),
        ("a.yaml", POD.replace("x:1", '"{{ .Values.image }}"')),
    ],
)
def test_templates_are_left_alone(name: str, text: str) -> None:
    result = harden(text, filename=name, options=Options(level=Safety.UNSAFE))
    assert result.code == text
    assert not result.findings
    assert ["[K30]" in note for _, note in result.warnings] == [True]
    assert questions(text, Options(), name) == frozenset()


def test_registries_are_asked_for_images_that_nobody_knows() -> None:
    asked = {lookup.kind for lookup in questions(POD, Options(), "a.yaml")}
    assert asked == {"digest", "image"}
    assert {lookup.kind for lookup in questions(POD, Options(image_facts=False), "a.yaml")} == {"digest"}


def test_too_many_files_around_it_hold_it_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardener.lookups.manifest_folder._FILES", 1)
    (tmp_path / "a.yaml").write_text(POD)
    (tmp_path / "b.yaml").write_text(POD)
    result = harden(POD, filename="a.yaml", options=Options(beside=ManifestFolder(tmp_path / "a.yaml", tmp_path)))
    assert result.code == POD
    assert {finding.refusal.spec for finding in result.held_back if finding.refusal} >= {"K28"}


def test_an_image_of_the_repository_is_made_read_only(tmp_path: Path) -> None:
    """Its Dockerfile leaves a user to whom nothing belongs: so it writes to /tmp alone."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text(
        'FROM node:22-slim\nCOPY a.js /a.js\nUSER 10001\nCMD ["node", "/a.js"]\n'
    )
    (tmp_path / "compose.yaml").write_text("services: {app: {image: 'team/app:1', build: ./app}}\n")
    manifest = tmp_path / "pod.yaml"
    manifest.write_text(POD.replace("x:1", "team/app:1"))
    command = [sys.executable, "-m", "hardener", "--write", "--offline", "--select", "read-only-filesystem"]
    subprocess.run([*command, str(manifest)], check=True, capture_output=True)
    assert "readOnlyRootFilesystem: true" in manifest.read_text()
    assert "mountPath: /tmp\n" in manifest.read_text()
