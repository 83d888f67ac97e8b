"""The images of services: which count, what builds them, what may be on the machine already (K11)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal, YamlSyntaxError
from hardener.image.pulled_images import question
from hardener.project.compose.model import ComposeFile, ComposeService, read_compose
from hardener.project.context import Files
from hardener.rules._named_images import Named, NamedImageRule
from hardener.rules.compose.base import ComposeRule, Proposal
from hardener.syntax.image_reference import ImageReference


class ImageRule(NamedImageRule, ComposeRule):
    """Base of the rules that change `image` of services that are pulled."""

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the change of each image that is pulled."""
        for service in model.services:
            if service.image and not _is_output(service, model, files):
                yield from cls._of(service, model, files)

    @classmethod
    def _of(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        named = Named((*service.path, "image"), service.document, service.image)
        reference = ImageReference.parse(service.image)
        if reference is None:
            yield from cls.unread(named)
        elif cls.wanted(reference):
            builder, held = _builder(reference, model, files), _unread(model, files)
            doubt = _doubt(service, reference)
            yield from cls.of(Named(named.path, named.document, named.text, builder, held, doubt), reference, files)


def _is_output(service: ComposeService, model: ComposeFile, files: Files) -> bool:
    """Tell whether `image` names what a build makes, here or in another compose file of the folder (K11)."""
    if service.build is not None or service.text("pull_policy") == "build":
        return True
    for name, text in files.siblings:
        if name == model.name:
            continue
        try:
            other = read_compose(text, name).service(service.name)
        except YamlSyntaxError:
            continue  # the rule holds back: `_unread`
        if other is not None and other.build is not None:
            return True
    return False


def _unread(model: ComposeFile, files: Files) -> Refusal | None:
    """Return which other compose file may build the service and cannot be read; None where all can."""
    for name, text in files.siblings:
        try:
            _ = read_compose(text, name) if name != model.name else None
        except YamlSyntaxError:
            return Refusal("K22", f"cannot read {name}, which may build this service", "mend that file")
    return None


def _builder(reference: ImageReference, model: ComposeFile, files: Files) -> str:
    """Return what builds an image of this name, "" where nothing is known to."""
    known: dict[str, str] | None = model.memo.get("built images")
    if known is None:
        known = model.memo["built images"] = _built(model)
    service = known.get(question(reference))
    return files.builds.builder_of(reference) if service is None else f"the service {service}"


def _built(model: ComposeFile) -> dict[str, str]:
    """Return the services that build an image with a name, the first of each name."""
    found: dict[str, str] = {}
    for service in model.services:
        built = ImageReference.parse(service.image) if service.build is not None and service.image else None
        if built is not None:
            found.setdefault(question(built), service.name)
    return found


def _doubt(service: ComposeService, reference: ImageReference) -> str:
    """Return what cannot be proved: data on this machine may be of another major version than `latest` is now."""
    if reference.tag in (None, "latest") and reference.digest is None and service.runs.volumes:
        return "existing data may be from an older version than `latest` is now"
    return ""
