"""How the command ends when it is interrupted or nobody reads it any more."""

from __future__ import annotations

import os
import sys

#: exit code after Ctrl-C, as a shell says it
INTERRUPTED = 130


def leave_quietly() -> int:
    """Return the exit code for a closed pipe: whoever read us has enough, the last flush must not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
