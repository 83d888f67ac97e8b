"""Adds a rule to `ignore` of a configuration file, and leaves every other byte as it is.

The text is edited where the key seems to stand; the edit counts only if the file then says exactly what is wanted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

_HEADER = re.compile(r"(?m)^[ \t]*\[")
_TABLE = re.compile(r"(?m)^[ \t]*\[[ \t]*tool[ \t]*\.[ \t]*harden[ \t]*\][^\n]*\n?")
_LIST = re.compile(r"(?m)^[ \t]*ignore[ \t]*=[ \t]*\[[ \t]*(?P<rest>\]|\r?\n[ \t]*)?")


def with_ignored(text: str, rule: str, *, in_pyproject: bool) -> str | None:
    """Return the text of a configuration file with one more rule in `ignore`; None where it has to be done by hand.

    Args:
        text: of the file.
        rule: its name.
        in_pyproject: the configuration is the table `[tool.harden]`.
    """
    wanted = _expected(text, rule, in_pyproject)
    if wanted is None:
        return None
    return next((new for new in _candidates(text, rule, in_pyproject) if _parsed(new) == wanted), None)


def _expected(text: str, rule: str, in_pyproject: bool) -> dict[str, Any] | None:
    """Return what the file is to say; None where it says nothing that can be read."""
    data = _parsed(text)
    if data is None:
        return None
    table = data
    if in_pyproject:
        table = data.setdefault("tool", {}).setdefault("harden", {})
    known = table.get("ignore", [])
    if not isinstance(known, list) or rule in known:
        return None
    table["ignore"] = [rule, *known]
    return data


def _candidates(text: str, rule: str, in_pyproject: bool) -> Iterator[str]:
    newline = "\r\n" if "\r\n" in text else "\n"
    for found in _LIST.finditer(text):
        rest = found["rest"]
        if rest is None:
            yield f'{text[: found.end()]}"{rule}", {text[found.end() :]}'
        elif rest == "]":
            yield f'{text[: found.end() - 1]}"{rule}"{text[found.end() - 1 :]}'
        else:
            yield f'{text[: found.end()]}"{rule}",{rest}{text[found.end() :]}'
    line = f'ignore = ["{rule}"]{newline}'
    ended = text if not text or text.endswith("\n") else text + newline
    if in_pyproject:
        table = _TABLE.search(ended)
        gap = newline if ended else ""
        yield (
            ended[: table.end()] + line + ended[table.end() :] if table else f"{ended}{gap}[tool.harden]{newline}{line}"
        )
        return
    header = _HEADER.search(ended)
    yield ended[: header.start()] + line + newline + ended[header.start() :] if header else ended + line


def _parsed(text: str) -> dict[str, Any] | None:
    import tomllib

    try:
        return tomllib.loads(text.removeprefix("\ufeff").replace("\r\n", "\n"))
    except (ValueError, RecursionError):
        return None
