"""What is in force for a file, key by key, and where each value comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hardener.engine.config import Config
from hardener.engine.config_files import SIZE
from hardener.engine.config_keys import KEYS, Key
from hardener.engine.config_reading import table_of
from hardener.fast.records import dataclass
from hardener.lookups.update_policy import duration

#: keys of which both files count
_ADDED = frozenset({"extend-select", "ignore"})
#: keys that say the level
_LEVEL = ("level", "safe", "unsafe-fixes")
#: keys that hold only for the file they stand in: patterns are relative to it
_OF_ONE = frozenset({"per-file-ignores", "exclude"})


@dataclass(frozen=True, slots=True)
class Layer:
    """A configuration file and what it says."""

    path: Path
    table: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Setting:
    """A value in force.

    Attributes:
        table, name: the key.
        value: as TOML has it; None for one that nobody sets and that has no default.
        sources: the files that say so; () for the default.
    """

    table: str
    name: str
    value: Any
    sources: tuple[Path, ...]


def layer(path: Path | None) -> Layer | None:
    """Return what a configuration file says; None where there is none.

    Raises:
        ConfigError: it cannot be read.
    """
    return None if path is None or not path.is_file() else Layer(path, table_of(path, SIZE))


def settings(repository: Layer | None, own: Layer | None, config: Config) -> tuple[Setting, ...]:
    """Return each key with the value in force and its files.

    Args:
        repository: the nearest configuration, or the one that was named.
        own: the user's own.
        config: what comes of both.
    """
    return tuple(_settings(repository, own, config))


def _settings(repository: Layer | None, own: Layer | None, config: Config) -> Iterator[Setting]:
    for key in KEYS:
        if key.name in ("safe", "unsafe-fixes") and not key.table:
            continue  # they are shown as the level
        found = _of_key(key, repository, own)
        if key.name == "level":
            value = config.level.value if config.level else "hardening"
        else:
            value = _merged(key, found)
        yield Setting(key.table, key.name, value, tuple(one.path for one in found))


def _of_key(key: Key, repository: Layer | None, own: Layer | None) -> list[Layer]:
    """Return the files whose value of a key counts, the stronger one first."""
    said = _says_level if key.name == "level" else _says
    found = [one for one in (repository, own) if one is not None and said(one, key)]
    if key.table == "update":  # the whole table of one file counts
        first = repository if repository is not None and (own is None or _moves(repository)) else own
        return [one for one in found if one is first]
    if repository is not None and key.name in _OF_ONE and not key.table:
        return [one for one in found if one is repository]
    return found if key.name in _ADDED and not key.table else found[:1]


def _moves(one: Layer) -> bool:
    """Tell whether the table `update` of a file says anything but the defaults."""
    table = one.table.get("update", {})
    age = duration(table.get("min-age", "0d"))
    return bool(age) or table.get("tags", "same") != "same" or bool(table.get("ignore"))


def _says(one: Layer, key: Key) -> bool:
    value = _value(one, key)
    if key.name in ("image-facts", "cache"):  # whoever says no is heard
        return value is False
    if key.table in ("verify", "assume"):  # false and [] say something too
        return value is not None
    return value is not None and value not in ([], {}, False)


def _says_level(one: Layer, key: Key) -> bool:
    return any(one.table.get(name) for name in _LEVEL)


def _value(one: Layer, key: Key) -> Any:
    return (one.table.get(key.table, {}) if key.table else one.table).get(key.name)


def _merged(key: Key, found: list[Layer]) -> Any:
    values = [_value(one, key) for one in found]
    if key.name in _ADDED and not key.table:
        return sorted({name for value in values for name in value}) if values else None
    return values[0] if values else None
