"""`harden verify` runs images of strangers: what their containers may use, seen from inside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from conftest import docker

from tests.engine.test_verify_command import harden

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]
SHOWS = """import http.server, os
def grep(name):
    return [l.split()[1] for l in open("/proc/self/status") if l.startswith(name)][0]
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers()
        self.wfile.write(f"nnp={grep('NoNewPrivs')}".encode())
http.server.HTTPServer(("0.0.0.0", 8000), H).serve_forever()
"""
SETUID = """import http.server, subprocess
class H(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        uid = subprocess.run(["/app/id", "-u"], capture_output=True, text=True).stdout.strip()
        self.send_response(200 if uid == "0" else 500); self.end_headers()
http.server.HTTPServer(("0.0.0.0", 8000), H).serve_forever()
"""


def verified(folder: Path, dockerfile: str, source: str) -> dict[str, object]:
    (folder / "Dockerfile").write_text(dockerfile)
    (folder / "app.py").write_text(source)
    look = "docker inspect $HARDEN_CONTAINER > seen.json"
    done = harden(folder, "verify", "--probe", "http://localhost:8000/", "--no-times", "--select", "exec-form",
                  "--stop-timeout", "2", "--wait", "15", "--report", "r.json", "--probe-cmd", look)  # fmt: skip
    assert done.returncode == 0, done.stderr
    report: dict[str, object] = json.loads((folder / "r.json").read_text())
    return report


def test_limits_privileges_and_a_network_of_its_own(tmp_path: Path) -> None:
    report = verified(tmp_path, 'FROM python:3.12-slim\nCOPY app.py /app/\nCMD ["python", "/app/app.py"]\n', SHOWS)
    host = json.loads((tmp_path / "seen.json").read_text())[0]["HostConfig"]
    assert host["PidsLimit"] > 0
    assert host["MemorySwap"] == host["Memory"] > 0
    assert "no-new-privileges" in host["SecurityOpt"]
    assert host["NetworkMode"].startswith("harden-")
    assert not docker("network", "ls", "-q", "--filter", f"name={host['NetworkMode']}").strip()
    assert not any("no-new-privileges" in note for note in report["notes"])  # type: ignore[attr-defined]


def test_an_original_that_needs_new_privileges_keeps_them(tmp_path: Path) -> None:
    dockerfile = (
        "FROM python:3.12-slim\nRUN mkdir /app && cp /usr/bin/id /app/id && chmod u+s /app/id\n"
        'COPY app.py /app/\nUSER 1000\nCMD ["python", "/app/app.py"]\n'
    )
    report = verified(tmp_path, dockerfile, SETUID)
    host = json.loads((tmp_path / "seen.json").read_text())[0]["HostConfig"]
    assert "no-new-privileges" not in (host["SecurityOpt"] or [])
    assert host["PidsLimit"] > 0
    assert any("no-new-privileges" in note for note in report["notes"])  # type: ignore[attr-defined]
