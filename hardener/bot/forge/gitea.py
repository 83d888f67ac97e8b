"""Gitea and Forgejo: their API is the same for what the bot needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from hardener.bot.forge.calls import pages_of_first
from hardener.bot.forge.client import Client
from hardener.bot.forge.gitea_reviews import Extras
from hardener.bot.forge.records import (
    Comment,
    ForgeError,
    NotThere,
    PullRequest,
    Repository,
    RequestRefused,
    Wishes,
    checked_name,
    retitled,
)

#: with one of these before its title a request is a draft, as these forges come configured
_DRAFT = "WIP: "
_WRITERS = frozenset({"write", "admin", "owner"})


def headers(token: str) -> dict[str, str]:
    """Return the headers that each call has."""
    return {"Authorization": f"token {token}", "Accept": "application/json"}


class Gitea(Extras):
    """The calls of `records.Forge` as Gitea and Forgejo have them.

    Args:
        client: with the headers of `headers`.
        token: for git.
    """

    user = "oauth2"  # the token alone counts
    has_globs_for_owners = False

    def __init__(self, client: Client, token: str) -> None:
        self._client = client
        self.host, self.is_plain = client.host, client.is_plain
        self._token = token

    def token_for(self, _: Repository) -> str:
        """Return the token for git."""
        return self._token

    def disconnect(self) -> None:
        """Close all connections."""
        self._client.close()

    def repository(self, name: str) -> Repository:
        """Return one repository."""
        return _repository(self._client.get(f"repos/{_checked(name)}"))

    def repositories(self, owner: str) -> Iterator[Repository]:
        """Yield the repositories of an organisation; those of a person where there is no such organisation."""
        paths = (f"{kind}/{quote(owner, safe='')}/repos?limit=50" for kind in ("orgs", "users"))
        yield from map(_repository, pages_of_first(self._client, paths))

    def languages(self, repository: Repository) -> frozenset[str]:
        """Return the languages that the forge found."""
        return frozenset(self._client.get(f"repos/{repository.name}/languages") or ())

    def requests(self, repository: Repository, branch: str) -> tuple[PullRequest, ...]:
        """Return the requests of a branch, the newest first; of all, as most versions have no filter."""
        found = self._client.pages(f"repos/{repository.name}/pulls?state=all&limit=50")
        mine = [one for one in found if _is_of(one, repository, branch)]
        return tuple(map(_request, sorted(mine, key=lambda one: -int(one["number"]))))

    def create(
        self, repository: Repository, branch: str, title: str, body: str, *, is_draft: bool = False
    ) -> PullRequest:
        """Open a request."""
        content = {"title": _DRAFT * is_draft + title, "body": body, "head": branch, "base": repository.base}
        return _request(self._client.send("POST", f"repos/{repository.name}/pulls", content))

    def update(self, repository: Repository, request: PullRequest, title: str, body: str) -> None:
        """Give a request another title and body; a draft stays one, as that stands in the title."""
        content = {"title": retitled(request, title, _DRAFT), "body": body}
        self._client.send("PATCH", _pull(repository, request.number), content)

    def close(self, repository: Repository, number: int) -> None:
        """Close a request."""
        self._client.send("PATCH", _pull(repository, number), {"state": "closed"})

    def add_labels(self, repository: Repository, number: int, labels: tuple[str, ...]) -> None:
        """Add labels."""
        content = {"labels": self.label_numbers(repository, labels)}
        self._client.send("POST", f"repos/{repository.name}/issues/{number}/labels", content)

    def ask(self, repository: Repository, number: int, wishes: Wishes) -> None:
        """Ask reviewers and name assignees; a name that the forge does not take costs only itself."""
        for people in ({"reviewers": [name]} for name in wishes.reviewers):
            self._try("POST", f"{_pull(repository, number)}/requested_reviewers", people)
        for team in wishes.teams:
            content = {"team_reviewers": [team.rpartition("/")[2]]}
            self._try("POST", f"{_pull(repository, number)}/requested_reviewers", content)
        if wishes.assignees:
            self._try("PATCH", _pull(repository, number), {"assignees": list(wishes.assignees)})

    def _try(self, method: str, path: str, content: Any) -> None:
        try:
            self._client.send(method, path, content)
        except (NotThere, RequestRefused):
            return

    def comments(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments."""
        for one in self._client.pages(f"repos/{repository.name}/issues/{number}/comments"):
            yield Comment(str(one.get("body") or ""), (one.get("user") or {}).get("login") or "", str(one.get("id")))

    def may_write(self, repository: Repository, comment: Comment) -> bool:
        """Tell whether the author of a comment may push."""
        path = f"repos/{repository.name}/collaborators/{quote(comment.author, safe='')}/permission"
        try:
            return bool(comment.author) and self._client.get(path).get("permission") in _WRITERS
        except NotThere:
            return False

    def comment(self, repository: Repository, number: int, text: str) -> None:
        """Add a comment."""
        self._client.send("POST", f"repos/{repository.name}/issues/{number}/comments", {"body": text})

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch."""
        try:
            self._client.send("DELETE", f"repos/{repository.name}/branches/{quote(branch)}")
        except NotThere:
            return


def _checked(name: str) -> str:
    if checked_name(name).count("/") != 1:
        raise ForgeError(f"{name!r} is not the name of a repository, such as owner/name")
    return name


def _pull(repository: Repository, number: int) -> str:
    return f"repos/{repository.name}/pulls/{number}"


def _repository(one: Any) -> Repository:
    try:
        return Repository(
            name=_checked(one["full_name"]),
            clone_url=one["clone_url"],
            base=one.get("default_branch") or "",
            size=int(one.get("size") or 0),
            is_fork=bool(one.get("fork")),
            is_archived=bool(one.get("archived")),
            is_empty=bool(one.get("empty")) or not one.get("default_branch"),
            may_write=bool((one.get("permissions") or {}).get("push", True)),
            topics=_names(one.get("topics")),
            why_not=_why_not(one),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgeError("cannot read what the forge says of a repository") from None


def _names(found: Iterable[Any] | None) -> frozenset[str]:
    return frozenset(map(str, found or ()))


def _why_not(one: Any) -> str:
    if one.get("mirror"):
        return "a mirror: harden its source instead"
    return "pull requests are switched off there" if one.get("has_pull_requests") is False else ""


def _is_of(one: Any, repository: Repository, branch: str) -> bool:
    """Tell whether a request is of a branch; once the branch is deleted only `label` still names it."""
    head, base = one.get("head") or {}, one.get("base") or {}
    home = (head.get("repo") or {}).get("full_name") or ""
    is_here = home.lower() == repository.name.lower()
    return bool(branch == (head.get("label") or head.get("ref")) and base.get("ref") == repository.base and is_here)


def _request(one: Any) -> PullRequest:
    return PullRequest(
        number=int(one["number"]),
        title=one.get("title") or "",
        body=one.get("body") or "",
        is_open=one.get("state") == "open",
        is_merged=bool(one.get("merged")),
        head=(one.get("head") or {}).get("sha") or "",
        url=one.get("html_url") or "",
        labels=tuple(label["name"] for label in one.get("labels") or () if label.get("name")),
    )
