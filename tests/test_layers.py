"""Imports go one way, and the start-up of the command stays light."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "hardener"

#: what the modules below a name may import, besides their own folder
ALLOWED = {
    "errors": set(),
    "text": set(),
    "_version": set(),
    "records": set(),
    "patterns": set(),
    "syntax": {"errors", "text"},
    "knowledge": {"errors", "syntax.reference"},
    "registry": {"errors", "syntax.reference", "_version"},
    "semantics": {"errors", "text", "syntax", "knowledge"},
    "rules": {"errors", "text", "syntax", "knowledge", "semantics"},
    "engine": {"errors", "text", "syntax", "knowledge", "semantics", "rules", "registry"},
    "output": {"errors", "text", "syntax", "semantics", "rules", "engine"},
    "verify": {"errors", "text", "syntax", "semantics", "rules", "engine", "output", "_version"},
    "commands": {
        "errors",
        "text",
        "syntax",
        "semantics",
        "rules",
        "registry",
        "engine",
        "output",
        "verify",
        "_version",
    },
    "cli": {"errors", "text", "syntax", "semantics", "rules", "engine", "output", "commands", "_version", "start"},
    "start": {"commands", "errors", "cli"},
    "__main__": {"start"},
}


def imports(path: Path) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = {n.module for n in ast.walk(tree) if isinstance(n, ast.ImportFrom) and n.module}
    names |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    return {name.removeprefix("hardener.") for name in names if name.startswith("hardener.")}


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_go_one_way(path: Path) -> None:
    layer = path.relative_to(PACKAGE).with_suffix("").parts[0]
    if layer == "__init__":
        return
    allowed = ALLOWED[layer] | {layer, "records", "patterns"}
    for name in imports(path):
        assert any(name == a or name.startswith(a + ".") for a in allowed), f"{layer} may not import {name}"


def test_rules_do_no_io() -> None:
    for path in sorted((PACKAGE / "rules").rglob("*.py")):
        if path.name == "__init__.py":
            continue  # it finds the rules
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
        "print(*sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    loaded = set(done.stderr.split())
    heavy = {"lark", "httpx", "yaml", "ruamel", "pygls", "asyncio", "ssl", "email", "http", "urllib.request",
             "multiprocessing", "concurrent", "dockerfile_parse", "importlib.resources", "unittest", "logging",
             "importlib.metadata", "xml", "sqlite3", "ctypes", "dataclasses", "inspect", "click", "hashlib",
             "uuid"}  # fmt: skip
    assert not loaded & heavy
    assert "hardener.engine.run" in loaded
    assert len(loaded) < 275, f"{len(loaded)} modules at start-up"


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
