"""What kind of file harden works on, by its name alone."""

from __future__ import annotations

from hardener.fast.patterns import regex

_DOCKERFILES = frozenset({"dockerfile", "containerfile"})
_NO_DOCKERFILES = (".dockerignore", ".md", ".swp", ".orig", ".rej", ".bak", "~")
_COMPOSE = regex(r"(?i)(?:.*[/\\])?(?:docker-)?compose(?:[._-][^/\\]*)?\.ya?ml\Z")


def is_dockerfile(name: str) -> bool:
    """Tell whether a file of this name is a Dockerfile: Dockerfile, Containerfile, Dockerfile.x, x.Dockerfile."""
    lower = name.lower()
    if lower.endswith(_NO_DOCKERFILES):
        return False
    first, last = lower.split(".", 1)[0], lower.rsplit(".", 1)[-1]
    return first in _DOCKERFILES or (last in _DOCKERFILES and not lower.startswith("."))


def names_compose(name: str) -> bool:
    """Tell whether a file of this name or path is a compose file: compose.yaml, docker-compose.prod.yml."""
    return name.endswith(("yml", "yaml", "YML", "YAML")) and _COMPOSE.match(name) is not None
