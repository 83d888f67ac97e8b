"""Stacks for development: a file is changed on the host, and the answer changes, as found and as harden leaves them.

python -m tests.benchmarks.development [NAME …]  starts them with the engine at DOCKER_HOST, writes development.json
python -m tests.benchmarks.examples --render  writes the page
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
import urllib.request
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic, sleep
from typing import Any

DATA = Path(__file__).parent / "development.json"
#: seconds until an answer has to be what the file says
_PATIENCE = 40.0
PYTHON = "FROM python:3.11-slim\nWORKDIR /srv\nRUN pip install {}\nCOPY . .\nCMD {}\n"
NODE = "FROM node:20-slim\nWORKDIR /srv\nRUN npm install -g {}\nCOPY . .\nCMD {}\n"
SERVER = 'require("http").createServer((_, answer) => answer.end("first")).listen(8080)\n'
BUILT = 'services:\n  app:\n    build: ./app\n    ports: ["127.0.0.1::8080"]\n    volumes: ["./app:/srv"]\n'
WSGI = 'def app(environ, start):\n    start("200 OK", [("Content-Type", "text/plain")])\n    return [b"first"]\n'
ASGI = (
    'async def app(scope, receive, send):\n    if scope["type"] == "http":\n'
    '        await send({"type": "http.response.start", "status": 200, "headers": []})\n'
    '        await send({"type": "http.response.body", "body": b"first"})\n'
)
FLASK = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.get("/")\ndef home():\n    return "first"\n'
DJANGO = (
    "import sys\n\nfrom django.conf import settings\nfrom django.core.management import execute_from_command_line\n"
    "from django.http import HttpResponse\nfrom django.urls import path\n\n"
    'settings.configure(DEBUG=True, ROOT_URLCONF=__name__, SECRET_KEY="example", ALLOWED_HOSTS=["*"])\n'
    'urlpatterns = [path("", lambda request: HttpResponse("first"))]\n'
    'if __name__ == "__main__":\n    execute_from_command_line(sys.argv)\n'
)


@dataclass(frozen=True, slots=True)
class Development:
    """A stack for development.

    Attributes:
        name: of it.
        compose: the text of its compose file.
        source: the file that is changed; it says `first`.
        files: all of them, by path and text.
        port: of the service `app`.
    """

    name: str
    compose: str
    source: str
    files: dict[str, str]
    port: str = "8080"


def _built(name: str, source: str, text: str, dockerfile: str, compose: str = BUILT) -> Development:
    return Development(name, compose, f"app/{source}", {f"app/{source}": text, "app/Dockerfile": dockerfile})


STACKS = (
    Development("node --watch", 'services:\n  app:\n    image: node:20-slim\n    working_dir: /srv\n'
                '    command: node --watch s.js\n    ports: ["127.0.0.1::8080"]\n    volumes: ["./app:/srv"]\n',
                "app/s.js", {"app/s.js": SERVER}),
    _built("nodemon", "s.js", SERVER, NODE.format("nodemon", '["nodemon", "s.js"]')),
    _built("nodemon, its modules on a volume of their own", "s.js", SERVER, NODE.format("nodemon", "nodemon s.js"),
           BUILT.replace('"./app:/srv"', '"./app:/srv", /srv/node_modules')),
    _built("tsx watch", "s.ts", 'import { createServer } from "node:http";\n\nconst said: string = "first";\n'
           "createServer((_, answer) => { answer.end(said); }).listen(8080);\n",
           NODE.format("tsx", '["tsx", "watch", "s.ts"]')),
    _built("vite", "index.html", "<!doctype html><title>first</title>\n",
           NODE.format("vite@5", '["vite", "--host", "0.0.0.0", "--port", "8080"]')),
    _built("flask --debug", "app.py", FLASK, PYTHON.format(
        "flask", '["flask", "run", "--debug", "--host", "0.0.0.0", "--port", "8080"]')),
    _built("uvicorn --reload", "app.py", ASGI, PYTHON.format(
        "uvicorn", '["uvicorn", "app:app", "--reload", "--host", "0.0.0.0", "--port", "8080"]')),
    _built("gunicorn --reload", "app.py", WSGI, PYTHON.format(
        "gunicorn", "gunicorn --reload --bind 0.0.0.0:8080 app:app")),
    _built("Django's runserver", "manage.py", DJANGO, PYTHON.format(
        "django", '["python", "manage.py", "runserver", "0.0.0.0:8080"]')),
)  # fmt: skip
SIDES = ("as found", "default", "unsafe")
_LEVELS = {"default": (), "unsafe": ("--unsafe-fixes",)}


def measured(stack: Development, sides: tuple[str, ...] = SIDES) -> dict[str, Any]:
    """Start a stack as found and at each level, change its source, and return what was answered."""
    return {"name": stack.name, **{side: _tried(stack, side) for side in sides}}


def _tried(stack: Development, side: str) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix="develop"))
    try:
        for path, text in {**stack.files, "compose.yaml": stack.compose}.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
        changed = _hardened(folder, _LEVELS[side]) if side in _LEVELS else []
        return {"changed": changed, **_edited(folder, stack)}
    finally:
        subprocess.run(_line(folder, "down", "-v", "--rmi", "local", "-t", "1"), capture_output=True, check=False)
        shutil.rmtree(folder, ignore_errors=True)


def _hardened(folder: Path, options: tuple[str, ...]) -> list[str]:
    """Let harden write the folder, and return the files that it changed."""
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    before = {path: path.read_bytes() for path in files}
    line = [sys.executable, "-m", "hardener", str(folder), "--write", "--offline", *options]
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    if done.returncode > 1:
        raise RuntimeError(done.stderr)
    return [path.relative_to(folder).as_posix() for path in files if path.read_bytes() != before[path]]


def _edited(folder: Path, stack: Development) -> dict[str, str]:
    """Start it, change its source, and return both answers: `first` and `second` where it reloads."""
    done = subprocess.run(_line(folder, "up", "-d", "--build"), capture_output=True, text=True, check=False)
    if done.returncode:
        return {"first": done.stderr[-300:], "second": ""}
    first, source = _answer(folder, stack, "first"), folder / stack.source
    source.write_text(source.read_text(encoding="utf-8").replace("first", "second"), encoding="utf-8")
    return {"first": first, "second": _answer(folder, stack, "second")}


def _answer(folder: Path, stack: Development, wanted: str) -> str:
    """Return the word that is waited for, or what was said at last."""
    end, said = monotonic() + _PATIENCE, ""
    while monotonic() < end:
        asked = subprocess.run(_line(folder, "port", "app", stack.port), capture_output=True, text=True, check=False)
        try:
            with urllib.request.urlopen(f"http://{asked.stdout.strip()}/", timeout=5) as response:
                said = response.read().decode()
        except (OSError, ValueError) as problem:
            said = str(problem)
        if wanted in said:
            return wanted
        sleep(0.3)
    return said[:200]


def _line(folder: Path, *arguments: str) -> list[str]:
    return ["docker", "compose", "-p", folder.name.replace("_", "-"), "-f", str(folder / "compose.yaml"), *arguments]


_SECTION = """\

## Stacks for development

{count} stacks whose sources lie on the host, started on {date} as found and as harden leaves the folder (its compose
file and its Dockerfile, `--offline`), each from nothing. After the first answer a source file is changed on the host.

| stack | as found | default | files changed | `--unsafe-fixes` | files changed |
|---|---|---|---|---|---|
{rows}

* reloads: the answer is what the changed file says, without another command.
"""


def section() -> str:
    """Return the part of docs/measurements.md about stacks for development."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    rows = "\n".join(_row(stack) for stack in found["stacks"])
    return _SECTION.format(count=len(found["stacks"]), date=found["date"], rows=rows)


def _row(stack: dict[str, Any]) -> str:
    cells = [_verdict(stack["as found"])]
    for side in _LEVELS:
        cells += [_verdict(stack[side]), ", ".join(stack[side]["changed"]) or "none"]
    return f"| {stack['name']} | {' | '.join(cells)} |"


def _verdict(seen: dict[str, Any]) -> str:
    return {("first", "second"): "reloads"}.get((seen["first"], seen["second"]), "does not reload")


def main(names: list[str]) -> None:
    """Measure stacks, all or those that are named, and write what was seen."""
    known = json.loads(DATA.read_text(encoding="utf-8"))["stacks"] if DATA.exists() else []
    found = {stack["name"]: stack for stack in known}
    for stack in STACKS:
        if not names or stack.name in names:
            found[stack.name] = measured(stack)
            print(json.dumps(found[stack.name]), flush=True)
            said = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "stacks": list(found.values())}
            DATA.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
