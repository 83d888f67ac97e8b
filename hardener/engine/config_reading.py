"""Reads one configuration file and says what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from hardener.engine.config import Config, RegistryConfig
from hardener.errors import ConfigError
from hardener.lookups.update_policy import TAGS, UpdatePolicy, duration
from hardener.project.assumptions import RUNTIMES, Assumptions
from hardener.rules import known_names
from hardener.rules.base import Safety

_RULES = ("select", "extend-select", "ignore")
_LISTS = (*_RULES, "exclude")
_FLAGS = ("unsafe-fixes", "safe", "offline", "image-facts")
_KEYS = (*_LISTS, *_FLAGS, "level", "context", "per-file-ignores", "registry", "update", "assume", "verify")


def unknown_rule(names: Iterable[str]) -> str:
    """Return what is wrong with the first name or code that is no rule, with a suggestion; "" if all are known."""
    known = known_names()
    wrong = sorted(set(names) - known.keys())
    return f"no such rule: {wrong[0]}{_suggest(wrong[0], known) or '; see --list-rules'}" if wrong else ""


def read(path: Path, size: int, *, trusted: bool) -> Config:
    """Read one configuration file.

    Args:
        path: the file.
        size: what it may have at the most, in bytes.
        trusted: whether the user chose it; False for one that lies in a repository, which may say less.

    Raises:
        ConfigError: it is missing, is no TOML, or has a key, value or rule that harden does not know or takes from
            the user alone.
    """
    table = _table(path, size)
    for key, value in table.items():
        problem = _problem(key, value)
        if problem:
            raise ConfigError(f"{path}: {problem}")
    level = table.get("level")
    levels = [level] * (level is not None) + [name for flag, name in _LEVEL_FLAGS if table.get(flag)]
    if len(set(levels)) > 1:
        raise ConfigError(f"{path}: level, safe and unsafe-fixes contradict each other")
    folder = path.absolute().parent
    registry, verify = _registry(path, table.get("registry", {})), _verify(path, table.get("verify", {}))
    if not trusted:
        from hardener.engine.trust import check_repository

        check_repository(path, table)
    return Config(
        folder=folder,
        select=frozenset(table.get("select", ())),
        extend_select=frozenset(table.get("extend-select", ())),
        ignore=frozenset(table.get("ignore", ())),
        per_file_ignores=tuple((k, frozenset(v)) for k, v in table.get("per-file-ignores", {}).items()),
        exclude=tuple(table.get("exclude", ())),
        level=Safety(levels[0]) if levels else None,
        context=folder / table["context"] if "context" in table else None,
        offline=table.get("offline", False),
        image_facts=table.get("image-facts", True),
        registry=registry,
        update=_update(path, table.get("update", {})),
        assume=_assume(path, table["assume"]) if "assume" in table else None,
        verify=verify,
    )


def _registry(path: Path, table: dict[str, Any]) -> RegistryConfig:
    """Read the table `registry`."""
    checks: dict[str, Callable[[Any], bool]] = {
        "mirrors": lambda v: isinstance(v, dict) and all(_is_texts(addresses) for addresses in v.values()),
        "insecure": _is_texts,
        "allow": _is_texts,
        "ca-file": lambda v: isinstance(v, str),
        "lifetime": lambda v: isinstance(v, str) and duration(v) is not None,
    }
    shapes = {"mirrors": 'a table: "docker.io" = ["https://mirror.example"]', "insecure": "a list of hosts",
              "allow": "a list of hosts", "ca-file": "a path", "lifetime": _SPAN}  # fmt: skip
    _check_table(path, "registry", table, checks, shapes)
    return RegistryConfig(
        mirrors={name: tuple(addresses) for name, addresses in table.get("mirrors", {}).items()},
        insecure=frozenset(table.get("insecure", ())),
        ca_file=path.absolute().parent / table["ca-file"] if "ca-file" in table else None,
        allow=frozenset(table.get("allow", ())),
        lifetime=duration(table["lifetime"]) if "lifetime" in table else None,
    )


def _update(path: Path, table: dict[str, Any]) -> UpdatePolicy:
    """Read the table `update`."""
    checks: dict[str, Callable[[Any], bool]] = {
        "min-age": lambda v: isinstance(v, str) and duration(v) is not None,
        "tags": lambda v: v in TAGS,
        "ignore": _is_texts,
    }
    shapes = {"min-age": _SPAN, "tags": '"same", "patch", "minor" or "major"', "ignore": "a list of images"}
    _check_table(path, "update", table, checks, shapes)
    return UpdatePolicy(duration(table.get("min-age", "0d")) or 0.0, table.get("tags", "same"),
                        tuple(table.get("ignore", ())))  # fmt: skip


def _assume(path: Path, table: dict[str, Any]) -> Assumptions:
    """Read the table `assume`."""
    checks: dict[str, Callable[[Any], bool]] = {
        "runtime": lambda v: v in RUNTIMES,
        "low-ports": lambda v: isinstance(v, bool),
        "arguments": lambda v: isinstance(v, bool),
        "writable": lambda v: _is_texts(v) and all(_FOLDER.fullmatch(folder) for folder in v),
    }
    shapes = {"runtime": '"docker" or "kubernetes"', "low-ports": "true or false", "arguments": "true or false",
              "writable": 'a list of folders of the image, such as ["/app/data"]'}  # fmt: skip
    _check_table(path, "assume", table, checks, shapes)
    writable = tuple(folder.rstrip("/") for folder in table["writable"]) if "writable" in table else None
    return Assumptions(table.get("runtime", ""), table.get("low-ports"), table.get("arguments"), writable)


def _verify(path: Path, table: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Read the table `verify`: its keys are options of `harden verify`."""
    lists = ("probe", "probe-cmd", "run-cmd", "env", "port", "build-arg", "secret", "build-option", "run-option")
    checks: dict[str, Callable[[Any], bool]] = {
        **dict.fromkeys(lists, _is_texts),
        **dict.fromkeys(("target", "touch", "engine"), lambda v: isinstance(v, str)),
        **dict.fromkeys(("timeout", "wait", "stop-timeout"), lambda v: type(v) is int and v > 0),
        "no-times": lambda v: isinstance(v, bool),
    }
    shapes = {
        **dict.fromkeys(lists, "a list of strings"),
        **dict.fromkeys(("target", "touch", "engine"), "a string"),
        **dict.fromkeys(("timeout", "wait", "stop-timeout"), "a whole number of seconds"),
        "no-times": "true or false",
    }
    _check_table(path, "verify", table, checks, shapes)
    return tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in table.items())


def _check_table(
    path: Path, name: str, table: Any, checks: dict[str, Callable[[Any], bool]], shapes: dict[str, str]
) -> None:
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: {name} must be a table")
    for key, value in table.items():
        if key not in checks:
            raise ConfigError(f"{path}: {name}: unknown key {key!r}{_suggest(key, checks, quote=True)}")
        if not checks[key](value):
            raise ConfigError(f"{path}: {name}: {key} must be {shapes[key]}")


#: an absolute path of plain names: it goes into a RUN as it is
_FOLDER = re.compile(r"(?:/(?!\.\.?(?:/|\Z))[\w.@+-]+)+/?")
_SPAN = 'a length of time such as "12h" or "7d"'


_LEVEL_FLAGS = (("unsafe-fixes", "unsafe"), ("safe", "safe"))


def _table(path: Path, size: int) -> dict[str, Any]:
    import tomllib

    try:
        with path.open("rb") as file:
            text = file.read(size + 1)
        if len(text) > size:
            raise ConfigError(f"{path}: larger than {size >> 20} MB, so it is not read")
        data: dict[str, Any] = tomllib.loads(text.decode("utf-8-sig").replace("\r\n", "\n"))
    except RecursionError:
        raise ConfigError(f"{path}: nested too deeply to be read") from None
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except ValueError as error:  # no UTF-8, no TOML, a number without end
        raise ConfigError(f"{path}: {error}") from None
    if path.name != "pyproject.toml":
        return data
    tool = data.get("tool", {})
    table = tool.get("harden", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.harden must be a table")
    return table


def _problem(key: str, value: Any) -> str:
    """Return what is wrong with a key or its value, "" if nothing is."""
    if key not in _KEYS:
        return f"unknown key {key!r}{_suggest(key, _KEYS, quote=True)}"
    if key in _LISTS and not _is_texts(value):
        return f"{key} must be a list of strings"
    if key in ("exclude", "per-file-ignores") and (wild := _wild(value)):
        return f"{key}: {wild[:60]!r} has too many wildcards"
    if key in _RULES and unknown_rule(value):
        return f"{key}: {unknown_rule(value)}"
    if key in _FLAGS and not isinstance(value, bool):
        return f"{key} must be true or false"
    if key == "level" and value not in [level.value for level in Safety]:
        return 'level must be "safe", "hardening" or "unsafe"'
    if key == "context" and not isinstance(value, str):
        return "context must be a string"
    if key == "per-file-ignores":
        return _problem_per_file(value)
    return ""


def _wild(patterns: Any) -> str:
    from hardener.syntax.globs import is_wild  # no start needs it

    found = patterns if isinstance(patterns, list | dict) else ()
    return next((one for one in found if isinstance(one, str) and is_wild(one)), "")


def _problem_per_file(value: Any) -> str:
    if not isinstance(value, dict) or not all(_is_texts(rules) for rules in value.values()):
        return "per-file-ignores must be a table: pattern = [rules]"
    for pattern, rules in value.items():
        if unknown_rule(rules):
            return f"per-file-ignores: {pattern!r}: {unknown_rule(rules)}"
    return ""


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _suggest(name: str, known: Iterable[str], *, quote: bool = False) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {repr(close[0]) if quote else close[0]}?" if close else ""
