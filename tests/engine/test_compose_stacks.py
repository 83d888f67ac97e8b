"""Stacks before and after all rules: healthy, serving, their data kept, and the settings seen from inside."""

from __future__ import annotations

import re
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
SERVER = """\
const net = require("net");
require("http").createServer((request, answer) => {
  const other = net.connect(PORT, "HOST", () => { other.end(); answer.end("connected"); });
  other.on("error", (error) => { answer.statusCode = 500; answer.end(String(error)); });
}).listen(3000);
"""
DOCKERFILE = 'FROM node:20-slim\nWORKDIR /srv\nCOPY s.js .\nUSER 10001\nCMD ["node", "s.js"]\n'
APPLICATION = 'services:\n  api:\n    build: ./api\n    ports: ["127.0.0.1::3000"]\n'
REDIS = f"""{APPLICATION}    depends_on: [cache]
  cache:
    image: redis:7
    command: redis-server --protected-mode no --appendonly yes
    volumes: [data:/data]
volumes: {{data: {{}}}}
"""
POSTGRES = f"""{APPLICATION}    depends_on:
      - db
  db:
    image: postgres:15
    environment: {{POSTGRES_PASSWORD: example, POSTGRES_USER: shop}}
    volumes: [data:/var/lib/postgresql/data]
volumes: {{data: {{}}}}
"""
NGINX = """\
services:
  web:
    image: nginx:1.27
    ports: ["127.0.0.1::80"]
    volumes: ["./site.conf:/etc/nginx/conf.d/default.conf:ro"]
    depends_on: [api]
  api: {build: ./api}
"""
#: the image of the test engine is Debian's nginx, which keeps these folders elsewhere than the official image
TEMPORARY = "".join(
    f"{name}_temp_path /var/cache/nginx/{name}_temp;\n" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
)
SITE = f"{TEMPORARY}server {{ listen 80; location / {{ proxy_pass http://api:3000; }} }}\n"
#: the numbers of the capabilities that each may have
ROOT_SERVERS = {"web": {0, 6, 7, 10, 1}, "cache": {0, 1, 6, 7}, "db": {0, 1, 3, 6, 7}}


def compose(folder: Path, *arguments: str) -> str:
    """Return what Docker Compose says."""
    line = ["docker", "compose", "-p", f"harden-{folder.name.replace('_', '-')}", *arguments]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give the folder of a stack; it is taken down at the end."""
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "Dockerfile").write_text(DOCKERFILE)
    (tmp_path / "site.conf").write_text(SITE)
    yield tmp_path
    compose(tmp_path, "down", "-v", "--rmi", "local", "-t", "1")


def start(folder: Path, text: str) -> None:
    (folder / "compose.yaml").write_text(text)
    compose(folder, "config", "--quiet")
    compose(folder, "up", "-d", "--build", "-t", "3")


def hardened(folder: Path, text: str) -> str:
    result = harden(text, filename="compose.yaml", options=Options(beside=ComposeFolder(folder)))
    assert result.faults == ()
    return result.code


def connects_to(folder: Path, service: str) -> None:
    """Write the application, which answers only where it can connect to another service."""
    port = {"cache": "6379", "db": "5432"}[service]
    (folder / "api" / "s.js").write_text(SERVER.replace("PORT", port).replace("HOST", service))


def serves(folder: Path, service: str, port: str) -> str:
    """Return what a service answers within some seconds."""
    address, end, error = f"http://{compose(folder, 'port', service, port).strip()}", monotonic() + 30, ""
    while monotonic() < end:
        try:
            with urllib.request.urlopen(address, timeout=5) as response:
                return str(response.read().decode())
        except OSError as problem:
            error = str(problem)
            sleep(0.3)
    return error


def inside(folder: Path, service: str, *words: str) -> str:
    return compose(folder, "exec", "-T", service, *words)


def is_confined(folder: Path, service: str) -> None:
    """Check the settings of the first process of a service from inside."""
    status = inside(folder, service, "cat", "/proc/1/status")
    assert "NoNewPrivs:\t1" in status
    bounding = int(re.findall(r"CapBnd:\s+(\w+)", status)[0], 16)
    assert bounding == sum(1 << number for number in ROOT_SERVERS.get(service, set()))
    if service != "web":  # its master stays root, and gives the workers another user
        assert int(re.findall(r"CapEff:\s+(\w+)", status)[0], 16) == 0
    assert inside(folder, service, "sh", "-c", "touch /usr/x 2>/dev/null || echo read-only").strip() == "read-only"


def ask(folder: Path, service: str, question: str) -> str:
    """Return what the data of a stack says."""
    words = {"cache": ["redis-cli"], "db": ["psql", "-At", "-U", "shop", "-c"]}[service]
    return inside(folder, service, *words, *(question.split() if service == "cache" else [question])).strip()


@pytest.mark.parametrize(
    ("text", "service", "questions"),
    [
        (REDIS, "cache", ("set name harden", "get name")),
        (POSTGRES, "db", ("create table t as select 'harden' as name", "select name from t")),
    ],
    ids=["redis", "postgres"],
)
def test_data_made_before_is_there_after(folder: Path, text: str, service: str, questions: tuple[str, str]) -> None:
    write, read = questions
    connects_to(folder, service)
    start(folder, text)
    assert serves(folder, "api", "3000") == "connected"
    ask(folder, service, write)
    start(folder, hardened(folder, text))  # comes back only when the check of the server succeeds
    assert serves(folder, "api", "3000") == "connected"
    assert ask(folder, service, read) == "harden"
    for name in ("api", service):
        is_confined(folder, name)
    compose(folder, "restart", "-t", "4")
    assert serves(folder, "api", "3000") == "connected"
    assert ask(folder, service, read) == "harden"


@pytest.mark.parametrize(
    ("text", "service"),
    [
        pytest.param(REDIS, "cache", id="redis"),
        pytest.param(POSTGRES, "db", marks=pytest.mark.thorough, id="postgres"),
    ],
)
def test_a_stack_starts_from_nothing(folder: Path, text: str, service: str) -> None:
    connects_to(folder, service)
    start(folder, hardened(folder, text))
    assert serves(folder, "api", "3000") == "connected"
    assert '"Health":"healthy"' in compose(folder, "ps", "--format", "json", service)
    is_confined(folder, service)


def test_nginx_in_front(folder: Path) -> None:
    (folder / "api" / "s.js").write_text('require("http").createServer((_, a) => a.end("hi")).listen(3000)\n')
    start(folder, NGINX)
    assert serves(folder, "web", "80") == "hi"
    start(folder, hardened(folder, NGINX))
    assert serves(folder, "web", "80") == "hi"
    is_confined(folder, "web")
    is_confined(folder, "api")
    workers = inside(folder, "web", "sh", "-c", "cat /proc/[0-9]*/status | grep -A8 'Name:.nginx' | grep Uid")
    assert {line.split()[1] for line in workers.splitlines()} == {
        "0",
        inside(folder, "web", "id", "-u", "nginx").strip(),
    }
