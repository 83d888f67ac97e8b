"""Files that an installation reads and the program does not."""

from __future__ import annotations

import posixpath

from hardener.fast.patterns import regex
from hardener.image.files import Copied

_MANIFESTS = regex(
    r"(requirements[^/]*\.txt|package[^/]*\.json|[^/]*lock[^/]*|Gemfile[^/]*|Pipfile[^/]*|pyproject\.toml|go\.(mod|sum)"
    r"|Cargo\.toml|composer\.json|pom\.xml|pnpm-[^/]*|\.npmrc|\.yarnrc[^/]*)\Z"
)


def brings_manifests(found: Copied) -> bool:
    """Tell whether a COPY brings only what names the packages of a project, or locks them."""
    return not found.heredocs and all(_MANIFESTS.match(posixpath.basename(source)) for source in found.sources)
