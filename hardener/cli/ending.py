"""How the command ends when it is interrupted or nobody reads it any more."""

from __future__ import annotations

import os
import sys

#: exit code after Ctrl-C, as a shell says it
INTERRUPTED = 130
#: exit code for whatever went wrong
FAILED = 2


def fail(error: Exception) -> int:
    """Say that a bug of ours ended the command and return the exit code: 1 would mean that a file would change."""
    sys.stderr.write(f"error: internal error: {type(error).__name__}: {error}; please report it\n")
    return FAILED


def failing(error: OSError) -> str:
    """Return which file cannot be used and why; an error that names none is one of standard output."""
    from hardener.output.escape import shown

    where = "standard output" if error.filename is None else shown(os.fsdecode(error.filename))
    return f"{where}: {error.strerror or error}"


def leave_quietly() -> int:
    """Return the exit code for a closed pipe: whoever read us has enough, the last flush must not fail."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1
