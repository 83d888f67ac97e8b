"""Configuration: `[tool.harden]` of pyproject.toml, or harden.toml; the nearest one above a file counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from hardener.errors import ConfigError
from hardener.fast.records import dataclass, field, replace
from hardener.lookups.update_policy import TAGS, UpdatePolicy, duration
from hardener.rules import all_rules
from hardener.rules.base import Safety

_RULES = ("select", "extend-select", "ignore")
_LISTS = (*_RULES, "exclude")
#: larger files are not read, in bytes
_SIZE = 1 << 20
_FLAGS = ("unsafe-fixes", "safe", "offline")
_KEYS = (*_LISTS, *_FLAGS, "level", "context", "per-file-ignores", "registry", "update", "verify")


@dataclass(frozen=True, slots=True)
class RegistryConfig:
    """The table `registry`: how registries are reached.

    Attributes:
        mirrors: registry to the addresses that are asked before it.
        insecure: hosts without TLS, or with a certificate that is not checked.
        ca_file: certificates that are trusted besides.
        allow: hosts and networks that are asked although they lie on this machine or in a private network.
        lifetime: seconds for which an answer is remembered; None where the file does not say.
    """

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    insecure: frozenset[str] = frozenset()
    ca_file: Path | None = None
    allow: frozenset[str] = frozenset()
    lifetime: float | None = None


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file says; the names are those of the options.

    Attributes:
        folder: where the file lies: patterns and `context` are relative to it.
        per_file_ignores: (pattern as in .gitignore, rules not to run on the files that it matches).
        level: None where the file does not say.
        verify: (name, value) of options for `harden verify`.
    """

    folder: Path | None = None
    select: frozenset[str] = frozenset()
    extend_select: frozenset[str] = frozenset()
    ignore: frozenset[str] = frozenset()
    per_file_ignores: tuple[tuple[str, frozenset[str]], ...] = ()
    exclude: tuple[str, ...] = ()
    level: Safety | None = None
    context: Path | None = None
    offline: bool = False
    registry: RegistryConfig = field(default_factory=RegistryConfig)
    update: UpdatePolicy = field(default_factory=UpdatePolicy)
    verify: tuple[tuple[str, Any], ...] = ()

    def ignored_in(self, path: Path) -> frozenset[str]:
        """Return the rules not to run on the file at absolute path `path`."""
        if not self.per_file_ignores or self.folder is None or not path.is_relative_to(self.folder):
            return self.ignore
        from pathspec import GitIgnoreSpec

        name = path.relative_to(self.folder).as_posix()
        matching = [
            rules for pattern, rules in self.per_file_ignores if GitIgnoreSpec.from_lines([pattern]).match_file(name)
        ]
        return self.ignore.union(*matching)


def unknown_rule(names: Iterable[str]) -> str:
    """Return what is wrong with the first name or code that is no rule, with a suggestion; "" if all are known."""
    known = {key for rule in all_rules() for key in (rule.name, rule.code)}
    wrong = sorted(set(names) - known)
    return f"no such rule: {wrong[0]}{_suggest(wrong[0], known)}" if wrong else ""


@lru_cache(maxsize=1024)
def nearest(folder: Path) -> Config:
    """Return the configuration for files in `folder`, an absolute path.

    Raises:
        ConfigError: a file that cannot be used.
    """
    for name in ("harden.toml", ".harden.toml"):
        if (folder / name).is_file():
            return load(folder / name, trusted=False)
    project = folder / "pyproject.toml"
    if project.is_file() and _has_table(project):
        return load(project, trusted=False)
    return Config() if folder.parent == folder else nearest(folder.parent)


def _has_table(project: Path) -> bool:
    # most pyproject.toml have nothing for us: no TOML reader is imported for those
    try:
        with project.open("rb") as file:
            return b"tool.harden" in file.read(_SIZE + 1)
    except OSError:
        return False


@lru_cache(maxsize=16)
def own(path: Path) -> Config:
    """Return the user's own configuration at `path`, an empty one where there is none.

    Raises:
        ConfigError: a file that cannot be used.
    """
    return load(path) if path.is_file() else Config()


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
        offline=found.offline or below.offline,
        registry=replace(ours, lifetime=ours.lifetime if theirs.lifetime is None else theirs.lifetime),
        update=below.update if found.update == UpdatePolicy() else found.update,
        verify=tuple({**dict(below.verify), **dict(found.verify)}.items()),
    )


def load(path: Path, *, trusted: bool = True) -> Config:
    """Read one configuration file.

    Args:
        path: the file.
        trusted: whether the user chose it; False for one that lies in a repository, which may say less.

    Raises:
        ConfigError: it is missing, is no TOML, or has a key, value or rule that harden does not know or takes from
            the user alone.
    """
    table = _table(path)
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
        registry=registry,
        update=_update(path, table.get("update", {})),
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


_SPAN = 'a length of time such as "12h" or "7d"'


_LEVEL_FLAGS = (("unsafe-fixes", "unsafe"), ("safe", "safe"))


def _table(path: Path) -> dict[str, Any]:
    import tomllib

    try:
        with path.open("rb") as file:
            text = file.read(_SIZE + 1)
        if len(text) > _SIZE:
            raise ConfigError(f"{path}: larger than {_SIZE >> 20} MB, so it is not read")
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
        return f"{key}: {wild[:60]!r} has more wildcards than are tried"
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
