"""What was meant by a name that is no rule: loaded only where there is one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hardener.syntax.dockerfile.suggest import closest

_LINTERS = (("hadolint", r"(?:DL|SC)\d{4}"), ("checkov", r"CKV2?_DOCKER_\d+"), ("tally", r"tally/.+"))


def meant(name: str, known: Mapping[str, str]) -> str:
    """Return what to say behind a name that is no rule, "" where nothing is close.

    Args:
        name: what was given.
        known: names and codes of all rules, each with the name.
    """
    for linter, pattern in _LINTERS:
        if re.fullmatch(pattern, name, re.IGNORECASE):
            return f"; `harden rules --map {linter}` shows which rule answers it"
    for spelled in (name.upper(), name.lower()):
        if spelled in known:
            return f"; did you mean {spelled}?"
    best = closest(name, set(known.values()))  # a code close to another means nothing
    return f"; did you mean {best}?" if best else ""
