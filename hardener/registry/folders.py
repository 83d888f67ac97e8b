"""Where a user's things are. No import of ours: a run that asks nobody looks here and goes on."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path


def home_of(env: Mapping[str, str]) -> Path:
    """Return the home folder that `env` names, else the one of the user."""
    return Path(env["HOME"]) if env.get("HOME") else Path.home()


def cache_folder(env: Mapping[str, str]) -> Path:
    """Return the folder of the cache: in `$HARDEN_CACHE_DIR`, `$XDG_CACHE_HOME/harden`, else in `~/.cache/harden`."""
    if Path(env.get("HARDEN_CACHE_DIR", "")).is_absolute():
        return Path(env["HARDEN_CACHE_DIR"]) / "registry"
    base = env.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else home_of(env) / ".cache") / "harden" / "registry"


def config_file(env: Mapping[str, str]) -> Path:
    """Return the user's own configuration: `$XDG_CONFIG_HOME/harden/config.toml`, else in `~/.config`."""
    base = env.get("XDG_CONFIG_HOME", "")
    return (Path(base) if Path(base).is_absolute() else home_of(env) / ".config") / "harden" / "config.toml"
