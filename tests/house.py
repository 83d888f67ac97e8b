"""Draws the house: the rooms of the package and the imports between them, as they are.

`python -m tests.house` writes the picture and the table into docs/architecture.md; a test holds them in step.
"""

from __future__ import annotations

import ast
from pathlib import Path

from tests.corpus import ROOT

PACKAGE = ROOT / "hardener"
PAGE = ROOT / "docs" / "architecture.md"
#: the rooms, each of which may import only those before it
ORDER = (
    "fast", "errors", "text", "_version", "syntax", "knowledge", "shell", "packages", "project", "image", "rules",
    "registry", "lookups", "engine", "output", "verify", "bot", "lsp", "cli", "__main__",
)  # fmt: skip
_BEGIN, _END = "<!-- house: begin -->\n", "<!-- house: end -->"


def name_of(path: Path) -> str:
    """Return the name of the module that a file is."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def modules() -> dict[str, Path]:
    """Return the files of the package by the names of their modules."""
    return {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imports(path: Path, known: dict[str, Path]) -> set[str]:
    """Return the modules of the package that a file imports, at its top or inside functions."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("hardener"):
            parts = (f"{node.module}.{alias.name}" for alias in node.names)
            found |= {part if part in known else node.module for part in parts}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names if alias.name in known}
    return found


def room(module: str) -> str:
    """Return the room that a module lies in."""
    return module.split(".")[1] if "." in module else ""


def doors() -> dict[str, set[str]]:
    """Return for each room the rooms that it imports."""
    known = modules()
    found: dict[str, set[str]] = {name: set() for name in ORDER}
    for module, path in known.items():
        here = room(module)
        if here:
            found[here] |= {room(name) for name in imports(path, known)} - {here, ""}
    return found


def picture() -> str:
    """Return the rooms as a Mermaid diagram: an arrow where no longer way leads to a room already."""
    found = doors()
    lines = ["```mermaid", "graph BT"]
    for here in _drawn():
        near = found[here] & set(_drawn())
        far = {name for other in near for name in _below(other, found)}
        lines += [f"  {here} --> {name}" for name in ORDER if name in near - far]
    return "\n".join([*lines, "```", ""])


def table() -> str:
    """Return what each room is for, in the words of its own docstring, and what it imports."""
    found = doors()
    rows = ["| room | what it holds | imports |", "|---|---|---|"]
    for here in _drawn():
        path = PACKAGE / here / "__init__.py"
        text = ast.get_docstring(ast.parse((path if path.exists() else PACKAGE / f"{here}.py").read_text())) or ""
        names = ", ".join(name for name in ORDER if name in found[here] & set(_drawn())) or "nothing"
        rows.append(f"| `{here}` | {' '.join(text.partition(chr(10) + chr(10))[0].split())} | {names} |")
    return "\n".join([*rows, ""])


def page(text: str) -> str:
    """Return docs/architecture.md with the picture and the table of today."""
    before, _, rest = text.partition(_BEGIN)
    return f"{before}{_BEGIN}\n{picture()}\n{table()}\n{_END}{rest.partition(_END)[2]}"


def _drawn() -> tuple[str, ...]:
    return tuple(name for name in ORDER if not name.startswith("_"))


def _below(here: str, found: dict[str, set[str]]) -> set[str]:
    """Return all rooms that a room reaches."""
    seen: set[str] = set()
    rest = [here]
    while rest:
        new = found[rest.pop()] - seen
        seen |= new
        rest += new
    return seen


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
