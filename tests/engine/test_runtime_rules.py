"""exec-form and add-init on a real engine: each container starts as before and stops at once."""

from __future__ import annotations

import re
import subprocess
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("engine_version")]
RULES = frozenset({"exec-form", "add-init"})
#: seconds until the engine kills; a stop that takes as long was not heard
PATIENCE = 4
_TINI = "/usr/bin/tini"
_SERVER_JS = 'require("http").createServer((q, r) => r.end("ok")).listen(8080, () => console.log("ready"))\n'
_SERVER_PY = "import time\nprint('ready', flush=True)\ntime.sleep(600)\n"
#: name: Dockerfile, context, what PID 1 is afterwards, whether the stop was slow before
CASES = {
    "node": (
        "FROM node:20-slim\nWORKDIR /app\nCOPY server.js .\nCMD node server.js\n",
        {"server.js": _SERVER_JS},
        [_TINI, "--", "docker-entrypoint.sh", "node", "server.js"],
        True,
    ),
    "python": (
        "FROM python:3.11-slim\nWORKDIR /app\nCOPY app.py .\nENV OPTIONS=-u\nCMD python3 $OPTIONS app.py\n",
        {"app.py": _SERVER_PY},
        [_TINI, "--", "/bin/sh", "-c", "exec python3 $OPTIONS app.py"],
        True,
    ),
    "python in a string": (
        'FROM python:3.11-slim\nCOPY app.py /srv/\nCMD ["sh", "-c", "cd /srv && python3 app.py"]\n',
        {"app.py": _SERVER_PY},
        [_TINI, "--", "sh", "-c", "cd /srv && exec python3 app.py"],
        True,
    ),
    "debian with a script": (
        'FROM debian:bookworm-slim\nCOPY start.sh /start.sh\nRUN chmod +x /start.sh\nENTRYPOINT ["/start.sh"]\n'
        'CMD ["sleep", "600"]\n',
        {"start.sh": '#!/bin/sh\nset -e\necho ready\nexec "$@"\n'},
        [_TINI, "--", "/start.sh", "sleep", "600"],
        True,
    ),
    "debian with a script as CMD": (
        "FROM debian:bookworm-slim\nWORKDIR /app\nCOPY . .\nRUN chmod +x run.sh\nCMD ./run.sh\n",
        {"run.sh": "#!/bin/sh\necho ready\nexec sleep 600\n"},
        [_TINI, "--", "./run.sh"],
        True,
    ),
    "nginx": (
        "FROM debian:bookworm-slim\n"
        "RUN apt-get update && apt-get install -y --no-install-recommends nginx-light && rm -rf /var/lib/apt/lists/*\n"
        "CMD echo ready && nginx -g 'daemon off;'\n",
        {},
        ["/bin/sh", "-c", "echo ready && exec nginx -g 'daemon off;'"],
        True,
    ),
    "shell form entry point": (
        "FROM debian:bookworm-slim\nENTRYPOINT echo ready && \\\n  # waits\n  exec sleep 600\n",
        {},
        [_TINI, "--", "/bin/sh", "-c", "echo ready &&   exec sleep 600"],
        True,
    ),
}


@pytest.fixture
def built() -> Iterator[list[str]]:
    names: list[str] = []
    yield names
    for name in names:
        subprocess.run(["docker", "rm", "-f", name], capture_output=True, check=False)
        subprocess.run(["docker", "image", "rm", "-f", name], capture_output=True, check=False)


def hardened(text: str, context: dict[str, str], folder: Path) -> str:
    for name, content in context.items():
        (folder / name).write_text(content)
    result = harden(text, options=Options(level=Safety.HARDENING, select=RULES, resolve=BuildContext(folder)))
    assert result.faults == ()
    return result.code


def started(text: str, folder: Path, built: list[str]) -> str:
    """Build, start, wait for "ready", and return the name of image and container."""
    name = f"harden-test-runtime-{uuid.uuid4().hex[:8]}"
    built.append(name)
    (folder / "Dockerfile").write_text(text)
    done = subprocess.run(
        ["docker", "build", "-q", "-t", name, str(folder)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert docker("run", "-d", "--name", name, name)
    deadline = time.monotonic() + 20
    while "ready" not in docker("logs", name):
        assert time.monotonic() < deadline, "it never got ready"
        time.sleep(0.2)
    time.sleep(0.5)
    assert docker("inspect", "-f", "{{.State.Running}}", name).strip() == "true"
    return name


def stop(name: str) -> float:
    begin = time.monotonic()
    assert docker("stop", "-t", str(PATIENCE), name)
    return time.monotonic() - begin


def configured(name: str) -> list[str]:
    lines = docker(
        "inspect",
        "-f",
        "{{range .Config.Entrypoint}}{{println .}}{{end}}{{range .Config.Cmd}}{{println .}}{{end}}",
        name,
    )
    return [line for line in lines.splitlines() if line]


@pytest.mark.parametrize("case", CASES)
def test_it_starts_as_before_and_stops_at_once(case: str, tmp_path: Path, built: list[str]) -> None:
    text, context, command, was_slow = CASES[case]
    after = hardened(text, context, tmp_path)
    assert after != text
    old, new = started(text, tmp_path, built), started(after, tmp_path, built)
    assert configured(new) == command
    slow, fast = stop(old), stop(new)
    assert (slow > PATIENCE) is was_slow, f"before: {slow:.1f} s"
    assert fast < PATIENCE / 2, f"after: {fast:.1f} s"


def test_orphans_are_reaped(tmp_path: Path, built: list[str]) -> None:
    """Section I: what a process leaves behind becomes a zombie under PID 1 that does not wait."""
    app = (
        "import os, time\nif os.fork() == 0:\n    if os.fork() == 0:\n        time.sleep(0.2)\n    os._exit(0)\n"
        "os.wait()\ntime.sleep(1)\nprint('ready', flush=True)\ntime.sleep(600)\n"
    )
    text = 'FROM python:3.11-slim\nCOPY app.py /app.py\nCMD ["python3", "/app.py"]\n'
    after = hardened(text, {"app.py": app}, tmp_path)

    def zombies(name: str) -> int:
        states = docker("exec", name, "sh", "-c", "cat /proc/[0-9]*/stat")
        return len(re.findall(r"\) Z ", states))

    assert zombies(started(text, tmp_path, built)) == 1
    assert zombies(started(after, tmp_path, built)) == 0


def test_a_script_without_its_first_line_is_left_to_the_shell(tmp_path: Path, built: list[str]) -> None:
    """E12: the exec form of it does not start."""
    text = "FROM debian:bookworm-slim\nCOPY start.sh /start.sh\nRUN chmod +x /start.sh\nCMD /start.sh\n"
    after = hardened(text, {"start.sh": "echo ready\nsleep 600\n"}, tmp_path)
    assert after == text
    started(after, tmp_path, built)
    careless = f"harden-test-runtime-{uuid.uuid4().hex[:8]}"
    built.append(careless)
    (tmp_path / "Dockerfile").write_text(text.replace("CMD /start.sh", 'CMD ["/start.sh"]'))
    assert docker("build", "-q", "-t", careless, str(tmp_path))
    done = subprocess.run(["docker", "run", "--name", careless, careless], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "exec format error" in done.stderr + docker("logs", careless)


def test_a_probe_in_exec_form_finds_the_same(tmp_path: Path, built: list[str]) -> None:
    """E17: one simple command of a HEALTHCHECK needs no shell."""
    text = (
        'FROM python:3.11-slim\nCOPY app.py /app.py\nCMD ["python3", "/app.py"]\n'
        "HEALTHCHECK --interval=1s --timeout=5s --retries=1 CMD python3 -c 'import sys; sys.exit(0)'\n"
    )
    after = hardened(text, {"app.py": _SERVER_PY}, tmp_path)
    assert 'CMD ["python3", "-c", "import sys; sys.exit(0)"]' in after
    for name in (started(text, tmp_path, built), started(after, tmp_path, built)):
        deadline = time.monotonic() + 20
        while (health := docker("inspect", "-f", "{{.State.Health.Status}}", name).strip()) == "starting":
            assert time.monotonic() < deadline
            time.sleep(0.3)
        assert health == "healthy"
