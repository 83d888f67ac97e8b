"""Edits of YAML, and whole runs over compose files, with PyYAML as the second reader."""

from __future__ import annotations

import random
from functools import cache
from typing import Any

import yaml

from fuzz.target import ROOT, FoundError, Target, UnusableError
from hardener import HardenError, Options, Safety, harden
from hardener.errors import YamlEditError, YamlSyntaxError
from hardener.syntax.yaml import parse
from hardener.syntax.yaml.edits import append_item, insert_key
from hardener.syntax.yaml.nodes import Mapping, Node, Sequence
from hardener.syntax.yaml.values import texts_of
from hardener.text import Edit, apply_edits
from tests.test_compose_properties import texts, without

WORDS = (
    "services:\n", "  web:\n", "    image: nginx\n", "    build: .\n", "    ports:\n", '      - "80:80"\n',
    "    privileged: true\n", "    environment:\n      A: b\n", "    user: root\n",
    "    volumes:\n      - /var/run/docker.sock:/var/run/docker.sock\n",
    "  db: {image: postgres, ports: [5432:5432]}\n", "&a ", "*a", "<<: *a\n", "# note\n", "\n", "  ", "- ", ": ", "'",
    '"', "{", "}", "[", "]", ", ", "|\n", ">-\n", "!!str ", "? ", "---\n", "...\n", "\t", "é", "😀", "\r\n",
    "    command: a && b\n", "x-a: 1\n", "    init: true\n", "    security_opt: [no-new-privileges:true]\n",
    "    cap_drop: [ALL]\n", "    read_only: true\n", "null", "~", "    extends: {service: db}\n",
    "    restart: always\n", "    network_mode: host\n", "    deploy:\n      resources: {}\n",
)  # fmt: skip
NEW: tuple[Any, ...] = (True, 1, "a b", "yes", "#x", ["a", "b: c"], {"k": ["v"], "l": 2}, "", "- a", "é", {}, [])


@cache
def seeds() -> tuple[str, ...]:
    """Return the compose files of our own cases."""
    files = sorted((ROOT / "tests" / "compose").glob("*/*.yaml"))
    return tuple(file.read_bytes().decode("utf-8", "surrogateescape") for file in files)


def check(text: str) -> frozenset[str]:
    """Make one edit, and a run over all of it, and read both again."""
    try:
        documents, before = parse(text), texts(text)
    except (YamlSyntaxError, yaml.YAMLError, RecursionError, ValueError, TypeError):
        raise UnusableError from None  # TypeError: a key that is a collection
    roots = [document.root for document in documents if document.root is not None]
    if any(_repeats(root) for root in roots):
        raise UnusableError  # a key that stands twice is an error to compose, and PyYAML takes the last
    _edited(text, roots)
    return _hardened(text, before)


def _repeats(node: Node) -> bool:
    """Tell whether a key stands twice in a mapping."""
    for place in _collections(node):
        if isinstance(place, Mapping):
            keys = [str(texts_of(pair.key)) for pair in place.pairs]
            if len(keys) != len(set(keys)):
                return True
    return False


def _edited(text: str, roots: list[Node]) -> None:
    """Insert one thing somewhere: both readers find what was there and that."""
    draw = random.Random(text)
    places = [place for root in roots for place in _collections(root)]
    if len(roots) != 1 or not places:
        return
    place, new = draw.choice(places), draw.choice(NEW)
    try:
        edit: Edit = insert_key(place, "new key", new) if isinstance(place, Mapping) else append_item(place, new)
    except YamlEditError:
        return
    changed = apply_edits(text, (edit,))
    try:
        list(yaml.load_all(text, Loader=yaml.BaseLoader))
    except yaml.YAMLError:
        return  # an alias inside of what it names: PyYAML makes no value of it
    try:
        after = list(yaml.load_all(changed, Loader=yaml.BaseLoader))
    except yaml.YAMLError as error:
        raise FoundError("an edit makes what PyYAML cannot read", f"{error}\n{changed}") from None
    try:
        parse(changed)
    except YamlSyntaxError as error:
        raise FoundError("an edit makes what harden cannot read", f"{error}\n{changed}") from None
    if _count(after, new, isinstance(place, Mapping)) == 0:
        raise FoundError("an edit is not read as it was meant", changed)


def _count(value: Any, new: Any, is_key: bool) -> int:
    """Count the places where what was inserted stands."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    wanted = _texts(new)
    here = 0
    if isinstance(value, dict) and is_key and value.get("new key", _NONE) == wanted:
        here = 1
    if isinstance(value, list) and not is_key and value and value[-1] == wanted:
        here = 1
    return here + sum(_count(one, new, is_key) for one in inner)


_NONE = object()


def _texts(value: Any) -> Any:
    """Return a value with each scalar as BaseLoader reads it."""
    if isinstance(value, dict):
        return {key: _texts(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_texts(one) for one in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def _collections(node: Node) -> list[Mapping | Sequence]:
    found: list[Mapping | Sequence] = []
    if isinstance(node, Mapping):
        found = [node, *(one for pair in node.pairs for one in _collections(pair.value))]
    elif isinstance(node, Sequence):
        found = [node, *(one for item in node.items for one in _collections(item))]
    return found


def _hardened(text: str, before: list[Any]) -> frozenset[str]:
    """Run all rules for compose files: only what they announce changes."""
    options = Options(level=Safety.UNSAFE)
    try:
        result = harden(text, filename="compose.yaml", options=options)
    except HardenError:
        return frozenset({"refused"})
    if result.faults:
        raise FoundError(f"fault of {result.faults[0].rule}", f"{result.faults[0].reasons}")
    if harden(result.code, filename="compose.yaml", options=options).code != result.code:
        raise FoundError("Z02: a second run changes the file", result.code)
    try:
        after = texts(result.code)
    except yaml.YAMLError as error:
        raise FoundError("a run makes what PyYAML cannot read", f"{error}\n{result.code}") from None
    if [without(one) for one in after] != [without(one) for one in before]:
        raise FoundError("a run changes what no rule announces", result.code)
    return frozenset(f"{f.rule} {f.refusal.spec if f.refusal else f.applied}" for f in result.findings)


TARGET = Target("yaml", check, seeds, WORDS)
