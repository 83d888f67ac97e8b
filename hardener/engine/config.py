"""Configuration: `[tool.harden]` of pyproject.toml, or harden.toml; the nearest one above a file counts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from hardener.errors import ConfigError

_LISTS = ("select", "extend-select", "ignore", "exclude")
_FLAGS = ("unsafe-fixes", "safe")
_TEXTS = ("context",)


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; the names are those of the options."""

    select: frozenset[str] = frozenset()
    extend_select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    exclude: tuple[str, ...] = ()
    unsafe_fixes: bool = False
    safe: bool = False
    context: Path | None = None


@lru_cache(maxsize=1024)
def nearest(folder: Path) -> Config:
    """Return the configuration for files in `folder`.

    Raises:
        ConfigError: a file that cannot be used.
    """
    for name in ("harden.toml", ".harden.toml"):
        if (folder / name).is_file():
            return load(folder / name)
    project = folder / "pyproject.toml"
    if project.is_file() and "[tool.harden" in project.read_text(encoding="utf-8", errors="replace"):
        return load(project)
    return Config() if folder.parent == folder else nearest(folder.parent)


def load(path: Path) -> Config:
    """Read one configuration file.

    Raises:
        ConfigError: it is missing, is no TOML, or has a key or value that harden does not know.
    """
    import tomllib

    try:
        data: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    table = data.get("tool", {}).get("harden", {}) if path.name == "pyproject.toml" else data
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.harden must be a table")
    for key, value in table.items():
        _check(path, key, value)
    return Config(
        select=frozenset(table.get("select", ())),
        extend_select=frozenset(table.get("extend-select", ())),
        ignore=frozenset(table.get("ignore", ())),
        exclude=tuple(table.get("exclude", ())),
        unsafe_fixes=table.get("unsafe-fixes", False),
        safe=table.get("safe", False),
        context=path.parent / table["context"] if "context" in table else None,
    )


def _check(path: Path, key: str, value: Any) -> None:
    if key not in (*_LISTS, *_FLAGS, *_TEXTS):
        from difflib import get_close_matches

        close = get_close_matches(key, (*_LISTS, *_FLAGS, *_TEXTS), 1)
        raise ConfigError(f"{path}: unknown key {key!r}" + (f"; did you mean {close[0]!r}?" if close else ""))
    if key in _LISTS and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        raise ConfigError(f"{path}: {key} must be a list of strings")
    if key in _FLAGS and not isinstance(value, bool):
        raise ConfigError(f"{path}: {key} must be true or false")
    if key in _TEXTS and not isinstance(value, str):
        raise ConfigError(f"{path}: {key} must be a string")
