"""What a folder holds that a configuration may speak of: Dockerfiles, their contexts, targets, ports and ignores."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from hardener.engine import discovery, files
from hardener.errors import HardenError
from hardener.fast.records import dataclass
from hardener.image.model import Model
from hardener.lookups.build_files import builds_of, is_build_of
from hardener.lookups.guess_context import context_of
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile, Expose
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerfile.views import ports
from hardener.syntax.ignore_comments import ignored_rules
from hardener.text import decode

#: folders whose Dockerfiles are other people's
_FOREIGN = ("third_party", "third-party", "vendor", "external", "submodules")


@dataclass(frozen=True, slots=True)
class SeenFile:
    """A Dockerfile.

    Attributes:
        path: relative to the folder, with `/`.
        context: the build context, relative to the folder; "" where it cannot be told.
        builders: compose files and their like that build it, relative to the folder.
        targets: the stages that they build.
        exposed: the ports of EXPOSE.
        ignores: how many ignore comments of ours it has.
        pragmas: how many comments for hadolint it has.
        problem: why it cannot be read, "" where it can.
    """

    path: str
    context: str = ""
    builders: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    exposed: tuple[int, ...] = ()
    ignores: int = 0
    pragmas: int = 0
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a folder holds.

    Attributes:
        files: the Dockerfiles.
        foreign: folders of other people's Dockerfiles, with `/` at the end.
        has_hadolint: hadolint is configured here.
    """

    files: tuple[SeenFile, ...]
    foreign: tuple[str, ...]
    has_hadolint: bool


def look_around(folder: Path) -> Seen:
    """Return what is seen below a folder.

    Raises:
        InputError: folders are nested too deeply.
    """
    found = tuple(_seen(path, folder) for path in discovery.find(folder, compose=False))
    return Seen(
        found,
        tuple(dict.fromkeys(place for one in found for place in _foreign(one.path))),
        any((folder / name).is_file() for name in (".hadolint.yaml", ".hadolint.yml")),
    )


def _foreign(path: str) -> Iterator[str]:
    parts = path.split("/")[:-1]
    for index, part in enumerate(parts):
        if part.lower() in _FOREIGN:
            yield "/".join(parts[: index + 1]) + "/"
            return


def _seen(path: Path, folder: Path) -> SeenFile:
    name = path.relative_to(folder).as_posix()
    try:
        tree = parse(decode(files.read(path)), name)
    except HardenError as error:
        return SeenFile(name, problem=str(error).splitlines()[0])
    context = context_of(path, tree)
    services = [s for s in builds_of(path.parent, None, path.name).services if is_build_of(s, os.path.abspath(path))]  # noqa: PTH100
    comments = [one.text for node in tree.instructions for one in node.leading if isinstance(one, Comment)]
    return SeenFile(
        name,
        _below(context.folder, folder) if context is not None else "",
        tuple(dict.fromkeys(service.file for service in services)),
        tuple(dict.fromkeys(service.target for service in services if service.target)),
        tuple(_exposed(tree)),
        sum(bool(ignored_rules(text)) for text in comments),
        sum("hadolint" in text and "ignore" in text for text in comments),
    )


def _below(place: Path, folder: Path) -> str:
    return Path(os.path.relpath(place, folder)).as_posix()


def _exposed(tree: Dockerfile) -> Iterator[int]:
    model = Model(tree)
    for stage in model.stages[-1:]:
        for node in stage.node.body:
            if isinstance(node, Expose):
                yield from (one.first for one in ports(node, tree.escape) if one.first is not None)
