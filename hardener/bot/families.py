"""What belongs in one request: everything, one family of rules, or one file; and what a person may decline of it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from hardener.rules import every_rule

#: how requests may be made
GROUPINGS = ("repository", "family", "file")
FAMILIES = ("pins", "layers", "runtime")
#: the group of moved pins, besides those of a grouping
UPDATES = "updates"
UPDATE_RULES = frozenset({"update-pin", "update-service-pin", "update-manifest-pin", "update-definition-pin"})
_PINS = UPDATE_RULES | {"replace-latest", "add-checksum", "service-latest", "manifest-latest", "definition-latest"}


def family(code: str, rule: str) -> str:
    """Return the family of a rule: pins, runtime (HD2xx, HD5xx and HD6xx: what runs, and how), or layers."""
    if rule.startswith("pin-") or rule in _PINS:
        return "pins"
    return "runtime" if code.startswith(("HD2", "HD5", "HD6")) else "layers"


def others(name: str) -> frozenset[str]:
    """Return the names of the rules that are not in a family; none for the group of all."""
    if name not in FAMILIES:
        return frozenset()
    return frozenset(rule.name for rule in every_rule() if family(rule.code, rule.name) != name)


def change_key(path: str, rule: str) -> str:
    """Return what stands for "this rule in this file" in a request: no text of the repository."""
    data = f"{path}\0{rule}".encode("utf-8", "surrogateescape")
    return hashlib.sha256(data).hexdigest()[:16]


def update_key(path: str, rule: str, message: str) -> str:
    """Return what stands for "this pin to this image": a person who declines one does not decline the next."""
    return change_key(path, f"{rule}\0{message}")


def declined_in(path: str, keys: Iterable[str]) -> frozenset[str]:
    """Return the rules that a person declined in a file."""
    known = frozenset(keys)
    return frozenset(rule.name for rule in every_rule() if change_key(path, rule.name) in known)
