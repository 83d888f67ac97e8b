"""A stack started as harden leaves its compose file: it serves, and the settings are seen from inside."""

from __future__ import annotations

import subprocess
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from hardener import Options, harden
from hardener.lookups.compose_folder import ComposeFolder
from tests.engine.composing import WITH_STACKS

pytestmark = [*WITH_STACKS]
STACK = """\
version: "3.8"
services:
  # in front
  web:
    image: nginx:1.27
    ports: ["127.0.0.1::80"]
    depends_on: [api]
  api: {build: ./api, ports: ["127.0.0.1::3000"]}
"""
SERVER = 'require("http").createServer((_, answer) => answer.end("hi")).listen(3000)\n'


def compose(folder: Path, *arguments: str) -> str:
    """Return what Docker Compose says."""
    line = ["docker", "compose", "-p", f"harden-{folder.name.replace('_', '-')}", *arguments]
    return subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a stack, hardened; it is taken down at the end."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "s.js").write_text(SERVER)
    (tmp_path / "api" / "Dockerfile").write_text('FROM node:20\nCOPY s.js .\nUSER node\nCMD ["node", "s.js"]\n')
    # the nginx of this engine is Debian's, which writes in other places than the official image
    chosen = Options(beside=ComposeFolder(tmp_path), ignore=frozenset({"read-only-root"}))
    result = harden(STACK, filename="compose.yaml", options=chosen)
    assert result.faults == ()
    (tmp_path / "compose.yaml").write_text(result.code)
    yield tmp_path
    compose(tmp_path, "down", "-v", "--rmi", "local")


def test_a_stack_runs_as_it_is_left(stack: Path) -> None:
    compose(stack, "up", "-d", "--build")
    for service, port in (("web", "80"), ("api", "3000")):
        assert answers(f"http://{compose(stack, 'port', service, port).strip()}")
        status = compose(stack, "exec", "-T", service, "cat", "/proc/1/status")
        assert "NoNewPrivs:\t1" in status
        inspected = "{{.HostConfig.LogConfig.Config}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.PidsLimit}}"
        line = ["docker", "inspect", "-f", inspected, compose(stack, "ps", "-q", service).strip()]
        said = subprocess.run(line, capture_output=True, text=True, check=True).stdout
        assert said.strip() == "map[max-file:3 max-size:10m] unless-stopped 4096"


def answers(address: str) -> bool:
    """Tell whether a server answers within some seconds."""
    end = monotonic() + 20
    while monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return bool(response.status == 200)
        except OSError:
            sleep(0.3)
    return False
