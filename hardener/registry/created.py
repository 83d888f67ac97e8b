"""When an image was made: the `created` of its configuration, as the OCI image spec has it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.manifest import is_digest
from hardener.registry.model import INDEX_TYPES, Deadline

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
        manifest = client.blob(place, path, f"manifests/{reference.digest}", deadline)
        if manifest.get("mediaType") in INDEX_TYPES or "manifests" in manifest:
            manifest = client.blob(place, path, f"manifests/{_platform(manifest, place.host)}", deadline)
        config = manifest.get("config")
        digest = config.get("digest") if isinstance(config, dict) else None
        if not isinstance(digest, str) or not is_digest(digest):
            raise RegistryError(f"{place.host} sent a manifest without a configuration")
        return _seconds(client.blob(place, path, f"blobs/{digest}", deadline).get("created"))

    value, _ = client.ask(("created", reference, reference.digest), ask, _number, client.deadline())
    return value if value > 0 else None


def _platform(index: dict[str, Any], host: str) -> str:
    found = [m for m in index.get("manifests", ()) if isinstance(m, dict) and is_digest(str(m.get("digest")))]
    real = [m for m in found if (m.get("platform") or {}).get("os") not in (None, "unknown")] or found
    usual = [m for m in real if (m.get("platform") or {}).get("architecture") == "amd64"] or real
    if not usual:
        raise RegistryError(f"{host} sent an empty image index")
    return str(usual[0]["digest"])


def _seconds(value: object) -> float:
    """Return an RFC 3339 time as seconds; 0 where there is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
