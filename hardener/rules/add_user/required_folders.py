"""Folders that sources take from a variable without a default, and of which nothing here tells which they are (U15)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.rules.add_user.context_texts import ContextTexts
from hardener.syntax.dockerfile.views import pairs

_NAME = (
    r"(?P<{}>[A-Z][A-Z0-9_]*_(?:DIR|DIRECTORY|FOLDER)"
    r"|(?:DATA|DB|DATABASE|STORAGE|STATE|UPLOADS?|CACHE|OUTPUT|LOGS?)_(?:PATH|FILE|ROOT))"
)
#: a variable that has to be set: no default stands behind it, and no condition asks whether it is set
_REQUIRED = regex(
    rf"""\benviron\[\s*["']{_NAME.format("a")}["']\s*\](?!\s*=[^=])"""
    rf"""|\b(?:getenv|environ\.get)\(\s*["']{_NAME.format("b")}["']\s*\)(?!\s*(?:or\b|is\b|==|:))"""
    rf"""|\bprocess\.env\.{_NAME.format("c")}\b(?!\s*(?:\|\||\?|[!=]=|&&|=[^=]|\)\s*[{{\n]))"""
    rf"""|\bENV(?:\.fetch\(\s*["']{_NAME.format("d")}["']\s*\)|\[["']{_NAME.format("e")}["']\](?!\s*(?:\|\||=)))"""
)


def required_folder(model: Model, stage: StageModel, texts: ContextTexts) -> str | None:
    """Return the first variable for a folder that sources need and that neither file, settings nor callers set.

    Args:
        model: of the file.
        stage: the final one.
        texts: of the build context.
    """
    known = {
        name
        for link in stage.chain
        for node in link.node.body
        if node.name == "ENV"
        for name, _ in pairs(node, model.escape)
    }
    known |= {
        entry.partition("=")[0] for service in services_of(model, stage, texts.files) for entry in service.environment
    }
    for text in texts.sources:
        for match in _REQUIRED.finditer(text):
            name = next(group for group in match.groups() if group)
            if name not in known and not any(name in setting for setting in texts.settings):
                return name
    return None


__all__ = ["required_folder"]
