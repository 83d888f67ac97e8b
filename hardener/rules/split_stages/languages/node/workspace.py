"""Workspaces: links in node_modules lead to folders beside it, so both are copied as one (S19).

npm, Yarn and pnpm link the packages of a workspace below its root, by paths in it. What is copied with its root is
whole where nothing they read says that packages lie elsewhere.
"""

from __future__ import annotations

import posixpath
import re
from itertools import chain

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.image.files import is_within
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.node.below import LOCKS, managers_of
from hardener.rules.split_stages.languages.node.members import (
    NAMING,
    SECTIONS,
    links_outside,
    member_named,
    members,
    needed,
)
from hardener.rules.split_stages.languages.node.project import Manifest
from hardener.rules.split_stages.model import Call, Case, Verdict

_MARKS = ("pnpm-workspace.yaml", "lerna.json")
#: options that mean all packages of the workspace
_ALL = {"npm": ("-ws", "--workspaces"), "pnpm": ("-r", "--recursive")}
#: settings that put packages, or the links to them, elsewhere
_MOVES = {
    "pnpm": regex(
        r"(?mi)^\s*(virtual-?store-?dir|modules-?dir|enable-?global-?virtual-?store|node-?linker|lockfile-?dir"
        r"|package-?import-?method|shared-?workspace-?lockfile)\b"
    ),
    "yarn": regex(
        r"(?mi)^\s*(--install\.modules-folder|--modules-folder|modules-folder|pnpUnpluggedFolder|virtualFolder"
        r"|installStatePath|cacheFolder)\b"
    ),
}
#: a pattern of pnpm-workspace.yaml that leads out of its folder
_OUTER = regex(r"(?m)(?:^\s*-|[\[,])\s*['\"]?(?:\.\./|/)")
#: settings that a command may write before packages are installed
_KEYS = regex(r"(?i)(?:virtual|modules|node-?linker|enable-?global|lockfile-?dir|cache|pnp|install-?state)")
#: variables that do what those settings do
_MOVING = {
    "pnpm": regex(
        r"(?i)p?npm_config_(virtual_store_dir|modules_dir|enable_global_virtual_store|node_linker|lockfile_dir)\Z"
    ),
    "yarn": regex(r"YARN_(PNP_UNPLUGGED_FOLDER|VIRTUAL_FOLDER|INSTALL_STATE_PATH)\Z"),
}
_SETTINGS = {"pnpm": (".npmrc", "pnpm-workspace.yaml"), "yarn": (".yarnrc", ".yarnrc.yml")}
#: versions of lock files that say where their manager puts packages
_PNPM_LOCK = regex(r"lockfileVersion: '?(5\.[34]|6\.\d|9\.\d)\b")
_YARN_LOCK = regex(r"# yarn lockfile v1\b|__metadata:\s+version: \"?[45678]\b")


def is_workspace(case: Case, found: Manifest | None) -> bool:
    """Tell whether a project links packages of its own."""
    if (found is not None and "workspaces" in found.data) or any(case.project.has(name) for name in _MARKS):
        return True
    root = case.project.json("package.json") if found is not None and found.prefix else None
    return isinstance(root, dict) and "workspaces" in root


def refusal_of(case: Case, found: Manifest) -> Refusal | None:
    """Return why a workspace cannot be copied as a whole, with packages that are all known; None where it can."""
    managers = managers_of(case)
    manager = next(iter(managers)) if len(managers) == 1 else ""
    split = "split by hand"
    if case.project.has("lerna.json"):
        return Refusal("S19", "a workspace links its packages from elsewhere", split)
    if manager not in ("npm", "yarn", "pnpm"):
        return Refusal("S19", "cannot tell which manager links the packages of the workspace", "install with one")
    if not _are_inside(case, manager) or links_outside(case):
        return Refusal("S19", "a workspace links packages from outside of its folder", split)
    if found.prefix and found.prefix.rstrip("/") not in members(case):
        return Refusal("S19", f"cannot tell whether {found.prefix} is a package of the workspace", "set WORKDIR")
    if manager == "npm":
        others = [name for name in LOCKS.values() if case.project.has(name)]
        if others or found.prefix or not found.is_locked or case.project.has(_MARKS[0]):
            return Refusal("S19", "cannot tell from its lock file what the workspace holds", split)
        return None
    return _unknown_lock(case, manager) or _elsewhere(case, manager)


def _are_inside(case: Case, manager: str) -> bool:
    """Tell whether the packages of a workspace lie below its root, which is that of the build context."""
    if manager == "pnpm":
        text = case.project.text("pnpm-workspace.yaml")
        return text is not None and _OUTER.search(text) is None
    root = case.project.json("package.json")
    patterns = root.get("workspaces") if isinstance(root, dict) else None
    listed = patterns.get("packages") if isinstance(patterns, dict) else patterns
    return isinstance(listed, list) and all(isinstance(p, str) and not p.startswith(("/", "..")) for p in listed)


def _unknown_lock(case: Case, manager: str) -> Refusal | None:
    """Return why the lock file does not say what is installed."""
    name = LOCKS[manager]
    text = case.project.text(name)
    if text is None:
        return Refusal("S19", f"there is no {name} at the root of the workspace", f"commit {name}")
    known = _PNPM_LOCK if manager == "pnpm" else _YARN_LOCK
    if known.search(text[:600]) is None:
        return Refusal("S19", f"cannot tell which version of {manager} wrote {name}", "split by hand")
    return None


def _elsewhere(case: Case, manager: str) -> Refusal | None:
    """Return which setting puts packages outside of the folder that is copied."""
    for name in _SETTINGS[manager]:
        set_ = _MOVES[manager].search(case.project.text(name) or "")
        if set_ is not None:
            return Refusal("S19", f"{name} sets {set_[1]}", "leave packages in node_modules")
    calls = [call for call in case.calls if call.name == manager]
    names = (name for call in calls for name in call.state.values if _MOVING[manager].match(name))
    keys = (
        call.words[2] for call in calls if call.words[:2] == ("config", "set") and _KEYS.match("".join(call.words[2:3]))
    )
    moving = next(chain(names, keys), None)
    return Refusal("S19", f"{moving} is set", "leave packages in node_modules") if moving is not None else None


def as_one(case: Case, found: Manifest) -> Manifest:
    """Return what a workspace of Yarn or pnpm needs as a whole: they lock its packages in one file at its root."""
    if managers_of(case) == {"npm"}:
        return found
    data = {**found.data, **{section: needed(case, section) for section in SECTIONS}}
    return Manifest(data)


def in_members(case: Case, call: Call) -> tuple[Call, ...]:
    """Return a command as it runs in each package that it names; () where it names none, or another."""
    if call.folder is None:
        return ()
    if call.name == "yarn":
        return _of_yarn(case, call)
    argv: list[str | None] = []
    wanted: list[str] = []
    rest = iter(call.argv)
    for word in rest:
        option, equals, value = (word or "").partition("=")
        if option in NAMING.get(call.name, ()):
            wanted.append(value if equals else next(rest, None) or "")
        elif word in _ALL.get(call.name, ()):
            wanted.append("*")
        else:
            argv.append(word)
    return _in_folders(case, call, wanted, argv)


def _of_yarn(case: Case, call: Call) -> tuple[Call, ...]:
    """Return what `yarn workspace NAME …`, `yarn workspaces run …` and `foreach` come to."""
    words = [word or "" for word in call.argv[1:]]
    if words[:1] == ["workspace"] and len(words) > 2:
        return _in_folders(case, call, [words[1]], [call.argv[0], *words[2:]])
    if words[:1] == ["workspaces"] and "run" in words[1:]:
        return _in_folders(case, call, ["*"], [call.argv[0], *words[words.index("run") :]])
    return ()


def deployed(case: Case, call: Call, plain: list[str]) -> Verdict | Refusal:
    """Return what `pnpm --filter NAME deploy FOLDER` leaves: the package, with all that it needs below it."""
    path = call.path(plain[1]) if len(plain) == 2 else None
    if path is None or path == "/":
        return Refusal("S22", f"cannot tell to which folder `{' '.join(call.raw.split())[:50]}` writes", "name it")
    root = paths.root_of(case, call.folder or "/")
    return Verdict(build=True, makes=(root if is_within(path, root) else path,), whole=True)


def every_member(case: Case, call: Call) -> tuple[Call, ...]:
    """Return a command as it would be in each package of the workspace."""
    return _in_folders(case, call, ["*"], list(call.argv))


def _in_folders(case: Case, call: Call, wanted: list[str], argv: list[str | None]) -> tuple[Call, ...]:
    every = members(case)
    found = [_chosen(every, want, call.name) for want in wanted]
    if not all(found):
        return ()
    root = paths.root_of(case, call.folder or "/")
    folders = dict.fromkeys(posixpath.join(root, path) for some in found for path in some)
    return tuple(replace(call, argv=tuple(argv), folder=folder) for folder in folders)


def _chosen(every: dict[str, str], want: str, manager: str) -> list[str]:
    """Return the folders that a name or a filter stands for; one with the packages around it counts for all."""
    if want == "*" or (manager == "pnpm" and re.search(r"\.\.\.|[*^!{}\[\]]", want) is not None):
        return list(every)
    one = member_named(every, want)
    return [one] if one is not None else []


__all__ = ["as_one", "deployed", "every_member", "in_members", "is_workspace", "refusal_of"]
