"""In which folder of the image a command of a RUN runs, and which folder of the context lies there."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

from hardener.image.placement import Placement, origin_of
from hardener.project.context import ContextTree
from hardener.shell import Body, Command


def places(body: Body, where: str) -> Iterator[tuple[Command, str]]:
    """Yield the simple commands of a body with the folder that each runs in, until that is not known any more."""
    for item in body.top:
        command = item.command
        if command is None:
            if "cd " in body.text[item.start : item.end] and item.kind != "subshell":
                return
            continue
        if command.name in ("cd", "pushd", "popd"):
            words = [word.value for word in command.words]
            if command.name != "cd" or len(words) != 2 or not words[1] or words[1].startswith("-"):
                return
            where = normpath(join(where, words[1]))
        yield command, where


def folder_of(name: str, brought: list[Placement], where: str, tree: ContextTree) -> str | None:
    """Return the folder of the context whose file `name` (a relative path) lies in `where`; None where none does."""
    plain = normpath(name)
    path = origin_of(brought, normpath(join(where, plain)), tree)
    if path is None or plain.startswith("..") or not (path == plain or path.endswith("/" + plain)):
        return None
    return path[: -len(plain)].rstrip("/")


def folder_by_copy(brought: list[Placement], where: str, tree: ContextTree) -> str | None:
    """Return the folder of the context that a COPY of a folder brought to `where`."""
    for one in reversed(brought):
        below = where == one.target or where.startswith(one.target.rstrip("/") + "/")
        if below and len(one.sources) == 1 and not tree.is_file(one.sources[0]):
            path = join(one.sources[0], where[len(one.target) :].lstrip("/")).rstrip("/")
            return path if tree.has(path) else None
    return None
