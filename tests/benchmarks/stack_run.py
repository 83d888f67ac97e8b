"""A compose file in a folder: started, asked over HTTP, restarted, and looked at from inside its containers."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp
from time import monotonic, sleep
from typing import Any

#: what is asked of each container from inside
LOOK = (
    "grep -E 'CapEff|CapBnd|NoNewPrivs|^Uid' /proc/1/status; cd /sys/fs/cgroup; "
    "touch /usr/.x 2>/dev/null && echo root:writable || echo root:read-only; "
    "echo pids:$(cat pids.max pids/pids.max 2>/dev/null); "
    "echo memory:$(cat memory.max memory/memory.limit_in_bytes 2>/dev/null)"
)


@dataclass(frozen=True, slots=True)
class Data:
    """What a stack keeps: a service, what writes it, what reads it, and what that says."""

    service: str
    write: str
    read: str
    says: str


@dataclass(frozen=True, slots=True)
class Project:
    """A compose file in a folder of its own.

    Attributes:
        folder: where it lies.
        port: what is asked: the service and its port.
        path: what is asked for there.
        seconds: how long an answer is waited for.
    """

    folder: Path
    port: tuple[str, str]
    path: str = "/"
    seconds: int = 60

    def run(self, *arguments: str) -> str:
        """Return what Docker Compose says.

        Raises:
            RuntimeError: it fails.
        """
        name = "harden-" + self.folder.name.lower().replace("_", "-")
        line = ["docker", "compose", "-p", name, *arguments]
        done = subprocess.run(line, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr[-2000:])
        return done.stdout

    def start(self) -> None:
        """Build and start all of it."""
        self.run("up", "-d", "--build")

    def shell(self, service: str, text: str) -> str:
        """Run a shell text in a service and return what it says."""
        return self.run("exec", "-T", service, "sh", "-c", text)

    def answer(self, is_right: Callable[[str], bool] = bool) -> tuple[str, str]:
        """Return the status and the body that it answers, once the body is right, or the last problem."""
        end, error = monotonic() + self.seconds, "no answer"
        while monotonic() < end:
            try:
                address = f"http://{self.run('port', *self.port).strip()}{self.path}"
                with urllib.request.urlopen(address, timeout=5) as response:
                    body = response.read().decode(errors="replace")
                if is_right(body):
                    return str(response.status), body
                error = f"answers {body[:80]!r}"
            except (OSError, RuntimeError) as problem:
                error = str(problem)
            sleep(0.5)
        return error, ""

    def healthy(self) -> dict[str, str]:
        """Return the state of each service, once none is starting any more."""
        end = monotonic() + self.seconds
        while True:
            states = _states(self.run("ps", "-a", "--format", "json"))
            if monotonic() > end or "starting" not in states.values():
                return states
            sleep(0.5)

    def inside(self) -> dict[str, dict[str, str]]:
        """Return what the first process of each service that runs is allowed."""
        services = json.loads(self.run("config", "--format", "json"))["services"]
        running = self.run("ps", "--services").split()
        return {name: _pairs(self.shell(name, LOOK)) for name in services if name in running}

    def harden(self, *options: str, whole: bool = False) -> list[str]:
        """Let the command change the compose file, or all files of the folder; return the rules that changed it."""
        target = "." if whole else "compose.yaml"
        line = [sys.executable, "-m", "hardener", target, "--offline", *options]
        line += ["--write", "--output-format", "json"]
        done = subprocess.run(line, cwd=self.folder, capture_output=True, text=True, check=False)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr)
        found = [finding for file in json.loads(done.stdout)["files"] for finding in file["findings"]]
        rules = {finding["rule"] for finding in found if finding["applied"]}
        if whole and rules:  # what a Dockerfile then says may allow more in the compose file
            rules.update(self.harden(*options, whole=True))
        return sorted(rules)


def _states(listed: str) -> dict[str, str]:
    rows = [json.loads(line) for line in listed.splitlines() if line.strip()]
    return {row["Service"]: row.get("Health") or row["State"] for row in rows}


def _pairs(text: str) -> dict[str, str]:
    words = text.replace("\t", " ").splitlines()
    return {key: value.split()[0] for key, _, value in (line.partition(":") for line in words) if value.split()}


@contextmanager
def project(files: dict[str, str], port: tuple[str, str], path: str = "/", seconds: int = 60) -> Iterator[Project]:
    """Give the project of some files in a new folder; it is taken down at the end."""
    folder = Path(mkdtemp(prefix="stack"))
    folder.chmod(0o755)  # as folders of projects are: another user of a container reads them
    made = Project(folder, port, path, seconds)
    try:
        write(folder, files)
        yield made
    finally:
        if (folder / "compose.yaml").exists():
            made.run("down", "-v", "--rmi", "local", "-t", "1")
        shutil.rmtree(folder, ignore_errors=True)


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files by path and text."""
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
        if text.startswith("#!"):
            (folder / path).chmod(0o755)


def seen(made: Project, data: Data | None, *, is_new: bool) -> dict[str, Any]:
    """Start a project, ask it, restart it, ask it again, and look at it from inside.

    Args:
        made: it.
        data: what it keeps; None where it keeps nothing.
        is_new: the data has to be written first.
    """
    made.start()
    first = made.answer()[0]
    states, settings = made.healthy(), made.inside()
    kept: list[str] = []
    if data is not None:
        if is_new:
            made.shell(data.service, data.write)
        kept.append(made.shell(data.service, data.read).strip())
    made.run("restart", "-t", "10")
    again = made.answer()[0]
    made.healthy()
    if data is not None:
        kept.append(made.shell(data.service, data.read).strip())
    keeps = "" if data is None else "kept" if set(kept) == {data.says} else f"lost: {kept}"
    return {"answer": first, "after a restart": again, "states": states, "data": keeps, "services": settings}
