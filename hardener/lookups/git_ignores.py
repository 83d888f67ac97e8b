"""Which files git ignores: patterns of .gitignore files, the nearest first."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hardener.syntax.globs import is_wild

#: the folder of a file of patterns, and what they say
Specs = list[tuple[Path, Any]]


def spec_of(patterns: Iterable[str]) -> Any:
    """Return what lines of a .gitignore say; those with too many wildcards are left out."""
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines([pattern for pattern in patterns if not is_wild(pattern)])


def is_ignored(specs: Specs, path: Path, *, is_folder: bool) -> bool:
    """Tell whether the deepest file that says something about `path` ignores it, as git does."""
    for base, spec in reversed(specs):
        if path != base and path.is_relative_to(base):
            answer = spec.check_file(path.relative_to(base).as_posix() + ("/" if is_folder else "")).include
            if answer is not None:
                return bool(answer)
    return False


__all__ = ["Specs", "is_ignored", "spec_of"]
