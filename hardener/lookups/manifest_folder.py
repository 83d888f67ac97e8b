"""The files around a file of Kubernetes manifests that may change it: kustomizations, and what patches containers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hardener.errors import Refusal
from hardener.lookups.build_context import Contexts
from hardener.lookups.reading import read_regular, repository_of
from hardener.project.context import Lookup

#: larger files are not read; more files, or deeper ones, are not looked through
_SIZE = 1 << 18
_FILES = 2000
_DEPTH = 12
_SKIPPED = frozenset({".git", ".hg", ".svn", "node_modules", ".venv", "venv", ".tox", "__pycache__", "vendor"})

_TOO_MANY = Refusal("K28", f"more than {_FILES} YAML files lie around it, and any may patch it", "change it by hand")


class ManifestFolder:
    """Answers look-ups of kind "manifests", None for any other.

    Args:
        path: of the file.
        root: of the project; without it the git repository around the file, or the folder of the file.
        shared: what others of the same run have read.
    """

    def __init__(self, path: Path, root: Path | None = None, shared: Contexts | None = None) -> None:
        self.path = Path(os.path.abspath(path))  # noqa: PTH100 (a symlink stays where it is)
        self.root = root
        self.shared = shared or Contexts()

    def __call__(self, lookup: Lookup) -> object | None:
        """Return the answer to `lookup`."""
        if lookup.kind != "manifests":
            return None
        root = self.root or repository_of(self.path.parent)
        if root not in self.shared.patches:
            self.shared.patches[root] = _patches(root)
        found, here = self.shared.patches[root], str(self.path)
        return _TOO_MANY if found is None else tuple((name, text) for name, text, path in found if path != here)


def _patches(root: Path) -> tuple[tuple[str, str, str], ...] | None:
    """Return what may patch manifests in a project, as name in it, text and path; None where that is too much."""
    texts = []
    for count, path in enumerate(_yaml_files(str(root), 0)):
        if count >= _FILES:
            return None
        try:
            data = read_regular(Path(path), _SIZE)
        except OSError:
            continue
        if data is not None:
            texts.append((os.path.relpath(path, root).replace(os.sep, "/"), data, path))
    if not any(_is_kustomization(name) for name, _, _ in texts):
        return ()
    wanted = [row for row in texts if _is_kustomization(row[0]) or b"securityContext" in row[1]]
    return tuple((name, data.decode("utf-8", "replace"), path) for name, data, path in wanted)


def _is_kustomization(name: str) -> bool:
    return name.rpartition("/")[2].lower().startswith("kustomization")


def _yaml_files(folder: str, depth: int) -> Iterator[str]:
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        if entry.is_dir(follow_symlinks=False):
            if entry.name not in _SKIPPED and depth < _DEPTH:
                yield from _yaml_files(entry.path, depth + 1)
        elif entry.name.lower().endswith((".yaml", ".yml")):
            yield entry.path
