"""What is asked of a registry, what it answers, and under which limits."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.errors import RegistryError
from hardener.fast.records import dataclass, field

if TYPE_CHECKING:
    from hardener.syntax.image_reference import ImageReference

OCI_INDEX = "application/vnd.oci.image.index.v1+json"
DOCKER_LIST = "application/vnd.docker.distribution.manifest.list.v2+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
DOCKER_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
INDEX_TYPES = (OCI_INDEX, DOCKER_LIST)
MANIFEST_TYPES = (*INDEX_TYPES, OCI_MANIFEST, DOCKER_MANIFEST)


@dataclass(frozen=True, slots=True)
class Resolved:
    """What a reference names now (B01).

    Attributes:
        reference: as it was asked.
        digest: of the index where there is one, else of the single manifest.
        media_type: of what the digest names.
        fetched: when the registry said so, in seconds since the epoch; older than now where the cache answered.
        platforms: such as "linux/arm64/v8", of an index whose body was fetched; else empty.
    """

    reference: ImageReference
    digest: str
    media_type: str
    fetched: float
    platforms: tuple[str, ...] = ()

    @property
    def is_index(self) -> bool:
        """Tell whether the digest names an index, good for every platform (B01)."""
        return self.media_type in INDEX_TYPES


@dataclass(frozen=True, slots=True)
class Unresolved:
    """Why there is no answer: a plain clause without a credential.

    Attributes:
        allow: what would help, if it is known.
        is_answer: the registry answered, and does not have it.
    """

    reason: str
    allow: str = ""
    is_answer: bool = False

    @classmethod
    def of(cls, error: RegistryError) -> Unresolved:
        """Return what `error` says."""
        return cls(str(error), getattr(error, "allow", ""), isinstance(error, NotFound))


class NotFound(RegistryError):  # noqa: N818 - an answer rather than a failure
    """The registry answered that it does not have this."""


def _chance() -> float:
    import random

    return random.random()


class UntrustedCertificate(RegistryError):  # noqa: N818 - says what it is
    """A server's certificate does not hold; a reason to stop, never one to speak without TLS."""


class NoConnection(RegistryError):  # noqa: N818 - says what it is
    """What is sent to a server is dropped: there is no connection in time."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Time and chance; a test puts its own here."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = _chance
    time: Callable[[], float] = time.time


@dataclass(frozen=True, slots=True)
class Deadline:
    """A point in time by which something has to be done."""

    clock: Clock
    seconds: float
    at: float

    @classmethod
    def after(cls, clock: Clock, seconds: float) -> Deadline:
        """Return the deadline `seconds` from now."""
        return cls(clock, seconds, clock.monotonic() + seconds)

    def remaining(self) -> float:
        """Return the seconds that are left; a RegistryError when none are."""
        left = self.at - self.clock.monotonic()
        if left <= 0:
            raise RegistryError(f"no answer within {self.seconds:g} s")
        return left


@dataclass(frozen=True, slots=True)
class Limits:
    """How long, how often and how much; seconds and bytes.

    Attributes:
        connect, read: of one connection and of one wait for data.
        first: of the first wait for data from a host that has not answered yet.
        total: for one reference, with all retries and redirects.
        budget: for one call of `resolve_many`.
        attempts: tries of one request, the first one included.
        backoff: the first pause; each later one is twice as long, up to `max_backoff`, with jitter.
        max_retry_after: a Retry-After above it is not waited for.
        max_body: of a manifest; the OCI distribution spec asks clients and registries for 4 MiB.
        max_tags_body: of one page of a tag list.
        max_download: of a file that an ADD names.
        max_image: of the layers of an image together, as they are sent; max_unpacked: as they unpack.
    """

    connect: float = 5
    first: float = 8
    read: float = 20
    total: float = 60
    budget: float = 180
    attempts: int = 4
    backoff: float = 0.5
    max_backoff: float = 8
    max_retry_after: float = 30
    max_redirects: int = 5
    max_body: int = 4 << 20
    max_tags_body: int = 4 << 20
    max_tag_pages: int = 50
    max_download: int = 1 << 30
    max_image: int = 256 << 20
    max_unpacked: int = 2 << 30


@dataclass(frozen=True, slots=True)
class RegistrySettings:
    """Everything the client may be told.

    Attributes:
        mirrors: registry ("docker.io") to mirrors in order, each `[http[s]://]host[:port][/prefix]`; the registry
            itself is asked when none of them has the image.
        insecure: hosts (`host[:port]` or a network such as 10.0.0.0/8) whose certificate is not checked and that may
            speak plain HTTP, as in Docker's insecure-registries.
        allow: hosts (as in `insecure`) that are asked although they are on this machine or in a private network.
        ca_file: certificates that are trusted besides the system's.
        certificate_dirs: folders laid out as Docker's certs.d; None for the usual ones.
        auth_file: read before all other files of credentials.
        offline: ask the cache alone, however old.
        cache_dir: None for `$XDG_CACHE_HOME/harden/registry`.
        use_cache: read and write the cache.
        lifetime: seconds for which a cached digest of a tag, or list of tags, counts. One hour: long enough for
            repeated runs and for parallel jobs on one machine, short enough that a new patch is seen the same day.
        fetch_bodies: get every manifest and check its digest, instead of trusting the header of a HEAD.
        concurrency: requests under way at once.
        env: the environment; a test puts its own here.
    """

    mirrors: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    insecure: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    ca_file: Path | None = None
    certificate_dirs: tuple[Path, ...] | None = None
    auth_file: Path | None = None
    offline: bool = False
    cache_dir: Path | None = None
    use_cache: bool = True
    lifetime: float = 3600
    fetch_bodies: bool = False
    concurrency: int = 8
    limits: Limits = Limits()
    env: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
