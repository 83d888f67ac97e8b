"""Which kind of file a text of an editor is, told by its name and by what it says, as the command does in a folder."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.engine.discovery import is_manifest_text, names_compose, names_definition, names_yaml
from hardener.lookups.reading import is_dockerfile
from hardener.rules import all_rules, compose_rules, definition_rules, manifest_rules

if TYPE_CHECKING:
    from hardener.rules.base import AnyRule

#: what editors call a Dockerfile
_LANGUAGES = ("dockerfile", "containerfile", "docker")


class Kind(Enum):
    """What harden makes of a text."""

    DOCKERFILE = "a Dockerfile"
    COMPOSE = "a compose file"
    MANIFEST = "a Kubernetes manifest"
    DEFINITION = "a bake file, or one of a dev container"


def kind_of(name: str, path: Path | None, language: str | None, text: str) -> Kind | None:
    """Return the kind of a text; None for one that harden leaves alone.

    Args:
        name: the last part of its URI.
        path: its file; None where it lies in none here, and only the editor or the name tells of a Dockerfile.
        language: what the editor calls its language.
        text: what it says.
    """
    if path is not None:
        if names_compose(path.name):
            return Kind.COMPOSE
        if names_definition(path.name):
            return Kind.DEFINITION
        if names_yaml(path.name) and is_manifest_text(path, text):
            return Kind.MANIFEST
    return Kind.DOCKERFILE if (language or "").lower() in _LANGUAGES or is_dockerfile(name) else None


def rules_of(kind: Kind) -> tuple[type[AnyRule], ...]:
    """Return the rules for a kind of file."""
    rules = {
        Kind.DOCKERFILE: all_rules,
        Kind.COMPOSE: compose_rules,
        Kind.MANIFEST: manifest_rules,
        Kind.DEFINITION: definition_rules,
    }
    return rules[kind]()


def comment_of(path: Path | None) -> str:
    """Return what begins a comment in a file; "" where it can hold none, as in the JSON of a bake file."""
    name = path.name.lower() if path is not None else ""
    if not name.endswith(".json"):
        return "#"
    return "" if "bake" in name else "//"
