"""Which Dockerfile and stage each target of a bake file builds (S25). Format: Docker's reference of bake files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from hardener.fast.patterns import regex
from hardener.project.builds import Service

#: what may be said somewhere else: a variable, or what a target inherits
_ELSEWHERE = "${elsewhere}"
_TARGET = regex(r"(?m)^[ \t]*\"?target\"?[ \t]+\"([^\"\n]*)\"[ \t]*\{|^\}")
_STRING = regex(r"(?m)^[ \t]*(context|dockerfile|target)[ \t]*=[ \t]*(?:\"((?:[^\"\\\n]|\\.)*)\"[ \t]*$)?")
_TAGS = regex(r"(?m)^[ \t]*tags[ \t]*=[ \t]*\[")
#: more targets of one file are not read
_MOST = 500
_QUOTED = regex(r"\"((?:[^\"\\\n]|\\.)*)\"")
_INHERITS = regex(r"(?m)^[ \t]*inherits[ \t]*=")


def bake_services(name: str, text: str) -> tuple[Service, ...]:
    """Return what the targets of a bake file build; what one inherits counts as a variable.

    Args:
        name: of the file.
        text: of it, of HCL without its comments.
    """
    tables = _of_json(text) if name.endswith(".json") else _of_hcl(text)
    return tuple(_service(name, table) for table in islice(tables, _MOST))


def _service(name: str, table: dict[str, Any]) -> Service:
    left = _ELSEWHERE if "inherits" in table else ""
    said = {key: table.get(key, left) for key in ("context", "dockerfile", "target")}
    texts = {key: value if isinstance(value, str) else _ELSEWHERE for key, value in said.items()}
    tags = table.get("tags")
    images = tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()
    return Service(name, texts["context"] or ".", texts["dockerfile"], texts["target"], images=images, source="docker")


def _of_json(text: str) -> list[dict[str, Any]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return []
    targets = data.get("target") if isinstance(data, dict) else None
    return [table for table in targets.values() if isinstance(table, dict)] if isinstance(targets, dict) else []


def _of_hcl(text: str) -> Iterator[dict[str, Any]]:
    """Yield the blocks of targets, each up to a brace that ends a line of its own at the margin."""
    marks = list(_TARGET.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    for mark, end in zip(marks, ends, strict=False):
        if mark[1] is not None:
            yield _table(text[mark.end() : end])


def _table(block: str) -> dict[str, Any]:
    """Return what a block says of its build; an expression is no string, and counts as a variable."""
    table: dict[str, Any] = {found[1]: found[2] for found in _STRING.finditer(block)}
    tags = _TAGS.search(block)
    if tags is not None:
        table["tags"] = _QUOTED.findall(block[tags.end() :].partition("]")[0])
    return {**table, "inherits": True} if _INHERITS.search(block) else table


__all__ = ["bake_services"]
