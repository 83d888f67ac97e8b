"""Imports go one way, and the start-up of the command stays light."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.house import ORDER, PACKAGE, PAGE, imports, modules, page, room

#: what rules must not see: the network
UNSEEN = {"rules": {"registry"}, "registry": {"shell", "knowledge", "packages", "project", "image", "rules"}}


MODULES = modules()
GRAPH = {name: imports(path, MODULES) for name, path in MODULES.items()}


@pytest.mark.parametrize("module", sorted(MODULES))
def test_imports_go_one_way(module: str) -> None:
    here = room(module)
    if not here:
        return  # the public names, each imported when it is asked for
    before = set(ORDER[: ORDER.index(here) + 1]) - UNSEEN.get(here, set())
    for name in GRAPH[module]:
        assert room(name) in before, f"{here} may not import {name}"


def test_no_circles_between_files() -> None:
    sorter = TopologicalSorter({name: {other for other in found if other != name} for name, found in GRAPH.items()})
    sorter.prepare()  # raises CycleError, which names the circle


def test_the_picture_of_the_house_is_of_today() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert text == page(text), "run python -m tests.house"


def test_no_rule_imports_another() -> None:
    for module in MODULES:
        parts = module.split(".")
        if parts[1:2] != ["rules"] or len(parts) < 3:
            continue
        for name in GRAPH[module]:
            other = name.split(".")
            if other[1:2] == ["rules"] and len(other) > 2:
                shared = other[2] == "base" or other[2].startswith("_")
                assert shared or other[2] == parts[2], f"{module} may not import {name}"


def test_rules_do_no_io() -> None:
    for path in sorted((PACKAGE / "rules").rglob("*.py")):
        if path.name in ("__init__.py", "__main__.py"):
            continue  # they find and list the rules
        tree = ast.parse(path.read_text(encoding="utf-8"))
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        modules = {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
        assert not names & {"open", "Path"}, path
        assert not modules & {"os", "socket", "subprocess", "pathlib", "httpx"}, path


def test_start_up_imports_nothing_heavy(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN true\nRUN false\nCMD node a.js\n")
    code = (
        "import os, sys; sys.argv = ['harden', '--diff', 'Dockerfile']; os._exit = sys.exit\n"
        "from hardener.cli.start import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print('loaded', *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.splitlines()[-1].split()[1:])
    heavy = {"lark", "httpx", "yaml", "ruamel", "pygls", "asyncio", "ssl", "email", "http", "urllib.request",
             "multiprocessing", "concurrent", "dockerfile_parse", "importlib.resources", "unittest", "logging",
             "importlib.metadata", "xml", "sqlite3", "ctypes", "dataclasses", "inspect", "click", "hashlib",
             "uuid"}  # fmt: skip
    assert not loaded & heavy
    assert "hardener.engine.run" in loaded
    assert len(loaded) < 300, f"{len(loaded)} modules at start-up"


@pytest.mark.parametrize(
    ("text", "options", "allowed"),
    [
        ("FROM debian:trixie-slim\n", ["--offline"], {"hardener.registry", "hardener.registry.folders"}),
        ("FROM scratch\nCOPY a /\n", [], {"hardener.registry", "hardener.registry.folders", "hardener.registry.model"}),
    ],
    ids=["offline without a cache", "nothing to ask"],
)
def test_what_asks_nobody_loads_no_client(tmp_path: Path, text: str, options: list[str], allowed: set[str]) -> None:
    (tmp_path / "Dockerfile").write_text(text)
    code = (
        f"import sys; sys.argv = ['harden', '--isolated', *{options!r}, 'Dockerfile']\n"
        "from hardener.cli.command import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    env = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "none")}
    env.pop("HARDEN_OFFLINE", None)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True, env=env
    )
    loaded = set(done.stderr.split())
    assert {name for name in loaded if name.startswith("hardener.registry")} <= allowed
    assert not loaded & {"httpx", "ssl", "socket", "selectors"}
