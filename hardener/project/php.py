"""composer.json and composer.lock."""

from __future__ import annotations

import json
from typing import Any

from hardener.errors import Refusal
from hardener.project.context import Files
from hardener.project.missing_lock import no_lock
from hardener.project.texts import joined, json_of

#: the keys whose content composer.lock keeps a hash of
_RELEVANT = (
    "name", "version", "require", "require-dev", "conflict", "replace", "provide", "minimum-stability",
    "prefer-stable", "repositories", "extra",
)  # fmt: skip
#: scripts that an installation runs by itself
INSTALL_SCRIPTS = (
    "pre-install-cmd", "post-install-cmd", "pre-autoload-dump", "post-autoload-dump", "pre-package-install",
    "post-package-install", "pre-operations-exec",
)  # fmt: skip


def read_composer(files: Files, folder: str = "") -> dict[str, Any] | None:
    """Return the composer.json of a folder."""
    return json_of(files, joined(folder, "composer.json"))


def install_scripts(data: dict[str, Any]) -> tuple[str, ...]:
    """Return the names of the scripts that an installation runs."""
    scripts = data.get("scripts")
    return tuple(name for name in INSTALL_SCRIPTS if isinstance(scripts, dict) and scripts.get(name))


def composer_in_step(files: Files, folder: str, data: dict[str, Any]) -> Refusal | None:
    """Return why composer.lock is not in step with composer.json: it keeps a hash of it (C16); None where it is."""
    path = joined(folder, "composer.lock")
    lock = json_of(files, path)
    if lock is None:
        return no_lock(files, path)
    try:
        made = content_hash(data)
    except RecursionError:  # nested deeper than anybody writes
        made = ""
    if not made or lock.get("content-hash") != made:
        return Refusal("C16", f"{path} is out of step with composer.json", "run `composer update --lock`")
    return None


def content_hash(data: dict[str, Any]) -> str:
    """Return the hash that Composer keeps of a composer.json."""
    import hashlib

    relevant: dict[str, Any] = {key: data[key] for key in _RELEVANT if key in data}
    config = data.get("config")
    if isinstance(config, dict) and "platform" in config:
        relevant["config"] = {"platform": config["platform"]}
    text = json.dumps(_as_php(dict(sorted(relevant.items()))), separators=(",", ":")).replace("/", "\\/")
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def _as_php(value: Any) -> Any:
    """Return the value as PHP's arrays hold it: an empty object is an empty list."""
    if isinstance(value, dict):
        return {key: _as_php(item) for key, item in value.items()} or []
    return [_as_php(item) for item in value] if isinstance(value, list) else value
