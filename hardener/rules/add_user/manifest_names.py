"""Files that an installation reads and the program does not."""

from __future__ import annotations

import posixpath

from hardener.fast.patterns import regex

_MANIFESTS = regex(
    r"(requirements[^/]*\.txt|package[^/]*\.json|[^/]*lock[^/]*|Gemfile[^/]*|Pipfile[^/]*|pyproject\.toml|go\.(mod|sum)"
    r"|Cargo\.toml|composer\.json|pom\.xml|pnpm-[^/]*|\.npmrc|\.yarnrc[^/]*)\Z"
)


def is_manifest(path: str) -> bool:
    """Tell whether a source of COPY names the packages of a project, or locks them."""
    return _MANIFESTS.match(posixpath.basename(path)) is not None
