"""The hooks under pre-commit and prek: installed from this repository, they rewrite files and fail, then pass."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener.engine.discovery import is_hardened
from tests.corpus import ROOT
from tests.test_cli import SOURCE

#: what pre-commit or pip say where nothing can be downloaded
NO_NETWORK = ("Could not find a version that satisfies", "Temporary failure in name resolution", "Failed to establish")
NAMES = (
    "Dockerfile", "dockerfile", "Containerfile", "Dockerfile.prod", "Dockerfile.a.b", "prod.Dockerfile",
    "a.b.dockerfile", "x.containerfile", "compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.p.yml",
    "Compose.YAML", "compose-dev.yaml", "compose_dev.yaml", ".Dockerfile", ".a.dockerfile", "Dockerfile.dockerignore",
    "Dockerfile.md", "Dockerfile.bak", "Dockerfile.orig", "Dockerfile.rej", "Dockerfile.swp", "Dockerfile.x~",
    "Dockerfiles", "notdockerfile", "my-compose.yml", "composer.yml", "compose.json", "docker-bake.hcl",
    "docker-bake.override.json", "devcontainer.json", ".devcontainer.json", "main.hcl", "deployment.yaml",
    "README.md", "compose.yaml.md",
)  # fmt: skip


def hooks() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text())}


@pytest.mark.parametrize("folder", ["", "deep/er/"])
@pytest.mark.parametrize("name", NAMES)
def test_the_hooks_take_the_files_that_harden_finds_in_a_folder(name: str, folder: str) -> None:
    for hook in hooks().values():
        taken = re.search(hook["files"], folder + name) and not re.search(hook["exclude"], folder + name)
        # a manifest is told by what it says: of other YAML files harden says nothing
        assert bool(taken) is (is_hardened(name) or name.endswith((".yaml", ".yml"))), hook["id"]


def test_a_name_cannot_become_an_option_of_a_hook() -> None:
    assert all(hook["args"][-1] == "--" for hook in hooks().values())


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*"]
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


def repository(folder: Path, hook: str) -> Path:
    """Make a repository with a Dockerfile, one in a folder, and a file that only mentions one."""
    folder.mkdir()
    git(folder, "init", "-q")
    (folder / "Dockerfile").write_text(SOURCE)
    (folder / "images").mkdir()
    (folder / "images" / "run.dockerfile").write_text(SOURCE + 'CMD exec sleep "100"\n')
    (folder / "README.md").write_text("RUN apt-get update\n")
    (folder / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: file://{ROOT}\n  rev: {git(ROOT, 'rev-parse', 'HEAD')}\n  hooks:\n  - id: {hook}\n"
    )
    git(folder, "add", ".")
    return folder


def run(runner: str, work: Path, cache: Path) -> subprocess.CompletedProcess[str]:
    """Run a program that runs hooks on all files of a repository; skips where it cannot install the hook."""
    program = Path(sys.executable).with_name(runner)
    if not program.exists():
        pytest.skip(f"{runner} is not installed")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    environment |= {
        "PRE_COMMIT_HOME": str(cache / runner), "PREK_HOME": str(cache / runner), "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
    }  # fmt: skip
    command = [program, "run", "--all-files", "--color=never"]
    done = subprocess.run(command, cwd=work, capture_output=True, text=True, check=False, env=environment)
    if any(sign in done.stdout + done.stderr for sign in NO_NETWORK):
        pytest.skip(f"{runner} cannot install the hook without the network")
    return done


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the runners keep the installed hook, shared by the tests: an installation takes seconds."""
    if not (ROOT / ".git").exists() or not shutil.which("git"):
        pytest.skip("this is no git repository")
    return tmp_path_factory.mktemp("hooks")


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_a_hook_rewrites_and_fails_then_passes(runner: str, tmp_path: Path, cache: Path) -> None:
    work = repository(tmp_path / "work", "harden")
    first = run(runner, work, cache)
    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    for path in (work / "Dockerfile", work / "images" / "run.dockerfile"):
        assert "RUN apt-get update && \\\n    apt-get install" in path.read_text()
        assert "rm -rf" not in path.read_text(), "the image stays as it is"
    assert (work / "README.md").read_text() == "RUN apt-get update\n"
    git(work, "add", ".")
    second = run(runner, work, cache)
    assert second.returncode == 0, second.stdout
    assert "Passed" in second.stdout


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_harden_hardening_also_changes_image_and_container(runner: str, tmp_path: Path, cache: Path) -> None:
    work = repository(tmp_path / "work", "harden-hardening")
    first = run(runner, work, cache)
    assert first.returncode == 1, first.stdout + first.stderr
    text = (work / "images" / "run.dockerfile").read_text()
    assert "rm -rf /var/lib/apt/lists/*" in text
    assert 'ENTRYPOINT ["/usr/bin/tini", "--"]' in text
    assert run(runner, work, cache).returncode == 0


@pytest.mark.slow
@pytest.mark.parametrize("runner", ["pre-commit", "prek"])
def test_harden_check_fails_and_changes_nothing(runner: str, tmp_path: Path, cache: Path) -> None:
    work = repository(tmp_path / "work", "harden-check")
    done = run(runner, work, cache)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "images/run.dockerfile" in done.stdout
    assert git(work, "diff", "--name-only") == ""
