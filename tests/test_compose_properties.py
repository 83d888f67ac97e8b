"""What holds for every compose file: our own cases, and real ones where HARDEN_COMPOSE names a folder of them.

PyYAML is the second reader: with every scalar read as text, the new file is the old one plus what the rules announce.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
import yaml

from hardener import HardenError, Options, Safety, harden
from hardener.lookups.compose_folder import ComposeFolder
from hardener.rules import compose_rules

REAL = Path(os.environ.get("HARDEN_COMPOSE", "none"))
FILES = sorted([*(Path(__file__).parent / "compose").glob("*/*.yaml"), *REAL.glob("*.y*ml")])
KEYS = {key for rule in compose_rules() for key in rule.keys}


class Texts(yaml.BaseLoader):
    """Reads every scalar as its text, and follows merge keys."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        for key, _ in node.value:
            if key.value == "<<" and not key.style:
                key.tag = "tag:yaml.org,2002:merge"
        yaml.SafeLoader.flatten_mapping(self, node)  # type: ignore[arg-type]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # type: ignore[override]
        self.flatten_mapping(node)
        return super().construct_mapping(node, deep)


def _construct_mapping(loader: Texts, node: yaml.MappingNode) -> dict[Any, Any]:
    return loader.construct_mapping(node, deep=True)


Texts.add_constructor("tag:yaml.org,2002:map", _construct_mapping)


def texts(source: str) -> list[Any]:
    """Return the documents of a text as PyYAML reads them."""
    return list(yaml.load_all(source, Loader=Texts))


def read(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def hardened(path: Path, level: Safety, **options: Any) -> str:
    """Return what a run makes of a file; nothing fails its proof, and a second run changes nothing."""
    text = read(path)
    chosen = Options(level=level, beside=ComposeFolder(path.with_suffix(".project")), **options)
    result = harden(text, filename="compose.yaml", options=chosen)
    assert result.faults == ()
    assert harden(result.code, filename="compose.yaml", options=chosen).code == result.code
    return result.code


def readable(path: Path) -> bool:
    """Tell whether both readers take a file."""
    try:
        harden(read(path), filename="compose.yaml", options=Options(ignore=frozenset(r.name for r in compose_rules())))
        texts(read(path))
    except (HardenError, yaml.YAMLError):
        return False
    return True


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_without_rules_every_byte_stays(path: Path) -> None:
    if readable(path):
        assert hardened(path, Safety.UNSAFE, ignore=frozenset(rule.name for rule in compose_rules())) == read(path)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_only_what_is_announced_changes(path: Path) -> None:
    if not readable(path):
        return
    before = texts(read(path))
    for level in Safety:
        after = texts(hardened(path, level))
        assert [without(document) for document in after] == [without(document) for document in before]


def without(document: Any) -> Any:
    """Return a document without the keys that rules announce."""
    if not isinstance(document, dict):
        return document
    kept = {key: value for key, value in document.items() if key not in KEYS}
    services = kept.get("services")
    if isinstance(services, dict):
        kept["services"] = {name: _without_keys(service) for name, service in services.items()}
    return kept


def _without_keys(service: Any) -> Any:
    return {k: v for k, v in service.items() if k not in KEYS} if isinstance(service, dict) else service


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_comments_and_anchors_stay(path: Path) -> None:
    if not readable(path):
        return
    before, after = read(path), hardened(path, Safety.UNSAFE)
    for sign in ("#", "&", "*", "<<"):
        assert [line.strip() for line in before.splitlines() if line.strip().startswith(sign)] == [
            line.strip() for line in after.splitlines() if line.strip().startswith(sign)
        ]
