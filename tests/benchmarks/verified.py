"""Applications of twelve kinds, verified with no option at all: what was asked, what was kept, and how long it took.

python -m tests.benchmarks.verified [NAME …]  verifies all, or the named ones, with the engine at DOCKER_HOST
python -m tests.benchmarks.examples --render  writes the page
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.corpus import ROOT

DATA = Path(__file__).parent / "verified.json"
#: a server that answers a GET by what `body` says
_SERVER = """
import http.server, os, pathlib, random, socket, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        {body}
        self.send_response(200); self.end_headers(); self.wfile.write(str(said).encode())
http.server.HTTPServer(("", {port}), Page).serve_forever()
"""
_TCP = """
import socket
server = socket.create_server(("", 7123))
while True:
    connection = server.accept()[0]
    try:
        connection.sendall(b"220 hello\\r\\n"); connection.recv(10)
    except OSError:
        pass
    connection.close()
"""
_COUNTS = 'place = pathlib.Path("/data/visits"); place.write_text("one"); said = place.read_text()'
#: no reader of sources sees that it writes
_HIDDEN = "place = pathlib.Path('/srv/visits'); getattr(place, 'write_' + 'text')('one'); said = place.read_text()"
#: the first message of Postgres's protocol asks for TLS: one byte answers
_ASKS = (
    'c = socket.create_connection((os.environ["DB"], 5432), 5); '
    'c.sendall(bytes.fromhex("0000000804d2162f")); said = c.recv(1)'
)


def _server(body: str, port: int) -> str:
    return _SERVER.format(body=body, port=port)


@dataclass(frozen=True, slots=True)
class Kind:
    """An application.

    Attributes:
        name: of its kind.
        asked: what has to be asked of it.
        app: `app.py`; "" where `example` names a folder of examples/.
        example: see `app`.
        command: the end of its Dockerfile.
        more: lines before that.
        files: others.
        dropped: rules that it does not survive.
    """

    name: str
    asked: tuple[str, ...]
    app: str = ""
    example: str = ""
    command: str = "CMD python3 app.py"
    more: str = ""
    files: dict[str, str] = field(default_factory=dict)
    dropped: tuple[str, ...] = ()


_COMPOSE = """\
services:
  app:
    build: .
    environment: {DB: db}
    depends_on: {db: {condition: service_healthy}}
  db:
    image: postgres:15
    environment: {POSTGRES_PASSWORD: secret}
    healthcheck: {test: pg_isready -U postgres, interval: 1s, retries: 30}
"""
KINDS = (
    Kind("HTTP, another answer each time", ("http://localhost:8101/",),
         _server('said = f"welcome at {time.time()} {random.random()}"', 8101)),
    Kind("HTTP, routes in the sources", ("http://localhost:8080/", "http://localhost:8080/health"),
         example="node-express"),
    Kind("HTTP, compiled", ("http://localhost:8080/",), example="go"),
    Kind("HTTP, a built page", ("http://localhost:8080/",), example="static-site"),
    Kind("TCP", ("tcp://localhost:7123",), _TCP),
    Kind("worker without a port", ("stays up for 3 s",),
         "import time\nprint('on', flush=True)\nwhile True: time.sleep(1)\n"),
    Kind("ends by itself", ("exit code and output",), "print('sum', 6 * 7)\n"),
    Kind("needs an argument", ("--help",),
         "import argparse\np = argparse.ArgumentParser(prog='tool')\np.add_argument('file')\np.parse_args()\n",
         command='ENTRYPOINT ["python3", "app.py"]'),
    Kind("writes to a volume", ("http://localhost:8102/",), _server(_COUNTS, 8102),
         more="RUN mkdir /data\nVOLUME /data\n"),
    Kind("writes where no reader sees it", ("http://localhost:8103/",), _server(_HIDDEN, 8103), dropped=("add-user",)),
    Kind("several processes", ("http://localhost:8104/",),
         _server("said = pathlib.Path('/tmp/beat').exists()", 8104),
         command='COPY start .\nCMD ["sh", "start"]',
         files={"start": "(while true; do touch /tmp/beat; sleep 1; done) &\npython3 app.py &\nwait\n"}),
    Kind("needs a database by compose", ("http://localhost:8105/",), _server(_ASKS, 8105),
         files={"compose.yaml": _COMPOSE}),
)  # fmt: skip


def _made(kind: Kind, folder: Path) -> None:
    if kind.example:
        shutil.copytree(ROOT / "examples" / kind.example, folder, dirs_exist_ok=True)
        return
    (folder / "app.py").write_text(kind.app)
    (folder / "Dockerfile").write_text(
        f"FROM python:3.11-slim\nWORKDIR /srv\nCOPY app.py .\n{kind.more}{kind.command}\n"
    )
    for name, text in kind.files.items():
        (folder / name).write_text(text)


def _verified(folder: Path, report: Path, cache: Path) -> tuple[dict[str, Any], str]:
    report.unlink(missing_ok=True)
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "--report", str(report), "--logs", str(report.parent / "logs")],
        cwd=folder, capture_output=True, text=True, check=False, timeout=600,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HARDEN_OFFLINE": "1", "XDG_CACHE_HOME": str(cache)},
    )  # fmt: skip
    return (json.loads(report.read_text()) if report.exists() else {}), done.stderr


def measure(kind: Kind) -> dict[str, Any]:
    """Verify an application whose original is built, and once more; return what was seen.

    Raises:
        AssertionError: it was not asked what it should be, or another rule was dropped.
    """
    with tempfile.TemporaryDirectory() as name:
        folder, report, cache = Path(name) / "app", Path(name) / "report.json", Path(name) / "cache"
        folder.mkdir()
        _made(kind, folder)
        built = subprocess.run(["docker", "build", "-q", str(folder)], capture_output=True, text=True, check=True)
        try:
            found, said = _verified(folder, report, cache)
            assert found, (kind.name, said)
            again, said = _verified(folder, report, cache)
            assert again, (kind.name, said)
        finally:
            subprocess.run(["docker", "rmi", "-f", built.stdout.strip()], capture_output=True, check=False)
    dropped = tuple(entry["rule"] for entry in found["dropped"])
    assert set(kind.asked) <= set(found["evidence"]), (kind.name, found["evidence"])
    assert dropped == kind.dropped == tuple(entry["rule"] for entry in again["dropped"]), (kind.name, dropped)
    return {
        "asked": found["evidence"],
        "kept": sorted(entry["rule"] for entry in found["passes"] if entry["kept"]),
        "dropped": dropped,
        "proved": len(found["proved"]),
        "seconds": found["seconds"],
        "again": again["seconds"],
    }


def section() -> str:
    """Return the part of docs/measurements.md about them."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    rows = [
        f"| {name} | {', '.join(row['asked'])} | {len(row['kept'])} | {row['proved']} | "
        f"{', '.join(row['dropped']) or 'none'} | {row['seconds']:.0f} | {row['again']:.0f} |"
        for name, row in found.items()
    ]
    return _SECTION + "\n".join(rows) + "\n"


_SECTION = """
## What `harden verify` finds by itself

Applications of different kinds, verified with no option at all by `python -m tests.benchmarks.verified`, which fails
if one is asked something else, or loses another rule. The original was built before; the second run has its memory.
Seconds are those of a busy machine with two processors; about 10 of them are the stop of an original that ignores its
stop signal.

| kind | asked | rules kept | places proved by running alone | rules dropped | seconds | second run |
|---|---|---|---|---|---|---|
"""


if __name__ == "__main__":
    for one in KINDS:
        if not sys.argv[1:] or one.name in sys.argv[1:]:
            begun = time.monotonic()
            known = json.loads(DATA.read_text(encoding="utf-8")) if DATA.exists() else {}
            known[one.name] = measure(one)
            print(one.name, known[one.name], f"{time.monotonic() - begun:.0f} s", flush=True)
            ordered = {kind.name: known[kind.name] for kind in KINDS if kind.name in known}
            DATA.write_text(json.dumps(ordered, indent=1) + "\n", encoding="utf-8")
