"""Check runs of the forge in GitHub's shape: made by an App alone, annotations added by each call."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.bot.github_server import Handler

_LEAST = ("name", "external_id", "status", "conclusion")


def _shown(self: Handler, one: dict[str, Any]) -> Any:
    value = self.example("check-run-example-of-completed-conclusion")
    url = f"{self.forge.url}/repos/{one['repo']}/check-runs/{one['id']}"
    said = {name: one["output"].get(name) for name in ("title", "summary", "text")}
    return {
        **value, **{name: one.get(name) for name in (*_LEAST, "id", "head_sha")}, "url": url, "pull_requests": [],
        "completed_at": value["completed_at"] if one.get("conclusion") else None,
        "output": {**said, "annotations_count": len(one["annotations"]), "annotations_url": f"{url}/annotations"},
    }  # fmt: skip


def _written(one: dict[str, Any], content: Any) -> None:
    one.update({name: content[name] for name in _LEAST if name in content})
    one["output"] = {**one["output"], **content.get("output", {})}
    one["annotations"] += content.get("output", {}).get("annotations", ())


def _post(self: Handler, content: Any, _: Any, repo: str) -> Any:
    token = self.headers["Authorization"].partition(" ")[2]
    if token not in self.forge.tokens:
        return 403, {"message": "You must authenticate via a GitHub App."}, {}
    known = {sha for branch in self.forge.branches(repo) for sha in [self.forge.sha(repo, branch)]}
    if content["head_sha"] not in known:
        return self.refused(code="custom", message=f"No commit found for SHA: {content['head_sha']}")
    one = {"repo": repo, "id": len(self.forge.checks) + 1, "head_sha": content["head_sha"], "output": {},
           "annotations": [], "status": "queued", "external_id": ""}  # fmt: skip
    _written(one, content)
    self.forge.checks.append(one)
    return 201, _shown(self, one), {}


def _patch(self: Handler, content: Any, _: Any, repo: str, number: str) -> Any:
    one = self.forge.checks[int(number) - 1]
    _written(one, content)
    return 200, _shown(self, one), {}


def _get(self: Handler, _: Any, __: Any, repo: str, number: str) -> Any:
    return 200, _shown(self, self.forge.checks[int(number) - 1]), {}


def _annotations(self: Handler, _: Any, __: Any, repo: str, number: str) -> Any:
    example = self.example("check-annotation-items")[0]
    least = {**example, "start_column": None, "end_column": None, "raw_details": None}
    return 200, [{**least, **one} for one in self.forge.checks[int(number) - 1]["annotations"]], {}


def _of_commit(self: Handler, _: Any, query: Any, repo: str, sha: str) -> Any:
    found = [
        one for one in self.forge.checks
        if (one["repo"], one["head_sha"]) == (repo, sha) and query.get("check_name") in (None, one["name"])
    ]  # fmt: skip
    if query.get("filter", "latest") == "latest":
        found = found[-1:]
    return 200, {"total_count": len(found), "check_runs": [_shown(self, one) for one in reversed(found)]}, {}


def routes(repo: str) -> list[tuple[str, str, Callable[..., Any]]]:
    """Return the calls below a repository."""
    one = rf"{repo}/check-runs/(?P<number>\d+)"
    return [
        ("POST", f"{repo}/check-runs", _post),
        ("GET", one, _get),
        ("PATCH", one, _patch),
        ("GET", f"{one}/annotations", _annotations),
        ("GET", rf"{repo}/commits/(?P<sha>[0-9a-f]{{40}})/check-runs", _of_commit),
    ]
