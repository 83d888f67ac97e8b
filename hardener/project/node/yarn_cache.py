"""Where Yarn 2 and later keep the packages that programs load: node_modules, the project, or the home folder."""

from __future__ import annotations

from collections.abc import Mapping

from hardener.fast.patterns import regex
from hardener.text import whole

_LINKER = regex(r"(?m)^nodeLinker:\s*[\"']?([\w-]+)")
_GLOBAL = regex(r"(?m)^enableGlobalCache:\s*[\"']?(true|false)\b")
_FOLDER = regex(r"(?m)^(?:cacheFolder|globalFolder):")
_VERSION = regex(r"__metadata:\s+version: \"?(\d+)")


def linker(settings: str, values: Mapping[str, str | None]) -> str:
    """Return how packages are linked: `pnp`, `node-modules` or `pnpm`; a variable counts before the file.

    Args:
        settings: the text of .yarnrc.yml. values: of variables where Yarn runs.
    """
    found = _LINKER.search(settings)
    return values.get("YARN_NODE_LINKER") or (found[1] if found is not None else "pnp")


def loads_from_home(settings: str, lock: str, values: Mapping[str, str | None]) -> bool:
    """Tell whether programs load packages from a cache in the home folder.

    With Plug'n'Play they load them from the cache. Yarn 4, whose lock files have version 8, keeps that in the home
    folder; versions before it kept it in the project.

    Args:
        settings: the text of .yarnrc.yml. lock: of yarn.lock. values: of variables where Yarn runs.
    """
    found = _VERSION.search(lock)
    if found is None or linker(settings, values) in ("node-modules", "pnpm"):
        return False
    set_ = _GLOBAL.search(settings)
    said = values.get("YARN_ENABLE_GLOBAL_CACHE") or (set_[1] if set_ is not None else "")
    return said not in ("false", "0") and (bool(said) or whole(found[1]) >= 8)


def is_elsewhere(settings: str, values: Mapping[str, str | None]) -> bool:
    """Tell whether somebody chose where the cache lies, in .yarnrc.yml or by a variable."""
    return bool(_FOLDER.search(settings) or values.get("YARN_CACHE_FOLDER") or values.get("YARN_GLOBAL_FOLDER"))


__all__ = ["is_elsewhere", "linker", "loads_from_home"]
