"""The hook under pre-commit itself: this repository is installed by it, rewrites a file and fails, then passes."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT
from tests.test_cli import SOURCE

PRE_COMMIT = Path(sys.executable).with_name("pre-commit")
#: what pre-commit or pip say where nothing can be downloaded
NO_NETWORK = ("Could not find a version that satisfies", "Temporary failure in name resolution", "Failed to establish")


def git(folder: Path, *arguments: str) -> str:
    settings = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "safe.directory=*"]
    done = subprocess.run(["git", *settings, *arguments], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.mark.slow
@pytest.mark.skipif(not PRE_COMMIT.exists(), reason="pre-commit is not installed")
@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="this is no git repository")
def test_the_hook_rewrites_and_fails_then_passes(tmp_path: Path) -> None:
    work = tmp_path / "work"
    work.mkdir()
    git(work, "init", "-q")
    (work / "Dockerfile").write_text(SOURCE)
    (work / "README.md").write_text("RUN apt-get update\n")
    (work / ".pre-commit-config.yaml").write_text(
        f"repos:\n- repo: file://{ROOT}\n  rev: {git(ROOT, 'rev-parse', 'HEAD')}\n  hooks:\n  - id: harden\n"
    )
    git(work, "add", ".")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PYTHON"))}
    environment |= {
        "PRE_COMMIT_HOME": str(tmp_path / "cache"), "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory", "GIT_CONFIG_VALUE_0": "*",
    }  # fmt: skip

    def commit() -> subprocess.CompletedProcess[str]:
        command = [PRE_COMMIT, "run", "--all-files", "--color=never"]
        return subprocess.run(command, cwd=work, capture_output=True, text=True, check=False, env=environment)

    first = commit()
    if any(sign in first.stdout + first.stderr for sign in NO_NETWORK):
        pytest.skip("pre-commit cannot install the hook without the network")
    assert first.returncode == 1, first.stdout + first.stderr
    assert "files were modified by this hook" in first.stdout
    assert "rm -rf /var/lib/apt/lists/*" in (work / "Dockerfile").read_text()
    assert (work / "README.md").read_text() == "RUN apt-get update\n"
    git(work, "add", ".")
    second = commit()
    assert second.returncode == 0, second.stdout
    assert "Passed" in second.stdout
