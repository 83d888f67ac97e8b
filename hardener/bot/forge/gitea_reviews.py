"""Reviews, issues and labels as Gitea and Forgejo have them: what `gitea.Gitea` can besides what every forge can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from hardener.bot.forge.client import Client
from hardener.bot.forge.records import Comment, ForgeError, Issue, NotThere, Repository, Reviewed

#: files of a pull request that are looked at
_FILES = 3000
_NEW = re.compile(r"^\+\+\+ b/([^\t\n]+)\t?$", re.MULTILINE)


class Extras:
    """Calls that need nothing but the client."""

    _client: Client
    #: these forges have no suggestions that can be applied
    fence = ""

    def issues(self, repository: Repository, label: str) -> Iterator[Issue]:
        """Yield the issues with a label, the oldest first, as most versions cannot sort them."""
        query = urlencode({"labels": label, "state": "all", "type": "issues", "limit": 50})
        found = [
            Issue(int(one["number"]), str(one.get("body") or ""), one.get("state") == "open")
            for one in self._client.pages(f"repos/{repository.name}/issues?{query}")
            # a version that does not know the label, or the filter, answers with all issues
            if any(given.get("name") == label for given in one.get("labels") or ())
        ]
        yield from sorted(found, key=lambda one: one.number)

    def open_issue(self, repository: Repository, title: str, body: str, label: str) -> None:
        """Open an issue."""
        content = {"title": title, "body": body, "labels": self.label_numbers(repository, (label,))}
        self._client.send("POST", f"repos/{repository.name}/issues", content)

    def reword_issue(self, repository: Repository, number: int, body: str) -> None:
        """Give an issue another body."""
        self._client.send("PATCH", f"repos/{repository.name}/issues/{number}", {"body": body})

    def label_numbers(self, repository: Repository, labels: tuple[str, ...]) -> list[int]:
        """Return the numbers of labels, as old versions know no names; missing ones are made in the repository."""
        known = self._labels(repository)
        path = f"repos/{repository.name}/labels"
        for name in labels:
            if name not in known:
                known[name] = int(self._client.send("POST", path, {"name": name, "color": "#0b7285"})["id"])
        return [known[name] for name in labels]

    def _labels(self, repository: Repository) -> dict[str, int]:
        """Return the labels that a request may have: those of the repository over those of its organisation."""
        owner = repository.name.partition("/")[0]
        found: dict[str, int] = {}
        for path in (f"orgs/{owner}/labels", f"repos/{repository.name}/labels"):
            try:
                found |= {one["name"]: int(one["id"]) for one in self._client.pages(f"{path}?limit=50")}
            except NotThere:
                continue  # the owner is a person
        return found

    def to_review(self, repository: Repository, number: int) -> Reviewed:
        """Return a pull request with its patches; a file whose name git writes in quotes is left out."""
        path = f"repos/{repository.name}/pulls/{number}"
        one: Any = self._client.get(path)
        patches = tuple(_patches(self._client.text(f"{path}.diff")))
        if len(patches) > _FILES:
            raise ForgeError("the pull request has too many files")
        head = (one.get("head") or {}).get("sha") or ""
        return Reviewed(head, one.get("state") == "open", bool(one.get("draft")), patches)

    def remarks(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments on lines, which lie below their reviews."""
        path = f"repos/{repository.name}/pulls/{number}/reviews"
        for review in self._client.pages(f"{path}?limit=50"):
            if review.get("comments_count"):
                for one in self._client.get(f"{path}/{int(review['id'])}/comments") or ():
                    author = (one.get("user") or {}).get("login") or ""
                    yield Comment(str(one.get("body") or ""), author, str(one.get("id")))

    def write_review(
        self, repository: Repository, number: int, head: str, text: str, remarks: list[tuple[str, int, int, str]]
    ) -> None:
        """Write a review that comments only; a comment stands on one line."""
        comments = [{"path": path, "new_position": end, "body": said} for path, _, end, said in remarks]
        content = {"commit_id": head, "event": "COMMENT", "body": text, "comments": comments}
        self._client.send("POST", f"repos/{repository.name}/pulls/{number}/reviews", content)


def _patches(diff: str) -> Iterator[tuple[str, str]]:
    """Yield path and hunks of the files in a diff of git; within a hunk no line begins with a "d"."""
    for part in re.split(r"^diff --git ", diff, flags=re.MULTILINE)[1:]:
        head, at, rest = part.partition("\n@@ ")
        found = _NEW.search(head)
        if at and found:
            yield found[1], f"@@ {rest}"
