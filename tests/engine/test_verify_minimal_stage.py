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


STATIC = """\
FROM busybox AS tools
RUN mkdir -p /top/srv /top/tmp /top/unused && chmod 1777 /top/tmp && cp /bin/busybox /top/ \\
 && echo hello > /top/srv/index.html && dd if=/dev/urandom of=/top/unused/blob bs=1024 count=4096
FROM scratch
COPY --from=tools /top /
CMD ["/busybox", "httpd", "-f", "-p", "8126", "-h", "/srv"]
"""


def test_a_program_without_libraries_and_without_a_shell_gets_a_stage(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(STATIC)
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "--isolated", "--format", "json", "--logs", "l", "--stop-timeout",
         "1", "--no-cache", "--select", "exec-form", "--probe", "http://localhost:8126/index.html", "--minimal"],
        capture_output=True, text=True, check=False, cwd=tmp_path, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    minimal = json.loads(done.stdout)["minimal"]
    assert (minimal["problem"], minimal["base"]) == ("", "scratch"), minimal
    assert (
        "FROM tools AS kept\nUSER 0\nWORKDIR /\nRUN mkdir -p /kept/tmp \\\n && chmod 1777 /kept/tmp\n"
        in minimal["stage"]
    )
    assert minimal["size"] < 3_000_000, "what was not touched is gone"
    assert "COPY --from=full /busybox /busybox" in minimal["stage"]
