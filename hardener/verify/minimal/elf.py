"""What a program or a library in ELF says that it needs. Pure."""

from __future__ import annotations

import struct
from dataclasses import dataclass

_LOAD, _DYNAMIC, _INTERP = 1, 2, 3
_NEEDED, _STRINGS, _RPATH, _RUNPATH = 1, 5, 15, 29


@dataclass(frozen=True, slots=True)
class Elf:
    """What one file says.

    Attributes:
        needs: names of libraries.
        interpreter: path of the loader; "" for libraries and static programs.
        folders: where it says that libraries lie, with `$ORIGIN` as it stands.
    """

    needs: tuple[str, ...] = ()
    interpreter: str = ""
    folders: tuple[str, ...] = ()


def read_elf(data: bytes) -> Elf | None:
    """Return what a file of 64 bits says, None where it is no ELF that can be read."""
    if data[:4] != b"\x7fELF" or len(data) < 64 or data[4] != 2 or data[5] not in (1, 2):
        return None
    try:
        return _read(data, "<" if data[5] == 1 else ">")
    except (struct.error, OverflowError, ValueError):
        return None


def _read(data: bytes, order: str) -> Elf:
    start = struct.unpack_from(order + "Q", data, 32)[0]
    length, count = struct.unpack_from(order + "HH", data, 54)
    loads, dynamic, interpreter = [], (0, 0), ""
    for index in range(count):
        kind, _, offset, address, _, size = struct.unpack_from(order + "IIQQQQ", data, start + index * length)
        if kind == _LOAD:
            loads.append((address, offset, size))
        elif kind == _DYNAMIC:
            dynamic = (offset, size)
        elif kind == _INTERP:
            interpreter = _text(data, offset)
    entries = [struct.unpack_from(order + "QQ", data, at) for at in range(dynamic[0], sum(dynamic), 16)]
    table = next((value for tag, value in entries if tag == _STRINGS), 0)
    base = next((table - address + offset for address, offset, size in loads if address <= table < address + size), 0)
    needs = tuple(_text(data, base + value) for tag, value in entries if tag == _NEEDED)
    paths = [_text(data, base + value) for tag, value in entries if tag in (_RPATH, _RUNPATH)]
    return Elf(needs, interpreter, tuple(part for path in paths for part in path.split(":") if part))


def _text(data: bytes, start: int) -> str:
    return data[start : data.index(b"\0", start)].decode("utf-8", "surrogateescape") if start < len(data) else ""
