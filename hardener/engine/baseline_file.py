"""The file of a baseline: JSON, one finding a line, sorted, so that it changes only where the findings do."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from hardener.engine.fingerprints import Key
from hardener.errors import ConfigError
from hardener.lookups.reading import read_regular

VERSION = 1
#: larger files are not read, in bytes
SIZE = 1 << 26
#: file, and how often each finding is in it
Files = dict[str, dict[Key, int]]


@lru_cache(maxsize=16)
def load(path: Path) -> Mapping[str, Mapping[Key, int]]:
    """Read a baseline.

    Raises:
        ConfigError: it is missing, or is no baseline that this version reads.
    """
    document = _document(path)
    if not isinstance(document, dict) or document.get("tool") != "harden" or "version" not in document:
        raise ConfigError(f"{path}: is not a baseline of harden; `harden --write-baseline FILE` writes one")
    if document["version"] != VERSION:
        raise ConfigError(f"{path}: is a baseline of version {document['version']!r}, and this harden reads {VERSION}")
    entries = document.get("findings")
    if not isinstance(entries, list):
        raise ConfigError(f"{path}: findings must be a list")
    files: Files = {}
    for number, entry in enumerate(entries, 1):
        if not _is_entry(entry):
            raise ConfigError(f"{path}: finding {number} needs file, rule, fingerprint and a count from 1")
        known = files.setdefault(entry["file"], {})
        key = entry["rule"], entry["fingerprint"]
        known[key] = known.get(key, 0) + entry["count"]
    return files


def text_of(files: Mapping[str, Mapping[Key, int]]) -> str:
    """Return the text of a baseline."""
    rows = [
        json.dumps({"file": file, "rule": rule, "fingerprint": fingerprint, "count": count})
        for file, known in sorted(files.items())
        for (rule, fingerprint), count in sorted(known.items())
    ]
    body = ",\n".join(f"    {row}" for row in rows)
    findings = f"[\n{body}\n  ]" if rows else "[]"
    return f'{{\n  "tool": "harden",\n  "version": {VERSION},\n  "findings": {findings}\n}}\n'


def _document(path: Path) -> Any:
    try:
        data = read_regular(path, SIZE + 1)
    except FileNotFoundError:
        raise ConfigError(f"{path}: no such file; `harden --write-baseline {path}` writes it") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    if data is None:
        raise ConfigError(f"{path}: is not a regular file")
    if len(data) > SIZE:
        raise ConfigError(f"{path}: larger than {SIZE >> 20} MB, so it is not read")
    try:
        return json.loads(data)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{path}:{error.lineno}:{error.colno}: is no JSON: {error.msg}") from None
    except (ValueError, RecursionError):
        raise ConfigError(f"{path}: is no JSON") from None


def _is_entry(entry: Any) -> bool:
    if not isinstance(entry, dict):
        return False
    texts = all(isinstance(entry.get(name), str) for name in ("file", "rule", "fingerprint"))
    count = entry.get("count")
    return texts and type(count) is int and count > 0
