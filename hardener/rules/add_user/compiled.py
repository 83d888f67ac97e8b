"""The language of a program that another stage builds from the sources of the build context (U17)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.files import copied, in_path, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.writing import Language, languages
from hardener.syntax.dockerfile.nodes import Copy, Run

#: what makes a program of the sources in the build context, by language; what else is fetched is no part of them
_BUILDS = {
    "go": regex(r"\bgo (build|install)\b"),
    "rust": regex(r"\bcargo (build|install|rustc)\b"),
    "c": regex(r"(?:^|[\s;&|(/])(?:gcc|g\+\+|cc|c\+\+|clang(?:\+\+)?|make|cmake|ninja|meson)\s"),
}
_FETCHES = regex(r"\bgit clone\b|\bcurl\b|\bwget\b|://")


def compiled_language(model: Model, stage: StageModel, program: str) -> Language | None:
    """Return the language of a program that is copied from a stage that builds the sources of the context (U17)."""
    for place in in_path(program, stage.end.workdir):
        for node in stage.node.body:
            found = copied(model, node)
            if found is None or found.stage is None or not is_within(place, found.target):
                continue
            name = _built(found.stage)
            if name is not None:
                return next(language for language in languages() if language.name == name)
    return None


def _built(source: StageModel) -> str | None:
    """Return the language of the sources that a stage builds."""
    text = "\n".join(node.text for node in source.node.body if isinstance(node, Run))
    image = source.root.image
    if image is not None and image.family.startswith("golang"):
        return "go" if _BUILDS["go"].search(text) else None
    if _FETCHES.search(text) or not any(isinstance(node, Copy) for node in source.node.body):
        return None
    return next((name for name in ("rust", "c") if _BUILDS[name].search(text)), None)
