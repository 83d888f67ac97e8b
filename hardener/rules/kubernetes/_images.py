"""The images of containers of manifests: which count, and what else says what they are (K11, K28)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.project.context import Files
from hardener.project.manifests.model import Container, Manifests
from hardener.rules._named_images import Named, NamedImageRule
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes._kustomize import images_set
from hardener.rules.kubernetes.base import ManifestRule
from hardener.syntax.image_reference import ImageReference


class ManifestImageRule(NamedImageRule, ManifestRule):
    """Base of the rules that change `image` of containers."""

    @classmethod
    def plan(cls, model: Manifests, files: Files) -> Iterator[Proposal]:
        """Yield the change of each image."""
        for container in model.containers:
            named = Named((*container.path, "image"), container.document, container.image)
            reference = ImageReference.parse(container.image)
            if reference is None and container.image:
                yield from cls.unread(named)
            elif reference is not None and cls.wanted(reference):
                builder, held = files.builds.builder_of(reference), images_set(container.image, files)
                full = Named(named.path, named.document, named.text, builder, held, _doubt(container, reference))
                yield from cls.of(full, reference, files)


def _doubt(container: Container, reference: ImageReference) -> str:
    """Return what cannot be proved: data that is there may be of another major version than `latest` is now."""
    if reference.tag in (None, "latest") and reference.digest is None and container.keeps_data:
        return "existing data may be from an older version than `latest` is now"
    return ""
