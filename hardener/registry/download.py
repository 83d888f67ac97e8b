"""The checksum of a file that an ADD names (C11, C12)."""

from __future__ import annotations

from dataclasses import dataclass

from hardener.errors import RegistryError
from hardener.registry.cache import open_cache
from hardener.registry.manifest import is_digest
from hardener.registry.model import Clock, Deadline, NotFound, RegistrySettings
from hardener.registry.transport import Call, Transport

_MAX_REDIRECTS = 10


@dataclass(frozen=True, slots=True)
class Checksum:
    """The digest of a file, `sha256:…`, and its size in bytes."""

    digest: str
    size: int


def download_sha256(
    url: str,
    settings: RegistrySettings | None = None,
    *,
    clock: Clock | None = None,
    max_bytes: int | None = None,
    seconds: float | None = None,
) -> Checksum:
    """Return the checksum of what `url` serves now; the bytes are hashed as they come and not kept.

    Args:
        url: http or https, without a credential, as ADD sends none (C11).
        settings: limits, certificates, cache; None for the usual ones.
        clock: time and chance, for tests.
        max_bytes: a ceiling instead of the settings'.
        seconds: for all of it, tries and redirects included; None for the settings' budget.

    Raises:
        NotFound: the server does not have it.
        RegistryError: it cannot be had, or is larger than the ceiling.
        ConfigError: a certificate file that cannot be used.
    """
    settings, clock = settings or RegistrySettings(), clock or Clock()
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise RegistryError("the address holds a credential")
    cache = open_cache(settings, clock)
    cached = cache.get(("download", url)) if cache else None
    if cached and (known := _from_json(cached.value)):
        return known
    if settings.offline:
        raise RegistryError("offline, and the cache does not know it")
    limit = max_bytes or settings.limits.max_download
    fetched = clock.time()
    with Transport(settings, clock) as transport:
        found = _download(url, limit, transport, Deadline.after(clock, seconds or settings.limits.budget))
    if cache:
        cache.put(("download", url), {"digest": found.digest, "size": found.size}, fetched)
    return found


def _download(url: str, limit: int, transport: Transport, deadline: Deadline) -> Checksum:
    reply = transport.send(Call("GET", url, limit, keep=False, redirects=_MAX_REDIRECTS), deadline)
    host = reply.origin.partition("://")[2]
    if reply.status in (404, 410):
        raise NotFound(f"{host} does not have the file")
    if reply.status != 200:
        raise RegistryError(f"{host} answered {reply.status}")
    return Checksum(f"sha256:{reply.sha256}", reply.size)


def _from_json(value: object) -> Checksum | None:
    if not isinstance(value, dict):
        return None
    digest, size = value.get("digest"), value.get("size")
    return Checksum(digest, size) if isinstance(digest, str) and is_digest(digest) and isinstance(size, int) else None
