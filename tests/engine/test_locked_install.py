"""Manifests first, locked installs, cache mounts and health checks on the real engine, before and after."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("engine_version")]

PROJECTS = Path(__file__).parents[1] / "projects"
TAG = "harden-context-test"
SERVER = """const ms = require('ms')
const app = { get: (path, answer) => { app[path] = answer } }
app.get('/healthz', () => 'well')
require('http').createServer((q, r) => r.end(app[q.url] ? app[q.url]() : String(ms(1000)))).listen(3000)
"""


@pytest.fixture
def built(tmp_path: Path) -> Iterator:
    """Return a function that builds a Dockerfile on a context; what it made is removed afterwards."""
    tags: list[str] = []

    def build(text: str, context: Path) -> tuple[str, str]:
        tag = f"{TAG}:{tmp_path.name.lower()}-{len(tags)}".replace("_", "-").replace("[", "-").replace("]", "")
        tags.append(tag)
        file = tmp_path / f"{len(tags)}.Dockerfile"
        file.write_text(text)
        shutil.copy(context / ".dockerignore", f"{file}.dockerignore") if (context / ".dockerignore").exists() else None
        done = subprocess.run(
            ["docker", "buildx", "build", "--load", "--progress=plain", "-f", str(file), "-t", tag, str(context)],
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return tag, done.stderr

    yield build
    for tag in tags:
        docker("rmi", "-f", tag)


def after(text: str, context: Path, rules: str) -> str:
    """Return the file as the rules leave it, and check that they changed it without a fault of the proof."""
    chosen = Options(Safety.HARDENING, frozenset(rules.split(",")), resolve=BuildContext(context))
    result = harden(text, options=chosen)
    assert result.faults == ()
    assert result.changed, [str(f.refusal) for f in result.held_back]
    return result.code


def printed(tag: str, *command: str) -> str:
    return docker("run", "--rm", "--entrypoint", command[0], tag, *command[1:])


def is_cached(log: str, step: str) -> bool:
    """Tell whether the step whose text begins so was taken from the cache."""
    number = re.search(rf"^#(\d+) \[[^\]]*\] {re.escape(step)}", log, re.MULTILINE)
    assert number is not None, (step, log[-2000:])
    return re.search(rf"^#{number[1]} CACHED", log, re.MULTILINE) is not None


NODE = """FROM node:20-bookworm-slim
WORKDIR /app
COPY . .
RUN npm install
CMD ["node", "server.js"]
"""


@pytest.fixture
def node_app(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    shutil.copytree(PROJECTS / "npm", folder)
    (folder / "server.js").write_text(SERVER)
    (folder / ".dockerignore").write_text("node_modules\n")
    return folder


def test_npm(node_app: Path, built) -> None:
    new = after(NODE, node_app, "copy-manifests-first,locked-install")
    assert "COPY package.json package-lock.json ./\nRUN npm ci --omit=dev\nCOPY . .\n" in new
    old_tag, _ = built(NODE, node_app)
    new_tag, _ = built(new, node_app)
    assert "semver" in printed(old_tag, "ls", "node_modules").split()
    assert "semver" not in printed(new_tag, "ls", "node_modules").split()
    lock = json.loads((node_app / "package-lock.json").read_text())["packages"]
    for name in ("ms", "debug"):
        version = printed(new_tag, "node", "-p", f"require('{name}/package.json').version").strip()
        assert version == lock[f"node_modules/{name}"]["version"]
    for tag in (old_tag, new_tag):
        assert printed(tag, "node", "-p", "require('ms')(1000)").strip() == "1s"
        assert printed(tag, "sha256sum", "server.js") == printed(old_tag, "sha256sum", "server.js")


def test_a_change_of_the_sources_installs_nothing_again(node_app: Path, built) -> None:
    new = after(NODE, node_app, "copy-manifests-first,locked-install")
    built(NODE, node_app)
    built(new, node_app)
    (node_app / "server.js").write_text(SERVER + f"// {time.time()}\n")
    assert not is_cached(built(NODE, node_app)[1], "RUN npm install")
    assert is_cached(built(new, node_app)[1], "RUN npm ci")


def test_npm_workspaces(tmp_path: Path, built) -> None:
    folder = tmp_path / "mono"
    shutil.copytree(PROJECTS / "ws", folder)
    (folder / "packages" / "a" / "index.js").write_text("console.log(require('debug') && require('ms')(60000))\n")
    (folder / ".dockerignore").write_text("**/node_modules\n")
    text = NODE.replace('"server.js"', '"packages/a/index.js"')
    new = after(text, folder, "copy-manifests-first,locked-install")
    assert "COPY packages/a/package.json ./packages/a/\n" in new
    tags = [built(one, folder)[0] for one in (text, new)]
    said = [printed(tag, "node", "packages/a/index.js") for tag in tags]
    assert said == ["1m\n", "1m\n"]
    assert len({printed(tag, "readlink", "node_modules/@mono/a") for tag in tags}) == 1


def test_a_lock_out_of_step_would_have_failed(node_app: Path, built) -> None:
    """What the rule holds back from does fail: `npm ci` refuses it."""
    package = node_app / "package.json"
    package.write_text(package.read_text().replace('"semver"', '"nanoid"'))
    result = harden(NODE, options=Options(select=frozenset({"locked-install"}), resolve=BuildContext(node_app)))
    assert not result.changed
    assert [f.refusal.spec for f in result.held_back if f.refusal] == ["C16"]
    with pytest.raises(AssertionError, match="npm ci"):
        built(NODE.replace("npm install", "npm ci"), node_app)


PIP = """FROM python:3.11-slim
WORKDIR /srv
COPY . .
RUN pip install --no-cache-dir -r requirements.in
CMD ["python", "main.py"]
"""


def test_pip(tmp_path: Path, built) -> None:
    folder = tmp_path / "app"
    shutil.copytree(PROJECTS / "pipc", folder)
    (folder / "main.py").write_text("import click\nprint(click.__name__)\n")
    new = after(PIP, folder, "copy-manifests-first,locked-install")
    assert "RUN pip install --require-hashes --no-cache-dir -r requirements.txt\nCOPY . .\n" in new
    tag, _ = built(new, folder)
    frozen = printed(tag, "pip", "freeze")
    pinned = re.findall(r"^(\S+==\S+)", (folder / "requirements.txt").read_text(), re.MULTILINE)
    assert sorted(frozen.split()) == sorted(pinned)
    assert printed(tag, "python", "main.py") == "click\n"


def test_uv(tmp_path: Path, built) -> None:
    folder = tmp_path / "app"
    shutil.copytree(PROJECTS / "uv", folder)
    (folder / ".dockerignore").write_text(".venv\n")
    (folder / "main.py").write_text("import click\nprint(click.__name__)\n")
    text = (
        "FROM python:3.11-slim\nRUN pip install --no-cache-dir uv\nWORKDIR /srv\nCOPY . .\nRUN uv sync\n"
        'CMD [".venv/bin/python", "main.py"]\n'
    )
    new = after(text, folder, "copy-manifests-first,locked-install")
    assert "COPY pyproject.toml uv.lock ./\nRUN uv sync --locked --no-dev\nCOPY . .\n" in new
    tag, _ = built(new, folder)
    assert printed(tag, ".venv/bin/python", "main.py") == "click\n"
    assert "iniconfig" not in printed(tag, "ls", ".venv/lib/python3.11/site-packages")


def test_cache_mounts(node_app: Path, built) -> None:
    text = (
        "FROM node:20-bookworm-slim\nRUN apt-get update && apt-get install -y --no-install-recommends tini && "
        "rm -rf /var/lib/apt/lists/*\nUSER node\nWORKDIR /home/node/app\nCOPY --chown=node:node . .\n"
        "RUN npm ci && npm cache clean --force\n"
        'CMD ["node", "server.js"]\n'
    )
    new = after(text, node_app, "cache-mount")
    assert "target=/home/node/.npm,uid=1000,gid=1000" in new
    tag, _ = built(new, node_app)
    assert printed(tag, "ls", "/var/lib/apt/lists").strip() == ""
    assert printed(tag, "sh", "-c", "ls /var/cache/apt/archives/*.deb 2>/dev/null").strip() == ""
    assert printed(tag, "sh", "-c", "ls -A /home/node/.npm 2>/dev/null").strip() == ""
    assert "tini" in printed(tag, "sh", "-c", "command -v tini")
    assert printed(tag, "node", "-p", "require('ms')(1000)").strip() == "1s"


def test_a_health_check_turns_healthy(node_app: Path, built) -> None:
    new = after(NODE, node_app, "healthcheck").replace("--interval=30s", "--interval=1s")
    assert "/healthz" in new
    tag, _ = built(new, node_app)
    name = f"{TAG}-health"
    docker("rm", "-f", name)
    try:
        assert docker("run", "-d", "--name", name, tag)
        deadline = time.monotonic() + 30
        state = ""
        while state != "healthy" and time.monotonic() < deadline:
            time.sleep(0.5)
            state = docker("inspect", "--format", "{{.State.Health.Status}}", name).strip()
        assert state == "healthy"
    finally:
        docker("rm", "-f", name)
