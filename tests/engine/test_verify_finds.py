"""`harden verify` without any option: it finds what can be asked, and drops the guilty pass alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.corpus import ROOT

pytestmark = [pytest.mark.engine, pytest.mark.slow, pytest.mark.usefixtures("clean_engine")]

HTTP = """
import http.server, os, random, time
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            self.send_response(302); self.send_header("Location", "/home"); self.end_headers(); return
        self.send_response(200 if self.path == "/home" else 404); self.end_headers()
        self.wfile.write(f"welcome at {time.time()} {random.random()}\\n".encode())
http.server.HTTPServer(("", 8123), Page).serve_forever()
"""
TCP = """
import socket
server = socket.create_server(("", 7123))
while True:
    connection = server.accept()[0]
    connection.sendall(b"220 hello\\r\\n")
    try:
        connection.recv(10)
    except OSError:
        pass
    connection.close()
"""
WORKER = "import time\nprint('working', flush=True)\nwhile True: time.sleep(1)\n"
ENDS = "import os\nprint('sum', 6 * 7, os.getpid() > 0)\n"
ARGUMENT = "import argparse\np = argparse.ArgumentParser(prog='tool')\np.add_argument('file')\np.parse_args()\n"
#: it writes before it answers: a user without rights there cannot run it
VOLUME = """
import http.server, pathlib
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        place = pathlib.Path("/data/visits"); place.write_text("one")
        self.send_response(200); self.end_headers(); self.wfile.write(place.read_bytes())
http.server.HTTPServer(("", 8124), Page).serve_forever()
"""


def verified(folder: Path, app: str, *options: str, command: str = "CMD python3 app.py", more: str = "") -> Any:
    """Return exit code, report and what was said of a small application; the only options say which rules run."""
    (folder / "app.py").write_text(app)
    (folder / "Dockerfile").write_text(f"FROM python:3.11-slim\nWORKDIR /srv\nCOPY app.py .\n{more}{command}\n")
    done = subprocess.run(
        [sys.executable, "-m", "hardener", "verify", "--isolated", "--format", "json", "--logs", "l",
         "--stop-timeout", "2", "--no-cache", "--select", "exec-form,add-user", *options],
        cwd=folder, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONPATH": str(ROOT), "HARDEN_OFFLINE": "1"},
    )  # fmt: skip
    if not done.stdout:
        return done.returncode, {}, done.stderr
    report = json.loads(done.stdout)
    jsonschema = pytest.importorskip("jsonschema")
    jsonschema.validate(report, json.loads((ROOT / "docs" / "verify.schema.json").read_text()))
    return done.returncode, report, done.stderr


def test_a_server_is_asked_for_its_first_page_and_where_it_leads(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, HTTP)
    assert code == 0, said
    assert report["evidence"] == ["http://localhost:8123/", "http://localhost:8123/home"]
    assert (report["reach"]["found"], report["reach"]["alike"]) == (True, ["/", "/home"])
    assert {entry["rule"] for entry in report["passes"]} == {"exec-form", "add-user"}
    assert (report["level"], report["after"]["uid"]) == ("unsafe", 10001)
    assert report["before"]["build_seconds"] is None, "timing builds is for who asks"


@pytest.mark.thorough
def test_a_server_of_another_protocol_greets(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, TCP)
    assert code == 0, said
    assert report["evidence"] == ["tcp://localhost:7123"]
    assert report["after"]["answers"][0]["bytes"] == len("220 hello\r\n")
    assert (report["level"], report["proved"], report["reach"]) == ("hardening", [], None)


@pytest.mark.thorough
def test_a_worker_has_nothing_to_ask(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, WORKER)
    assert code == 0, said
    assert report["evidence"] == ["stays up for 3 s"]
    assert "it listens on no port: nothing was found to ask" in report["notes"]
    assert report["level"] == "hardening"


def test_a_program_that_ends_is_compared_by_what_it_prints(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, ENDS)
    assert code == 0, said
    assert report["evidence"] == ["exit code and output"]
    assert report["after"]["exit_code"] == 0


def test_a_program_that_needs_an_argument_is_asked_for_its_help(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, ARGUMENT, command='ENTRYPOINT ["python3", "app.py"]')
    assert code == 0, said
    assert report["evidence"][0] == "--help"
    assert report["after"]["answers"][0]["status"] == 0
    assert "without arguments it ends with exit code 2: only --help is asked" in report["notes"]
    assert report["level"] == "hardening", "its help says little of the rest"


def test_who_writes_to_a_volume_still_does(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, VOLUME, more="RUN mkdir /data\nVOLUME /data\n")
    assert code == 0, said
    assert report["evidence"] == ["http://localhost:8124/"]
    assert report["after"]["answers"][0]["bytes"] == len("one")
    assert {entry["rule"] for entry in report["passes"]} == {"exec-form"}


def test_who_writes_where_no_reader_sees_it_loses_the_guilty_rule_alone(tmp_path: Path) -> None:
    hidden = VOLUME.replace("/data/visits", "/srv/visits").replace(
        "place.write_text", "getattr(place, 'write_' + 'text')"
    )
    code, report, said = verified(tmp_path, hidden)
    assert code == 1, said
    assert [(entry["rule"], entry["whole"]) for entry in report["dropped"]] == [("add-user", True)]
    assert "Permission denied" in "\n".join(report["dropped"][0]["tail"])
    assert [entry["rule"] for entry in report["passes"] if entry["kept"]] == ["exec-form"]


def test_a_proof_that_does_not_reach_far_enough_is_an_error(tmp_path: Path) -> None:
    code, report, said = verified(tmp_path, WORKER, "--require", "50")
    assert (code, report) == (2, {})
    assert "error: the proof reaches no route, since none is known: less than --require 50" in said


@pytest.mark.thorough
def test_an_original_that_lacks_variables_names_them(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text(
        "services:\n  app:\n    build: .\n    environment:\n      SECRET:\n      MODE: fast\n"
    )
    code, report, said = verified(tmp_path, "import os\nos.environ['MODE'], os.environ['SECRET']\n")
    assert (code, report) == (2, {})
    assert "compose.yaml sets SECRET, MODE: give values with --env" in said


#: it works only beside a server, with what its compose file gives it
AMONG = """
import http.server, os, pathlib, socket
assert os.environ["MODE"] == "fast" and os.sys.argv[1] == "serve"
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        with socket.create_connection(("cache", 6379), timeout=2) as cache:
            cache.sendall(b"PING\\r\\n"); said = cache.recv(7)
        place = pathlib.Path("/data/visits"); place.write_text("one")
        self.send_response(200); self.end_headers(); self.wfile.write(said + pathlib.Path("/site").read_bytes())
http.server.HTTPServer(("", 8125), Page).serve_forever()
"""


def test_an_original_runs_as_its_compose_file_says_among_its_services(tmp_path: Path) -> None:
    (tmp_path / "page").write_text("page")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  app:\n    build: .\n    command: [python3, app.py, serve]\n    depends_on: [cache]\n"
        "    environment: {MODE: '${MODE:-fast}', OTHER: $LOST}\n    volumes: ['./page:/site:ro', 'data:/data']\n"
        "  cache: {image: 'redis:7', command: redis-server --protected-mode no}\nvolumes: {data: {}}\n"
    )
    code, report, said = verified(tmp_path, AMONG, command='CMD ["false"]')
    assert code == 1, said
    assert [entry["rule"] for entry in report["dropped"]] == ["add-user"], "the data of the original is root's"
    assert report["evidence"] == ["http://localhost:8125/"]
    assert report["after"]["answers"][0]["bytes"] == len("+PONG\r\npage")
    assert "containers ran as the service `app` of compose.yaml" in report["notes"]
    assert "without a value: variable LOST" in report["notes"]
