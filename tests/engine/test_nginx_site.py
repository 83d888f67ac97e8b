"""What nginx-site writes, in nginx: it answers as the servers of Node did that it stands for.

The answers were taken down from serve 14, http-server 14, sirv-cli 3 and vite 6 over the same files.
"""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from hardener.rules.split_stages.nginx_site.plan import BASE
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_version")]

#: the stand-in of the registry has this tag alone
_THERE = "nginxinc/nginx-unprivileged:stable"
_IMAGE = "harden-nginx-site"
_FILE = "FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm ci && npm run build\nCMD {}\n"
_FILES = {"index.html": "index", "about.html": "about", "assets/x.js": "script", "shop/index.html": "shop"}
#: by port: the command, and what its server answered: a body, a status, or where it sends to
SERVERS: dict[int, tuple[str, dict[str, str | int]]] = {
    3001: (
        "npx serve -s dist -l 3001",
        {
            "/": "index", "/index.html": "-> /", "/about.html": "-> /about", "/about": "index", "/deep/link": "index",
            "/missing.js": "index", "/assets/x.js": "script", "/assets/": "index",
        },
    ),
    3002: (
        "npx serve dist -l 3002",
        {
            "/": "index", "/index": "-> /", "/about.html": "-> /about", "/about": "about", "/about/": "about",
            "/deep/link": 404, "/missing.js": 404, "/assets/x.js": "script", "/shop": "shop", "/shop/": "shop",
        },
    ),
    3003: (
        "npx http-server dist -p 3003",
        {
            "/": "index", "/index.html": "index", "/about": "about", "/about/": 404, "/deep/link": 404,
            "/missing.js": 404, "/assets/x.js": "script", "/shop": "-> /shop/", "/shop/": "shop",
        },
    ),
    3004: (
        "npx sirv-cli dist --single --host -p 3004",
        {
            "/": "index", "/index.html": "index", "/about": "about", "/deep/link": "index", "/missing.js": 404,
            "/assets/x.js": "script", "/shop": "shop", "/v1.2/page": "index",
        },
    ),
    3005: (
        "npx vite preview --host --port 3005",
        {
            "/": "index", "/about": "about", "/about/": "index", "/deep/link": "index", "/missing.js": "index",
            "/assets/x.js": "script", "/shop": "index", "/shop/": "shop",
        },
    ),
}  # fmt: skip


def configured(folder: Path, command: str, port: int) -> str:
    """Return the here-document that harden writes for a command."""
    options = Options(level=Safety.UNSAFE, select=frozenset({"nginx-site"}), resolve=BuildContext(folder))
    code = harden(_FILE.format(command), options=options).code
    assert f"FROM {BASE}\n" in code, command
    block = code[code.index("COPY <<'EOF'") : code.index("EOF\n", code.index("COPY <<'EOF'") + 12) + 4]
    return block.replace("default.conf", f"{port}.conf")


@pytest.fixture
def ports(tmp_path: Path) -> Iterator[dict[int, int]]:
    """The ports of this machine at which one container answers as all servers, by their own."""
    (tmp_path / "package.json").write_text('{"scripts": {"build": "vite build"}}')
    for name, text in _FILES.items():
        path = tmp_path / "dist" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    blocks = "".join(configured(tmp_path, command, port) for port, (command, _) in SERVERS.items())
    (tmp_path / "Dockerfile").write_text(f"FROM {_THERE}\n{blocks}COPY dist /app/dist\n")
    subprocess.run(["docker", "build", "-q", "-t", _IMAGE, "."], cwd=tmp_path, check=True, capture_output=True)
    options = [word for port in SERVERS for word in ("-p", f"127.0.0.1::{port}")]
    container = docker("run", "-d", *options, _IMAGE).strip()
    try:
        yield {port: int(docker("port", container, f"{port}/tcp").split(":")[-1]) for port in SERVERS}
    finally:
        docker("rm", "-f", container)
        docker("rmi", "-f", _IMAGE)


def answer(port: int, path: str) -> tuple[int, str, str]:
    """Return status, body and Location of one answer."""
    for _ in range(50):
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", path)
                found = connection.getresponse()
                return found.status, found.read().decode(), found.getheader("Location", "")
        except OSError:
            time.sleep(0.1)
    raise AssertionError("nothing answers")


def test_nginx_answers_as_the_servers_did(ports: dict[int, int]) -> None:
    wrong = []
    for port, (command, expected) in SERVERS.items():
        for path, wanted in expected.items():
            status, body, location = answer(ports[port], path)
            got = f"-> {location}" if location else body if status == 200 and isinstance(wanted, str) else status
            wrong += [(command, path, wanted, got)] if got != wanted else []
    assert not wrong
    assert answer(ports[3001], "//x.org/index.html")[2] == "", "it sends people to another host"
