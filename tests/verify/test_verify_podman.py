"""`harden verify` with Podman, where it is installed and may run containers; it has a storage of its own here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT, needs_program

BUSYBOX = shutil.which("busybox")
pytestmark = [
    pytest.mark.slow,
    needs_program("podman"),
    needs_program("busybox"),
]
HOST = ["--build-option=--network=host", "--run-option=--network=host"]


@pytest.fixture
def podman(tmp_path: Path) -> dict[str, str]:
    """The environment of a Podman that has nothing to do with the user's; skips where it runs nothing."""
    folder = tmp_path / "podman"
    folder.mkdir()
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run"\ngraphroot = "{folder}/root"\n'
    )
    (folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
    )
    env = {
        **os.environ,
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "PYTHONPATH": str(ROOT),
        "HARDEN_OFFLINE": "1",
    }
    base = folder / "base"
    linked = subprocess.run(["ldd", str(BUSYBOX)], capture_output=True, text=True, check=False).stdout
    for source in (str(BUSYBOX), *re.findall(r"/\S+", linked)):
        target = base / ("bin/sh" if source == BUSYBOX else source.lstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    made = subprocess.run(
        ["podman", "build", "-q", "-t", "base", "--network=host", "-f", "-", str(base)],
        input="FROM scratch\nCOPY . /\n",
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    ran = subprocess.run(
        ["podman", "run", "--rm", "--network=host", "localhost/base", "/bin/sh", "-c", "echo runs"],
        capture_output=True, text=True, check=False, env=env,
    )  # fmt: skip
    if "runs" not in ran.stdout:
        pytest.skip(f"podman runs no container here: {(made.stderr + ran.stderr).strip()[-200:]}")
    return env


def test_both_sides_are_built_run_and_removed(tmp_path: Path, podman: dict[str, str]) -> None:
    (tmp_path / "index.html").write_text("welcome")
    (tmp_path / "Dockerfile").write_text(
        'FROM localhost/base\nCOPY index.html /www/\nSHELL ["/bin/sh", "-c"]\n'
        'CMD ["/bin/sh", "-c", "while true; do sleep 1; done"]\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "--isolated", "--engine", "podman", *HOST, "--no-times",
         "--stop-timeout", "1", "--format", "json", "--logs", "l", "--run-cmd", "/bin/sh -c 'echo said; exit 3'"],
        cwd=tmp_path, env=podman, capture_output=True, text=True, check=False, timeout=200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["engine"].startswith("podman ")
    assert report["before"]["state"] == "up"
    assert [answer["status"] for answer in report["before"]["answers"]] == [3]
    assert report["before"]["size"] > 500_000
    assert len(report["before"]["layers"]) >= 2
    label = f"label=dev.harden.verify={Path(report['logs']).name}"
    for command in (["podman", "ps", "-aq"], ["podman", "images", "-aq"]):
        left = subprocess.run([*command, "--filter", label], capture_output=True, text=True, check=True, env=podman)
        assert left.stdout == ""
