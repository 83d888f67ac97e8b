"""When an image was made: the `created` of its configuration, as the OCI image spec has it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.registry.client import RegistryClient
from hardener.registry.image_config import config_of, manifest_of, seconds
from hardener.registry.model import Deadline

if TYPE_CHECKING:
    from hardener.registry.hosts import Endpoint
    from hardener.syntax.image_reference import ImageReference


def created(client: RegistryClient, reference: ImageReference) -> float | None:
    """Return when the image behind the digest of `reference` was made, in seconds since the epoch.

    Of an index the image for linux/amd64 counts, else the first. None where the image does not say, as images that
    are built reproducibly do not (the epoch itself, or nothing).

    Raises:
        RegistryError: no answer, or what came does not have the digest that names it.
        ValueError: the reference has no digest.
    """
    if reference.digest is None:
        raise ValueError("a reference without a digest")

    def ask(place: Endpoint, path: str, deadline: Deadline) -> float:
        manifest = manifest_of(client, place, path, str(reference.digest), deadline)
        return seconds(config_of(client, place, path, manifest, deadline).get("created"))

    value, _ = client.ask(("created", reference, reference.digest), ask, _number, client.deadline())
    return value if value > 0 else None


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
