"""What parts of rules are tried on: the last stage of a file, and a build context of a few texts."""

from __future__ import annotations

from collections.abc import Mapping

from hardener.image.model import Model
from hardener.image.stage import StageModel
from hardener.project.builds import Builds, Service
from hardener.project.context import Files, Lookup
from hardener.project.context_tree import ContextFile, ContextTree
from hardener.syntax.dockerfile.parser import parse


def last(*lines: str, base: str = "debian:12") -> tuple[Model, StageModel]:
    """Return the model of a file and its last stage."""
    model = Model(parse("\n".join((f"FROM {base}", *lines, ""))))
    return model, model.stages[-1]


def known(
    *services: Service, base: str = "", texts: Mapping[str, str | bytes] | None = None, mode: int = 0o644
) -> Files:
    """Return a build context with the texts of files, all of one mode, and services that run the image."""
    facts: dict[Lookup, object] = {Lookup("builds", ""): Builds(services=services, base=base)}
    facts[Lookup("tree", "")] = ContextTree(tuple(sorted(texts or {})))
    for name, text in (texts or {}).items():
        data = text.encode() if isinstance(text, str) else text
        facts[Lookup("text", name)] = data.decode("utf-8", "replace")
        facts[Lookup("file", name)] = ContextFile(name, data, mode, len(data), is_dir=False)
    return Files(facts)
