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
from hardener.lookups.build_files import builds_of, is_build_of
from hardener.lookups.surroundings import Surroundings
from hardener.project.context_tree import go_match
from hardener.syntax.dockerfile.nodes import Add, Copy, Dockerfile
from hardener.syntax.dockerfile.views import is_address

_WILD = regex(r"[*?\[]")
#: secrets of one machine, which git keeps out of the repository
_ENV_FILE = regex(r"(?:\A|/)\.env(?:\.[\w-]+)?\Z")
#: files that say with which context a Dockerfile is built
_BUILDS = ("compose*.y*ml", "docker-compose*.y*ml", "docker-bake.*")


def context_of(path: Path, tree: Dockerfile, shared: Contexts | None = None) -> BuildContext | None:
    """Return the context of the Dockerfile at `path`: its folder, if every source of COPY and ADD is there.

    A wildcard beside a source that is there may match nothing, and a file of variables such as `.env` may be missing.

    Files named after another stage, an image, an address or a here-document do not count. None where a source is
    missing or cannot be read from the file, and where a compose or bake file above says that another context is used.
    What builds the file with one context, and no other, says which: compose files, CI workflows, Makefiles. Where
    nothing builds it, a COPY of `docker/start.sh` in docker/Dockerfile does, if all sources are in the folder above.
    """
    wanted = list(_sources(tree))
    context = BuildContext(path.parent, path, shared)
    if _has_all(context, wanted) and not _is_built_from_above(path, context.shared.around):
        return context
    named = _named_folder(path, context.shared.around, wanted, shared)
    given = BuildContext(named, path, shared) if named is not None else None
    return given if given is not None and _has_all(given, wanted) else None


def _has_all(context: BuildContext, wanted: list[list[str | None]]) -> bool:
    return all(_are_there(context, sources) for sources in wanted)


def _named_folder(
    path: Path, around: Surroundings, wanted: list[list[str | None]], shared: Contexts | None
) -> Path | None:
    """Return the one folder, around the Dockerfile at `path`, with which the files of the repository build it."""
    folder = os.path.abspath(path.parent)  # noqa: PTH100 (a symlink stays where it is)
    builds = builds_of(path.parent, None, path.name, around).services
    places = {service.context for service in builds if is_build_of(service, os.path.join(folder, path.name))}  # noqa: PTH118
    places = places or {
        above
        for above in around.upwards(path.parent)[1:]
        if _names_own(above, folder, wanted) and _has_all(BuildContext(Path(above), path, shared), wanted)
    }
    if len(places) != 1 or not places <= set(around.upwards(path.parent)):
        return None
    found = places.pop()
    return Path(found if path.is_absolute() else os.path.relpath(found))  # the context is shown as the file is


def _names_own(above: str, folder: str, wanted: list[list[str | None]]) -> bool:
    """Tell whether a COPY names something in the folder of the Dockerfile, as it is called from a folder above."""
    name = os.path.relpath(folder, above) + "/"
    return any((source or "").removeprefix("./").removeprefix("/").startswith(name) for one in wanted for source in one)


def _are_there(context: BuildContext, sources: list[str | None]) -> bool:
    """Tell whether the context has the sources of one COPY."""
    found = [source for source in sources if source is not None and _is_there(context, source)]
    missing = [source for source in sources if source not in found and not _is_env_file(context, source)]
    return not missing or (bool(found) and all(source is not None and _WILD.search(source) for source in missing))


def _is_env_file(context: BuildContext, source: str | None) -> bool:
    """Tell whether a source is a file of variables in a folder that is there."""
    return source is not None and _ENV_FILE.search(source) is not None and _is_there(context, source.rpartition("/")[0])


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


def _is_built_from_above(path: Path, around: Surroundings) -> bool:
    """Tell whether a compose or bake file in a folder above names this Dockerfile as `<folder>/Dockerfile`."""
    own, *above = around.upwards(path.parent)
    for folder in above:
        name = os.path.relpath(os.path.join(own, path.name), folder)  # noqa: PTH118
        if any(name in text for text in around.once(_build_texts, folder)):
            return True
    return False


def _build_texts(folder: str, around: Surroundings) -> tuple[str, ...]:
    return tuple(around.text(folder, file) for file in around.names_like(folder, _BUILDS))
