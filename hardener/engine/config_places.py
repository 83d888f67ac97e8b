"""Where a key stands in a configuration file: loaded only where something is wrong with one."""

from __future__ import annotations

import re
from pathlib import Path

_KEY = r"""(?:[\w-]+|"[^"\n]*"|'[^'\n]*')"""
_KEYS = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE = re.compile(rf"[ \t]*(?:\[\[?[ \t]*(?P<table>{_KEYS})[ \t]*\]|(?P<key>{_KEYS})[ \t]*=)")
_END = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)")


def at(path: Path, *keys: str) -> str:
    """Return `path:line:column` of a key, `path` alone where it stands on no line of its own.

    Args:
        path: the configuration file.
        keys: the names of the tables that hold the key, and its own.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig", "replace")
    except OSError:
        return f"{path}"
    wanted = (*(("tool", "harden") if path.name == "pyproject.toml" else ()), *keys)
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.split("\n"), 1):
        found = _LINE.match(line)
        if not found:
            continue
        is_table = found["table"] is not None
        names = () if is_table else table
        names += tuple(name.strip("\"'") for name in re.findall(_KEY, found["table" if is_table else "key"]))
        if is_table:
            table = names
        if names[: len(wanted)] == wanted:
            return f"{path}:{number}:{found.start('table' if is_table else 'key') + 1}"
    return f"{path}"


def of_toml(path: Path, error: ValueError) -> str:
    """Return what is wrong with a file that is no TOML, behind its place."""
    if isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        return f"{path}:{line}: is not UTF-8: byte 0x{error.object[error.start]:02x}"
    found = _END.fullmatch(str(error))
    return f"{path}:{found['line']}:{found['column']}: {found['what']}" if found else f"{path}: {error}"
