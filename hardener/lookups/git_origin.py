"""Where the repository around a Dockerfile comes from, read from its own git configuration."""

from __future__ import annotations

from pathlib import Path

from hardener.lookups.surroundings import Surroundings
from hardener.project.repository import origin_in


def origin_of(folder: Path, around: Surroundings) -> str:
    """Return the address on the web of the repository that a folder lies in, "" where it has none.

    git is not started, and settings of the person (`insteadOf`) do not count. A work tree beside its repository has
    none.
    """
    root = around.upwards(folder)[-1]
    return origin_in(around.text(root, ".git", "config")) if ".git" in around.names(root) else ""
