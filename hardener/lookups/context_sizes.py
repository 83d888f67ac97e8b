"""What lies in a build context, by size: all of it, and what .dockerignore lets through to the builder."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from hardener.errors import InputError
from hardener.fast.records import dataclass
from hardener.lookups.build_context import BuildContext
from hardener.project.secret_names import secret_kind
from hardener.syntax.dockerignore.patterns import Dockerignore


@dataclass(frozen=True, slots=True)
class Size:
    """Files and their bytes: all, and those that may be sent."""

    files: int = 0
    size: int = 0
    sent_files: int = 0
    sent_size: int = 0

    def plus(self, size: int, *, is_sent: bool) -> Size:
        """Return this with one more file."""
        return Size(self.files + 1, self.size + size, self.sent_files + is_sent, self.sent_size + size * is_sent)


@dataclass(frozen=True, slots=True)
class Secret:
    """A file that looks as if it held a secret: where, what, and whether it may be sent."""

    path: str
    kind: str
    is_sent: bool


@dataclass(frozen=True, slots=True)
class ContextSizes:
    """What lies in a build context.

    Attributes:
        folder: as it was named.
        ignore_file: the .dockerignore in force, "" without one.
        total: of all files.
        entries: by name, what lies directly in the folder: folders with a `/` at the end, with all that is in them.
        secrets: by path.
    """

    folder: str
    ignore_file: str
    total: Size
    entries: tuple[tuple[str, Size], ...]
    secrets: tuple[Secret, ...]


def context_sizes(folder: Path, dockerfile: Path | None = None, ignore_text: str | None = None) -> ContextSizes:
    """Return what lies in the build context `folder`; links count as such, what they lead to does not.

    Args:
        folder: the context.
        dockerfile: `<its name>.dockerignore` beside it wins over the context's `.dockerignore`.
        ignore_text: what the .dockerignore in force is to say instead; None for what it says.

    Raises:
        InputError: the .dockerignore cannot be used: BuildKit would refuse it, or it is too large.
    """
    ignore = BuildContext(folder, dockerfile).ignore if ignore_text is None else Dockerignore.parse(ignore_text)
    if ignore.broken:
        raise InputError(
            f"{folder}: the .dockerignore cannot be used: a pattern in it is malformed, or it is too large"
        )
    total, entries, secrets = Size(), dict[str, Size](), list[Secret]()
    for path, size, is_sent in _files(str(folder), "", ignore, is_out=False):
        total = total.plus(size, is_sent=is_sent)
        top, is_below, _ = path.partition("/")
        name = top + is_below
        entries[name] = entries.get(name, Size()).plus(size, is_sent=is_sent)
        kind = secret_kind(path)
        if kind and not path.startswith(".git/"):
            secrets.append(Secret(path, kind, is_sent))
    listed = sorted(entries.items(), key=lambda one: (-one[1].size, one[0]))
    found = tuple(sorted(secrets, key=lambda one: one.path))
    return ContextSizes(str(folder), _ignore_file(folder, dockerfile), total, tuple(listed), found)


def _files(folder: str, below: str, ignore: Dockerignore, *, is_out: bool) -> Iterator[tuple[str, int, bool]]:
    """Yield each file with its path in the context, its size, and whether .dockerignore lets it through.

    `is_out`: the folder is kept out, and no pattern brings anything in it back.
    """
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        path = f"{below}{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            gone = is_out or (ignore.ignores(path) and not ignore.has_exceptions(path))
            yield from _files(entry.path, f"{path}/", ignore, is_out=gone)
            continue
        try:
            found = entry.stat(follow_symlinks=False)
        except OSError:
            continue
        size = found.st_size if stat.S_ISREG(found.st_mode) else 0
        yield path, size, not is_out and not ignore.ignores(path)


def _ignore_file(folder: Path, dockerfile: Path | None) -> str:
    own = [dockerfile.with_name(f"{dockerfile.name}.dockerignore")] if dockerfile is not None else []
    return next((str(path) for path in (*own, folder / ".dockerignore") if path.is_file()), "")
