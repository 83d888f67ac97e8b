"""How far a run is: one line of a terminal, after its first second, gone at the end."""

from __future__ import annotations

import sys
import time

_FIRST = 1.0
_AGAIN = 0.1
_ERASE = "\r\x1b[2K"


class Progress:
    """Counts what is done and shows it.

    Args:
        files: how many there are.
        steps: how many ticks there will be.
    """

    def __init__(self, files: int, steps: int) -> None:
        self._files = files
        self._steps = max(steps, 1)
        self._done = 0
        self._began = time.monotonic()
        self._next = self._began + _FIRST
        self._is_shown = False

    def tick(self) -> None:
        """Count one step."""
        self._done += 1
        now = time.monotonic()
        if now < self._next:
            return
        self._next = now + _AGAIN
        self._is_shown = True
        share = min(100, 100 * self._done // self._steps)
        sys.stderr.write(f"{_ERASE}{share:3} % of {self._files} files, {now - self._began:.0f} s")
        sys.stderr.flush()

    def erase(self) -> None:
        """Leave the terminal as it was."""
        if self._is_shown:
            sys.stderr.write(_ERASE)
            sys.stderr.flush()
