"""What the bot knows of a forge, whichever it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Protocol, runtime_checkable

from hardener.errors import HardenError
from hardener.fast.records import dataclass

#: owner and name; GitLab has groups within groups
_NAME = re.compile(r"[A-Za-z0-9_][\w.-]*(?:/[A-Za-z0-9_.-]+)+", re.ASCII)

_DRAFTS = ("WIP:", "[WIP]", "DRAFT:", "[DRAFT]", "(DRAFT)")


class ForgeError(HardenError):
    """A forge refused a call or did not answer; the text never holds a token."""


class NotThere(ForgeError):  # noqa: N818 - an answer rather than a failure
    """The forge does not have it, or does not show it to this token."""


class RequestRefused(ForgeError):  # noqa: N818 - says what it is
    """The forge understood the call and will not do it; the text says why."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository as its forge tells of it.

    Attributes:
        name: such as "owner/name".
        clone_url: for git over HTTPS.
        base: the branch that requests are for, "" in an empty repository.
        size: in KiB, as the forge counts.
        is_fork, is_archived, is_disabled, is_empty: why it may be left alone.
        may_write: whether the token may push branches.
        topics: that its people gave it.
        why_not: another reason of its forge to leave it alone, such as a mirror.
    """

    name: str
    clone_url: str
    base: str
    size: int = 0
    is_fork: bool = False
    is_archived: bool = False
    is_disabled: bool = False
    is_empty: bool = False
    may_write: bool = True
    topics: frozenset[str] = frozenset()
    why_not: str = ""


@dataclass(frozen=True, slots=True)
class PullRequest:
    """A pull request, or merge request, of one branch; `head` is the last commit that the forge knows of it."""

    number: int
    title: str
    body: str
    is_open: bool
    is_merged: bool
    head: str = ""
    url: str = ""
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Comment:
    """A comment on a request: its text, and who wrote it.

    Attributes:
        author: the name with which the author is known to the forge.
        key: stands for this comment.
        author_id: the number of the author, where the forge asks by it.
    """

    text: str
    author: str = ""
    key: str = ""
    author_id: str = ""


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue: its number, and what it says."""

    number: int
    body: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Wishes:
    """Who is asked to look at a request: names without `@`; teams as "organisation/team"."""

    reviewers: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.reviewers or self.teams or self.assignees)


class Forge(Protocol):
    """The calls of a forge; each may raise a `ForgeError`.

    Attributes:
        host: that is asked, for messages.
        is_plain: whether it is asked without TLS, as git may be then.
        user: the name that git gives with the token.
        has_globs_for_owners: whether CODEOWNERS has patterns as .gitignore has them. Gitea and Forgejo have regular
            expressions there, and ask the owners themselves.
    """

    host: str
    is_plain: bool
    user: str
    has_globs_for_owners: bool

    def disconnect(self) -> None:
        """Close all connections."""

    def token_for(self, repository: Repository) -> str:
        """Return the token for git: a credential that goes there, and nowhere else."""

    def repository(self, name: str) -> Repository:
        """Return one repository."""

    def repositories(self, owner: str) -> Iterator[Repository]:
        """Yield the repositories of an organisation, or of a group with its subgroups."""

    def requests(self, repository: Repository, branch: str) -> tuple[PullRequest, ...]:
        """Return the requests of a branch of the repository itself into its base, the newest first, closed ones too."""

    def languages(self, repository: Repository) -> frozenset[str]:
        """Return the languages that the forge found in a repository."""

    def create(
        self, repository: Repository, branch: str, title: str, body: str, *, is_draft: bool = False
    ) -> PullRequest:
        """Open a request of a branch into the base."""

    def update(self, repository: Repository, request: PullRequest, title: str, body: str) -> None:
        """Give a request another title and body; a draft stays one."""

    def close(self, repository: Repository, number: int) -> None:
        """Close a request without merging it."""

    def add_labels(self, repository: Repository, number: int, labels: tuple[str, ...]) -> None:
        """Add labels to a request; those that it has stay."""

    def ask(self, repository: Repository, number: int, wishes: Wishes) -> None:
        """Ask for reviews and name assignees; whom the forge does not take is left out."""

    def comments(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments of a request."""

    def may_write(self, repository: Repository, comment: Comment) -> bool:
        """Tell whether the author of a comment may push to the repository; who is not known may not."""

    def comment(self, repository: Repository, number: int, text: str) -> None:
        """Add a comment to a request."""

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch; one that is not there is no error."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A pull request of a person: its last commit, and (path, patch) of the files that it adds or changes.

    The patch is "" where the forge does not show it.
    """

    head: str
    is_open: bool
    is_draft: bool
    patches: tuple[tuple[str, str], ...]


@runtime_checkable
class Reviews(Protocol):
    """What a forge has for reviews, where it is spoken to for that.

    Attributes:
        fence: what a block is called whose lines the forge puts instead of those commented on, which `{above}` lines
            above the last one may be counted from; "" where it has none.
    """

    fence: str

    def to_review(self, repository: Repository, number: int) -> Reviewed:
        """Return a pull request with its patches."""

    def remarks(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments on lines of a pull request."""

    def write_review(
        self, repository: Repository, number: int, head: str, text: str, remarks: list[tuple[str, int, int, str]]
    ) -> None:
        """Write a review of a commit that neither approves nor refuses: (path, first line, last line, text) each."""


@runtime_checkable
class Issues(Protocol):
    """What a forge has for a dashboard, where it is spoken to for that."""

    def issues(self, repository: Repository, label: str) -> Iterator[Issue]:
        """Yield the issues with a label, the oldest first, closed ones too."""

    def open_issue(self, repository: Repository, title: str, body: str, label: str) -> None:
        """Open an issue."""

    def reword_issue(self, repository: Repository, number: int, body: str) -> None:
        """Give an issue another body."""


def retitled(request: PullRequest, title: str, mark: str) -> str:
    """Return a new title for a request, where it is a draft by the mark that its title begins with."""
    was, is_now = (text.upper().startswith(_DRAFTS) for text in (request.title, title))
    return mark * (was and not is_now) + title


def checked_name(name: str) -> str:
    """Return the name of a repository.

    Raises:
        ForgeError: it is none, or could be taken for something else in an address.
    """
    if not _NAME.fullmatch(name) or any(part in (".", "..") for part in name.split("/")):
        raise ForgeError(f"{name!r} is not the name of a repository, such as owner/name")
    return name
