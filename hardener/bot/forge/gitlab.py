"""GitLab, in the cloud or in a house of its own: groups within groups, merge requests, notes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from hardener.bot.forge.calls import pages_of_first
from hardener.bot.forge.client import Client
from hardener.bot.forge.gitlab_reviews import Extras, merge_path, project_path
from hardener.bot.forge.records import (
    Comment,
    ForgeError,
    NotThere,
    PullRequest,
    Repository,
    Wishes,
    checked_name,
    retitled,
)

API = "https://gitlab.com/api/v4"
_DRAFT = "Draft: "
#: the level of a Developer, who may push branches
_DEVELOPER = 30


def headers(token: str) -> dict[str, str]:
    """Return the headers that each call has; personal, project, group and OAuth tokens are all taken this way."""
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


class GitLab(Extras):
    """The calls of `records.Forge` as GitLab has them.

    Args:
        client: with the headers of `headers`.
        token: for git.
    """

    user = "oauth2"
    has_globs_for_owners = True

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
        return _repository(self._client.get(f"{project_path(checked_name(name))}?statistics=true"))

    def repositories(self, owner: str) -> Iterator[Repository]:
        """Yield the repositories of a group and its subgroups; those of a person where there is no such group."""
        query = {"include_subgroups": "true", "with_shared": "false", "order_by": "id", "per_page": 100}
        paths = (
            f"groups/{quote(owner, safe='')}/projects?{urlencode(query)}",
            f"users/{quote(owner, safe='')}/projects?order_by=id&per_page=100",
        )
        yield from map(_repository, pages_of_first(self._client, paths))

    def languages(self, repository: Repository) -> frozenset[str]:
        """Return the languages that the forge found."""
        return frozenset(self._client.get(f"{project_path(repository.name)}/languages") or ())

    def requests(self, repository: Repository, branch: str) -> tuple[PullRequest, ...]:
        """Return the requests of a branch, the newest first."""
        query = {"source_branch": branch, "target_branch": repository.base, "state": "all", "per_page": 100}
        found = self._client.pages(f"{project_path(repository.name)}/merge_requests?{urlencode(query)}")
        mine = [one for one in found if _is_of(one, repository, branch)]
        return tuple(map(_request, sorted(mine, key=lambda one: -int(one["iid"]))))

    def create(
        self, repository: Repository, branch: str, title: str, body: str, *, is_draft: bool = False
    ) -> PullRequest:
        """Open a request."""
        content = {
            "title": _DRAFT * is_draft + title,
            "description": body,
            "source_branch": branch,
            "target_branch": repository.base,
        }
        return _request(self._client.send("POST", f"{project_path(repository.name)}/merge_requests", content))

    def update(self, repository: Repository, request: PullRequest, title: str, body: str) -> None:
        """Give a request another title and body; a draft stays one, as that stands in the title."""
        content = {"title": retitled(request, title, _DRAFT), "description": body}
        self._client.send("PUT", merge_path(repository, request.number), content)

    def close(self, repository: Repository, number: int) -> None:
        """Close a request."""
        self._client.send("PUT", merge_path(repository, number), {"state_event": "close"})

    def add_labels(self, repository: Repository, number: int, labels: tuple[str, ...]) -> None:
        """Add labels; GitLab makes those that are missing."""
        self._client.send("PUT", merge_path(repository, number), {"add_labels": ",".join(labels)})

    def ask(self, repository: Repository, number: int, wishes: Wishes) -> None:
        """Ask reviewers and name assignees: people alone, as a group cannot review here."""
        content = {
            name: ids
            for name, people in (("reviewer_ids", wishes.reviewers), ("assignee_ids", wishes.assignees))
            if (ids := [i for i in map(self._user, people) if i])
        }
        if content:
            self._client.send("PUT", merge_path(repository, number), content)

    def _user(self, name: str) -> int:
        """Return the number of a person; 0 for one that is not there."""
        found = self._client.get(f"users?{urlencode({'username': name})}") or ()
        return next((int(one["id"]) for one in found if str(one.get("username")).lower() == name.lower()), 0)

    def comments(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments, without what GitLab itself notes."""
        for one in self._client.pages(f"{merge_path(repository, number)}/notes?sort=asc&per_page=100"):
            if not one.get("system"):
                author = one.get("author") or {}
                key = str(author.get("id") or "")
                yield Comment(str(one.get("body") or ""), author.get("username") or "", str(one.get("id")), key)

    def may_write(self, repository: Repository, comment: Comment) -> bool:
        """Tell whether the author of a comment may push: a Developer or above, also by a group."""
        if not comment.author_id.isdecimal():
            return False
        try:
            found = self._client.get(f"{project_path(repository.name)}/members/all/{comment.author_id}")
        except NotThere:
            return False
        return int(found.get("access_level") or 0) >= _DEVELOPER and found.get("state", "active") == "active"

    def comment(self, repository: Repository, number: int, text: str) -> None:
        """Add a comment."""
        self._client.send("POST", f"{merge_path(repository, number)}/notes", {"body": text})

    def delete_branch(self, repository: Repository, branch: str) -> None:
        """Delete a branch."""
        try:
            self._client.send("DELETE", f"{project_path(repository.name)}/repository/branches/{quote(branch, safe='')}")
        except NotThere:
            return


def _repository(one: Any) -> Repository:
    try:
        return Repository(
            name=checked_name(one["path_with_namespace"]),
            clone_url=one["http_url_to_repo"],
            base=one.get("default_branch") or "",
            size=int((one.get("statistics") or {}).get("repository_size") or 0) // 1024,
            is_fork=bool(one.get("forked_from_project")),
            is_archived=bool(one.get("archived")),
            is_empty=bool(one.get("empty_repo")) or not one.get("default_branch"),
            may_write=_may_push(one.get("permissions")),
            topics=frozenset(map(str, one.get("topics") or one.get("tag_list") or ())),
            why_not=_why_not(one),
        )
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ForgeError("cannot read what the forge says of a repository") from None


def _may_push(permissions: Any) -> bool:
    """Tell whether the token may push, as far as is told: lists of a group do not tell."""
    if permissions is None:
        return True
    levels = [int((access or {}).get("access_level") or 0) for access in permissions.values()]
    return max(levels, default=0) >= _DEVELOPER


def _why_not(one: Any) -> str:
    if one.get("marked_for_deletion_on") or one.get("marked_for_deletion_at"):
        return "to be deleted"
    if one.get("mirror"):
        return "a mirror: harden its source instead"
    is_off = one.get("merge_requests_access_level") == "disabled" or one.get("merge_requests_enabled") is False
    return "merge requests are switched off there" if is_off else ""


def _is_of(one: Any, repository: Repository, branch: str) -> bool:
    is_here = one.get("source_project_id") == one.get("target_project_id")
    return bool(one.get("source_branch") == branch and one.get("target_branch") == repository.base and is_here)


def _request(one: Any) -> PullRequest:
    return PullRequest(
        number=int(one["iid"]),
        title=one.get("title") or "",
        body=one.get("description") or "",
        is_open=one.get("state") in ("opened", "locked"),  # locked: it is being merged
        is_merged=one.get("state") == "merged",
        head=one.get("sha") or "",
        url=one.get("web_url") or "",
        labels=tuple(str(label) for label in one.get("labels") or ()),
    )
