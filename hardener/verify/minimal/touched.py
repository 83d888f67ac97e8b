"""The paths that a container named to the kernel, out of what strace wrote. Pure but for reading two files."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.verify.container.trace import HEALTH, MAIN, PLACE, lines_of

#: what strace is told: calls with paths and those that list folders, with the paths of descriptors
FLAGS = ("-y", "-s", "0", "-e", "trace=%file,getdents64")
_QUOTED = r'"((?:[^"\\]|\\.)*)"'
_AT = regex(r"(?:AT_FDCWD|\d+)<([^<>]*)>, " + _QUOTED)
_PLAIN = regex(r"^\d+ +[a-z_0-9]+\(" + _QUOTED)
_LISTED = regex(r"^\d+ +getdents64\(\d+<([^<>]*)>")
_RESULT = regex(r"\) += \d+<(/[^<>]*)>")
_MOVED = regex(r"^\d+ +chdir\(" + _QUOTED)
_ESCAPE = regex(r"\\([0-7]{1,3}|.)")
#: folders that relative paths count from
_FOLDERS = 50
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "v": "\v", "f": "\f"}


@dataclass(frozen=True, slots=True)
class Touched:
    """Absolute paths; whether something lies there is not said.

    Attributes:
        paths: that were opened, run, or asked about.
        listed: folders whose names were read.
        checked: paths that only the health check named.
    """

    paths: frozenset[str] = frozenset()
    listed: frozenset[str] = frozenset()
    checked: frozenset[str] = frozenset()

    def __or__(self, other: Touched) -> Touched:
        return Touched(self.paths | other.paths, self.listed | other.listed, self.checked | other.checked)


def touched_in(folder: Path, workdir: str) -> frozenset[Touched]:
    """Return what the files of a traced run say, as one entry of a set; nothing where they say nothing.

    Args:
        folder: that strace wrote to.
        workdir: of the container.
    """
    main, listed = paths_of(lines_of(folder / MAIN), workdir)
    checked, _ = paths_of(lines_of(folder / HEALTH), workdir)
    return frozenset({Touched(main, listed, checked - main)}) if main else frozenset()


def paths_of(lines: Iterable[str], workdir: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths and the listed folders that lines of strace name.

    A relative path of an old call counts from every folder that the run changed to: one too many does no harm.
    """
    absolute: set[str] = set()
    relative: set[str] = set()
    listed: set[str] = set()
    folders = {workdir or "/"}
    for line in lines:
        if found := _LISTED.match(line):
            listed.add(_plain(found[1]))
            continue
        if len(folders) < _FOLDERS and (found := _MOVED.match(line)):
            folders.add(posixpath.join(workdir or "/", _plain(found[1])))
        if found := _AT.search(line):
            absolute.add(posixpath.join(_plain(found[1]), _plain(found[2])))
        elif found := _PLAIN.match(line):
            name = _plain(found[1])
            (absolute if name.startswith("/") else relative).add(name)
        if found := _RESULT.search(line):
            absolute.add(_plain(found[1]))
    absolute |= {posixpath.join(folder, name) for folder in folders for name in relative}
    return _clean(absolute), _clean(listed)


def _clean(paths: Iterable[str]) -> frozenset[str]:
    known = (posixpath.normpath(path).replace("//", "/") for path in paths if path.startswith("/"))
    return frozenset(path for path in known if not path.startswith(PLACE))


def _plain(text: str) -> str:
    """Return a text without the escapes of strace."""
    if "\\" not in text:
        return text
    out = bytearray()
    at = 0
    for found in _ESCAPE.finditer(text):
        out += text[at : found.start()].encode("utf-8", "surrogateescape")
        sign = found[1]
        out += bytes([int(sign, 8) & 255]) if sign[0] in "01234567" else _LETTERS.get(sign, sign).encode()
        at = found.end()
    out += text[at:].encode("utf-8", "surrogateescape")
    return out.decode("utf-8", "surrogateescape")
