"""What is said of a lock file that is not in the build context: which command makes one (C16)."""

from __future__ import annotations

from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.project.context import Files

#: name of a lock file: the command that makes it and installs nothing
_MADE_BY = {
    "package-lock.json": "npm install --package-lock-only",
    "yarn.lock": "yarn install",
    "pnpm-lock.yaml": "pnpm install --lockfile-only",
    "bun.lock": "bun install --lockfile-only",
    "Gemfile.lock": "bundle lock",
    "composer.lock": "composer update --no-install",
    "Cargo.lock": "cargo generate-lockfile",
    "Pipfile.lock": "pipenv lock",
    "uv.lock": "uv lock",
    "pdm.lock": "pdm lock",
    "poetry.lock": "poetry lock",
}


@dataclass(frozen=True, slots=True)
class NoLock(Refusal):
    """There is no lock file in the build context; `is_ignored` where .dockerignore may keep it out."""

    is_ignored: bool = False


def no_lock(files: Files, *paths: str) -> Refusal:
    """Return that there is no lock file that can be read, what makes one, and whether .dockerignore would keep it out.

    Args:
        files: the build context.
        paths: the lock files that would do, the usual one first.
    """
    command = next((_MADE_BY[name] for name in map(basename, paths) if name in _MADE_BY), "")
    allow = f"run `{command}` and commit it" if command else "add it"
    there = next((path for path in paths if files.has(path)), "")
    if there:
        return Refusal("C16", f"cannot read {there}", allow)
    ignored = next((path for path in paths if files.is_ignored(path)), "")
    if ignored:
        return NoLock(
            "C16",
            f"there is no {ignored} in the build context: .dockerignore keeps it out",
            f"let it in; if there is none, {allow}",
            is_ignored=True,
        )
    return NoLock("C16", f"there is no {' or '.join(paths)} in the build context", allow)
