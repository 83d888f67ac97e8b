"""Finding Dockerfiles below a folder, as Docker and hadolint name them; .gitignore is respected."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_NAMES = frozenset({"dockerfile", "containerfile"})
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", "__pycache__"})
_NO_DOCKERFILES = (".dockerignore", ".md", ".swp", ".orig", ".rej", "~")


def is_dockerfile(name: str) -> bool:
    """Tell whether a file of this name is a Dockerfile: Dockerfile, Containerfile, Dockerfile.x, x.Dockerfile."""
    lower = name.lower()
    if lower.endswith(_NO_DOCKERFILES):
        return False
    first, last = lower.split(".", 1)[0], lower.rsplit(".", 1)[-1]
    return first in _NAMES or (last in _NAMES and not lower.startswith("."))


def find(folder: Path, exclude: tuple[str, ...] = ()) -> Iterator[Path]:
    """Yield the Dockerfiles below `folder`, sorted, without what .gitignore files and `exclude` name."""
    yield from _walk(folder, [(folder, _spec(exclude))] if exclude else [])


def _spec(patterns: tuple[str, ...] | list[str]) -> Any:
    import pathspec

    return pathspec.GitIgnoreSpec.from_lines(patterns)


def _walk(folder: Path, specs: list[tuple[Path, Any]]) -> Iterator[Path]:
    ignore = folder / ".gitignore"
    if ignore.is_file():
        specs = [*specs, (folder, _spec(ignore.read_text(encoding="utf-8", errors="replace").splitlines()))]
    try:
        entries = sorted(os.scandir(folder), key=lambda e: e.name)
    except OSError:
        return
    for entry in entries:
        path = folder / entry.name
        is_folder = entry.is_dir(follow_symlinks=False)
        if is_folder and entry.name in _SKIPPED:
            continue
        if any(spec.match_file(path.relative_to(base).as_posix() + ("/" if is_folder else "")) for base, spec in specs):
            continue
        if is_folder:
            yield from _walk(path, specs)
        elif is_dockerfile(entry.name) and entry.is_file():
            yield path
