"""The names in a build context, and one file of it: what is known of them without reading."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Hashable, Iterator
from functools import lru_cache
from posixpath import normpath
from typing import Any, TypeVar, cast

from hardener.fast.records import dataclass, field

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A file or folder of the build context.

    Attributes:
        path: relative to the build context, with `/`.
        head: its first bytes (at most 64 KiB); b"" for a folder.
        mode: its permission bits.
        size: in bytes.
        is_dir: whether it is a folder.
    """

    path: str
    head: bytes
    mode: int
    size: int
    is_dir: bool


@dataclass(frozen=True, slots=True)
class ContextTree:
    """The names in the build context that .dockerignore does not keep out.

    Attributes:
        paths: sorted, relative, with `/`. A folder stands there, with a `/` at its end, only where what lies in it
            is not listed: it is empty, or large and of no interest (`node_modules/`, `.git/`). Symlinks are names
            like others; what a link to a folder leads to is not listed.
        complete: False where there were too many names to list all.
    """

    paths: tuple[str, ...]
    complete: bool = True
    _known: dict[tuple[object, ...], Any] = field(default_factory=dict, repr=False, compare=False)

    def once(self, read: Callable[..., T], *arguments: Hashable) -> T:
        """Return `read(self, *arguments)`, worked out once for all files that are built with these names."""
        key = (read, *arguments)
        if key not in self._known:
            self._known[key] = read(self, *arguments)
        return cast("T", self._known[key])

    def found(self, pattern: re.Pattern[str]) -> tuple[str, ...]:
        """Return the names in which a pattern is found."""
        return self.once(_found, pattern)

    def has(self, path: str) -> bool:
        """Tell whether a file or folder is there."""
        name = clean_path(path)
        return name == "" or self._holds(name) or next(self.below(name), None) is not None

    def is_file(self, path: str) -> bool:
        """Tell whether a file (or a symlink) is there."""
        return self._holds(clean_path(path))

    def below(self, folder: str) -> Iterator[str]:
        """Yield the names in a folder, all levels; the folder itself (with `/`) where its content is not listed."""
        name = clean_path(folder)
        prefix = f"{name}/" if name else ""
        for index in range(bisect_left(self.paths, prefix), len(self.paths)):
            if not self.paths[index].startswith(prefix):
                return
            yield self.paths[index]

    def matching(self, pattern: str) -> tuple[str, ...]:
        """Return the files and folders that a source of COPY means: Go's filepath.Match, `*` stays in its folder."""
        name = clean_path(pattern)
        if not re.search(r"[*?\[\\]", name):
            return (name,) if self.has(name) else ()
        wanted = go_match(name)
        depth = name.count("/") + 1
        found = {"/".join(path.split("/")[:depth]) for path in self.paths if path.rstrip("/").count("/") + 1 >= depth}
        return tuple(sorted(path for path in found if path and wanted(path)))

    def _holds(self, name: str) -> bool:
        at = bisect_left(self.paths, name)
        return at < len(self.paths) and self.paths[at] == name


def _found(tree: ContextTree, pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(path for path in tree.paths if pattern.search(path))


def clean_path(path: str) -> str:
    """Return a path of the build context in normal form; "" is its root, and nothing lies above that."""
    name = normpath("/" + path).lstrip("/")
    return "" if name == "." else name


@lru_cache(maxsize=256)
def go_match(pattern: str) -> Callable[[str], bool]:
    """Return the test of a pattern of Go's filepath.Match; one that is malformed matches nothing."""
    from hardener.syntax.globs import STAR, matcher  # no start needs it

    out: list[str] = []
    at = 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*":
            out.append(STAR)
        elif char == "?":
            out.append("[^/]")
        elif char == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                return _matches_nothing
            inner = pattern[at:end]
            caret = "^" if inner.startswith("^") else ""
            out.append(f"[{caret}{re.escape(inner.removeprefix('^')).replace(chr(92) + '-', '-')}]")
            at = end + 1
        elif char == "\\" and at < len(pattern):
            out.append(re.escape(pattern[at]))
            at += 1
        else:
            out.append(re.escape(char))
    try:
        return matcher(out, [0])
    except re.error:
        return _matches_nothing


def _matches_nothing(_: str) -> bool:
    return False
