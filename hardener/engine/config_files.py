"""Which configuration counts: pyproject.toml or harden.toml, the nearest above a file, over the user's own.

What reads and checks a file is loaded where there is one.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from hardener.engine.config import Config
from hardener.fast.records import replace
from hardener.lookups.update_policy import UpdatePolicy
from hardener.project.compose.limits import Limits

#: larger files are not read, in bytes
SIZE = 1 << 20


def nearest(folder: Path) -> Config:
    """Return the configuration for files in `folder`, an absolute path.

    Raises:
        ConfigError: a file that cannot be used.
    """
    path = nearest_path(folder)
    return Config() if path is None else _of_repository(path)


@lru_cache(maxsize=1024)
def nearest_path(folder: Path) -> Path | None:
    """Return the configuration file for files in `folder`, an absolute path; None where there is none."""
    for name in ("harden.toml", ".harden.toml"):
        if _is_file(folder / name):
            return folder / name
    project = folder / "pyproject.toml"
    if _is_file(project) and _has_table(project):
        return project
    return None if folder.parent == folder else nearest_path(folder.parent)


@lru_cache(maxsize=1024)
def _of_repository(path: Path) -> Config:
    return load(path, trusted=False)


def _is_file(path: Path) -> bool:
    return os.path.isfile(path)  # noqa: PTH113 (pathlib raises where the folder may not be entered)


def _has_table(project: Path) -> bool:
    # most pyproject.toml have nothing for us: no TOML reader is imported for those
    try:
        with project.open("rb") as file:
            return b"tool.harden" in file.read(SIZE + 1)
    except OSError:
        return False


def forget() -> None:
    """Read all configuration files again when they are next asked for: a server outlives their changes."""
    nearest_path.cache_clear()
    _of_repository.cache_clear()
    own.cache_clear()


@lru_cache(maxsize=16)
def own(path: Path) -> Config:
    """Return the user's own configuration at `path`, an empty one where there is none.

    Raises:
        ConfigError: a file that cannot be used.
    """
    return load(path) if _is_file(path) else Config()


def layered(below: Config, found: Config) -> Config:
    """Return what `found`, of a repository, says, and what `below`, the user's own, says where it is silent."""
    if found.folder is None:
        return below
    if below.folder is None:
        return found
    ours, theirs = below.registry, found.registry
    return replace(
        found,
        select=found.select or below.select,
        extend_select=found.extend_select | below.extend_select,
        ignore=found.ignore | below.ignore,
        level=found.level or below.level,
        context=found.context or below.context,
        baseline=found.baseline or below.baseline,
        offline=found.offline or below.offline,
        image_facts=found.image_facts and below.image_facts,
        cache=found.cache and below.cache,
        registry=replace(ours, lifetime=ours.lifetime if theirs.lifetime is None else theirs.lifetime),
        update=below.update if found.update == UpdatePolicy() else found.update,
        assume=found.assume.over(below.assume) if found.assume and below.assume else found.assume or below.assume,
        compose=(found.compose or Limits()).over(below.compose or Limits()) if found.compose or below.compose else None,
        verify=tuple({**dict(below.verify), **dict(found.verify)}.items()),
    )


def load(path: Path, *, trusted: bool = True) -> Config:
    """Read one configuration file; see `config_reading.read`."""
    from hardener.engine.config_reading import read

    return read(path, SIZE, trusted=trusted)
