"""The OCI distribution API, as far as it takes to learn what a reference names now."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from types import TracebackType
from typing import IO, TYPE_CHECKING, Any, TypeVar

from hardener.errors import RegistryError
from hardener.fast.patterns import regex
from hardener.fast.recording import recording
from hardener.registry.cache import open_cache
from hardener.registry.hosts import Endpoint, endpoints, split_repository
from hardener.registry.manifest import Answer, header_answer, is_digest, json_object, verified_answer, verify
from hardener.registry.model import MANIFEST_TYPES, Clock, Deadline, RegistrySettings, Resolved

if TYPE_CHECKING:
    from hardener.registry.exchange import Reply
    from hardener.registry.session import Session
    from hardener.registry.transport import Transport
    from hardener.syntax.image_reference import ImageReference

T = TypeVar("T")
_ACCEPT = {"Accept": ", ".join(MANIFEST_TYPES)}
#: what a server says that does not know HEAD
_NO_HEAD = frozenset({400, 405, 501})
_NEXT_PAGE = regex(r'<([^<>]*)>[^,<]*;\s*rel="?next"?', re.IGNORECASE)
_PAGE = 1000
_OFFLINE = "not in the cache, and --offline is set"


def wanted(reference: ImageReference) -> str:
    """Return the tag to ask for, or the digest of a reference that has no tag; without either it is `latest`."""
    return reference.tag or reference.digest or "latest"


class RegistryClient:
    """Asks registries; a context manager that threads may share.

    Args:
        settings: where, how long, with which credentials.
        clock: time and chance, for tests.

    Raises:
        ConfigError: a file of credentials or certificates that cannot be read.
    """

    def __init__(self, settings: RegistrySettings | None = None, clock: Clock | None = None) -> None:
        self.settings = settings or RegistrySettings()
        self.clock = clock or Clock()
        self.cache = open_cache(self.settings, self.clock)
        self._session = None if self.settings.offline else _open_session(self.settings, self.clock)

    def __enter__(self) -> RegistryClient:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections, and tidy the cache."""
        if self._session:
            self._session.transport.close()
            if self.cache:
                self.cache.prune()

    @property
    def session(self) -> Session:
        """What asks registries.

        Raises:
            RegistryError: offline, where nothing is asked.
        """
        if self._session is None:
            raise RegistryError(_OFFLINE)
        return self._session

    @property
    def transport(self) -> Transport:
        """What sends requests to any host; errors as of `session`."""
        return self.session.transport

    def deadline(self) -> Deadline:
        """Return the deadline for one reference that begins now."""
        return Deadline.after(self.clock, self.settings.limits.total)

    def resolve(self, reference: ImageReference, deadline: Deadline | None = None) -> Resolved:
        """Return what `reference` names now (B01): its tag, whatever digest stands beside it.

        Raises:
            NotFound: the registry does not have it.
            RegistryError: no answer, with the reason in plain words.
        """
        name = wanted(reference)

        def ask(place: Endpoint, path: str, until: Deadline) -> dict[str, object]:
            return self._manifest(place, path, name, until).to_json()

        question = ("manifest", reference, name)
        answer, fetched = self.ask(question, ask, Answer.from_json, deadline or self.deadline())
        return Resolved(reference, answer.digest, answer.media_type, fetched, answer.platforms)

    def tags(self, reference: ImageReference, deadline: Deadline | None = None) -> tuple[str, ...]:
        """Return all tags of the repository of `reference`, in the registry's order; errors as of `resolve`."""
        return self.ask(("tags", reference, ""), self._tags, _tags_of, deadline or self.deadline())[0]

    def ask(
        self,
        asked: tuple[str, ImageReference, str],
        ask: Callable[[Endpoint, str, Deadline], object],
        read: Callable[[object], T | None],
        deadline: Deadline,
    ) -> tuple[T, float]:
        """Return an answer and when it was given: the cache's, else that of the first place that has one.

        Args:
            asked: kind of question, reference, tag or digest.
            ask: asks one place; what it returns is something that JSON can hold.
            read: turns that into the answer; None for what is none, such as a damaged file of the cache.
            deadline: for all places together.
        """
        kind, reference, name = asked
        domain, path = split_repository(reference.repository)
        places = endpoints(domain, self.settings)
        # the addresses are part of the question, so that another configuration does not get this one's answer
        question = (kind, *(f"{p.scheme}://{p.host}/{p.prefix}" for p in places), path, name)
        cached = self.cache.get(question, lasting=is_digest(name)) if self.cache else None
        known = read(cached.value) if cached else None
        if cached and known is not None:
            return known, cached.fetched
        if self._session is None:
            raise RegistryError(_OFFLINE)
        fetched = self.clock.time()
        value = self._first(places, path, ask, deadline)
        answer = read(value)
        if answer is None:
            raise RegistryError(f"{domain} sent an answer that cannot be used")
        if self.cache:
            self.cache.put(question, value, fetched)
        return answer, fetched

    @staticmethod
    def _first(
        places: tuple[Endpoint, ...], path: str, ask: Callable[[Endpoint, str, Deadline], T], end: Deadline
    ) -> T:
        """Return the first answer; a mirror that fails passes the question on, the registry has the last word."""
        for place in places[:-1]:
            try:  # a slow mirror may use half of the time that is left
                return ask(place, path, Deadline.after(end.clock, end.remaining() / 2))
            except RegistryError:
                continue
        return ask(places[-1], path, end)

    def blob(self, place: Endpoint, path: str, target: str, deadline: Deadline) -> dict[str, Any]:
        """Return the JSON object behind `manifests/<digest>` or `blobs/<digest>`.

        Raises:
            RegistryError: it is not to be had, is no JSON object, or has another digest.
        """
        limit = self.settings.limits.max_body
        headers = _ACCEPT if target.startswith("manifests/") else {}
        reply = self.session.send("GET", place, path, target, deadline, limit=limit, headers=headers)
        _expect_200(reply, place)
        verify(reply.body, target.rpartition("/")[2], place.host)
        value = json_object(reply.body)
        if value is None:
            raise RegistryError(f"{place.host} sent no JSON object")
        return value

    def download(self, place: Endpoint, path: str, blob: tuple[str, int], into: IO[bytes], deadline: Deadline) -> None:
        """Write a blob, of which digest and size are known, into a file.

        Raises:
            RegistryError: it is not to be had, is larger, or has another digest.
        """
        digest, size = blob
        reply = self.session.send("GET", place, path, f"blobs/{digest}", deadline, limit=size, into=into)
        _expect_200(reply, place)
        if digest != f"sha256:{reply.sha256}":
            raise RegistryError(f"{place.host} sent a layer whose digest is another one than it says")

    def _manifest(self, place: Endpoint, path: str, name: str, deadline: Deadline) -> Answer:
        target, limit = f"manifests/{name}", self.settings.limits.max_body
        if not self.settings.fetch_bodies:
            reply = self.session.send("HEAD", place, path, target, deadline, limit=limit, headers=_ACCEPT)
            answer = header_answer(reply, name) if reply.status == 200 else None
            if answer:
                return answer
            if reply.status not in _NO_HEAD:
                _expect_200(reply, place)
        reply = self.session.send("GET", place, path, target, deadline, limit=limit, headers=_ACCEPT)
        _expect_200(reply, place)
        return verified_answer(reply, name, place.host)

    def _tags(self, place: Endpoint, path: str, deadline: Deadline) -> list[str]:
        """Return the tags of all pages, up to the ceiling; a Link header names the next page."""
        limits = self.settings.limits
        target, found, seen = f"tags/list?n={_PAGE}", list[str](), set[str]()
        for _ in range(limits.max_tag_pages):
            reply = self.session.send("GET", place, path, target, deadline, limit=limits.max_tags_body)
            _expect_200(reply, place)
            try:
                page = json.loads(reply.body)["tags"] or []
                found += [tag for tag in page if isinstance(tag, str)]
            except (ValueError, KeyError, TypeError, RecursionError):
                raise RegistryError(f"{place.host} sent no list of tags") from None
            following = _NEXT_PAGE.search(reply.headers.get("link", ""))
            # only its query is used: the address may name a host behind a proxy, and must not lead elsewhere
            seen.add(target)
            target = f"tags/list?{following[1].partition('?')[2]}" if following else target
            if target in seen:
                break
        return found


def _tags_of(value: object) -> tuple[str, ...] | None:
    return tuple(dict.fromkeys(tag for tag in value if isinstance(tag, str))) if isinstance(value, list) else None


def _open_session(settings: RegistrySettings, clock: Clock) -> Session:
    # loaded here, because an offline run needs none of it
    from hardener.registry.auth import Authorizer
    from hardener.registry.credentials import CredentialStore
    from hardener.registry.session import Session
    from hardener.registry.transport import Transport

    record = recording()
    if record is not None:
        record.watch_network()
    transport = Transport(settings, clock)
    return Session(transport, Authorizer(transport, CredentialStore(settings)))


def _expect_200(reply: Reply, place: Endpoint) -> None:
    if reply.status != 200:
        raise RegistryError(f"{place.host} answered {reply.status}")
