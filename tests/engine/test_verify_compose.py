"""`harden verify compose.yaml`: services before and after, on the same data."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.corpus import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]

APPLICATION = """
import http.server, signal, socket
signal.signal(signal.SIGTERM, lambda *_: exit(0))
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with socket.create_connection(("cache", 6379), timeout=2) as cache:
            cache.sendall(b"INCR visits\\r\\n"); said = cache.recv(9)
        self.send_response(200); self.end_headers(); self.wfile.write(said)
http.server.HTTPServer(("", 8080), Page).serve_forever()
"""
DOCKERFILE = """\
FROM python:3.11-slim
COPY app.py .
USER nobody
CMD ["python3", "app.py"]
"""
COMPOSE = """\
services:
  app:
    build: .
    ports: ["80:8080"]
    depends_on: [cache]
    environment: {LOST: $LOST}
  cache:
    image: redis:7
    command: redis-server --protected-mode no --appendonly yes
    volumes: [data:/data]
volumes: {data: {}}
"""


def test_services_work_before_and_after_on_the_same_data(tmp_path: Path) -> None:
    for name, text in (("app.py", APPLICATION), ("Dockerfile", DOCKERFILE), ("compose.yaml", COMPOSE)):
        (tmp_path / name).write_text(text)
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "compose.yaml", "app", "--isolated", "--format", "json", "--logs",
         "l", "--stop-timeout", "2", "--write", "--select", "no-new-privileges,pids-limit"],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HARDEN_OFFLINE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(report, json.loads((ROOT / "docs" / "verify-compose.schema.json").read_text()))
    assert (report["verdict"], report["dropped"]) == ("kept", [])
    assert report["evidence"] == [
        "http://app:8080/", "app, cache up, before and after a restart", "data of cache:/data kept"
    ]  # fmt: skip
    assert report["notes"] == ["started without a value of variable LOST"]
    assert (tmp_path / "compose.yaml").read_text() == report["compose"]
    assert report["compose"].count("pids_limit") == 2
