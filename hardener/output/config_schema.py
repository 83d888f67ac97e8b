"""The JSON Schema of the configuration, in the form of SchemaStore: made from `engine/config_keys.py`.

`python -m hardener.output.config_schema > docs/config.schema.json`; a test holds the file in step.
"""

from __future__ import annotations

import json
from typing import Any

from hardener._version import DOCUMENTATION
from hardener.engine.config_keys import KEYS, LEVELS, TABLES, Key
from hardener.lookups.update_policy import TAGS
from hardener.project.assumptions import RUNTIMES
from hardener.project.compose.limits import LOG_FILES, LOG_SIZE, PIDS
from hardener.rules import every_rule

_TABLES = {
    "registry": "How registries are asked.",
    "update": "What `harden update` moves.",
    "assume": "What a person states that no file shows.",
    "compose": "Limits of services of compose files that have none.",
    "verify": "Options of `harden verify`.",
}
_OWN = (
    "Only in the user's own configuration ($XDG_CONFIG_HOME/harden/config.toml) or a file named by --config: "
    "a repository may not set it."
)
_TEXTS = {"type": "array", "items": {"type": "string"}}
_RULES = {"type": "array", "items": {"$ref": "#/definitions/rule"}, "uniqueItems": True}
_SHAPES: dict[str, dict[str, Any]] = {
    "rules": _RULES,
    "patterns": _TEXTS,
    "strings": _TEXTS,
    "hosts": _TEXTS,
    "images": _TEXTS,
    "flag": {"type": "boolean"},
    "level": {"enum": list(LEVELS)},
    "string": {"type": "string"},
    "folder": {"type": "string"},
    "file": {"type": "string"},
    "certificates": {"type": "string"},
    "seconds": {"type": "integer", "minimum": 1},
    "amount": {"type": "string", "pattern": "^ *[0-9]+([.][0-9]+)? *[kmgtKMGT]?[iI]?[bB]? *$", "examples": ["512m"]},
    "number": {"type": "number", "exclusiveMinimum": 0},
    "count": {"type": "integer", "minimum": 1},
    "span": {"type": "string", "pattern": "^ *[0-9]+ *[mhdw]$", "examples": ["12h", "7d"]},
    "tags": {"enum": list(TAGS)},
    "runtime": {"enum": list(RUNTIMES)},
    "folders": {"type": "array", "items": {"type": "string", "pattern": "^/[A-Za-z0-9_.@+/-]+$"}},
    "mirrors": {"type": "object", "additionalProperties": _TEXTS},
    "rules by pattern": {"type": "object", "additionalProperties": _RULES},
}
_DEFAULTS: dict[tuple[str, str], object] = {
    ("", "level"): "hardening",
    ("", "image-facts"): True,
    ("", "cache"): True,
    ("", "offline"): False,
    ("registry", "lifetime"): "1h",
    ("update", "tags"): "same",
    ("compose", "pids"): PIDS,
    ("compose", "log-size"): LOG_SIZE,
    ("compose", "log-files"): LOG_FILES,
}


def schema() -> dict[str, Any]:
    """Return the schema."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": "https://json.schemastore.org/harden.json",
        "title": "harden",
        "description": f"Configuration of harden: harden.toml, .harden.toml or [tool.harden].\n{DOCUMENTATION}/cli/",
        "type": "object",
        "additionalProperties": False,
        "definitions": {"rule": _rule()},
        "properties": _sorted({**_keys(""), **{table: _table(table) for table in TABLES}}),
    }


def text() -> str:
    """Return docs/config.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _rule() -> dict[str, Any]:
    rules = sorted(every_rule(), key=lambda rule: rule.code)
    return {
        "description": "A rule, by name or code.",
        "enum": [rule.name for rule in rules] + [rule.code for rule in rules],
    }


def _table(name: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": _TABLES[name],
        "additionalProperties": False,
        "properties": _sorted(_keys(name)),
    }


def _keys(table: str) -> dict[str, Any]:
    return {key.name: _key(key) for key in KEYS if key.table == table}


def _key(key: Key) -> dict[str, Any]:
    place = (key.table, key.name)
    default = {"default": _DEFAULTS[place]} if place in _DEFAULTS else {}
    about = f"{key.about}\n{_OWN}" if key.is_own else key.about
    return {"description": about, **_SHAPES[key.kind], **default}


def _sorted(properties: dict[str, Any]) -> dict[str, Any]:
    return dict(sorted(properties.items()))


if __name__ == "__main__":
    print(text(), end="")
