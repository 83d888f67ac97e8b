"""Which packages an image has, and which of them nothing is left of. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from hardener.verify.minimal.tree import Tree

_LISTS = "/var/lib/dpkg/info/"
_APK = ("/lib/apk/db/installed", "/usr/lib/apk/db/installed")


def packages_gone(tree: Tree, left: frozenset[str]) -> tuple[int, tuple[str, ...]]:
    """Return how many packages have files in an image, and the names of those of which no file is left.

    Args:
        tree: the files of the image.
        left: paths of the files of another image that was made of it.
    """
    count, gone = 0, []
    kept = {tree.real(path) for path in left} | left
    for name, paths in _packages(tree):
        files = [real for path in paths if tree.nodes.get(real := tree.placed(path)) and _is_used(tree, real)]
        if files:
            count += 1
            gone += [name] * (not any(path in kept or tree.real(path) in kept for path in files))
    return count, tuple(sorted(gone))


def _is_used(tree: Tree, path: str) -> bool:
    """Tell whether a path is a file that does something: no folder, no page of a manual."""
    return tree.nodes[path].kind != "folder" and not path.startswith(("/usr/share/doc/", "/usr/share/man/"))


def _packages(tree: Tree) -> Iterator[tuple[str, list[str]]]:
    for path, text in tree.texts.items():
        if path.startswith(_LISTS) and path.endswith(".list"):
            yield path[len(_LISTS) : -len(".list")].partition(":")[0], text.split("\n")
        elif path in _APK:
            yield from _of_apk(text)


def _of_apk(text: str) -> Iterator[tuple[str, list[str]]]:
    for block in text.split("\n\n"):
        name, folder, paths = "", "/", []
        for line in block.splitlines():
            kind, _, value = line.partition(":")
            if kind == "P":
                name = value
            elif kind == "F":
                folder = "/" + value
            elif kind == "R":
                paths.append(posixpath.join(folder, value))
        if name:
            yield name, paths
