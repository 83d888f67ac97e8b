"""Reviews and issues as GitHub has them: what `github.GitHub` can besides what every forge can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from hardener.bot.forge.calls import Calls
from hardener.bot.forge.records import Comment, ForgeError, Issue, Repository, Reviewed

#: files of a pull request that are looked at; GitHub tells of 3,000 at most
_FILES = 3000


class Extras:
    """Calls that need nothing but the client."""

    _client: Calls
    fence = "suggestion"

    def issues(self, repository: Repository, label: str) -> Iterator[Issue]:
        """Yield the issues with a label, the oldest first; pull requests are issues too for GitHub, and left out."""
        query = urlencode({"labels": label, "state": "all", "direction": "asc", "per_page": 100})
        for one in self._client.pages(f"repos/{repository.name}/issues?{query}"):
            if not one.get("pull_request"):
                yield Issue(int(one["number"]), str(one.get("body") or ""), one.get("state") == "open")

    def open_issue(self, repository: Repository, title: str, body: str, label: str) -> None:
        """Open an issue; GitHub makes a label that is new."""
        content = {"title": title, "body": body, "labels": [label]}
        self._client.send("POST", f"repos/{repository.name}/issues", content)

    def reword_issue(self, repository: Repository, number: int, body: str) -> None:
        """Give an issue another body."""
        self._client.send("PATCH", f"repos/{repository.name}/issues/{number}", {"body": body})

    def to_review(self, repository: Repository, number: int) -> Reviewed:
        """Return a pull request with its patches; that of a file that is too large, no text or only renamed is ""."""
        path = f"repos/{repository.name}/pulls/{number}"
        one: Any = self._client.get(path)
        patches = []
        for file in self._client.pages(f"{path}/files?per_page=100"):
            if file.get("status") not in ("removed", "unchanged"):
                patches.append((str(file["filename"]), str(file.get("patch") or "")))
            if len(patches) > _FILES:
                raise ForgeError("the pull request has too many files")
        head = (one.get("head") or {}).get("sha") or ""
        return Reviewed(head, one.get("state") == "open", bool(one.get("draft")), tuple(patches))

    def remarks(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments on lines."""
        for one in self._client.pages(f"repos/{repository.name}/pulls/{number}/comments?per_page=100"):
            yield Comment(str(one.get("body") or ""), (one.get("user") or {}).get("login") or "", str(one.get("id")))

    def write_review(
        self, repository: Repository, number: int, head: str, text: str, remarks: list[tuple[str, int, int, str]]
    ) -> None:
        """Write a review that comments only."""
        comments = []
        for path, start, end, said in remarks:
            several = {"start_line": start, "start_side": "RIGHT"} if start < end else {}
            comments.append({"path": path, "line": end, "side": "RIGHT", **several, "body": said})
        content = {"commit_id": head, "event": "COMMENT", "body": text, "comments": comments}
        self._client.send("POST", f"repos/{repository.name}/pulls/{number}/reviews", content)
