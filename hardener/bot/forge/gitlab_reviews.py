"""Reviews and issues as GitLab has them: what `gitlab.GitLab` can besides what every forge can."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

from hardener.bot.forge.calls import Calls
from hardener.bot.forge.records import Comment, ForgeError, Issue, Repository, RequestRefused, Reviewed

#: files of a merge request that are looked at
_FILES = 3000
_HUNK = re.compile(r"@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@")


class Extras:
    """Calls that need nothing but the client."""

    _client: Calls
    #: lines above the one of the comment go with it; GitLab takes 100
    fence = "suggestion:-{above}+0"

    def issues(self, repository: Repository, label: str) -> Iterator[Issue]:
        """Yield the issues with a label, the oldest first."""
        query = urlencode({"labels": label, "order_by": "created_at", "sort": "asc", "per_page": 100})
        for one in self._client.pages(f"{project_path(repository.name)}/issues?{query}"):
            yield Issue(int(one["iid"]), str(one.get("description") or ""), one.get("state") == "opened")

    def open_issue(self, repository: Repository, title: str, body: str, label: str) -> None:
        """Open an issue; GitLab makes a label that is new."""
        content = {"title": title, "description": body, "labels": label}
        self._client.send("POST", f"{project_path(repository.name)}/issues", content)

    def reword_issue(self, repository: Repository, number: int, body: str) -> None:
        """Give an issue another body."""
        self._client.send("PUT", f"{project_path(repository.name)}/issues/{number}", {"description": body})

    def to_review(self, repository: Repository, number: int) -> Reviewed:
        """Return a merge request with its patches; a file without one is too large, or no text."""
        path = merge_path(repository, number)
        one: Any = self._client.get(path)
        patches = [(str(file["new_path"]), str(file["diff"])) for file in self._diffs(path)]
        is_draft = bool(one.get("draft") or one.get("work_in_progress"))
        return Reviewed(str(one.get("sha") or ""), one.get("state") == "opened", is_draft, tuple(patches))

    def _diffs(self, path: str) -> Iterator[Any]:
        count = 0
        for file in self._client.pages(f"{path}/diffs?per_page=100"):
            if not file.get("deleted_file") and file.get("diff"):
                count += 1
                yield file
            if count > _FILES:
                raise ForgeError("the merge request has too many files")

    def remarks(self, repository: Repository, number: int) -> Iterator[Comment]:
        """Yield the comments on lines; GitLab lists them with all others."""
        for one in self._client.pages(f"{merge_path(repository, number)}/notes?sort=asc&per_page=100"):
            if one.get("type") == "DiffNote":
                author = (one.get("author") or {}).get("username") or ""
                yield Comment(str(one.get("body") or ""), author, str(one.get("id")))

    def write_review(
        self, repository: Repository, number: int, head: str, text: str, remarks: list[tuple[str, int, int, str]]
    ) -> None:
        """Write a discussion for each comment, and `text` as a comment of its own after them: killed, it goes on."""
        path = merge_path(repository, number)
        refs = self._client.get(path).get("diff_refs") or {}
        if not refs.get("base_sha") or refs.get("head_sha") != head:
            raise RequestRefused("the merge request has another commit now, or GitLab has not read it yet")
        files = {str(file["new_path"]): file for file in self._diffs(path)}
        for name, _, line, said in remarks:
            file = files.get(name)
            if file is not None:
                place = {name: refs[name] for name in ("base_sha", "start_sha", "head_sha")}
                place |= {"position_type": "text", "old_path": file["old_path"], "new_path": name, "new_line": line}
                old = old_line(str(file["diff"]), line)
                place |= {"old_line": old} if old else {}
                self._client.send("POST", f"{path}/discussions", {"body": said, "position": place})
        self._client.send("POST", f"{path}/notes", {"body": text})


def project_path(name: str) -> str:
    """Return where a project lies below the API."""
    return f"projects/{quote(name, safe='')}"


def merge_path(repository: Repository, number: int) -> str:
    """Return where a merge request lies below the API."""
    return f"{project_path(repository.name)}/merge_requests/{number}"


def old_line(patch: str, line: int) -> int:
    """Return which line of the old file a line of the new one is; 0 for one that is new, or that no hunk shows.

    GitLab places a comment on a line that did not change by both.
    """
    old = new = 0
    for text in patch.split("\n"):
        found = _HUNK.match(text)
        if found:
            old, new = int(found[1]), int(found[2])
        elif text[:1] in (" ", "+", "-"):
            if new == line and text[0] != "-":
                return old if text[0] == " " else 0
            old, new = old + (text[0] != "+"), new + (text[0] != "-")
    return 0
