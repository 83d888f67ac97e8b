"""Check runs as GitHub has them, for Apps: what `github.GitHub` can besides what every forge can."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from hardener.bot.forge.calls import Calls
from hardener.bot.forge.checks import Annotation, CheckRun, Verdict
from hardener.bot.forge.records import Repository

#: annotations that GitHub takes in one call; those of further calls are added to them
_EACH = 50


class CheckCalls:
    """Calls that need nothing but the client."""

    _client: Calls

    def checks(self, repository: Repository, head: str, name: str) -> Iterator[CheckRun]:
        """Yield the check runs of a commit with a name, the newest first."""
        query = urlencode({"check_name": name, "filter": "all", "per_page": 100})
        found = self._client.get(f"repos/{repository.name}/commits/{head}/check-runs?{query}") or {}
        for one in sorted(found.get("check_runs") or (), key=lambda one: -int(one["id"])):
            if one.get("name") == name:  # a filter that a server does not know is left out by it
                count = int((one.get("output") or {}).get("annotations_count") or 0)
                key = str(one.get("external_id") or "")
                yield CheckRun(int(one["id"]), key, one.get("status") == "completed", count)

    def write_check(
        self, repository: Repository, head: str, verdict: Verdict, *, name: str, key: str, number: int | None = None
    ) -> None:
        """Write a check run; it has a conclusion only when all its annotations are there."""
        path = f"repos/{repository.name}/check-runs"
        notes = [_annotation(one) for one in verdict.annotations]
        parts = [notes[at : at + _EACH] for at in range(0, len(notes), _EACH)] or [[]]
        for index, part in enumerate(parts, 1):
            output = {"title": verdict.title, "summary": verdict.summary, "annotations": part}
            content: dict[str, Any] = {"name": name, "external_id": key, "status": "in_progress", "output": output}
            if verdict.text:
                output["text"] = verdict.text
            if index == len(parts):
                content |= {"status": "completed", "conclusion": verdict.conclusion}
            if number is None:
                number = int(self._client.send("POST", path, {**content, "head_sha": head})["id"])
            else:
                self._client.send("PATCH", f"{path}/{number}", content)


def _annotation(one: Annotation) -> dict[str, Any]:
    return {
        "path": one.path,
        "start_line": one.start,
        "end_line": one.end,
        "annotation_level": one.level,
        "title": one.title,
        "message": one.message,
    }
