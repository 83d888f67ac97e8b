"""The build context where nobody names one: the Dockerfile's own folder, if what the file copies is there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.image.files import known_sources
from hardener.image.model import Model
from hardener.lookups.build_context import BuildContext, Contexts
from hardener.lookups.reading import Unsaved, read_regular
from hardener.project.context import go_match
from hardener.syntax.dockerfile.nodes import Add, Copy, Dockerfile
from hardener.syntax.dockerfile.views import is_address

#: of a compose or bake file, this many bytes are looked at
_SIZE = 1 << 20
_WILD = regex(r"[*?\[]")
#: files that say with which context a Dockerfile is built
_BUILDS = ("compose*.y*ml", "docker-compose*.y*ml", "docker-bake.*")
#: how many folders above are looked at for them
_LEVELS = 6


def context_of(path: Path, tree: Dockerfile, shared: Contexts | None = None) -> BuildContext | None:
    """Return the context of the Dockerfile at `path`: its folder, if every source of COPY and ADD is there.

    A wildcard beside a source that is there may match nothing.

    Files named after another stage, an image, an address or a here-document do not count. None where a source is
    missing or cannot be read from the file, and where a compose or bake file above says that another context is used.
    """
    folder = path.parent
    context = BuildContext(folder, path, shared)
    if not all(_are_there(context, sources) for sources in _sources(tree)):
        return None
    return None if _is_built_from_above(path, context.shared.unsaved) else context


def _are_there(context: BuildContext, sources: list[str | None]) -> bool:
    """Tell whether the context has the sources of one COPY."""
    found = [source for source in sources if source is not None and _is_there(context, source)]
    missing = [source for source in sources if source not in found]
    return not missing or (bool(found) and all(source is not None and _WILD.search(source) for source in missing))


def _sources(tree: Dockerfile) -> Iterator[list[str | None]]:
    """Yield the sources of each COPY and ADD that the context must have; None for one that cannot be known."""
    model = Model(tree)
    for stage in model.stages:
        for node in stage.node.body:
            if not isinstance(node, Copy | Add) or node.flag("from") is not None:
                continue
            sources = known_sources(model, stage.states[node], node)
            yield [word for word in sources if word is None or isinstance(node, Copy) or not is_address(word)]


def _is_there(context: BuildContext, source: str) -> bool:
    parts = [part for part in source.split("/") if part not in ("", ".")]
    return ".." not in parts and _has_match(context, "", parts)


def _has_match(context: BuildContext, folder: str, parts: list[str]) -> bool:
    """Tell whether a path in `folder` matches: a wildcard never goes past a `/` (Go's filepath.Match)."""
    if not parts:
        return not folder or context.exists(folder)
    if not re.search(r"[*?\[\\]", parts[0]):
        return _has_match(context, f"{folder}/{parts[0]}".lstrip("/"), parts[1:])
    wanted = go_match(parts[0])
    try:
        names = sorted(name for name in os.listdir(context.folder / folder) if wanted(name))  # noqa: PTH208
    except OSError:
        return False
    return any(_has_match(context, f"{folder}/{name}".lstrip("/"), parts[1:]) for name in names)


def _is_built_from_above(path: Path, unsaved: Unsaved | None) -> bool:
    """Tell whether a compose or bake file in a folder above names this Dockerfile as `<folder>/Dockerfile`."""
    folder = path.absolute().parent
    name = path.name
    for _ in range(_LEVELS):
        if (folder / ".git").exists() or folder.parent == folder:
            return False
        name = f"{folder.name}/{name}"
        folder = folder.parent
        for pattern in _BUILDS:
            for file in folder.glob(pattern):
                try:
                    if name.encode("utf-8", "surrogateescape") in (read_regular(file, _SIZE, unsaved) or b""):
                        return True
                except OSError:
                    continue
    return False
