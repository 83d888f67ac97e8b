"""Reads one configuration file and says what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from hardener.engine.config import Config, RegistryConfig
from hardener.engine.config_keys import KEYS, TABLES, keys_in
from hardener.errors import ConfigError
from hardener.lookups.update_policy import UpdatePolicy, duration
from hardener.project.assumptions import Assumptions
from hardener.project.compose.limits import Limits
from hardener.rules import known_names
from hardener.rules.base import Safety

_RULES = tuple(key.name for key in KEYS if key.kind == "rules")


def unknown_rule(names: Iterable[str]) -> str:
    """Return what is wrong with the first name or code that is no rule, with a suggestion; "" if all are known."""
    known = known_names()
    wrong = sorted(set(names) - known.keys())
    if not wrong:
        return ""
    from hardener.syntax.rule_names import meant  # no start needs it

    return f"no such rule: {wrong[0]}{meant(wrong[0], known) or '; see --list-rules'}"


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
    if not trusted:
        from hardener.engine.trust import check_place

        check_place(path)
    table = table_of(path, size)
    for key, value in table.items():
        problem = _problem(key, value)
        if problem:
            raise ConfigError(f"{_at(path, key)}: {problem}")
    level = table.get("level")
    levels = [level] * (level is not None) + [name for flag, name in _LEVEL_FLAGS if table.get(flag)]
    if len(set(levels)) > 1:
        raise ConfigError(f"{_at(path, 'level')}: level, safe and unsafe-fixes contradict each other")
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
        baseline=folder / table["baseline"] if "baseline" in table else None,
        offline=table.get("offline", False),
        image_facts=table.get("image-facts", True),
        cache=table.get("cache", True),
        registry=registry,
        update=_update(path, table.get("update", {})),
        assume=_assume(path, table["assume"]) if "assume" in table else None,
        compose=_compose(path, table["compose"]) if "compose" in table else None,
        verify=verify,
    )


def _registry(path: Path, table: dict[str, Any]) -> RegistryConfig:
    """Read the table `registry`."""
    _check_table(path, "registry", table)
    return RegistryConfig(
        mirrors={name: tuple(addresses) for name, addresses in table.get("mirrors", {}).items()},
        insecure=frozenset(table.get("insecure", ())),
        ca_file=path.absolute().parent / table["ca-file"] if "ca-file" in table else None,
        allow=frozenset(table.get("allow", ())),
        lifetime=duration(table["lifetime"]) if "lifetime" in table else None,
    )


def _update(path: Path, table: dict[str, Any]) -> UpdatePolicy:
    """Read the table `update`."""
    _check_table(path, "update", table)
    return UpdatePolicy(duration(table.get("min-age", "0d")) or 0.0, table.get("tags", "same"),
                        tuple(table.get("ignore", ())))  # fmt: skip


def _assume(path: Path, table: dict[str, Any]) -> Assumptions:
    """Read the table `assume`."""
    _check_table(path, "assume", table)
    writable = tuple(folder.rstrip("/") for folder in table["writable"]) if "writable" in table else None
    return Assumptions(table.get("runtime", ""), table.get("low-ports"), table.get("arguments"), writable)


def _compose(path: Path, table: dict[str, Any]) -> Limits:
    """Read the table `compose`."""
    _check_table(path, "compose", table)
    return Limits(
        table.get("memory", ""), table.get("cpus"), table.get("pids"), table.get("log-size", ""), table.get("log-files")
    )


def _verify(path: Path, table: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """Read the table `verify`: its keys are options of `harden verify`."""
    _check_table(path, "verify", table)
    return tuple((key, tuple(value) if isinstance(value, list) else value) for key, value in table.items())


def _check_table(path: Path, name: str, table: Any) -> None:
    if not isinstance(table, dict):
        raise ConfigError(f"{_at(path, name)}: {name} must be a table")
    known = keys_in(name)
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{_at(path, name, key)}: {name}: unknown key {key!r}{_suggest(key, known)}")
        if not known[key].check(value):
            raise ConfigError(f"{_at(path, name, key)}: {name}: {key} must be {known[key].shape}")


def _at(path: Path, *keys: str) -> str:
    from hardener.engine.config_places import at  # no start needs it

    return at(path, *keys)


_LEVEL_FLAGS = (("unsafe-fixes", "unsafe"), ("safe", "safe"))


def table_of(path: Path, size: int) -> dict[str, Any]:
    """Return what a configuration file says, as it stands there.

    Raises:
        ConfigError: it is missing or is no TOML.
    """
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
        from hardener.engine.config_places import of_toml

        raise ConfigError(of_toml(path, error)) from None
    if path.name != "pyproject.toml":
        return data
    tool = data.get("tool", {})
    table = tool.get("harden", {}) if isinstance(tool, dict) else {}
    if not isinstance(table, dict):
        raise ConfigError(f"{path}: tool.harden must be a table")
    return table


def _problem(key: str, value: Any) -> str:
    """Return what is wrong with a key or its value, "" if nothing is."""
    known = keys_in("")
    if key in TABLES:
        return ""  # these say it themselves
    if key == "tool":
        return "[tool.harden] is for pyproject.toml: here the keys stand without it, and [tool.harden.x] is [x]"
    if key not in known:
        return f"unknown key {key!r}{_suggest(key, (*known, *TABLES))}"
    if not known[key].check(value):
        return f"{key} must be {known[key].shape}"
    if key in ("exclude", "per-file-ignores") and (wild := _wild(value)):
        return f"{key}: {wild[:60]!r} has too many wildcards"
    if key in _RULES and unknown_rule(value):
        return f"{key}: {unknown_rule(value)}"
    return _problem_per_file(value) if key == "per-file-ignores" else ""


def _wild(patterns: Any) -> str:
    from hardener.syntax.globs import is_wild  # no start needs it

    found = patterns if isinstance(patterns, list | dict) else ()
    return next((one for one in found if isinstance(one, str) and is_wild(one)), "")


def _problem_per_file(value: Any) -> str:
    for pattern, rules in value.items():
        if unknown_rule(rules):
            return f"per-file-ignores: {pattern!r}: {unknown_rule(rules)}"
    return ""


def _suggest(name: str, known: Iterable[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(known), 1)
    return f"; did you mean {close[0]!r}?" if close else ""
