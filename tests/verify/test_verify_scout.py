"""What is asked of an application, and how far that reaches, without an engine."""

from __future__ import annotations

import socket
import threading
from pathlib import Path

import pytest

from hardener.cli.verify_options import composed_variables, known_of, names_of, targeted
from hardener.engine.result import Options
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from hardener.project.builds import Service
from hardener.verify.container.probe import port_of, tcp_probe
from hardener.verify.judge.reach import reach_of
from hardener.verify.model import Answer, Plan


def known(folder: Path, text: str) -> dict[str, object]:
    path = folder / "Dockerfile"
    path.write_text(text)
    options = Options(resolve=BuildContext(folder, path), find_builds=lambda: builds_of(folder, folder, path.name))
    return known_of(text.encode(), options, Plan(path, folder))


def test_the_routes_of_a_node_service(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text('{"scripts": {"start": "node server.js"}}')
    (tmp_path / "server.js").write_text(
        "const app = require('express')();\nconst shop = require('./shop');\napp.get('/', home);\n"
        "app.get('/items', list);\napp.get('/items/:id', one);\napp.post('/items', add);\n"
        "app.use('/shop', shop);\napp.listen(3000);\n"
    )
    (tmp_path / "shop.js").write_text(
        "const router = require('express').Router();\nrouter.get('/open', f);\nmodule.exports = router;\n"
    )
    text = 'FROM node:20\nWORKDIR /srv\nCOPY . .\nCMD ["npm", "start"]\n'
    assert known(tmp_path, text) == {"routes": ("/", "/items", "/shop/open"), "variables": ()}


def test_the_routes_of_a_python_service(tmp_path: Path) -> None:
    (tmp_path / "main.py").write_text(
        "from fastapi import FastAPI\napp = FastAPI()\n@app.get('/health')\ndef h(): return 1\n"
        "@app.get('/users/{name}')\ndef u(name): return 1\n@app.post('/users')\ndef a(): return 1\n"
        "@app.get('/users/')\ndef l(): return 1\n"
    )
    text = 'FROM python:3.12\nWORKDIR /srv\nCOPY . .\nCMD ["uvicorn", "main:app", "--port", "80"]\n'
    assert known(tmp_path, text)["routes"] == ("/health", "/users")


def test_another_program_has_no_known_routes(tmp_path: Path) -> None:
    assert known(tmp_path, 'FROM alpine\nCOPY . .\nCMD ["./server"]\n') == {"routes": (), "variables": ()}


STAGES = 'FROM alpine AS web\nCMD ["web"]\nFROM alpine AS job\nCMD ["job"]\nFROM alpine AS test\nRUN make test\n'


@pytest.mark.parametrize(
    ("compose", "given", "expected"),
    [
        ("services: {a: {build: {context: ., target: web}}}", None, "web"),
        ("services: {a: {build: {context: ., target: web}}, b: {build: {context: ., target: job}}}", None, "job"),
        ("services: {a: {build: {context: ., target: web}}}", "job", "job"),
        ("services: {a: {build: {context: ., target: web}}, b: {build: .}}", None, None),
        ("services: {a: {build: .}}", None, None),
        ("services: {a: {build: {context: ., target: test}}}", None, None),
    ],
)
def test_the_stage_that_callers_build_is_built(
    tmp_path: Path, compose: str, given: str | None, expected: str | None
) -> None:
    path = tmp_path / "Dockerfile"
    path.write_text(STAGES)
    (tmp_path / "compose.yaml").write_text(compose)
    options = Options(
        resolve=BuildContext(tmp_path, path), find_builds=lambda: builds_of(tmp_path, tmp_path, path.name)
    )
    plan, notes = targeted(STAGES.encode(), options, Plan(path, tmp_path, target=given))
    assert plan.target == expected
    assert bool(notes) == (given != expected)
    if "b:" in compose and notes:
        assert notes == ("the stage `job` is built, as callers of the file do (`web` too); --target names another",)


@pytest.mark.parametrize(
    ("target", "expected"),
    [(None, ("test", "2", "")), ("Test", ("test", "2", "")), ("2", ("test", "2", "")), ("web", ("web", "0")),
     ("lost", ("lost",))],
)  # fmt: skip
def test_a_service_may_name_the_last_stage(target: str | None, expected: tuple[str, ...]) -> None:
    assert names_of(STAGES.encode(), target) == expected


def test_variables_of_a_compose_file_that_are_missing_are_named() -> None:
    service = Service("compose.yaml", environment=("A=1", "B=2", "C=${C}", "D="))
    said, hint = composed_variables((service,), ("B=3",))
    assert said == ("A=1",), "nothing comes from the environment of who runs harden"
    assert hint.startswith("compose.yaml sets A, C, D: give values with --env")
    assert composed_variables((service,), ("A=", "B=", "C=", "D=")) == ((), "")


def test_how_far_answers_reach() -> None:
    answers = (
        Answer("http://localhost:80/", 302), Answer("http://localhost:80/a", 200), Answer("http://localhost:80/b", 401),
        Answer("https://localhost:443/b", 200), Answer("http://localhost:80/c", 404), Answer("tcp://localhost:1", 0),
    )  # fmt: skip
    reach = reach_of(("/a", "/c", "/logout"), answers, [("/logout", "not asked: its name says that it does something")])
    assert reach.routes == ("/a", "/c", "/logout", "/", "/b")
    assert reach.answered == ("/a", "/", "/b")
    assert reach.other == (
        ("/c", "answered with 404"), ("/logout", "not asked: its name says that it does something")
    )  # fmt: skip
    assert reach.percent == 60
    assert reach_of((), ()).percent == 0


@pytest.mark.parametrize(("said", "status", "body"), [(b"220 hi", 0, "220 hi"), (None, 0, ""), (b"", None, "")])
def test_a_greeting_silence_and_a_hang_up(said: bytes | None, status: int | None, body: str) -> None:
    """Silence is an answer, since the connection stays; a hang up without a word is none."""
    done = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with server.accept()[0] as connection:
                if said is None:
                    done.wait(5)
                else:
                    connection.sendall(said)

        thread = threading.Thread(target=serve)
        thread.start()
        answer = tcp_probe("tcp://localhost:1", server.getsockname(), 3)
        done.set()
        thread.join()
    assert (answer.status, answer.body) == (status, body)


def test_a_connection_has_a_port() -> None:
    assert port_of("tcp://localhost:5432") == 5432
    with pytest.raises(Exception, match="not a URL such as"):
        port_of("tcp://localhost")
