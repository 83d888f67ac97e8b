"""When an image was made: the `created` of its configuration, as the OCI image spec has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hardener.registry.client import RegistryClient
from hardener.registry.image_config import config_of, manifest_of
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
        return _seconds(config_of(client, place, path, manifest, deadline).get("created"))

    value, _ = client.ask(("created", reference, reference.digest), ask, _number, client.deadline())
    return value if value > 0 else None


def _seconds(value: object) -> float:
    """Return an RFC 3339 time as seconds; 0 where there is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
