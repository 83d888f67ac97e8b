"""`harden verify` with Podman, where it is installed and may run containers; it has a storage of its own here."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import ROOT, needs_program

BUSYBOX = shutil.which("busybox")
pytestmark = [
    pytest.mark.slow,
    needs_program("podman"),
    needs_program("busybox"),
]
HOST = ["--build-option=--network=host", "--run-option=--network=host"]


#: who is not root in the second run: the account needs no name, and no range of others
NOBODY = 12345
IMAGE = "localhost/base"


@dataclass(frozen=True, slots=True)
class Podman:
    """A Podman that has nothing to do with the user's.

    Attributes:
        folder: that the one who runs it may write to.
        env: its environment.
        prefix: goes before a command, so that it is run by who is meant.
    """

    folder: Path
    env: dict[str, str]
    prefix: tuple[str, ...] = ()

    def run(self, *words: str, **more: Any) -> subprocess.CompletedProcess[str]:
        """Run a command as the one whose Podman it is."""
        line = [*self.prefix, *words]
        return subprocess.run(line, capture_output=True, text=True, check=False, env=self.env, **more)


@pytest.fixture(params=["root", "rootless"])
def podman(request: pytest.FixtureRequest) -> Iterator[Podman]:
    """One of root or of nobody; skips where it runs nothing."""
    is_rootless = request.param == "rootless"
    if is_rootless and (os.geteuid() or not shutil.which("setpriv")):
        pytest.skip("another user can be chosen by root alone, with setpriv")
    with tempfile.TemporaryDirectory(prefix="harden-podman") as name:  # pytest's folders are root's alone
        folder = Path(name)
        for below in ("home", "run", "app"):
            (folder / below).mkdir()
        made = Podman(folder, _environment(folder), _prefix() if is_rootless else ())
        _base(folder / "base")
        if is_rootless:
            subprocess.run(["chown", "-R", f"{NOBODY}:{NOBODY}", name], check=True)
        wrong = [_tried(made, runtime) for runtime in ("", "runc")]
        if all(wrong):
            pytest.skip(f"podman runs no container here: {wrong[-1]}")
        try:
            yield made
        finally:  # layers of others' ids are removed by who may
            made.run("podman", "unshare", "rm", "-rf", f"{folder}/root") if is_rootless else None


def _prefix() -> tuple[str, ...]:
    return ("setpriv", "--reuid", str(NOBODY), "--regid", str(NOBODY), "--clear-groups")


def _environment(folder: Path) -> dict[str, str]:
    (folder / "storage.conf").write_text(
        f'[storage]\ndriver = "vfs"\nrunroot = "{folder}/run/c"\ngraphroot = "{folder}/root"\n'
        '[storage.options.vfs]\nignore_chown_errors = "true"\n'
    )
    policy = folder / "home" / ".config" / "containers" / "policy.json"
    policy.parent.mkdir(parents=True, exist_ok=True)
    policy.write_text('{"default": [{"type": "insecureAcceptAnything"}]}')
    ours = ("DOCKER_HOST", "CONTAINER_HOST", "XDG_CACHE_HOME", "XDG_CONFIG_HOME")
    kept = {name: value for name, value in os.environ.items() if name not in ours}
    return {
        **kept,
        "HOME": str(folder / "home"),
        "TMPDIR": str(folder),
        "XDG_RUNTIME_DIR": str(folder / "run"),
        "CONTAINERS_STORAGE_CONF": str(folder / "storage.conf"),
        "CONTAINERS_CONF": str(folder / "containers.conf"),
        "PYTHONPATH": str(ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HARDEN_OFFLINE": "1",
    }


def _base(folder: Path) -> None:
    """Make an image of busybox alone: nothing is pulled here."""
    linked = subprocess.run(["ldd", str(BUSYBOX)], capture_output=True, text=True, check=False).stdout
    for source in (str(BUSYBOX), *re.findall(r"/\S+", linked)):
        target = folder / ("bin/busybox" if source == BUSYBOX else source.lstrip("/"))
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source, target)
    (folder / "bin" / "sh").symlink_to("busybox")
    (folder / "tmp").mkdir()


def _tried(one: Podman, runtime: str) -> str:
    """Set a runtime, and return why no container runs with it; "" where one does."""
    (one.folder / "containers.conf").write_text(
        '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]\n'
        '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n'
        + f'runtime = "{runtime}"\n[engine.runtimes]\n{runtime} = ["{shutil.which(runtime)}"]\n'
        * bool(runtime)
    )
    file = one.folder / "base.Dockerfile"
    file.write_text("FROM scratch\nCOPY . /\n")
    words = ("podman", "build", "-q", "-t", "base", "--network=host", "-f", str(file), str(one.folder / "base"))
    made = one.run(*words, cwd=one.folder)
    ran = one.run("podman", "run", "--rm", "--network=host", IMAGE, "/bin/sh", "-c", "echo runs", cwd=one.folder)
    return "" if "runs" in ran.stdout else (made.stderr or ran.stderr).strip()[-300:]


def test_both_sides_are_built_run_and_removed(podman: Podman) -> None:
    app = podman.folder / "app"
    (app / "index.html").write_text("welcome")
    (app / "Dockerfile").write_text(
        f'FROM {IMAGE}\nCOPY index.html /www/\nSHELL ["/bin/sh", "-c"]\n'
        'CMD ["/bin/sh", "-c", "while true; do busybox sleep 1; done"]\n'
    )
    done = podman.run(
        sys.executable, "-m", "hardener", "verify", "--isolated", "--engine", "podman", *HOST, "--no-times",
        "--stop-timeout", "1", "--format", "json", "--logs", "l", "--run-cmd", "/bin/sh -c 'echo said; exit 3'",
        *["--profile"] * bool(podman.prefix), cwd=app, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["engine"].startswith("podman ")
    assert report["before"]["state"] == "up"
    assert [answer["status"] for answer in report["before"]["answers"]] == [3]
    assert report["before"]["size"] > 500_000
    assert len(report["before"]["layers"]) >= 2
    if podman.prefix:
        profile = report["profile"]
        assert (profile["capabilities"], profile["read_only"]) == ({"drop": ["ALL"], "add": []}, True), profile["notes"]
    label = f"label=dev.harden.verify={Path(report['logs']).name}"
    for command in (["podman", "ps", "-aq"], ["podman", "images", "-aq"]):
        left = podman.run(*command, "--filter", label, cwd=app)
        assert (left.returncode, left.stdout) == (0, "")
