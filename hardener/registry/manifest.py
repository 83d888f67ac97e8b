"""What the answer to a manifest request says, and whether its digest is the one of its body."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from hardener.errors import RegistryError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.registry.model import INDEX_TYPES, MANIFEST_TYPES

if TYPE_CHECKING:
    from hardener.registry.exchange import Reply

#: the two algorithms that the OCI image spec registers
_DIGEST = regex(r"sha256:[0-9a-f]{64}|sha512:[0-9a-f]{128}")
_SCHEMA_1 = "application/vnd.docker.distribution.manifest.v1"


@dataclass(frozen=True, slots=True)
class Answer:
    """A digest, the media type of what it names, and the platforms of an index whose body was read."""

    digest: str
    media_type: str
    platforms: tuple[str, ...] = ()

    def to_json(self) -> dict[str, object]:
        """Return what `from_json` reads."""
        return {"digest": self.digest, "media_type": self.media_type, "platforms": list(self.platforms)}

    @classmethod
    def from_json(cls, value: object) -> Answer | None:
        """Return the answer that a cache kept, None where it is none."""
        if not isinstance(value, dict):
            return None
        digest, media_type, platforms = value.get("digest"), value.get("media_type"), value.get("platforms")
        if not (isinstance(digest, str) and is_digest(digest) and media_type in MANIFEST_TYPES):
            return None
        known = tuple(p for p in platforms if isinstance(p, str)) if isinstance(platforms, list) else ()
        return cls(digest, str(media_type), known)


def is_digest(text: str) -> bool:
    """Tell whether `text` is a digest of an algorithm that can be checked."""
    return _DIGEST.fullmatch(text) is not None


def header_answer(reply: Reply, name: str) -> Answer | None:
    """Return what the headers of a HEAD say about `name` (a tag or a digest); None where the body has to be read."""
    digest, media_type = reply.headers.get("docker-content-digest", ""), _media_type(reply)
    if not is_digest(digest) or media_type not in MANIFEST_TYPES or (is_digest(name) and name != digest):
        return None
    return Answer(digest, media_type)


def verified_answer(reply: Reply, name: str, host: str) -> Answer:
    """Return what the body of a GET for `name` says.

    Raises:
        RegistryError: the body is no manifest, or has another digest than the one that names it.
    """
    claimed = reply.headers.get("docker-content-digest", "")
    for digest in {claimed, name if ":" in name else ""} - {""}:
        verify(reply.body, digest, host)
    manifest = json_object(reply.body)
    if manifest is None:
        raise RegistryError(f"{host} sent no manifest")
    media_type = str(manifest.get("mediaType") or _media_type(reply))
    if media_type.startswith(_SCHEMA_1) or manifest.get("schemaVersion") == 1:
        raise RegistryError(f"{host} has only a manifest of the withdrawn schema 1")
    if media_type not in MANIFEST_TYPES:
        raise RegistryError(f"{host} sent a manifest of an unknown type")
    digest = claimed if claimed.startswith("sha256:") else f"sha256:{reply.sha256}"
    return Answer(digest, media_type, _platforms(manifest) if media_type in INDEX_TYPES else ())


def json_object(body: bytes) -> dict[str, Any] | None:
    """Return the JSON object that a body holds, None where it holds none."""
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def verify(body: bytes, digest: str, host: str) -> None:
    """Raise a RegistryError unless `digest` is that of `body`."""
    if not is_digest(digest):
        raise RegistryError(f"{host} sent a digest that cannot be checked")
    import hashlib  # loads OpenSSL, and an offline run checks nothing

    algorithm, _, value = digest.partition(":")
    if hashlib.new(algorithm, body).hexdigest() != value:
        raise RegistryError(f"{host} sent a manifest whose digest is another one than it says")


def _media_type(reply: Reply) -> str:
    return reply.headers.get("content-type", "").partition(";")[0].strip().lower()


def _platforms(index: dict[str, object]) -> tuple[str, ...]:
    """Return the platforms of an index, without the attestations that stand in it as unknown/unknown."""
    manifests = index.get("manifests")
    found = []
    for manifest in manifests if isinstance(manifests, list) else ():
        platform = manifest.get("platform") if isinstance(manifest, dict) else None
        if not isinstance(platform, dict) or platform.get("os") in (None, "unknown"):
            continue
        parts = (platform.get("os"), platform.get("architecture"), platform.get("variant"))
        found.append("/".join(str(part) for part in parts if part))
    return tuple(dict.fromkeys(found))
