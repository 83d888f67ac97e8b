"""What a rule for bake files and dev containers is: they name images and features, and nothing else in them changes."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.project.context import Files
from hardener.project.definitions import Definitions
from hardener.rules._named_images import Named, NamedImageRule
from hardener.rules._yaml_rule import Proposal, YamlRule
from hardener.syntax.image_reference import ImageReference
from hardener.syntax.yaml.changes import Change


class DefinitionRule(YamlRule):
    """Base of all rules for such files."""

    @classmethod
    def key_of(cls, change: Change) -> str:
        """Return what every place that changes is."""
        return "image"

    @classmethod
    def plan(cls, model: Definitions, files: Files) -> Iterator[Proposal]:
        """Yield what the rule would do in a file."""
        raise NotImplementedError


class DefinitionImageRule(NamedImageRule, DefinitionRule):
    """Base of the rules that change the images of such a file."""

    @classmethod
    def plan(cls, model: Definitions, files: Files) -> Iterator[Proposal]:
        """Yield the change of each image."""
        for number, place in enumerate(model.places):
            if place.is_feature:
                continue
            path, reference = (str(number),), ImageReference.parse(place.text)
            if reference is None:
                yield from cls.unread(Named(path, 0, place.text))
            elif cls.wanted(reference):
                builder = files.builds.builder_of(reference)
                yield from cls.of(Named(path, 0, place.text, builder, prefix=place.prefix), reference, files)
