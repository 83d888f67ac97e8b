"""The packages of a workspace: their folders, their names, and what they depend on."""

from __future__ import annotations

import posixpath
from typing import Any

from hardener.rules.split_stages.model import Case

#: protocols of dependencies that are folders
_LINKING = ("link", "portal", "file")
SECTIONS = ("dependencies", "optionalDependencies", "devDependencies")
#: options that name packages of the workspace, by manager
NAMING = {"npm": ("-w", "--workspace"), "pnpm": ("-F", "--filter", "--filter-prod")}


def members(case: Case) -> dict[str, str]:
    """Return the folders with a package.json below the root of the build context, with the name of the package."""
    found: dict[str, str] = {}
    for path in case.project.paths:
        folder, _, name = path.rpartition("/")
        if name == "package.json" and folder and "node_modules/" not in path:
            found[folder] = str(_data(case, folder).get("name", ""))
    return found


def member_named(every: dict[str, str], want: str) -> str | None:
    """Return the folder that a name or a path names, None for none."""
    return next((path for path, name in every.items() if want in (name, path, f"./{path}")), None)


def needed(case: Case, section: str) -> dict[str, str]:
    """Return what a section of all packages of the workspace names, without its own packages."""
    every = members(case)
    own = set(every.values())
    found: dict[str, str] = {}
    for folder in ("", *every):
        listed = _data(case, folder).get(section)
        found.update(listed if isinstance(listed, dict) else {})
    return {name: text for name, text in found.items() if name not in own and isinstance(text, str)}


def links_outside(case: Case) -> bool:
    """Tell whether a package of the workspace depends on a folder that is not below its root."""
    for folder in ("", *members(case)):
        for section in (*SECTIONS, "resolutions"):
            listed = _data(case, folder).get(section)
            for text in listed.values() if isinstance(listed, dict) else ():
                kind, _, path = str(text).partition(":")
                base = folder if section in SECTIONS else ""
                if kind in _LINKING and posixpath.normpath(posixpath.join(base, path)).startswith(("..", "/")):
                    return True
    return False


def named_start(case: Case, program: tuple[str, ...]) -> tuple[str, tuple[str, ...]]:
    """Return the package that a command line names, "" for none, and the command line as it would be in there."""
    words = list(program)
    manager = words[0].rpartition("/")[2]
    want = ""
    if manager == "yarn" and words[1:2] == ["workspace"] and len(words) > 3:
        want, words = words[2], [words[0], *words[3:]]
    for option in NAMING.get(manager, ()):
        at = words.index(option) if option in words[:-1] else -1
        if at > 0:
            want, words = words[at + 1], words[:at] + words[at + 2 :]
    folder = member_named(members(case), want) if want else None
    return (folder, tuple(words)) if folder is not None else ("", program)


def _data(case: Case, folder: str) -> dict[str, Any]:
    data = case.project.json(f"{folder}/package.json" if folder else "package.json")
    return data if isinstance(data, dict) else {}
