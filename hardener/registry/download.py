"""The checksum of a file that an ADD names (C11, C12)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, TypeVar

from hardener.errors import RegistryError
from hardener.fast.records import dataclass
from hardener.registry.client import RegistryClient
from hardener.registry.manifest import is_digest
from hardener.registry.model import Clock, Deadline, NotFound, RegistrySettings, Unresolved
from hardener.registry.questions import ask_all

if TYPE_CHECKING:
    from hardener.registry.transport import Transport

K = TypeVar("K")
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
    client: RegistryClient | None = None,
    clock: Clock | None = None,
    max_bytes: int | None = None,
    seconds: float | None = None,
) -> Checksum:
    """Return the checksum of what `url` serves now; the bytes are hashed as they come and not kept.

    Args:
        url: http or https, without a credential, as ADD sends none (C11).
        settings: limits, certificates, cache; None for the usual ones.
        client: one that is shared by several calls, with its own settings and clock.
        clock: time and chance, for tests.
        max_bytes: a ceiling instead of the settings'.
        seconds: for all of it, tries and redirects included; None for the settings' budget.

    Raises:
        NotFound: the server does not have it.
        RegistryError: it cannot be had, or is larger than the ceiling.
        ConfigError: a certificate file that cannot be used.
    """
    if client is None:
        with RegistryClient(settings, clock) as own:
            return download_sha256(url, client=own, max_bytes=max_bytes, seconds=seconds)
    settings, clock, cache = client.settings, client.clock, client.cache
    if "@" in url.partition("://")[2].partition("/")[0]:
        raise RegistryError("the address contains a credential")
    question = ("download", *_question(url))
    cached = cache.get(question) if cache else None
    if cached and (known := _from_json(cached.value)):
        return known
    limit = max_bytes or settings.limits.max_download
    fetched = clock.time()
    found = _download(url, limit, client.transport, Deadline.after(clock, seconds or settings.limits.budget))
    if cache:
        cache.put(question, {"digest": found.digest, "size": found.size}, fetched)
    return found


def download_many(addresses: Mapping[K, str], client: RegistryClient) -> dict[K, Checksum | Unresolved]:
    """Return the checksum of what each address serves now, or why it is not known; each address is asked once.

    Args:
        addresses: by anything.
        client: its limits hold; each file has the budget of a run.
    """
    urls = dict.fromkeys(addresses.values())
    budget = client.settings.limits.budget * -(-len(urls) // client.settings.concurrency)
    answers = ask_all(urls, lambda url: download_sha256(url, client=client), client, budget=budget)
    return {key: answers[url] for key, url in addresses.items()}


def _question(url: str) -> tuple[str, ...]:
    """Return what the cache knows an address by: a query may be a signature, so it is not kept in plain text."""
    import hashlib

    address, _, query = url.partition("?")
    return (address, hashlib.sha256(query.encode()).hexdigest()) if query else (address,)


def _download(url: str, limit: int, transport: Transport, deadline: Deadline) -> Checksum:
    from hardener.registry.exchange import Call

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
