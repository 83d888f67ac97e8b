"""Compose files that are read together: an override beside the file, and the list that `.env` names. Pure.

Format: the Compose specification (merge), and `COMPOSE_FILE` of Docker Compose.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.verify.stack.services import long_mount

#: the names that Compose looks for, the best first
NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_SUFFIX = regex(r"\.ya?ml\Z")
#: tags that say how a value is merged
_TAGS = regex(r"!(?:reset|override)\b")
#: keys whose values take the place of those below
_REPLACED = frozenset(("command", "entrypoint"))
#: keys that say NAME=value, as a list or as a mapping
_PAIRS = frozenset(("environment", "labels", "annotations", "args", "extra_hosts", "sysctls"))
#: keys that list names, or map them to settings
_NAMED = frozenset(("networks", "depends_on"))


def together(name: str, listed: str, separator: str, is_there: Callable[[str], bool]) -> tuple[str, ...]:
    """Return the names of the files that Compose reads with a file, in their order; itself among them.

    Args:
        name: of the file, in the folder of all of them.
        listed: `COMPOSE_FILE` of `.env`, "" without one.
        separator: `COMPOSE_PATH_SEPARATOR`, or ":".
        is_there: whether the folder has a file.
    """
    files = tuple(one.strip().removeprefix("./") for one in listed.split(separator) if one.strip())
    if name in files:
        return files
    if name not in NAMES or files:
        return (name,)
    stem = _SUFFIX.sub("", name)
    override = next((one for suffix in (".yaml", ".yml") if is_there(one := f"{stem}.override{suffix}")), "")
    return (name, override) if override else (name,)


def merged(files: Sequence[tuple[str, Mapping[str, Any], str]]) -> Mapping[str, Any]:
    """Return what compose files say together.

    Args:
        files: (name, what it says, text); each counts more than those before it.

    Raises:
        VerifyError: one says with a tag how it is merged.
    """
    whole: Any = files[0][1]
    for name, top, text in files[1:]:
        if _TAGS.search(text):
            raise VerifyError(f"{name} has !reset or !override: give the one file that `docker compose config` prints")
        whole = _both("", whole, top)
    return dict(whole)


def _both(key: str, below: Any, above: Any) -> Any:
    """Return two values of a key as one."""
    if above is None or below is None or key in _REPLACED:
        return below if above is None else above
    if key in _PAIRS:
        return {**_pairs(below), **_pairs(above)}
    if key in _NAMED:
        below, above = _settings(key, below), _settings(key, above)
    if key == "build":
        below, above = _build(below), _build(above)
    if isinstance(below, dict) and isinstance(above, dict):
        if key == "healthcheck" and "test" in above:
            below = {name: value for name, value in below.items() if name != "test"}
        # what a service or a file is called says nothing of how its value is merged
        names = dict.fromkeys((*below, *above))
        return {name: _both(_kind(key, name), below.get(name), above.get(name)) for name in names}
    if key == "volumes":
        return list({str(_long(entry).get("target")): entry for entry in (*_list(below), *_list(above))}.values())
    if isinstance(below, list) or isinstance(above, list):
        return [*_list(below), *(entry for entry in _list(above) if entry not in _list(below))]
    return above


def _kind(key: str, name: Any) -> str:
    return f"a name of {key}" if key in ("services", "networks", "depends_on") else str(name)


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list) else [value]


def _long(entry: Any) -> Mapping[str, Any]:
    return entry if isinstance(entry, dict) else long_mount(str(entry))


def _pairs(value: Any) -> dict[Any, Any]:
    if isinstance(value, dict):
        return value
    # a name without a value takes that of the environment
    return {name: text if sep else None for name, sep, text in (str(entry).partition("=") for entry in _list(value))}


def _settings(key: str, value: Any) -> Any:
    """Return a list of names as the mapping that Compose takes it for."""
    said = {"condition": "service_started"} if key == "depends_on" else None
    return value if isinstance(value, dict) else dict.fromkeys(map(str, _list(value)), said)


def _build(value: Any) -> Any:
    return {"context": value} if isinstance(value, str) else value
