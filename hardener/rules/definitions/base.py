"""What a rule for bake files and dev containers is: they name images, and harden changes nothing else in them."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.project.context import Files
from hardener.project.definitions import Definitions
from hardener.rules._named_images import Named, NamedImageRule
from hardener.rules._yaml_rule import Proposal
from hardener.syntax.image_reference import ImageReference
from hardener.syntax.yaml.changes import Change


class DefinitionRule(NamedImageRule):
    """Base of the rules that change the images of such a file."""

    @classmethod
    def key_of(cls, change: Change) -> str:
        """Return what every place of these files is."""
        return "image"

    @classmethod
    def plan(cls, model: Definitions, files: Files) -> Iterator[Proposal]:
        """Yield the change of each image."""
        for number, place in enumerate(model.places):
            path, reference = (str(number),), ImageReference.parse(place.text)
            if reference is None:
                yield from cls.unread(Named(path, 0, place.text))
            elif cls.wanted(reference):
                builder = files.builds.builder_of(reference)
                yield from cls.of(Named(path, 0, place.text, builder, prefix=place.prefix), reference, files)
