"""What the stage is built on: nothing, or distroless of the same Debian release. Pure."""

from __future__ import annotations

import posixpath
from dataclasses import replace

from hardener.fast.patterns import regex
from hardener.verify.minimal.closure import Closure
from hardener.verify.minimal.tree import Tree

SCRATCH = "scratch"
#: releases that distroless has an image of
_RELEASES = ("12", "13")
_FIELD = regex(r'(?m)^(\w+)="?([^"\n]*)"?$')
_LIBRARY = regex(r".*\.so(?:\.[\w.]+)?|ld-[\w.-]+")
#: folders that an image's own additions make unlike those of the base
_CERTIFICATES, _ADDED = "/etc/ssl/certs", "/usr/local/share/ca-certificates"


def wanted(tree: Tree, *, is_dynamic: bool) -> str:
    """Return the image that the stage is built on."""
    text = tree.texts.get("/usr/lib/os-release") or tree.texts.get("/etc/os-release") or ""
    said = dict(_FIELD.findall(text))
    if said.get("ID") == "debian" and said.get("VERSION_ID") in _RELEASES:
        return f"gcr.io/distroless/{'base' if is_dynamic else 'static'}-debian{said['VERSION_ID']}"
    return SCRATCH


def spared(tree: Tree, base: Tree | None) -> frozenset[str]:
    """Return the folders that need not be taken for what a program may look up there: the base has them."""
    if base is None:
        return frozenset()
    found = {"/usr/share/zoneinfo"} if next(base.below("/usr/share/zoneinfo"), None) else set()
    is_own = next(tree.below(_ADDED), None) is not None
    if not is_own and base.get(f"{_CERTIFICATES}/ca-certificates.crt") is not None:
        found.add(_CERTIFICATES)
    return frozenset(found)


def without(found: Closure, tree: Tree, base: Tree) -> Closure:
    """Return what is still to be copied: without what the base has."""

    def has(path: str) -> bool:
        other = path.removeprefix("/usr") if path.startswith("/usr/lib") else f"/usr{path}"
        return base.get(path) is not None or base.get(other) is not None

    def has_all(folder: str) -> bool:
        below = [path for path, _ in tree.below(folder)]
        return bool(below) and base.get(folder) is not None and all(base.get(path) is not None for path in below)

    return replace(
        found,
        folders={folder for folder in found.folders if not has_all(folder)},
        files={path for path in found.files if not (_LIBRARY.fullmatch(posixpath.basename(path)) and has(path))},
        empty={path for path in found.empty if not _alike(tree, base, path)},
    )


def _alike(tree: Tree, base: Tree, path: str) -> bool:
    old, new = tree.get(path), base.get(path)
    return old is not None and new is not None and (old.mode, old.owner, old.group) == (new.mode, new.owner, new.group)
