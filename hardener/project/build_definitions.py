"""Readers of compose and bake files: contexts by name, arguments, images that they build (B07, B09).

They are read as text, without a YAML or HCL library: only names are wanted, and one too many holds a pin back at most.
Formats: the Compose specification (build.additional_contexts, build.args) and Docker's reference of bake files.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hardener.fast.patterns import regex
from hardener.project.builds import Builds, Service, short_name
from hardener.project.compose_services import read_services

_KEY = regex(r"(?P<indent>\s*)(?P<item>- +)?[\"']?(?P<key>[\w-]+)[\"']?\s*:(?:\s+(?P<rest>.*))?\Z")
_ENTRY = regex(
    r"\s*(?:- +)?(?:\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<plain>[^\s#\"'][^#]*?))(?P<rest>\s*:(?:\s.*)?)?\Z"
)
_FLOW_TABLE = regex(r"\b(additional_contexts|args)[\"']?\s*:\s*[{\[]")
_FLOW_SIZE = 4096
_FLOW = regex(r"\"([^\"]*)\"|'([^']*)'|([^\s{}\[\],\"']+)")
_HCL_BLOCK = regex(r"\b(contexts|args)\"?\s*=\s*\{")
_HCL_ENTRY = regex(r"(?:\"((?:[^\"\\]|\\.)*)\"|([\w.-]+))\s*[=:]\s*(?:\"(?:[^\"\\]|\\.)*\"|[^,\n}]*)")
_HCL_COMMENT = regex(r"\"(?:[^\"\\]|\\.)*\"|(?:#|//)[^\n]*|/\*.*?\*/", re.DOTALL)
_VARIABLE = regex(r"\$(?:\{[^}]*\}|\w+)")


def read_builds(name: str, text: str) -> Builds:
    """Return what the file `name` says: HCL or JSON for bake, else YAML for compose."""
    if name.endswith((".hcl", ".json")):
        tables = _json_tables(text) if name.endswith(".json") else _hcl_tables(text)
        found = list(tables)
        images: list[str] = []
        services: tuple[Service, ...] = ()
    else:
        lines = [line.rstrip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
        found, images = list(_compose_tables(lines)), list(_built_images(lines))
        services = read_services(name, lines)
    contexts = [key for table, keys in found if table in ("contexts", "additional_contexts") for key in keys]
    arguments = [key for table, keys in found if table == "args" for key in keys]
    return Builds(
        {_normal(key): name for key in contexts}, {_normal(image): name for image in images},
        dict.fromkeys(arguments, name), services,
    )  # fmt: skip


def _normal(name: str) -> str:
    return short_name(_VARIABLE.sub("*", name))


def _compose_tables(lines: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Yield the keys of each `additional_contexts` and `args`, whether it is a mapping, a list or in flow style."""
    for index, line in enumerate(lines):
        match = _KEY.match(line)
        if match is None or match["key"] not in ("additional_contexts", "args"):
            continue
        if match["rest"] and match["rest"][0] in "{[":
            continue
        depth = len(match["indent"]) + len(match["item"] or "")
        keys = []
        for below in lines[index + 1 :]:
            inner = len(below) - len(below.lstrip())
            if inner < depth or (inner == depth and not below.lstrip().startswith("- ")):
                break
            keys += _entry_key(below)
        yield match["key"], keys
    text = "\n".join(lines)
    for match in _FLOW_TABLE.finditer(text):
        yield match[1], list(_flow_keys(text[match.end() - 1 :][:_FLOW_SIZE]))


def _entry_key(line: str) -> list[str]:
    match = _ENTRY.match(line)
    if match is None:
        return []
    text = match["double"] or match["single"] or match["plain"] or ""
    if match["rest"] and "=" not in text:
        return [text] if match["rest"].strip(" :") else []
    if match["plain"] and not line.lstrip().startswith("- "):
        key, colon, _ = text.partition(": ")
        return [key.strip()] if colon else []
    name, equals, _ = text.partition("=")
    return [name.strip()] if equals else []


def _flow_keys(text: str) -> Iterator[str]:
    """Yield the keys of the mapping or list in flow style that `text` begins with."""
    text = _VARIABLE.sub("*", text)
    end = text.find("}" if text[0] == "{" else "]")
    for entry in text[1 : end if end > 0 else len(text)].split(","):
        match = _FLOW.search(entry)
        if match is None:
            continue
        word = match[1] or match[2] or match[3] or ""
        yield word.partition("=")[0] if text[0] == "[" else word.removesuffix(":")


def _built_images(lines: list[str]) -> Iterator[str]:
    """Yield the `image` of each mapping that has a `build` beside it."""
    keys = [_KEY.match(line) for line in lines]
    for index, match in enumerate(keys):
        if match is None or match["key"] != "build":
            continue
        depth = len(match["indent"])
        for step in (1, -1):
            at = index + step
            while 0 <= at < len(keys) and len(lines[at]) - len(lines[at].lstrip()) >= depth:
                beside = keys[at]
                if (
                    beside is not None
                    and len(beside["indent"]) == depth
                    and beside["key"] == "image"
                    and beside["rest"]
                ):
                    yield beside["rest"].partition(" #")[0].strip().strip("\"'")
                at += step


def _json_tables(text: str) -> Iterator[tuple[str, list[str]]]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return
    for target in _tables(_table(data).get("target")):
        for name in ("contexts", "args"):
            yield name, [key for key, value in _table(target.get(name)).items() if value is not None]


def _tables(value: Any) -> list[dict[str, Any]]:
    return [_table(item) for item in _table(value).values()]


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _hcl_tables(text: str) -> Iterator[tuple[str, list[str]]]:
    text = _HCL_COMMENT.sub(lambda match: match[0] if match[0][0] == '"' else "", text)
    for match in _HCL_BLOCK.finditer(text):
        at, keys = match.end(), []
        while True:
            while at < len(text) and text[at] in " \t\r\n,":
                at += 1
            entry = _HCL_ENTRY.match(text, at)
            if entry is None:
                break
            keys.append(entry[1] if entry[1] is not None else entry[2])
            at = entry.end()
        yield match[1], keys
