"""What others wrote costs a bounded amount of time and memory, and never waits: limits of CPU and memory, no clock."""

from __future__ import annotations

import os
import random
import re
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.engine.compose import harden_compose
from hardener.engine.result import Options
from hardener.errors import DockerfileSyntaxError
from hardener.lookups.build_context import BuildContext
from hardener.project.build_definitions import read_builds
from hardener.project.context import Lookup
from hardener.rules.add_user.shown import unproved
from hardener.rules.base import Safety
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerignore.patterns import Dockerignore
from hardener.syntax.globs import DEEP, FOLDERS, STAR, matcher

NODE = "FROM node:22-slim\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD npm start\n"
LONG = 60_000


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run harden with at most 5 s of CPU and 500 MB."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (5, 6))
        resource.setrlimit(resource.RLIMIT_AS, (500 << 20, 500 << 20))

    command = [sys.executable, "-m", "hardener", "--offline", "--unsafe-fixes", *arguments]
    environment = {**os.environ, "XDG_CONFIG_HOME": str(folder / "none"), "XDG_CACHE_HOME": str(folder / "none")}
    return subprocess.run(
        command, cwd=folder, capture_output=True, text=True, preexec_fn=limit, timeout=120, env=environment, check=False
    )


def in_bounds(folder: Path, *arguments: str) -> str:
    """Run harden there and return what it printed; it must end by itself and without a bug."""
    done = run(folder, *arguments)
    assert done.returncode in (0, 1, 2), done.stderr[-500:]
    assert "internal" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize(
    "body",
    ["RUN apt-get update && apt-get install -y a && " + "|a" * (LONG // 2), "RUN " + "a;" * (LONG // 2) + "a",
     "RUN " + "a | " * (LONG // 4) + "a", "RUN a=(" + "a=(" * (LONG // 3), "ENTRYPOINT " + "a " * (LONG // 2),
     "ADD " + "a\\ " * (LONG // 3), "RUN " + "a || b | " * (LONG // 9), "CMD " + "su " * (LONG // 3)],
    ids=["open pipes", "semicolons", "pipes", "arrays", "words", "name", "lists", "users"],
)  # fmt: skip
def test_long_instructions(tmp_path: Path, body: str) -> None:
    (tmp_path / "Dockerfile").write_text(f"FROM python:3.12-slim\n{body}\nCMD node a.js\n")
    in_bounds(tmp_path, "Dockerfile")


@pytest.mark.parametrize(("count", "what"), [(60_001, "60,000 instructions"), (100_001, "100,000 lines")])
def test_more_instructions_or_lines_than_are_read(count: int, what: str) -> None:
    text = "FROM a\n" + ("RUN a\n" if count < 100_000 else "#\n") * count
    with pytest.raises(DockerfileSyntaxError, match=f"more than {what}: too many to look at"):
        parse(text)


def test_a_source_that_imports_the_same_thousands_of_times() -> None:
    texts = ("import os\n" * 20_000, "import os\n")
    many, one = (unproved("python", "a.py", text, frozenset(("a.py",)), "") for text in texts)
    assert many == one


WORD = "a" * 100_000
CONTEXTS = {
    "ignore": (".dockerignore", "**/a" * 30 + "b\n" + "*a" * 40 + "b\n"),
    "patterns": (".dockerignore", "*a*b*c*d*e\n" * 9_000),
    "manifest": ("package.json", f'{{"name": "x", "scripts": {{"start": "node {WORD}", "postinstall": "{WORD}"}}}}'),
    "blanks": ("package.json", f'{{"name": "x", "scripts": {{"postinstall": "a{" " * 100_000}b"}}}}'),
    "comments": ("docker-bake.hcl", "/*\t" * 30_000),
    "quotes": ("docker-bake.hcl", '\\"' * 45_000),
    "blocks": ("docker-bake.hcl", "args={a=1," * 9_000),
    "deep": ("docker-bake.json", '{"target":' * 50_000),
    "nested": ("package.json", '{"a":' * 50_000),
    "compose": ("compose.yaml", "a: " + "[" * 50_000),
    "git": (".gitignore", "*a" * 40 + "b\n"),
}


@pytest.mark.parametrize(("name", "text"), CONTEXTS.values(), ids=CONTEXTS)
def test_files_of_a_context(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / "Dockerfile").write_text(NODE)
    (tmp_path / "package.json").write_text('{"name": "x", "scripts": {"start": "node a.js"}}')
    for long in ("a" * 200, "a" * 90 + "/" + "a" * 90):
        (tmp_path / long).parent.mkdir(exist_ok=True)
        (tmp_path / f"{long}.js").write_text("")
    (tmp_path / name).write_text(text)
    in_bounds(tmp_path, "--context", ".", ".")


@pytest.mark.parametrize("module", ["import (\n" * 100_000, "import " * 100_000, "import" + "\n" * 100_000])
def test_files_of_go(tmp_path: Path, module: str) -> None:
    (tmp_path / "Dockerfile").write_text("FROM golang:1.24\nWORKDIR /a\nCOPY . .\nRUN go build -o /b .\nCMD /b\n")
    (tmp_path / "go.mod").write_text("module example.org/a\nrequire (\n" + "example.org/b v1.0.0\n" * 20_000)
    (tmp_path / "go.sum").write_text("")
    (tmp_path / "main.go").write_text(module)
    in_bounds(tmp_path, "--context", ".", "Dockerfile")


@pytest.mark.parametrize(
    "name", [".dockerignore", "Dockerfile.dockerignore", "package.json", "compose.yaml", "docker-bake.hcl",
             ".gitignore", "harden.toml", "pyproject.toml", "package-lock.json"]
)  # fmt: skip
@pytest.mark.parametrize("kind", ["pipe", "device", "loop"])
def test_what_is_no_regular_file(tmp_path: Path, name: str, kind: str) -> None:
    (tmp_path / "Dockerfile").write_text(NODE)
    if kind == "pipe":
        os.mkfifo(tmp_path / name)
    else:
        (tmp_path / name).symlink_to("/dev/zero" if kind == "device" else name)
    in_bounds(tmp_path, "--context", ".", ".")


@pytest.mark.parametrize("kind", ["pipe", "outside", "huge"])
def test_an_ignore_file_that_cannot_be_used_leaves_nothing_known(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "context"
    folder.mkdir()
    (folder / "a").write_text("a")
    (tmp_path / "outside").write_text("b")
    if kind == "pipe":
        os.mkfifo(folder / ".dockerignore")
    elif kind == "outside":
        (folder / ".dockerignore").symlink_to("../outside")
    else:
        (folder / ".dockerignore").write_text("#" * (1 << 20))
    assert BuildContext(folder)(Lookup("text", "a")) is None
    assert BuildContext(folder)(Lookup("tree", "")) is None


def deep(folder: Path, depth: int) -> None:
    """Make folders in folders, with a Dockerfile in the last one."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        there = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = there
    os.close(os.open("Dockerfile", os.O_CREAT | os.O_WRONLY, dir_fd=here))
    os.close(here)


def test_deep_folders(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(NODE)
    deep(tmp_path, 700)
    in_bounds(tmp_path, "--context", ".", "Dockerfile")
    done = run(tmp_path, ".")
    assert done.returncode == 2
    assert "nested more than 200 deep" in done.stderr
    subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)


def test_a_bake_file_with_too_many_entries_may_name_any_context() -> None:
    assert "*" in read_builds("docker-bake.hcl", "args={a=1," * 9_000).contexts


def test_the_automaton_and_the_expression_agree() -> None:
    choose = random.Random(1)
    expressions = {STAR: "[^/]*", DEEP: ".*", FOLDERS: "(.*/)?"}
    for _ in range(3_000):
        parts = [
            choose.choice([STAR, DEEP, FOLDERS, "a", "b", "/", "[^/]", "[ab]"]) for _ in range(choose.randint(3, 9))
        ]
        test = matcher(parts, [0])
        expression = re.compile("".join(expressions.get(part, part) for part in parts) + r"\Z")
        for _ in range(8):
            text = "".join(choose.choice("ab/\n") for _ in range(choose.randint(0, 9)))
            assert test(text) is (expression.match(text) is not None), (parts, text)


def test_more_patterns_than_are_read() -> None:
    assert Dockerignore.parse("a\n" * 20_000).broken
    assert Dockerignore.parse("a" * 2_000).broken


LONG_YAML = {
    "variables of a service": (
        "compose.yaml",
        "services:\n  web:\n    environment:\n" + "".join(f"      PASSWORD{i}: ab\n" for i in range(5_000)),
    ),
    "keys of a service": (
        "compose.yaml", "services:\n  web:\n    image: x\n" + "".join(f"    x-{i}: ab\n" for i in range(9_000)),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text"), LONG_YAML.values(), ids=LONG_YAML)
def test_long_mappings(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    in_bounds(tmp_path, name)


SERVICE = """  s{0}:
    image: redis:7
    ports: ["{0}:6379"]
    environment:
      - PASSWORD=hello{0}
    volumes:
      - data{0}:/data
    depends_on:
      - s0
"""
DEPLOYMENT = """apiVersion: apps/v1
kind: Deployment
metadata: {name: a}
spec:
  template:
    spec:
      containers:
"""


def services(number: int) -> str:
    return "services:\n" + "".join(SERVICE.format(i) for i in range(number))


def variables(number: int, each: int) -> str:
    """Return a file of 600 KB where all services have variables of their own."""
    named = "".join(f"      VARIABLE_{i}: value-{i}-{{0}}\n" for i in range(each))
    start = "  s{0}:\n    image: redis:7.2\n    environment:\n"
    return "services:\n" + "".join((start + named).format(i) for i in range(number))


def containers(number: int) -> str:
    return DEPLOYMENT + "".join(f"        - name: c{i}\n          image: nginx:1.25\n" for i in range(number))


@pytest.mark.parametrize(
    ("name", "text", "changes"),
    [
        ("compose.yaml", services(300), 1500),
        ("compose.yaml", variables(300, 60), 600),
        ("a.yaml", containers(100), 300),
        ("a.yaml", containers(300), 900),
    ],
    ids=["services", "variables", "containers", "more containers"],
)
def test_files_of_hundreds_of_services(tmp_path: Path, name: str, text: str, changes: int) -> None:
    (tmp_path / name).write_text(text)
    found = re.search(r"([0-9]+) changes to make", in_bounds(tmp_path, name))
    assert found is not None
    assert int(found[1]) >= changes


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [("compose.yaml", services(3_000), 2), ("compose.yaml", services(401), 2), ("a.yaml", containers(2_000), 0)],
    ids=["services", "one service", "containers"],
)
def test_files_of_too_many_services_are_named(tmp_path: Path, name: str, text: str, code: int) -> None:
    (tmp_path / name).write_text(text)
    done = run(tmp_path, "--write", name)
    assert done.returncode == code
    told = " ".join((done.stdout + done.stderr).split())  # lines are as long as the terminal
    assert name in told
    assert "more than 400 services or containers: too many to look at; divide the file" in told
    assert (tmp_path / name).read_text() == text


def test_a_file_with_more_changes_than_are_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hardener.engine.yaml_run.MAX_PROVED", 2_000)
    text = "services:\n" + "".join(f"  s{i}:\n    image: redis:7\n" for i in range(20))
    result = harden_compose(text, "compose.yaml", Options(Safety.UNSAFE))
    held = [one for one in result.findings if one.refusal and "too long for so many changes" in one.refusal.reason]
    assert held
    assert any(one.applied for one in result.findings)
