"""GitHub, in the cloud or in a house of its own (Enterprise: the API lies at https://HOST/api/v3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from hardener.bot.forge.calls import Calls, pages_of_first
from hardener.bot.forge.github_checks import CheckCalls
from hardener.bot.forge.github_reviews import Extras
from hardener.bot.forge.records import (
    Comment,
    ForgeError,
    NotThere,
    PullRequest,
    Repository,
    RequestRefused,
    Wishes,
    checked_name,
)
from hardener.fast.records import replace

API = "https://api.github.com"


def headers(token: str) -> dict[str, str]:
    """Return the headers that each call has."""
    return {
        "Authorization": f"Bearer {token}",
        "Accept": "application/vnd.github+json",
        "X-GitHub-Api-Version": "2022-11-28",
    }


class GitHub(Extras, CheckCalls):
    """The calls of `records.Forge` as GitHub has them.

    Args:
        client: with the headers of `headers`.
        token: for git; "" where the client has one for each owner.
    """

    user = "x-access-token"
    has_globs_for_owners = True

    def __init__(self, client: Calls, token: str = "") -> None:
        self._client = client
        self.host, self.is_plain = client.host, client.is_plain
        self._token = token

    def token_for(self, repository: Repository) -> str:
        """Return the token for git: the one that was given, or one of the installation of the owner."""
        return self._token or self._client.token_of(repository.name.partition("/")[0])

    def disconnect(self) -> None:
        """Close all connections."""
        self._client.close()

    def repository(self, name: str) -> Repository:
        """Return one repository."""
        return self._read(self._client.get(f"repos/{checked_name(name)}"))

    def repositories(self, owner: str) -> Iterator[Repository]:
        """Yield the repositories of an organisation; those of a person where there is no such organisation."""
        paths = (f"{kind}/{quote(owner, safe='')}/repos?per_page=100" for kind in ("orgs", "users"))
        yield from map(self._read, pages_of_first(self._client, paths))

    def _read(self, one: Any) -> Repository:
        """Return a repository; what an App may do stands in its installation, and was looked at there."""
        found = _repository(one)
        return found if self._token else replace(found, may_write=True)

    def requests(self, repository: Repository, branch: str) -> tuple[PullRequest, ...]:
        """Return the requests of a branch, the newest first."""
        owner = repository.name.partition("/")[0]
        query = urlencode({"head": f"{owner}:{branch}", "base": repository.base, "state": "all", "per_page": 100})
        found = self._client.pages(f"repos/{repository.name}/pulls?{query}")
        # a filter that a server does not know is left out by it: what is not of this branch is not ours
        mine = [one for one in found if _is_of(one, repository, branch)]
        return tuple(map(_request, sorted(mine, key=lambda one: -int(one["number"]))))

    def languages(self, repository: Repository) -> frozenset[str]:
        """Return the languages that the forge found."""
        return frozenset(self._client.get(f"repos/{repository.name}/languages") or ())

    def create(
        self, repository: Repository, branch: str, title: str, body: str, *, is_draft: bool = False
    ) -> PullRequest:
        """Open a request."""
        content = {"title": title, "body": body, "head": branch, "base": repository.base, "draft": is_draft}
        try:
            return _request(self._client.send("POST", f"repos/{repository.name}/pulls", content))
        except RequestRefused as error:
            if not is_draft or "draft" not in str(error).lower():
                raise
        # private repositories of some plans have no drafts
        return _request(self._client.send("POST", f"repos/{repository.name}/pulls", {**content, "draft": False}))

    def update(self, repository: Repository, request: PullRequest, title: str, body: str) -> None:
        """Give a request another title and body."""
        self._client.send("PATCH", f"repos/{repository.name}/pulls/{request.number}", {"title": title, "body": body})

    def close(self, repository: Repository, number: int) -> None:
        """Close a request."""
        self._client.send("PATCH", f"repos/{repository.name}/pulls/{number}", {"state": "closed"})

    def add_labels(self, repository: Repository, number: int, labels: tuple[str, ...]) -> None:
        """Add labels."""
        path = f"repos/{repository.name}/issues/{number}/labels"
        self._client.send("POST", path, {"labels": list(labels)})

    def ask(self, repository: Repository, number: int, wishes: Wishes) -> None:
        """Ask reviewers and name assignees, one by one: GitHub takes none of a list with a wrong name."""
        path = f"repos/{repository.name}/pulls/{number}/requested_reviewers"
        calls = [(path, {"reviewers": [name]}) for name in wishes.reviewers]
        calls += [(path, {"team_reviewers": [team.rpartition("/")[2]]}) for team in wishes.teams]
        if wishes.assignees:
            calls.append((f"repos/{repository.name}/issues/{number}/assignees", {"assignees": list(wishes.assignees)}))
        for where, content in calls:
            try:
                self._client.send("POST", where, content)
            except (NotThere, RequestRefused):
                continue

    def comments(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments."""
        path = f"repos/{repository.name}/issues/{number}/comments?per_page=100"
        for one in self._client.pages(path):
            yield Comment(str(one.get("body") or ""), (one.get("user") or {}).get("login") or "", str(one.get("id")))

    def may_write(self, repository: Repository, comment: Comment) -> bool:
        """Tell whether the author of a comment may push."""
        path = f"repos/{repository.name}/collaborators/{quote(comment.author, safe='')}/permission"
        try:
            return bool(comment.author) and self._client.get(path).get("permission") in ("admin", "write")
        except NotThere:
            return False

    def comment(self, repository: Repository, number: int, text: str) -> None:
        """Add a comment."""
        self._client.send("POST", f"repos/{repository.name}/issues/{number}/comments", {"body": text})

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch; GitHub answers 422 where it is gone already."""
        try:
            self._client.send("DELETE", f"repos/{repository.name}/git/refs/heads/{quote(branch)}")
        except (NotThere, RequestRefused):
            return


def _repository(one: Any) -> Repository:
    try:
        rights = one.get("permissions") or {}
        return Repository(
            name=checked_name(one["full_name"]),
            clone_url=one["clone_url"],
            base=one.get("default_branch") or "",
            size=int(one.get("size") or 0),
            is_fork=bool(one.get("fork")),
            is_archived=bool(one.get("archived")),
            is_disabled=bool(one.get("disabled")),
            is_empty=not one.get("default_branch"),
            may_write=bool(rights.get("push", True)),
            topics=frozenset(map(str, one.get("topics") or ())),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgeError("cannot read what the forge says of a repository") from None


def _is_of(one: Any, repository: Repository, branch: str) -> bool:
    head, base = one.get("head") or {}, one.get("base") or {}
    home = (head.get("repo") or {}).get("full_name")
    is_here = home is None or home.lower() == repository.name.lower()
    return bool(head.get("ref") == branch and base.get("ref") == repository.base and is_here)


def _request(one: Any) -> PullRequest:
    return PullRequest(
        number=int(one["number"]),
        title=one.get("title") or "",
        body=one.get("body") or "",
        is_open=one.get("state") == "open",
        is_merged=bool(one.get("merged_at") or one.get("merged")),
        head=(one.get("head") or {}).get("sha") or "",
        url=one.get("html_url") or "",
        labels=tuple(label["name"] for label in one.get("labels") or () if label.get("name")),
    )
