"""Limits of memory as compose files, `docker run` and Kubernetes write them: `512m`, `1.5gb`, `256Mi`."""

from __future__ import annotations

from hardener.fast.patterns import regex

_AMOUNT = regex(r"(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?\Z")
_POWERS = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4}


def bytes_of(text: str) -> int:
    """Return an amount in bytes, 0 for what is none; the decimal units of Kubernetes count as binary ones."""
    found = _AMOUNT.match(text.strip().lower())
    # a number that is too long for one is no limit
    return int(float(found[1]) * 1024 ** _POWERS[found[2]]) if found and len(found[1]) < 20 else 0
