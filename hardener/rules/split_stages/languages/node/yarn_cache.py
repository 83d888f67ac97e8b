"""Where Yarn keeps packages without node_modules: in the folder of the application, or in a cache beside it (S08)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.project.node.yarn_cache import linker as linker_of
from hardener.project.node.yarn_cache import loads_from_home
from hardener.rules.split_stages.model import Call, Case


def linker(case: Case, call: Call) -> str:
    """Return how Yarn 2 and later link packages: `pnp`, `node-modules` or `pnpm`; a variable counts before the file."""
    return linker_of(case.project.text(".yarnrc.yml") or "", call.state.values)


def outside_cache(case: Case, call: Call) -> Refusal | None:
    """Return why what Yarn installs is not all in the folder of the application; None where it is."""
    settings, lock = case.project.text(".yarnrc.yml") or "", case.project.text("yarn.lock") or ""
    if call.name != "yarn" or not loads_from_home(settings, lock, call.state.values):
        return None
    return Refusal(
        "S08", "Yarn loads packages from its cache in the home folder, which is not copied",
        "set `nodeLinker: node-modules` or `enableGlobalCache: false` in .yarnrc.yml",
    )  # fmt: skip
