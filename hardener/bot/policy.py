"""What an organisation wants of the bot: how requests are cut, named and limited."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hardener._version import __version__
from hardener.fast.records import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.bot.forge.records import Repository


@dataclass(frozen=True, slots=True)
class Policy:
    """How repositories are treated.

    Attributes:
        grouping: one request a repository, a family of rules, or a file.
        config: the organisation's configuration, below that of each repository.
        offline: ask no registry.
        prefix: branches begin with it.
        labels: of new requests.
        name, mail: who commits and signs off.
        size: larger repositories are left alone, in KiB as the forge counts.
        limit: new requests in one run.
        again_after: seconds after which a repository is looked at again although its base and the policy are the same.
    """

    grouping: str = "repository"
    config: Path | None = None
    offline: bool = False
    prefix: str = "harden/"
    labels: tuple[str, ...] = ()
    name: str = "harden"
    mail: str = "harden@localhost"
    size: int = 2 << 20
    limit: int = 20
    again_after: float = 20 * 3600

    def branch(self, group: str) -> str:
        """Return the branch of a group: its name, or a digest of the path of a file."""
        is_plain = group.isascii() and group.isalpha()
        return self.prefix + (group if is_plain else f"file-{hashlib.sha256(_bytes(group)).hexdigest()[:12]}")

    def digest(self) -> str:
        """Return what stands for all of this that changes a result: another one has repositories looked at again."""
        config = self.config.read_bytes() if self.config else b""
        parts = (__version__, self.grouping, self.prefix, self.offline, self.name, self.mail, self.labels)
        return hashlib.sha256(repr(parts).encode() + config).hexdigest()[:16]


def reason_to_skip(repository: Repository, policy: Policy) -> str:
    """Return why a repository is left alone, "" for one that is not."""
    if repository.is_archived:
        return "archived"
    if repository.is_disabled:
        return "disabled"
    if repository.is_fork:
        return "a fork: its upstream is the place for this"
    if repository.is_empty or not repository.base:
        return "empty"
    if repository.size > policy.size:
        return f"huge: {repository.size} KiB, more than {policy.size}"
    if repository.why_not:
        return repository.why_not
    if not repository.may_write:
        return "the token may not push branches there"
    return ""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
