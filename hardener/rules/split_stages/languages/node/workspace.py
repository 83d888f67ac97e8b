"""npm workspaces: links in node_modules lead to folders beside it, so both are copied as one (S19)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.rules.split_stages.languages.node.project import Manifest
from hardener.rules.split_stages.model import Case

#: lock files of other managers, whose packages of a workspace are not all told by package.json at its root
_OTHERS = ("pnpm-workspace.yaml", "lerna.json", "yarn.lock", "pnpm-lock.yaml")


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
