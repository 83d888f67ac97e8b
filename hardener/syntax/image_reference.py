"""Image references, split as the distribution/reference grammar says (grammar/reference.lark)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace

_LABEL = r"[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
_DOMAIN = rf"(?:{_LABEL}(?:\.{_LABEL})*|\[[a-fA-F0-9:]+\])(?::[0-9]+)?"
_PART = r"[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*"
_REFERENCE = regex(
    rf"(?:({_DOMAIN})/)?({_PART}(?:/{_PART})*)(?::([A-Za-z0-9_][A-Za-z0-9_.-]{{0,127}}))?(?:@(sha[0-9]+:[0-9a-f]+))?"
)
_ALGORITHMS = {"sha256": 64, "sha384": 96, "sha512": 128}
_LONGEST_NAME = 255
HUB = "docker.io"


@dataclass(frozen=True, slots=True)
class ImageReference:
    """A reference as it was written: `docker.io/library/node:22@sha256:…` or just `node`.

    Attributes:
        domain: the registry host with its port; None where the text names none.
        path: the repository below the domain.
        tag: without the colon; None where the text has none (not the same as "latest").
        digest: `algorithm:hex`, without the at sign.
    """

    domain: str | None
    path: str
    tag: str | None = None
    digest: str | None = None

    @classmethod
    def parse(cls, text: str) -> ImageReference | None:
        """Return the parts of `text`; None where it is no valid reference, such as one with `$` in it.

        The first component is a domain if it has a `.`, a `:` or an upper-case letter, or is `localhost`.
        """
        match = _REFERENCE.fullmatch(text)
        if match is None:
            return None
        domain, path, tag, digest = match.groups()
        if domain is not None and not _is_domain(domain):
            domain, path = None, f"{domain}/{path}"
        reference = cls(domain, path, tag, digest)
        # the limit is on the path below the registry, docker.io/library/ included where it is implied
        if len(reference.repository.partition("/")[2]) > _LONGEST_NAME or not _is_digest(digest):
            return None
        # 64 hex digits are the id of an image, not a name, to every client
        if domain is None and tag is None and digest is None and len(path) == 64 and _is_hex(path):
            return None
        return reference

    @property
    def name(self) -> str:
        """Domain and path as written, without tag and digest."""
        return self.path if self.domain is None else f"{self.domain}/{self.path}"

    @property
    def repository(self) -> str:
        """The full name with what is implied: `node` is `docker.io/library/node`."""
        domain = HUB if self.domain in (None, "index.docker.io") else self.domain
        path = f"library/{self.path}" if domain == HUB and "/" not in self.path else self.path
        return f"{domain}/{path}"

    @property
    def familiar(self) -> str:
        """The whole reference in its short form: without `docker.io/` and `library/`."""
        short = self.repository.removeprefix(f"{HUB}/library/").removeprefix(f"{HUB}/")
        return f"{short}{self._suffix}"

    def with_digest(self, digest: str) -> ImageReference:
        """Return the same reference pinned to `digest` (`sha256:…`), its tag kept (B02)."""
        return replace(self, digest=digest)

    def __str__(self) -> str:
        return f"{self.name}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return (f":{self.tag}" if self.tag else "") + (f"@{self.digest}" if self.digest else "")


def _is_domain(text: str) -> bool:
    return "." in text or ":" in text or text == "localhost" or text != text.lower()


def _is_digest(digest: str | None) -> bool:
    if digest is None:
        return True
    algorithm, _, digits = digest.partition(":")
    return len(digits) == _ALGORITHMS.get(algorithm)


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)
