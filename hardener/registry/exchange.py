"""A request of a registry as it is meant, what came back, and how its body is read under a ceiling."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import IO, TYPE_CHECKING, cast

from hardener.errors import RegistryError
from hardener.fast.records import dataclass, field
from hardener.registry.addresses import address_of, host_of, origin_of
from hardener.registry.model import Deadline

if TYPE_CHECKING:
    import httpx
    from httpx import SyncByteStream


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it is meant.

    Attributes:
        authorization: goes to the origin of `url` and nowhere else.
        form: body of a POST; may hold a credential, so a POST is not redirected to another origin.
        limit: ceiling of the body, in bytes.
        keep: False hashes the body and drops it.
        into: a file that gets the body instead, from its start, again where the request is repeated.
        verify: whether the certificate of the origin of `url` is checked; elsewhere it always is.
        attempts: None for as many as the limits say.
    """

    method: str
    url: str
    limit: int
    headers: Mapping[str, str] = field(default_factory=dict)
    authorization: str = field(default="", repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    keep: bool = True
    into: IO[bytes] | None = field(default=None, repr=False)
    verify: bool = True
    attempts: int | None = None
    redirects: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `origin` is the one that answered, after redirects; `sha256` is of the body, in hex."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    origin: str
    redirected: bool
    body: bytes = field(repr=False)
    sha256: str
    size: int


def read_body(call: Call, response: httpx.Response, deadline: Deadline) -> tuple[bytes, str, int]:
    """Return (body, sha256 in hex, size); the body is empty where it is not kept."""
    host = host_of(origin_of(address_of(call.url)))
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise RegistryError(f"{host} sends a compressed body although none was asked for")
    length = response.headers.get("content-length", "")
    digest, size, kept = hashlib.sha256(), 0, bytearray()
    if call.method != "HEAD" and length.isdecimal() and int(length) > call.limit:
        raise RegistryError(f"the answer of {host} is larger than {call.limit} bytes")
    if call.into is not None:
        call.into.seek(0)
        call.into.truncate()
    for chunk in cast("SyncByteStream", response.stream):
        size += len(chunk)
        if size > call.limit:
            raise RegistryError(f"the answer of {host} is larger than {call.limit} bytes")
        digest.update(chunk)
        if call.into is not None:
            call.into.write(chunk)
        elif call.keep:
            kept += chunk
        deadline.remaining()
    return bytes(kept), digest.hexdigest(), size
