"""The configuration of an image, by its digest: what the OCI image spec has, cut down to what somebody asks for."""

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

#: so much of a text, and so many entries of a list, are kept: an answer stays a few KB whatever an image says
_TEXT = 4096
_ENTRIES = 128
_STEP = 256
#: of `config`, with the type of each value
_KEPT = {
    "User": str, "WorkingDir": str, "StopSignal": str, "Entrypoint": list, "Cmd": list, "Shell": list, "Env": list,
    "Volumes": dict, "ExposedPorts": dict, "OnBuild": list, "Labels": dict,
}  # fmt: skip


def configuration(client: RegistryClient, reference: ImageReference) -> dict[str, Any]:
    """Return what the image behind the digest of `reference` says of itself, remembered for ever.

    Keys are those of the OCI image spec: `os`, `architecture`, the fields of `config` that a rule may ask for, the
    texts of `history`, and `healthcheck`; besides `made`, when, in seconds since the epoch, and `size`, the bytes of
    its layers as they are sent. What has another type is left out.

    Raises:
        RegistryError: no answer, or what came does not have the digest that names it.
        ValueError: the reference has no digest.
    """
    if reference.digest is None:
        raise ValueError("a reference without a digest")

    def ask(place: Endpoint, path: str, deadline: Deadline) -> dict[str, Any]:
        manifest = manifest_of(client, place, path, str(reference.digest), deadline)
        whole = config_of(client, place, path, manifest, deadline)
        return {**reduced(whole), "made": seconds(whole.get("created")), "size": _size(manifest)}

    return client.ask(("configuration", reference, reference.digest), ask, _object, client.deadline())[0]


def manifest_of(client: RegistryClient, place: Endpoint, path: str, digest: str, deadline: Deadline) -> dict[str, Any]:
    """Return the manifest behind a digest; of an index that for linux/amd64, else the first."""
    manifest = client.blob(place, path, f"manifests/{digest}", deadline)
    if manifest.get("mediaType") in INDEX_TYPES or "manifests" in manifest:
        manifest = client.blob(place, path, f"manifests/{_platform(manifest, place.host)}", deadline)
    return manifest


def config_of(
    client: RegistryClient, place: Endpoint, path: str, manifest: dict[str, Any], deadline: Deadline
) -> dict[str, Any]:
    """Return the configuration that a manifest names."""
    config = manifest.get("config")
    digest = config.get("digest") if isinstance(config, dict) else None
    if not isinstance(digest, str) or not is_digest(digest):
        raise RegistryError(f"{place.host} sent a manifest without a configuration")
    return client.blob(place, path, f"blobs/{digest}", deadline)


def reduced(whole: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a configuration that is kept."""
    config = whole.get("config")
    config = config if isinstance(config, dict) else {}
    found: dict[str, Any] = {name: whole[name] for name in ("os", "architecture") if isinstance(whole.get(name), str)}
    for name, kind in _KEPT.items():
        if isinstance(config.get(name), kind):
            found[name] = _short(config[name])
    history = whole.get("history")
    steps = [str(step.get("created_by", ""))[:_STEP] for step in history or () if isinstance(step, dict)]
    test = (config.get("Healthcheck") or {}).get("Test") if isinstance(config.get("Healthcheck"), dict) else None
    return {**found, "history": steps[:_ENTRIES], "healthcheck": bool(test) and test != ["NONE"]}


def seconds(value: object) -> float:
    """Return an RFC 3339 time as seconds since the epoch; 0 where there is none."""
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


def _size(manifest: dict[str, Any]) -> int:
    """Return the bytes of all layers, compressed; 0 where the manifest does not say."""
    size = 0
    for layer in manifest.get("layers") or ():
        own = layer.get("size") if isinstance(layer, dict) else None
        if not isinstance(own, int) or own <= 0:
            return 0
        size += own
    return size


def _short(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key)[:_TEXT]: str(text)[:_TEXT] for key, text in list(value.items())[:_ENTRIES]}
    return [str(text)[:_TEXT] for text in value[:_ENTRIES]] if isinstance(value, list) else value[:_TEXT]


def _platform(index: dict[str, Any], host: str) -> str:
    found = [m for m in index.get("manifests", ()) if isinstance(m, dict) and is_digest(str(m.get("digest")))]
    real = [m for m in found if (m.get("platform") or {}).get("os") not in (None, "unknown")] or found
    usual = [m for m in real if (m.get("platform") or {}).get("architecture") == "amd64"] or real
    if not usual:
        raise RegistryError(f"{host} sent an empty image index")
    return str(usual[0]["digest"])


def _object(value: object) -> dict[str, Any] | None:
    return value if isinstance(value, dict) and isinstance(value.get("history"), list) else None
