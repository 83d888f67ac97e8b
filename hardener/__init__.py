"""harden: rewrites Dockerfiles so that the image is pinned and small, caches well, runs without root and stops quickly.

The names below are the public API. Each is imported when it is first asked for, so that a part of harden can be used
without the start-up time of the rest.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from hardener._version import __version__

if TYPE_CHECKING:
    from hardener.engine.result import Fault, Options, Result, Step
    from hardener.engine.run import harden
    from hardener.errors import (
        ConfigError,
        DockerfileSyntaxError,
        HardenError,
        InputError,
        Refusal,
        RegistryError,
        VerifyError,
    )
    from hardener.rules.base import Finding, Rule, Safety
    from hardener.syntax.dockerfile.parser import parse

__all__ = [
    "ConfigError",
    "DockerfileSyntaxError",
    "Fault",
    "Finding",
    "HardenError",
    "InputError",
    "Options",
    "Refusal",
    "RegistryError",
    "Result",
    "Rule",
    "Safety",
    "Step",
    "VerifyError",
    "__version__",
    "harden",
    "parse",
]

_HOMES = {
    "hardener.engine.result": ("Fault", "Options", "Result", "Step"),
    "hardener.engine.run": ("harden",),
    "hardener.errors": (
        "ConfigError", "DockerfileSyntaxError", "HardenError", "InputError", "Refusal", "RegistryError", "VerifyError",
    ),
    "hardener.rules.base": ("Finding", "Rule", "Safety"),
    "hardener.syntax.dockerfile.parser": ("parse",),
}  # fmt: skip
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """Import a public name from the module that holds it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'hardener' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
