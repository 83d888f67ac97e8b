"""`harden verify --minimal`: the stage is written, proved by the probes, and smaller."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]

#: the module that it loads when it is asked for it is looked up by name, and no probe asks
APP = """
import http.server
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/later":
            import sqlite3
        self.send_response(200); self.end_headers(); self.wfile.write(b"hello")
http.server.HTTPServer(("", 8125), Page).serve_forever()
"""


def test_a_python_server_needs_little_of_its_image(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "Dockerfile").write_text(
        'FROM python:3.11-slim\nWORKDIR /srv/app\nCOPY . .\nCMD ["python3", "app.py"]\n'
    )
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "--isolated", "--format", "json", "--logs", "l", "--stop-timeout",
         "1", "--no-cache", "--select", "exec-form", "--probe", "http://localhost:8125/", "--minimal", "--write"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=500,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    minimal = found["minimal"]
    assert minimal["problem"] == "", minimal
    assert minimal["size"] < found["after"]["size"] * 0.7
    assert "COPY --from=full /srv/app /srv/app" in minimal["stage"]
    assert minimal["dockerfile"] == (tmp_path / "Dockerfile").read_text()
    assert "libsqlite3.so.0" in minimal["stage"], "a module needs it, though no probe loaded it"
    assert "diffutils" in minimal["packages_gone"]
