"""The frontend that `# syntax=` names: which language a file is written in (P45, B08)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.syntax.dockerfile.nodes import Directive, Dockerfile
from hardener.syntax.image_reference import ImageReference
from hardener.text import whole

_VERSION = regex(r"(\d+)(?:\.(\d+))?(?:\.\d+)*(?:-labs|-experimental)?")


def frontend_reference(model: Model) -> ImageReference | None:
    """Return the image of `# syntax=`, None where there is none or it cannot be read."""
    return ImageReference.parse(model.frontend) if model.frontend else None


def frontend_reaches(model: Model, version: tuple[int, int]) -> bool:
    """Tell whether a feature of the Dockerfile language `version` (major, minor) may be used.

    Without `# syntax=` the builder's own frontend reads the file, and a tag such as `1` or `latest` is the newest: both
    are taken to be current.
    """
    reference = frontend_reference(model)
    match = _VERSION.fullmatch(reference.tag) if reference and reference.tag else None
    if match is None or match[2] is None:
        return True
    return (whole(match[1]), whole(match[2])) >= version


def with_frontend(tree: Dockerfile, old: ImageReference, new: ImageReference) -> Dockerfile:
    """Return the tree with another image in its `# syntax=`."""

    def changed(directive: Directive) -> Directive:
        key, equals, value = directive.text.partition("=")
        if key.lstrip(" \t#").strip().lower() != "syntax":
            return directive
        return directive.with_changes(text=key + equals + value.replace(str(old), str(new), 1))

    return tree.with_changes(header=tuple(changed(directive) for directive in tree.header))
