"""Reads a tar archive as it comes, from whoever made it: nothing is written, no path is followed, all is limited.

Formats: POSIX ustar with pax headers, and GNU's long names, as the OCI image spec has layers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hardener.errors import RegistryError
from hardener.fast.records import dataclass

_BLOCK = 512
_STEP = 1 << 16
#: of a header that holds a long name
_LONG = 1 << 16
_FILE, _HARD, _SYMBOLIC, _FOLDER = "file", "hard link", "link", "folder"
_KINDS = {b"0": _FILE, b"\0": _FILE, b"7": _FILE, b"1": _HARD, b"2": _SYMBOLIC, b"5": _FOLDER}


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an archive.

    Attributes:
        path: relative, without `.`; "" for the root.
        kind: "file", "link", "hard link", "folder" or "other".
        content: of a file that was wanted, else b"".
    """

    path: str
    kind: str
    content: bytes


class Source:
    """Bytes that are read once, up to a ceiling.

    Args:
        read: returns at most so many bytes, b"" at the end.
        ceiling: bytes after which it is too much.
        tick: called now and then; raises where the time is over.
    """

    def __init__(self, read: Callable[[int], bytes], ceiling: int, tick: Callable[[], object]) -> None:
        self._read = read
        self._tick = tick
        self.left = ceiling

    def take(self, size: int) -> bytes:
        """Return exactly `size` bytes, fewer at the end."""
        parts: list[bytes] = []
        while size > 0:
            part = self._part(size)
            if not part:
                break
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def skip(self, size: int) -> None:
        """Pass over `size` bytes."""
        while size > 0:
            part = self._part(size)
            if not part:
                raise RegistryError("a layer ends in the middle of a file")
            size -= len(part)

    def _part(self, size: int) -> bytes:
        self._tick()
        part = self._read(min(size, _STEP))
        self.left -= len(part)
        if self.left < 0:
            raise RegistryError("a layer unpacks to more than is read")
        return part


def entries(source: Source, wants: Callable[[str], int]) -> Iterator[Entry]:
    """Yield the entries of an archive in their order.

    Args:
        source: the archive.
        wants: how many bytes of the file at a path are wanted, 0 for none.

    Raises:
        RegistryError: it is no archive, or more than the ceiling.
    """
    over: dict[str, str] = {}
    while True:
        header = source.take(_BLOCK)
        if len(header) < _BLOCK or not header.strip(b"\0"):
            return
        kind, size = header[156:157], _number(header[124:136])
        if kind in (b"x", b"g", b"L", b"K"):
            text = _long(source, size)
            if kind == b"x":
                over.update(_pax(text))
            elif kind == b"L":
                over["path"] = text.rstrip(b"\0").decode("utf-8", "replace")
            continue
        size = int(over["size"]) if over.get("size", "").isdecimal() else size
        path, over = _clean(over.get("path") or _name(header)), {}
        what = _KINDS.get(kind, "other")
        size = size if what == _FILE or kind not in _KINDS else 0
        wanted = wants(path) if what == _FILE and path is not None else 0
        if wanted and size > wanted:
            raise RegistryError(f"{path} of the image is larger than {wanted} bytes")
        content = source.take(size) if wanted else b""
        source.skip(size - len(content) + -size % _BLOCK)
        if path is not None:
            yield Entry(path, what, content)


def _long(source: Source, size: int) -> bytes:
    if size > _LONG:
        raise RegistryError("a layer has a name that is too long")
    text = source.take(size)
    source.skip(-size % _BLOCK)
    return text


def _number(field: bytes) -> int:
    """Return a number in octal digits, or in GNU's binary form."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    digits = field.strip(b" \0")
    try:
        return int(digits, 8) if digits else 0
    except ValueError:
        raise RegistryError("a layer is no tar archive") from None


def _name(header: bytes) -> str:
    name, prefix = header[:100].rstrip(b"\0"), header[345:500].rstrip(b"\0")
    whole = prefix + b"/" + name if prefix and header[257:263] == b"ustar\0" else name
    return whole.decode("utf-8", "replace")


def _pax(text: bytes) -> dict[str, str]:
    """Return the records of a pax header: `length key=value`."""
    found, at = dict[str, str](), 0
    while at < len(text):
        blank = text.find(b" ", at, at + 12)
        length = int(text[at:blank]) if blank > at and text[at:blank].isdigit() else 0
        if length <= blank - at:
            break
        key, _, value = text[blank + 1 : at + length - 1].partition(b"=")
        found[key.decode("utf-8", "replace")] = value.decode("utf-8", "replace")
        at += length
    return {key: found[key] for key in ("path", "size") if key in found}


def _clean(path: str) -> str | None:
    """Return a path without `.` and empty parts; None for one that leads up."""
    parts = [part for part in path.split("/") if part not in ("", ".")]
    return None if ".." in parts else "/".join(parts)
