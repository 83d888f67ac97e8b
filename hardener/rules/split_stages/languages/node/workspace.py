"""npm workspaces: links in node_modules lead to folders beside it, so both are copied as one (S19)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.rules.split_stages.languages.node.project import Manifest
from hardener.rules.split_stages.model import Call, Case

#: lock files of other managers, whose packages of a workspace are not all told by package.json at its root
_OTHERS = ("pnpm-workspace.yaml", "lerna.json", "yarn.lock", "pnpm-lock.yaml")
_NAMES = ("-w", "--workspace")
_ALL = ("-ws", "--workspaces")


def is_workspace(case: Case, found: Manifest | None) -> bool:
    """Tell whether a project links packages of its own."""
    return (found is not None and "workspaces" in found.data) or any(case.project.has(name) for name in _OTHERS[:2])


def refusal_of(case: Case, found: Manifest) -> Refusal | None:
    """Return why a workspace cannot be copied as a whole, with packages that are all known; None where it can."""
    other = next((name for name in _OTHERS if case.project.has(name)), None)
    patterns = found.data.get("workspaces")
    listed = patterns.get("packages") if isinstance(patterns, dict) else patterns
    inside = isinstance(listed, list) and all(isinstance(p, str) and not p.startswith(("/", "..")) for p in listed)
    if other is not None or found.prefix or not found.is_locked or not inside:
        return Refusal("S19", "a workspace links its packages from elsewhere", "use `pnpm deploy` or split by hand")
    return None


def in_members(case: Case, call: Call) -> tuple[Call, ...]:
    """Return a command of npm as it runs in each package that its options name; () where it names none, or another."""
    argv: list[str | None] = []
    wanted: list[str] = []
    rest = iter(call.argv)
    for word in rest:
        option, equals, value = (word or "").partition("=")
        if option in _NAMES:
            wanted.append(value if equals else next(rest, None) or "")
        elif word in _ALL:
            wanted.append("*")
        else:
            argv.append(word)
    members = _members(case)
    found = [[p for p, name in members.items() if want in ("*", name, p, f"./{p}")] for want in wanted]
    if call.name != "npm" or call.folder is None or not all(found):
        return ()
    folders = dict.fromkeys(posixpath.join(call.folder, path) for some in found for path in some)
    return tuple(replace(call, argv=tuple(argv), folder=folder) for folder in folders)


def _members(case: Case) -> dict[str, str]:
    """Return the folders with a package.json below the root of the build context, with the name of the package."""
    found: dict[str, str] = {}
    for path in case.project.paths:
        folder, _, name = path.rpartition("/")
        if name == "package.json" and folder and "node_modules/" not in path:
            data = case.project.json(path)
            found[folder] = str(data.get("name", "")) if isinstance(data, dict) else ""
    return found
