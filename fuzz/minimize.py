"""Makes an input that shows a fault small: the same fault, fewer lines, then fewer characters."""

from __future__ import annotations

import time
from collections.abc import Callable


def minimized(text: str, shows: Callable[[str], bool], seconds: float = 10) -> str:
    """Return a part of `text` for which `shows` still holds.

    Args:
        text: for which it holds.
        shows: tells whether a text shows the fault.
        seconds: when to stop, with what is there then.
    """
    until = time.monotonic() + seconds
    parts = text.splitlines(keepends=True)
    kept = _fewer(parts, lambda some: shows("".join(some)), until)
    return "".join(_fewer(list("".join(kept)), lambda some: shows("".join(some)), until))


def _fewer(parts: list[str], shows: Callable[[list[str]], bool], until: float) -> list[str]:
    """Leave out runs of parts, long ones first, for as long as that shows the same."""
    size = max(1, len(parts) // 2)
    while True:
        at, was = 0, len(parts)
        while at < len(parts):
            if time.monotonic() > until:
                return parts
            fewer = parts[:at] + parts[at + size :]
            if fewer and shows(fewer):
                parts = fewer
            else:
                at += size
        if size == 1 and len(parts) == was:
            return parts
        size = max(1, size // 2)
