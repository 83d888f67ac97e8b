"""What `harden bot serve` says of itself: one JSON object a line, without secrets."""

from __future__ import annotations

import json
import re
import sys
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

from hardener.output.escape import valid

_GONE = "[redacted]"
#: what looks like a credential, whoever wrote it
_SECRETS = re.compile(
    r"\b(?:gh[oprsu]_|github_pat_|glpat-|gldt-|glptt-|whsec_)[\w-]{8,}|\beyJ[\w-]{8,}\.[\w-]+\.[\w-]*"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----(?:[^-]*-----END [A-Z ]*PRIVATE KEY-----|[^-]*)"
    r"|(?<=://)[^/\s@]+(?=@)|(?i:(?<=bearer )|(?<=basic )|(?<=token ))[\w.~+/=-]{12,}"
)
#: of one value, in characters
_LONGEST = 500
#: a part of a secret of several lines that is a secret by itself
_LINE = 16


class Log:
    """Writes lines; safe from any thread.

    Args:
        secrets: that never appear, wherever they come from.
        write: takes a line with its newline.
    """

    def __init__(self, secrets: Iterable[str] = (), write: Callable[[str], object] | None = None) -> None:
        known = {secret for secret in secrets if secret}
        # a key has many lines, of which a message may hold one
        known |= {line for secret in known for line in secret.split() if len(line) >= _LINE}
        # the longest first: one may be a part of another
        self._secrets = sorted(known, key=len, reverse=True)
        self._write = write or _to_stderr
        self._lock = threading.Lock()

    def say(self, event: str, **values: str | float | bool | None) -> None:
        """Write what happened, and when; text is cut where it is long."""
        line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": event}
        shown = {name: self._plain(value) if isinstance(value, str) else value for name, value in values.items()}
        text = json.dumps({**line, **shown})
        with self._lock:
            self._write(text + "\n")

    def _plain(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, _GONE)
        return valid(_SECRETS.sub(_GONE, text))[:_LONGEST]


def _to_stderr(line: str) -> None:
    sys.stderr.write(line)
    sys.stderr.flush()
