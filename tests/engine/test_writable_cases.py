"""Programs that write: each answers before and after add-user alike, built and run on a real engine.

Every program writes where only reading of its sources, settings or RUN instructions can tell, and answers with what
went wrong; what is held back is not changed.
"""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from hardener import Options, harden
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from tests.engine.conftest import docker

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_version")]

NODE = """\
const fs = require("fs"), path = require("path");
%s
require("http").createServer((q, r) => {
  try { write(); r.end("written"); } catch (e) { r.end(String(e)); }
}).listen(3000);
"""
PYTHON = """\
import http.server, os
%s
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        try:
            write()
            answer = "written"
        except Exception as error:
            answer = repr(error)
        self.send_response(200); self.end_headers(); self.wfile.write(answer.encode())
http.server.HTTPServer(("", 3000), Handler).serve_forever()
"""
IN_NODE = 'FROM node:20-slim\nWORKDIR /app\nCOPY . .\n%sCMD ["node", "server.js"]\n'
IN_PYTHON = 'FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n%sCMD ["python3", "app.py"]\n'
ASK = {
    "node": ("node", "-e", "fetch('http://127.0.0.1:3000/').then(r => r.text()).then(console.log)"),
    "python": (
        "python3",
        "-c",
        "import urllib.request as u; print(u.urlopen('http://127.0.0.1:3000/').read().decode())",
    ),
}
#: Dockerfile, files of the context, options of `docker run`
CASES: dict[str, tuple[str, dict[str, str], tuple[str, ...]]] = {
    "default of a variable": (
        IN_NODE % "",
        {"server.js": NODE % 'const file = process.env.DB || "/data/db.json";\n'
                             "fs.mkdirSync(path.dirname(file), { recursive: true });\n"
                             'const write = () => fs.writeFileSync(file, "{}");'},
        (),
    ),
    "path in settings": (
        IN_NODE % "",
        {"server.js": NODE % 'const folder = require("./config.json").uploads;\n'
                             'const write = () => { fs.mkdirSync(folder, { recursive: true });'
                             ' fs.writeFileSync(folder + "/a", "x"); };',
         "config.json": '{"uploads": "/uploads"}'},
        (),
    ),
    "data that a script makes": (
        IN_PYTHON % "RUN python make-data.py\n",
        {"make-data.py": 'open("hits.txt", "w").close()\n',
         "app.py": PYTHON % 'def write():\n    open("hits.txt", "a").write("x")'},
        (),
    ),
    "file that a RUN makes where it is missing": (
        IN_NODE % "RUN test -f state.json || touch state.json\n",
        {"server.js": NODE % 'const write = () => fs.writeFileSync("state.json", "{}");'},
        (),
    ),
    "development server": (
        'FROM node:20-slim\nWORKDIR /app\nCOPY package.json ./\nRUN npm install\nCOPY . .\nCMD ["npm", "run", "dev"]\n',
        {"package.json": '{"name": "a", "scripts": {"dev": "nodemon server.js"},'
                         ' "devDependencies": {"nodemon": "3.1.7"}}',
         "server.js": NODE % 'const write = () => { fs.mkdirSync("node_modules/.cache", { recursive: true });'
                             ' fs.writeFileSync("node_modules/.cache/a", "x"); };'},
        (),
    ),
    "rename and remove": (
        IN_NODE % "",
        {"server.js": NODE % 'const write = () => { fs.renameSync("kept/a", "kept/b");'
                             ' fs.renameSync("kept/b", "kept/a"); };',
         "kept/a": "x"},
        (),
    ),
    "file made by touch": (
        IN_NODE % "RUN mkdir -p logs && touch logs/app.log\n",
        {"server.js": NODE % 'const write = () => fs.appendFileSync("logs/app.log", "x");'},
        (),
    ),
    "settings made by cp": (
        IN_PYTHON % "RUN cp settings.example.json settings.json\n",
        {"app.py": PYTHON % 'def write(): open("settings.json", "r+").write("{}")', "settings.example.json": "{}"},
        (),
    ),
    "file made by a redirection": (
        IN_PYTHON % "RUN echo 0 > count.txt\n",
        {"app.py": PYTHON % 'def write(): open("count.txt", "a").write("1")'},
        (),
    ),
    "seed": (
        IN_NODE % "RUN node seed.js\n",
        {"seed.js": 'require("fs").writeFileSync("state.json", "{}");\n',
         "server.js": NODE % 'const write = () => fs.writeFileSync("state.json", "{}");'},
        (),
    ),
    "archive": (
        IN_PYTHON % "",
        {"app.py": PYTHON % 'import zipfile\ndef write():\n'
                            '    with zipfile.ZipFile("result.zip", "w") as z: z.writestr("a", "b")'},
        (),
    ),
    "address of a database": (
        IN_PYTHON % "",
        {"app.py": PYTHON % 'import sqlite3\nURL = os.environ.get("DATABASE_URL", "sqlite:////data/app.db")\n'
                            "def write():\n    path = URL[len('sqlite:///'):]\n"
                            "    os.makedirs(os.path.dirname(path), exist_ok=True)\n"
                            '    sqlite3.connect(path).execute("create table if not exists t (a)")'},
        (),
    ),
    "folder that ENV names": (
        "FROM python:3.12-slim\nWORKDIR /app\nRUN mkdir -p /tmp/counters\nENV COUNTERS_DIR=/tmp/counters\nCOPY . .\n"
        'CMD ["python3", "app.py"]\n',
        {"app.py": PYTHON % 'def write(): open(os.environ["COUNTERS_DIR"] + "/a", "a").write("1")'},
        (),
    ),
    "folder beside the current one": (
        'FROM node:20-slim\nWORKDIR /app/src\nCOPY . /app\nCMD ["node", "server.js"]\n',
        {"src/server.js": NODE % 'const write = () => { fs.writeFileSync("../state.json", "{}");'
                                 ' fs.writeFileSync("here", ""); };'},
        (),
    ),
    "volume of a compose file": (
        IN_PYTHON % "",
        {"app.py": PYTHON % 'def write(): open("/app/media/" + os.environ.get("NAME", "a"), "w").write("1")',
         "compose.yaml": "services:\n  web:\n    build: .\n    volumes: ['media:/app/media']\nvolumes: {media: {}}\n"},
        ("-v", "/app/media"),
    ),
}  # fmt: skip
#: these cannot be given to a user without storing them twice, or at all
HELD = {
    "seed by another program": (IN_NODE % "RUN node seed.js\n", {
        "seed.js": 'require("child_process").execSync("echo {} > state.json");\n',
        "server.js": NODE % 'const write = () => fs.writeFileSync("state.json", "{}");'}, "U26"),
    "default below /etc": (IN_NODE % "", {
        "server.js": NODE % 'const write = () => fs.writeFileSync(process.env.FILE || "/etc/notes/a", "");'}, "U14"),
    "file at the root": (IN_PYTHON % "", {
        "app.py": PYTHON % 'STATE = "/state.db"\ndef write(): open(STATE, "a").write("1")'}, "U14"),
}  # fmt: skip


@pytest.fixture
def answer(tmp_path: Path) -> Iterator[Callable[[str, str, tuple[str, ...]], str]]:
    """Build a Dockerfile in `tmp_path`, start it and return what the program answers."""
    made: list[str] = []

    def ask(text: str, kind: str, options: tuple[str, ...]) -> str:
        name = f"harden-writable-{os.getpid()}-{len(made)}"
        (tmp_path / "Dockerfile").write_text(text)
        host = ["--network=host"] if os.environ.get("HARDEN_TEST_NETWORK") == "host" else []
        build = ["docker", "build", "-q", *host, "-t", name, str(tmp_path)]
        done = subprocess.run(build, capture_output=True, text=True, check=False)
        assert done.returncode == 0, text + done.stderr[-2000:]
        made.append(name)
        docker("run", "-d", "--name", name, *options, name)
        for _ in range(40):
            done = subprocess.run(["docker", "exec", name, *ASK[kind]], capture_output=True, text=True, check=False)
            if done.returncode == 0:
                return done.stdout.strip()
            time.sleep(0.25)
        logs = subprocess.run(["docker", "logs", name], capture_output=True, text=True, check=False)
        return done.stderr + logs.stdout + logs.stderr

    yield ask
    for name in made:
        docker("rm", "-fv", name)
        docker("image", "rm", "-f", name)


def _hardened(folder: Path, text: str, files: dict[str, str]) -> tuple[str, list[str]]:
    """Write a build context, and return the Dockerfile as add-user leaves it with the reasons that hold it back."""
    for name, body in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(body)
    chosen = Options(
        select=frozenset({"add-user"}), resolve=BuildContext(folder), find_builds=lambda: builds_of(folder)
    )
    result = harden(text, options=chosen)
    assert result.faults == ()
    return result.code, [finding.refusal.spec for finding in result.findings if finding.refusal is not None]


@pytest.mark.parametrize("name", CASES)
def test_what_the_program_wrote_before_it_writes_after(name: str, answer, tmp_path: Path) -> None:
    text, files, options = CASES[name]
    code, held = _hardened(tmp_path, text, files)
    assert held == []
    assert "USER " in code
    kind = "node" if "node:" in text else "python"
    careless = text.replace("CMD", "USER 1000:1000\nCMD")
    assert answer(careless, kind, options) != "written", "the program does not need what the rule gives it"
    assert answer(text, kind, options) == "written"
    assert answer(code, kind, options) == "written", code


@pytest.mark.parametrize("name", HELD)
def test_what_cannot_be_given_holds_back(name: str, tmp_path: Path) -> None:
    text, files, reason = HELD[name]
    code, held = _hardened(tmp_path, text, files)
    assert code == text
    assert held == [reason]
