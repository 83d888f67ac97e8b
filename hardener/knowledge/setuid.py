"""Programs and images that gain privileges by the mode of a file, which `no-new-privileges` stops (K03)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.fast.patterns import regex
from hardener.knowledge.facts import facts

_WORD = regex(r"[A-Za-z0-9][\w.+-]*")


def gains_privileges(texts: Iterable[str]) -> str:
    """Return the first word of some texts that names a program with setuid or file capabilities, "" without any."""
    names = frozenset(facts("setuid")["programs"]["names"])
    return next((word for text in texts for word in _WORD.findall(text) if word in names), "")


def needs_setuid(family: str) -> str:
    """Return why the images of a family need setuid, "" for those that are not known to."""
    return next((str(row["why"]) for row in facts("setuid")["images"] if row["family"] == family), "")
