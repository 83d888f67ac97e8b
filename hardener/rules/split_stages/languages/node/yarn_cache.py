"""Where Yarn keeps packages without node_modules: in the folder of the application, or in a cache beside it (S08)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.rules.split_stages.model import Call, Case

_LINKER = regex(r"(?m)^nodeLinker:\s*[\"']?([\w-]+)")
_GLOBAL = regex(r"(?m)^enableGlobalCache:\s*[\"']?(true|false)\b")
_VERSION = regex(r"__metadata:\s+version: \"?(\d+)")


def linker(case: Case, call: Call) -> str:
    """Return how Yarn 2 and later link packages: `pnp`, `node-modules` or `pnpm`; a variable counts before the file."""
    found = _LINKER.search(case.project.text(".yarnrc.yml") or "")
    return call.state.values.get("YARN_NODE_LINKER") or (found[1] if found is not None else "pnp")


def outside_cache(case: Case, call: Call) -> Refusal | None:
    """Return why what Yarn installs is not all in the folder of the application; None where it is.

    With Plug'n'Play programs load packages from the cache. Yarn 4, whose lock files have version 8, keeps that in the
    home folder; versions before it kept it in the project.
    """
    settings = case.project.text(".yarnrc.yml") or ""
    found = _VERSION.search(case.project.text("yarn.lock") or "")
    if call.name != "yarn" or found is None or linker(case, call) in ("node-modules", "pnpm"):
        return None
    set_ = _GLOBAL.search(settings)
    said = call.state.values.get("YARN_ENABLE_GLOBAL_CACHE") or (set_[1] if set_ is not None else "")
    if said in ("false", "0") or (not said and int(found[1]) < 8):
        return None
    return Refusal(
        "S08", "Yarn loads packages from its cache in the home folder, which is not copied",
        "set `nodeLinker: node-modules` or `enableGlobalCache: false` in .yarnrc.yml",
    )  # fmt: skip
