"""What configuration that lies in a repository may not say: whoever wrote the repository does not own this machine."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from hardener.errors import ConfigError
from hardener.lookups.reading import repository_of

#: table and key to (what it does, the option that says the same)
_OWN = {
    ("verify", "engine"): ("starts a program", "--engine"),
    ("verify", "probe-cmd"): ("starts a program", "--probe-cmd"),
    ("verify", "run-option"): ("can give a container the whole machine", "--run-option"),
    ("verify", "build-option"): ("can give a build the whole machine", "--build-option"),
    ("verify", "secret"): ("gives a build what others may not read", "--secret"),
    ("registry", "insecure"): ("loosens TLS", "--insecure-registry"),
    ("registry", "mirrors"): ("chooses a host", "--registry-mirror"),
    ("registry", "ca-file"): ("chooses whom TLS trusts", "--ca-file"),
    ("registry", "allow"): ("opens hosts of this network", "--registry-allow"),
}
#: keys of `verify` whose entries take a value from the environment where they name none
_ASSIGNING = (("env", "--env"), ("build-arg", "--build-arg"))


def check_place(path: Path) -> None:
    """Refuse a configuration file of a repository that lies elsewhere: messages quote it, and `c` would change it.

    Raises:
        ConfigError: it is a link out of the repository.
    """
    if path.is_symlink() and _leaves(path, path):
        raise ConfigError(f"{path}: is a link out of the repository, so it is not read; name the file with --config")


def check_repository(path: Path, table: Mapping[str, Any]) -> None:
    """Refuse what the configuration file `path`, which lies in a repository, may not say.

    Args:
        path: the file, for the message.
        table: what it says, its shape already checked.

    Raises:
        ConfigError: it starts programs, loosens TLS, chooses hosts, reads the environment or leaves the repository.
    """
    for key, what, instead in _wrong(path, table):
        from hardener.engine.config_places import at  # no start needs it

        place = at(path, *key.removesuffix(" without a value").split(": "))
        raise ConfigError(
            f"{place}: {key} {what}, so a repository may not set it; "
            f"use {instead}, --config FILE, or $XDG_CONFIG_HOME/harden/config.toml (~/.config/harden/config.toml)"
        )


def _wrong(path: Path, table: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for (name, key), (what, option) in _OWN.items():
        if key in table.get(name, {}):
            yield f"{name}: {key}", what, option
    verify = table.get("verify", {})
    for key, option in _ASSIGNING:
        if any("=" not in entry for entry in verify.get(key, ())):
            yield f"verify: {key} without a value", "takes the value from your environment", option
    for url in verify.get("probe", ()):
        if not _is_here(url):
            yield "verify: probe", "asks another host than localhost", "--probe"
    if "context" in table and _leaves(path, path.parent / table["context"]):
        yield "context", "leads out of the repository", "--context"
    if "baseline" in table and _leaves(path, path.parent / table["baseline"]):
        yield "baseline", "leads out of the repository", "--baseline"
    touched = verify.get("touch", "")
    if touched and (os.path.isabs(touched) or os.pardir in touched.split("/")):  # noqa: PTH117
        yield "verify: touch", "leads out of the build context", "--touch"


def _is_here(url: str) -> bool:
    """Tell whether a probe goes to this machine; what is no URL is for the probe to refuse."""
    from urllib.parse import urlsplit

    try:
        host = urlsplit(url).hostname
    except ValueError:
        return False
    return host is None or host in ("localhost", "127.0.0.1", "::1")


def _leaves(path: Path, folder: Path) -> bool:
    """Tell whether `folder` lies outside of the repository of the configuration file `path`, links followed."""
    try:
        home, target = repository_of(path.absolute().parent).resolve(), folder.absolute().resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a name that no file system takes
        return True
    return not target.is_relative_to(home)
