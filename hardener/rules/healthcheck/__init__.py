"""The rule healthcheck and its thinking."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.packages.managers import gate

#: programs that serve applications of Python
PYTHON_SERVERS = ("uvicorn", "gunicorn", "hypercorn", "fastapi", "flask", "uwsgi")
_PROGRAMS = regex(rf"node|nest|tsx|\.[cm]?js\b|\.py\b|{'|'.join(PYTHON_SERVERS)}")


def may_serve(text: str) -> bool:
    """Tell whether a text names what may be a service whose sources are read: only a cheap look."""
    return _PROGRAMS.search(text) is not None or gate("node").search(text)
