"""action.yml and what it runs: the inputs, the choice of files, the outputs, and all of it in a workflow under act."""

from __future__ import annotations

import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from hardener.cli.command import command
from tests.corpus import ROOT
from tests.test_cli import SOURCE
from tests.test_pre_commit import NO_NETWORK, git

BIN = Path(sys.executable).parent
LOCKED = (ROOT / "requirements.txt").read_text()
CHECK = SimpleNamespace(**runpy.run_path(str(ROOT / "action" / "check.py")))
#: a folder whose name would be a command if a shell read it
HOSTILE = 'a\'b $(touch pwned) `touch pwned` "c"; touch pwned;'
WORKFLOW = """
on: push
jobs:
  check:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - id: harden
        uses: ./.harden
        continue-on-error: true
        with: {inputs}
      - shell: bash
        env: {{ SARIF: "${{{{ steps.harden.outputs.sarif }}}}", CODE: "${{{{ steps.harden.outputs.exit-code }}}}" }}
        run: |
          cp "$SARIF" "$KEPT/harden.sarif"
          echo "exit-code=$CODE"
          cp "$RUNNER_TEMP/harden.md" "$KEPT/summary.md"
      - id: lenient
        uses: ./.harden
        with: {lenient}
      - shell: bash
        env: {{ CODE: "${{{{ steps.lenient.outputs.exit-code }}}}" }}
        run: echo "lenient-exit-code=$CODE"
"""


def settings(**inputs: str) -> dict[str, str]:
    return {f"HARDEN_INPUT_{name.upper()}": value for name, value in inputs.items()}


def repository(folder: Path) -> Path:
    folder.mkdir(exist_ok=True)
    git(folder, "init", "-q", "-b", "main")
    (folder / HOSTILE).mkdir()
    (folder / "Dockerfile").write_text(SOURCE)
    (folder / HOSTILE / "Dockerfile").write_text(SOURCE)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "first")
    return folder


def test_inputs_become_options() -> None:
    assert CHECK.read_options({}) == ["--check"]
    given = settings(level="safe", fail_level="held-back", context="a b", config="--write", offline="true")
    expected = ["--check", "--safe", "--fail-level=held-back", "--context=a b", "--config=--write", "--offline"]
    assert CHECK.read_options(given) == expected


@pytest.mark.parametrize("inputs", [{"files": "some"}, {"level": "all"}, {"fail_level": "x"}, {"offline": "yes"}])
def test_an_input_with_another_value_is_an_error_that_names_it(
    inputs: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert CHECK.main(settings(**inputs)) == 2
    name, value = next(iter(inputs.items()))
    assert re.fullmatch(
        rf"::error::{name.replace('_', '-')}: must be one of .*, not '{value}'\n", capsys.readouterr().out
    )


def test_the_values_of_inputs_are_those_of_the_command() -> None:
    fail_level = next(p for p in command.params if p.name == "fail_level")
    assert set(CHECK.read_options.__globals__["_CHOICES"]["FAIL_LEVEL"]) == {"", *fail_level.type.choices}


def test_changed_files_are_those_of_the_commits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = repository(tmp_path / "work")
    base = git(work, "rev-parse", "HEAD")
    named = (
        "new/Dockerfile",
        "new/compose.yaml",
        "new/app.py",
        "new/values.yaml",
        "other/ünï.Dockerfile",
        "gone/Dockerfile",
    )
    for name in named:
        (work / name).parent.mkdir(exist_ok=True)
        (work / name).write_text(SOURCE)
    (work / "new" / "pod.yaml").write_text("apiVersion: v1\nkind: Pod\n")
    (work / "linked.Dockerfile").symlink_to("/etc/passwd")
    git(work, "rm", "-q", "Dockerfile")
    git(work, "add", ".")
    git(work, "commit", "-qm", "second")
    monkeypatch.chdir(work)

    def chosen(paths: str, base: str = base) -> list[str]:
        return CHECK.chosen({**settings(files="changed", paths=paths), "HARDEN_BASE": base}, CHECK.git)  # type: ignore[no-any-return]

    assert chosen(".") == [
        "gone/Dockerfile", "new/Dockerfile", "new/compose.yaml", "new/pod.yaml", "other/ünï.Dockerfile"
    ]  # fmt: skip
    assert chosen("new\nother\n") == ["new/Dockerfile", "new/compose.yaml", "new/pod.yaml", "other/ünï.Dockerfile"]
    assert chosen("ne") == []
    # where git cannot tell, all are checked
    for unknown in ("", "0" * 40, "f" * 40, "--output=pwned".ljust(40, "a")):
        assert chosen("new\nother\n", unknown) == ["new", "other"]


def test_the_commit_before_is_fetched_into_a_checkout_of_one_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = repository(tmp_path / "work")
    base = git(work, "rev-parse", "HEAD")
    (work / "Dockerfile").write_text(SOURCE + "USER 1000\n")
    git(work, "commit", "-qam", "second")
    git(work, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{work}", "clone")
    monkeypatch.chdir(tmp_path / "clone")
    assert CHECK.changed_files(base, CHECK.git) == ["Dockerfile"]


def test_files_that_look_like_a_repository_are_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q", "--bare", "work")
    work, trap = tmp_path / "work", tmp_path / "trap"
    (work / "config").write_text(
        f"[core]\nbare = false\nworktree = .\nrepositoryformatversion = 0\nsshCommand = touch {trap}\n"
        '[remote "origin"]\nurl = ssh://there/x\n'
    )
    monkeypatch.chdir(work)
    assert CHECK.changed_files("1" * 40, CHECK.git) is None
    assert not trap.exists()


def run_check(work: Path, temp: Path, **inputs: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **settings(**inputs), "RUNNER_TEMP": str(temp), "GITHUB_OUTPUT": str(temp / "output")}
    environment["GITHUB_STEP_SUMMARY"] = str(temp / "summary")
    arguments = [sys.executable, ROOT / "action" / "check.py"]
    return subprocess.run(arguments, cwd=work, capture_output=True, text=True, check=False, env=environment)


def test_a_run_annotates_and_writes_sarif_summary_and_outputs(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    done = run_check(work, tmp_path, offline="true", paths=f"Dockerfile\n{HOSTILE}\n")
    assert done.returncode == 1, done.stderr
    assert "::warning file=Dockerfile,line=2," in done.stdout
    outputs = dict(line.split("=", 1) for line in (tmp_path / "output").read_text().splitlines())
    assert outputs == {"sarif": str(tmp_path / "harden.sarif"), "exit-code": "1"}
    log = json.loads(Path(outputs["sarif"]).read_text())
    assert {result["ruleId"] for result in log["runs"][0]["results"]} >= {"HD101"}
    assert "merge-run" in (tmp_path / "summary").read_text()
    assert not list(tmp_path.rglob("pwned"))


def test_fail_level_none_passes_and_nothing_is_written_that_is_not_wanted(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    done = run_check(work, tmp_path, offline="true", fail_level="none", annotations="false", summary="false")
    assert done.returncode == 0, done.stderr
    assert "::" not in done.stdout
    assert not (tmp_path / "summary").exists()


def test_no_changed_file_passes_without_a_sarif_file(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    (tmp_path / "base").write_text("")
    environment = {**os.environ, "HARDEN_BASE": git(work, "rev-parse", "HEAD"), "HARDEN_INPUT_FILES": "changed"}
    environment |= {"RUNNER_TEMP": str(tmp_path), "GITHUB_OUTPUT": str(tmp_path / "output")}
    done = subprocess.run([sys.executable, ROOT / "action" / "check.py"], cwd=work, check=False, env=environment)
    assert done.returncode == 0
    assert (tmp_path / "output").read_text() == "sarif=\nexit-code=0\n"


def test_no_script_of_the_action_or_the_workflows_holds_an_expression() -> None:
    """An expression in a script is text of the script, whoever wrote its value."""
    action = yaml.safe_load((ROOT / "action.yml").read_text())
    jobs = [yaml.safe_load(p.read_text())["jobs"] for p in (ROOT / ".github" / "workflows").glob("*.yml")]
    steps = [*action["runs"]["steps"], *(step for job in jobs for one in job.values() for step in one["steps"])]
    scripts = [step["run"] for step in steps if "run" in step]
    assert len(scripts) > 5
    assert not [script for script in scripts if "${{" in script]


@pytest.mark.slow
def test_zizmor_finds_nothing() -> None:
    _program("zizmor")
    done = subprocess.run(
        [BIN / "zizmor", "--offline", "--no-progress", "action.yml", ".github"],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


@pytest.mark.slow
def test_action_workflows_and_gitlab_component_are_of_their_schemas(tmp_path: Path) -> None:
    _program("check-jsonschema")
    component = (ROOT / "templates" / "harden.yml").read_text().split("\n---\n")
    for index, document in enumerate(component):
        (tmp_path / f"{index}.yml").write_text(document)
    checks: list[tuple[str, list[Path]]] = [
        ("vendor.github-actions", [ROOT / "action.yml"]),
        ("vendor.github-workflows", sorted((ROOT / ".github" / "workflows").glob("*.yml"))),
        ("vendor.dependabot", [ROOT / ".github" / "dependabot.yml"]),
        ("vendor.gitlab-ci", sorted(tmp_path.glob("*.yml"))),
    ]
    for schema, files in checks:
        arguments: list[Any] = [BIN / "check-jsonschema", "--builtin-schema", schema, *files]
        done = subprocess.run(arguments, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def test_the_script_of_the_gitlab_component_reads_inputs_as_variables_only() -> None:
    job = list(yaml.safe_load_all((ROOT / "templates" / "harden.yml").read_text()))[1]["harden"]
    assert not [line for line in job["script"] if "$[[" in line]
    assert job["artifacts"]["reports"]["codequality"] in job["script"][-1]


def test_the_gitlab_component_writes_a_report_and_fails(tmp_path: Path) -> None:
    work = repository(tmp_path / "work")
    job = list(yaml.safe_load_all((ROOT / "templates" / "harden.yml").read_text()))[1]["harden"]
    script = job["script"][-1].replace("/tmp/harden/bin/harden", '"$PYTHON" -m hardener')
    environment = {**os.environ, "PYTHON": sys.executable, "HARDEN_FAIL_LEVEL": "safe", "HARDEN_PATHS": HOSTILE}
    done = subprocess.run(
        ["bash", "-c", script], cwd=work, capture_output=True, text=True, check=False, env=environment
    )
    assert done.returncode == 1, done.stderr
    report = json.loads((work / job["artifacts"]["reports"]["codequality"]).read_text())
    assert {issue["location"]["path"] for issue in report} == {f"{HOSTILE}/Dockerfile"}
    assert not list(tmp_path.rglob("pwned"))


@pytest.mark.slow
def test_the_action_runs_in_a_workflow(tmp_path: Path) -> None:
    _program("act")
    work = repository(tmp_path / "work")
    # what a repository holds is never imported
    for name in ("hardener.py", "click.py", "sitecustomize.py", "subprocess.py"):
        (work / name).write_text("import pathlib; pathlib.Path('pwned').touch()\n")
    action = work / ".harden"
    for name in ("action", "hardener"):
        shutil.copytree(ROOT / name, action / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("action.yml", "requirements.txt"):
        shutil.copy(ROOT / name, action)
    given = {"paths": f"Dockerfile\n{HOSTILE}", "offline": "true", "python": sys.executable}
    inputs = json.dumps(given)
    lenient = json.dumps({**given, "fail-level": "none", "annotations": "false", "summary": "false"})
    (work / ".github" / "workflows").mkdir(parents=True)
    (work / ".github" / "workflows" / "check.yml").write_text(WORKFLOW.format(inputs=inputs, lenient=lenient))
    git(work, "add", "-Af")
    git(work, "commit", "-qm", "second")
    git(work, "remote", "add", "origin", "https://github.com/owner/name")
    (tmp_path / "config" / "act").mkdir(parents=True)
    (tmp_path / "config" / "act" / "actrc").write_text("-P ubuntu-latest=-self-hosted\n")
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON", "GITHUB"))
    }
    environment |= {"XDG_CONFIG_HOME": str(tmp_path / "config"), "XDG_CACHE_HOME": str(tmp_path / "cache")}
    kept = tmp_path / "kept"
    kept.mkdir()
    arguments: list[Any] = [BIN / "act", "push", "--pull=false", "--env", f"KEPT={kept}"]
    done = subprocess.run(arguments, cwd=work, capture_output=True, text=True, check=False, env=environment)
    told = done.stdout + done.stderr
    if any(sign in told for sign in NO_NETWORK):
        pytest.skip("the action cannot install what it needs without the network")
    assert done.returncode == 0, told
    assert re.search(r"(?<!-)exit-code=1", told)
    assert "lenient-exit-code=0" in told
    # act shows an annotation with its properties, where GitHub marks the line
    assert "::warning file=Dockerfile,line=2," in told, told
    # the report that the step put into the job summary, for which a runner gives the step a file (act empties it behind
    # the step, GitHub takes it then); that it stands in there is shown by the runs without act, above
    assert "merge-run" in (kept / "summary.md").read_text()
    assert not list(tmp_path.rglob("pwned")), told
    # github/codeql-action/upload-sarif hands the file to GitHub's own API, which cannot be had here: that it is what
    # the API takes is shown by its schema in test_reporters.py, and by Microsoft's rules in editors/test_sarif.py
    log = json.loads((kept / "harden.sarif").read_text())
    places = {
        result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in log["runs"][0]["results"]
    }
    assert "Dockerfile" in places


def _program(name: str) -> None:
    if not (BIN / name).exists():
        pytest.skip(f"{name} is not installed")


def test_requirements_hold_every_dependency_with_a_version_that_pyproject_allows_and_hashes() -> None:
    from packaging.requirements import Requirement

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    pinned = re.findall(
        r"^([a-z0-9-]+)==(\S+).*\\\n((?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+)", LOCKED, re.MULTILINE
    )
    versions = {name: version for name, version, _hashes in pinned}
    assert len(pinned) == LOCKED.count("==")
    for line in project["dependencies"]:
        wanted = Requirement(line)
        assert wanted.specifier.contains(versions[wanted.name]), line
