"""The unified diff of a result: `git apply` and `patch -p1` take it."""

from __future__ import annotations

from hardener.engine.result import Result
from hardener.output.escape import shown_lines
from hardener.project.file_change import FileChange

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}
_RESET = "\x1b[0m"


def unified_diff(result: Result, *, colour: bool = False, escape: bool = False) -> str:
    """Return the diff of a run, "" where nothing changed: the Dockerfile, then the other files that go with it.

    Newlines inside lines are kept.

    Args:
        result: of a file.
        colour: for a terminal.
        escape: show control characters escaped, for a terminal too: such a diff is to be read, not applied.
    """
    name = result.filename or "Dockerfile"
    own = _file_diff(name, result.source, result.code, colour, escape) if result.changed else ""
    return own + "".join(_file_diff(c.place, c.before, c.after, colour, escape) for c in result.changes)


def change_diff(change: FileChange) -> str:
    """Return the diff of one other file."""
    return _file_diff(change.place, change.before, change.after, colour=False, escape=False)


def _file_diff(name: str, source: str | None, code: str, colour: bool, escape: bool) -> str:
    from hardener.output.line_diff import unified_lines  # a run that only checks shows no diff

    name = name.lstrip("/")
    old = "/dev/null" if source is None else _quoted(f"a/{name}")
    out = []
    for line in unified_lines(_lines(source or ""), _lines(code), old, _quoted(f"b/{name}")):
        text = line if line.endswith("\n") else line + "\n\\ No newline at end of file\n"
        text = shown_lines(text) if escape else text
        start = _COLOURS.get(line[0]) if colour and not line.startswith(("+++", "---")) else None
        out.append(f"{start}{text[:-1]}{_RESET}\n" if start else text)
    return "".join(out)


def _lines(text: str) -> list[str]:
    # only \n ends a line: a \r or a form feed inside one belongs to it
    lines = text.split("\n")
    return [line + "\n" for line in lines[:-1]] + ([lines[-1]] if lines[-1] else [])


def _quoted(name: str) -> str:
    """Quote a name as git does where it holds more than printable ASCII."""
    if name.isascii() and name.isprintable() and not set(name) & set('"\\'):
        return name + "\t" if " " in name else name
    data = name.encode("utf-8", "surrogateescape")
    body = "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\{b:03o}" for b in data)
    return f'"{body}"'
