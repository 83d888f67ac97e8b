"""The packages of the distribution that a library of a language needs at run time (S09)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import needed_libraries


def packages_for(name: str, needs: Iterable[str], image: BaseImage) -> set[str] | Refusal:
    """Return the packages that a library needs, or that they are not known for the release.

    Args:
        name: of the library, for the reason.
        needs: what the facts say of it: `=package` as it is, or a -dev package for the libraries that it brings.
        image: the base image.
    """
    packages: set[str] = set()
    for need in needs:
        made = (need[1:],) if need.startswith("=") else needed_libraries(image, need)
        if made is None:
            reason = f"harden does not know the libraries of {name} for this release"
            return Refusal("S09", reason, "name the release in the tag")
        packages.update(made)
    return packages
