"""Answers to what rules ask of registries, all of a run together; the network is touched here alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field, replace
from hardener.lookups.update_policy import UpdatePolicy, moves
from hardener.project.context import NotThere
from hardener.rules.base import REMOTE, Lookup
from hardener.syntax.image_reference import ImageReference

if TYPE_CHECKING:
    from hardener.registry.client import RegistryClient
    from hardener.registry.model import RegistrySettings, Unresolved

_AGAIN = "run harden again when the registry answers"


@dataclass(slots=True)
class Online:
    """Asks each question once, however many files have it.

    Args:
        settings: of the registry client.
        policy: for questions of kind "update".
    """

    settings: RegistrySettings
    policy: UpdatePolicy = field(default_factory=UpdatePolicy)
    answers: dict[Lookup, object] = field(default_factory=dict)
    #: questions that a registry failed to answer, and why
    failures: dict[Lookup, str] = field(default_factory=dict)
    _client: RegistryClient | None = field(default=None, repr=False)

    def ask(self, lookups: Iterable[Lookup]) -> Mapping[Lookup, object]:
        """Return all answers so far, those to `lookups` among them: a text, or a `Refusal` with the reason.

        Raises:
            ConfigError: a file of credentials or certificates that cannot be used.
        """
        new = sorted({q for q in lookups if q.kind in REMOTE} - self.answers.keys(), key=lambda q: (q.kind, q.key))
        self._versions([lookup for lookup in new if lookup.kind == "version"])
        self._digests([lookup for lookup in new if lookup.kind == "digest" and lookup not in self.answers])
        self._checksums([lookup for lookup in new if lookup.kind == "checksum"])
        self._images([lookup for lookup in new if lookup.kind in ("image", "system")])
        self._updates([lookup for lookup in new if lookup.kind == "update"])
        return self.answers

    @property
    def client(self) -> RegistryClient:
        """The one client of the run: what it learns about a host holds for all questions.

        Raises:
            ConfigError: a file of credentials or certificates that cannot be used.
        """
        if self._client is None:
            from hardener.registry.client import RegistryClient

            self._client = RegistryClient(self.settings)
        return self._client

    def made(self, image: ImageReference) -> float:
        """Return when the image behind a digest was made, in seconds since the epoch; 0 where nobody says."""
        from hardener.registry.resolve import creation_times

        found = creation_times([image], client=self.client)[image]
        return found if isinstance(found, float) else 0

    def close(self) -> None:
        """Close all connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def _places(self, lookups: list[Lookup]) -> dict[Lookup, ImageReference]:
        """Return what is to be asked of a registry; the images of this machine are answered here (B09)."""
        found = {}
        for lookup in lookups:
            reference = ImageReference.parse(lookup.key)
            if reference is None:
                continue
            if self._is_local(reference):
                self.answers[lookup] = _LOCAL
            else:
                found[lookup] = reference
        return found

    def _is_local(self, reference: ImageReference) -> bool:
        from hardener.registry.hosts import is_listed, is_loopback, split_repository

        domain = split_repository(reference.repository)[0]
        told = is_listed(domain, self.settings.insecure | self.settings.allow) or domain in self.settings.mirrors
        return is_loopback(domain) and not told

    def _failed(self, lookup: Lookup, answer: Unresolved) -> None:
        self.failures[lookup] = answer.reason
        allow = "run harden once without --offline" if self.settings.offline else answer.allow or _AGAIN
        kind = NotThere if answer.is_answer else Refusal
        self.answers[lookup] = kind("B01", answer.reason, allow)

    def _digests(self, lookups: list[Lookup]) -> None:
        places = self._places(lookups)
        if not places:
            return
        from hardener.registry.model import Resolved
        from hardener.registry.resolve import resolve_many

        answers = resolve_many(places.values(), client=self.client)
        for lookup, reference in places.items():
            answer = answers[reference]
            if isinstance(answer, Resolved):
                self.answers[lookup] = answer.digest
            else:
                self._failed(lookup, answer)

    def _versions(self, lookups: list[Lookup]) -> None:
        places = self._places(lookups)
        if not places:
            return
        from hardener.registry.model import Unresolved
        from hardener.registry.resolve import latest_versions

        answers = latest_versions(places.values(), client=self.client)
        self._digests([Lookup("digest", lookup.key) for lookup in places])
        for lookup, reference in places.items():
            answer = answers[reference]
            if isinstance(answer, Unresolved):
                self._failed(lookup, answer)
                continue
            self.answers[lookup] = answer or ""
            if answer:
                # the version tag was found by this very digest: it need not be asked for again
                versioned = Lookup("digest", f"{reference.repository}:{answer}")
                self.answers[versioned] = self.answers[Lookup("digest", lookup.key)]

    def _images(self, lookups: list[Lookup]) -> None:
        """Answer what images say of themselves, and what stands in their files: both by digest."""
        places = self._by_digest(self._places(lookups)) if lookups else {}
        if not places:
            return
        from hardener.knowledge.configuration import read_configuration, read_system
        from hardener.registry.model import Unresolved
        from hardener.registry.resolve import configurations, files_of_images

        said = {lookup: place for lookup, place in places.items() if lookup.kind == "image"}
        files = {lookup: place for lookup, place in places.items() if lookup.kind == "system"}
        answers = {"image": configurations(said.values(), client=self.client)}
        answers["system"] = files_of_images(files.values(), client=self.client)
        readers: dict[str, Callable[[dict[str, Any]], object]] = {"image": read_configuration, "system": read_system}
        for lookup, reference in places.items():
            answer = answers[lookup.kind][reference]
            if isinstance(answer, Unresolved):
                # nobody asked for this: the pin of the image says that its registry fails
                self.answers[lookup] = Refusal("B01", answer.reason, answer.allow or _AGAIN)
            else:
                self.answers[lookup] = readers[lookup.kind](answer)
            # a rule may put the digest there before another one asks: it is the same image
            self.answers.setdefault(
                Lookup(lookup.kind, f"{reference.repository}@{reference.digest}"), self.answers[lookup]
            )

    def _by_digest(self, places: dict[Lookup, ImageReference]) -> dict[Lookup, ImageReference]:
        """Return the places with the digests that their tags name now; a tag without an answer is answered here."""
        tags = {lookup: Lookup("digest", lookup.key) for lookup, place in places.items() if place.digest is None}
        self._digests([tag for tag in dict.fromkeys(tags.values()) if tag not in self.answers])
        found = {}
        for lookup, place in places.items():
            digest = self.answers.get(tags[lookup]) if lookup in tags else place.digest
            if isinstance(digest, str):
                found[lookup] = replace(place, digest=digest)
            else:
                self.answers[lookup] = digest or _LOCAL
        return found

    def _checksums(self, lookups: list[Lookup]) -> None:
        if not lookups:
            return
        from hardener.registry.download import download_many
        from hardener.registry.model import Unresolved

        for lookup, answer in download_many({q: q.key for q in lookups}, self.client).items():
            if isinstance(answer, Unresolved):
                self._failed(lookup, answer)
            else:
                self.answers[lookup] = answer.digest

    def _updates(self, lookups: list[Lookup]) -> None:
        if not lookups:
            return
        places = self._places(lookups)
        if not places:
            return
        for lookup, answer in moves(places, self.policy, self.client).items():
            if isinstance(answer, Refusal) and answer.spec == "B01":
                self.failures[lookup] = answer.reason
            self.answers[lookup] = answer


_LOCAL = Refusal(
    "B09",
    "the registry is on this machine, where digests change with every build",
    "name it with --registry-allow, or --insecure-registry if it has no TLS",
)
