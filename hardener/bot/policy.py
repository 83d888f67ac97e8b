"""What an organisation wants of the bot: how requests are cut, named and limited."""

from __future__ import annotations

import hashlib
from fnmatch import fnmatchcase
from pathlib import Path

from hardener._version import __version__
from hardener.bot.forge.records import Repository, Wishes
from hardener.bot.rewriting import Order
from hardener.bot.schedule import Schedule
from hardener.bot.template import Template
from hardener.fast.records import dataclass


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
        topics, languages, names: only repositories with one of these topics, one of these languages, and one of these
            names; a name may hold `*`, and one that begins with `!` is left out.
        is_draft: open requests as drafts.
        wishes: who is asked to look at new requests.
        asks_owners: whether the owners that CODEOWNERS names are asked too.
        template: how requests are worded.
        updates: also move pins whose tag moved, in a request of its own.
        min_age: seconds that an image must be old for that; None: what the configuration says.
        hears: whether commands in comments count.
        open_limit: open requests that a repository may have before the bot opens another one.
        schedule: when new requests may be opened; None: at any time.
        review: how requests of people are reviewed, "comments" or "check".
        fail_level: a check fails for findings up to this level; "none" for no finding.
        dashboard: whether each repository gets an issue with the state of its requests.
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
    topics: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    is_draft: bool = False
    wishes: Wishes = Wishes()
    asks_owners: bool = False
    template: Template | None = None
    updates: bool = False
    min_age: float | None = None
    hears: bool = False
    open_limit: int = 10
    schedule: Schedule | None = None
    dashboard: bool = False
    review: str = "comments"
    fail_level: str = "none"
    again_after: float = 20 * 3600

    def branch(self, group: str) -> str:
        """Return the branch of a group: its name, or a digest of the path of a file."""
        is_plain = group.isascii() and group.isalpha()
        return self.prefix + (group if is_plain else f"file-{hashlib.sha256(_bytes(group)).hexdigest()[:12]}")

    def order(self, declined: tuple[str, ...] = (), ignored: tuple[str, ...] = ()) -> Order:
        """Return what a checkout is hardened by, without what people declined, and rules that they left out."""
        config = str(self.config.absolute()) if self.config else ""
        return Order(self.grouping, config, self.offline, declined, self.updates, self.min_age, ignored)

    def digest(self) -> str:
        """Return what stands for all of this that changes a result: another one has repositories looked at again."""
        config = self.config.read_bytes() if self.config else b""
        worded = (self.template.title, self.template.body) if self.template else ()
        updates = (self.updates, self.min_age, self.hears, self.dashboard)
        parts = (
            __version__,
            self.grouping,
            self.prefix,
            self.offline,
            self.name,
            self.mail,
            self.labels,
            worded,
            updates,
        )
        return hashlib.sha256(repr(parts).encode() + config).hexdigest()[:16]


def reason_to_skip(repository: Repository, policy: Policy) -> str:
    """Return why a repository is left alone, "" for one that is not."""
    reason = _not_chosen(repository, policy)
    if reason:
        return reason
    if repository.is_archived:
        return "archived"
    if repository.is_disabled:
        return "disabled"
    if repository.is_fork:
        return "a fork: harden its upstream instead"
    if repository.is_empty or not repository.base:
        return "empty"
    if repository.size > policy.size:
        return f"huge: {repository.size} KiB, more than {policy.size}"
    if repository.why_not:
        return repository.why_not
    if not repository.may_write:
        return "the token may not push branches there"
    return ""


def _not_chosen(repository: Repository, policy: Policy) -> str:
    """Return by which filter a repository is not meant."""
    name = repository.name.lower()
    wanted = [pattern.lower() for pattern in policy.names if not pattern.startswith("!")]
    unwanted = [pattern[1:].lower() for pattern in policy.names if pattern.startswith("!")]
    if any(fnmatchcase(name, one) for one in unwanted):
        return "left out by --match"
    if wanted and not any(fnmatchcase(name, one) for one in wanted):
        return "its name fits no --match"
    topics = {topic.lower() for topic in repository.topics}
    if policy.topics and not topics & {topic.lower() for topic in policy.topics}:
        return "it has none of the topics"
    return ""


def lacks_language(languages: frozenset[str], policy: Policy) -> str:
    """Return that a repository has none of the languages that are asked for, "" for one that has."""
    found = {name.lower() for name in languages}
    return "" if found & {name.lower() for name in policy.languages} else "it has none of the languages"


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
