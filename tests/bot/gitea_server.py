"""A forge in the shape of Gitea and Forgejo, see `github_server`; held against Forgejo's own Swagger description."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.bot.described import Description, calls
from tests.bot.git_server import git
from tests.bot.github_server import Forge, Handler, Text, written

SPEC = json.loads((Path(__file__).parent / "gitea" / "swagger.json").read_text())
_SECONDS = "2026-11-28T12:00:00Z"


def _user(name: str, number: int = 1) -> dict[str, Any]:
    return {"id": number, "login": name, "full_name": "", "email": f"{name}@noreply.example.org", "created": _SECONDS}


class GiteaHandler(Handler):
    """The calls that the bot needs, as Gitea has them."""

    prefix = "/api/v1"

    def routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return _ROUTES

    def get_repository(self, _: Any, __: Any, repo: str) -> Any:
        return 200, self.described({}, repo), {}

    def described(self, value: Any, repo: str) -> Any:
        given = {**self.forge.repositories[repo]}
        value = {
            "id": 1 + list(self.forge.repositories).index(repo), "full_name": repo, "name": repo.partition("/")[2],
            "owner": _user(repo.partition("/")[0]), "default_branch": "main", "empty": not self.forge.sha(repo, "main"),
            "clone_url": f"{self.forge.url}/{repo}.git", "html_url": f"{self.forge.url}/{repo}", "size": 10,
            "fork": False, "archived": False, "mirror": False, "has_pull_requests": True, "topics": [],
            "permissions": {"admin": False, "push": True, "pull": True}, "language": "Dockerfile",
        }  # fmt: skip
        return {**value, **given}

    def get_repositories(self, _: Any, query: Any, org: str) -> Any:
        names = sorted(name for name in self.forge.repositories if name.startswith(f"{org}/"))
        if not names:
            return 404, {"message": "user does not exist"}, {}
        page, size = int(query.get("page", 1)), 2
        part = names[(page - 1) * size : page * size]
        link = (
            f'<{self.forge.api}/orgs/{org}/repos?limit=2&page={page + 1}>; rel="next",<{self.forge.api}/x>; rel="last"'
        )
        return 200, [self.described({}, one) for one in part], {"Link": link} if page * size < len(names) else {}

    def get_requests(self, _: Any, query: Any, repo: str) -> Any:
        """Answer with the requests of all branches: most versions have no filter."""
        page, size = int(query.get("page", 1)), 2
        found = [one for one in reversed(self.forge.requests) if one["repo"] == repo]
        found = [one for one in found if query.get("state", "open") in ("all", one["state"])]
        link = f'<{self.forge.api}/repos/{repo}/pulls?state=all&limit=50&page={page + 1}>; rel="next"'
        part = found[(page - 1) * size : page * size]
        return 200, [self.shown(one) for one in part], {"Link": link} if page * size < len(found) else {}

    def refused(self, **error: Any) -> Any:
        text = str(error.get("message", "no such branch"))
        return (409 if "exists" in text else 422), {"message": text, "url": f"{self.forge.url}/api/swagger"}, {}

    def shown(self, one: dict[str, Any], *, simple: bool = False) -> Any:
        repo, number = one["repo"], one["number"]
        tip = self.forge.sha(repo, one["head"])
        if one["state"] == "open":
            one["sha"] = tip
        described = self.described({}, repo)
        # of a branch that is gone the label alone keeps the name
        head = {"label": one["head"], "ref": one["head"] if tip else f"refs/pull/{number}/head", "sha": one["sha"],
                "repo_id": described["id"], "repo": described}  # fmt: skip
        base = {"label": "main", "ref": "main", "sha": self.forge.sha(repo, "main"), "repo_id": described["id"],
                "repo": described}  # fmt: skip
        return {
            "id": number, "number": number, "url": f"{self.forge.url}/{repo}/pulls/{number}",
            "html_url": f"{self.forge.url}/{repo}/pulls/{number}", "user": _user("harden-bot"), "title": one["title"],
            "body": one["body"] or "", "state": one["state"], "merged": bool(one["merged_at"]),
            "merged_at": one["merged_at"], "milestone": None, "assignee": None, "mergeable": True,
            "labels": [self.label(name) for name in one["labels"]], "head": head, "base": base,
            "draft": one["draft"] or one["title"].startswith("WIP:"), "created_at": _SECONDS, "updated_at": _SECONDS,
        }  # fmt: skip

    def label(self, name: str) -> Any:
        known = self.known_labels()
        return {"id": known[name], "name": name, "color": "0b7285", "description": "", "exclusive": False}

    def known_labels(self) -> dict[str, int]:
        """Return the labels of all repositories and their numbers."""
        if not hasattr(self.forge, "labels"):
            self.forge.labels = {}  # type: ignore[attr-defined]
        return self.forge.labels  # type: ignore[attr-defined, no-any-return]

    def patch_request(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        if not set(content.get("assignees", ())) <= set(self.forge.people):
            return 422, {"message": "Assignee does not exist", "url": ""}, {}
        one.update({key: value for key, value in content.items() if key in ("title", "body", "state", "assignees")})
        return 201, self.shown(one), {}

    def get_labels(self, _: Any, __: Any, repo: str) -> Any:
        return 200, [self.label(name) for name in self.known_labels()], {}

    def get_org_labels(self, _: Any, __: Any, org: str) -> Any:
        return 404, {"message": "no organisation"}, {}

    def make_label(self, content: Any, _: Any, repo: str) -> Any:
        self.known_labels()[content["name"]] = len(self.known_labels()) + 7
        return 201, self.label(content["name"]), {}

    def post_labels(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one, names = self.of(repo, number), {value: key for key, value in self.known_labels().items()}
        one["labels"] += [names[i] for i in content["labels"] if names[i] not in one["labels"]]
        return 200, [self.label(name) for name in one["labels"]], {}

    def get_comments(self, _: Any, __: Any, repo: str, number: str) -> Any:
        found = map(written, self.of(repo, number)["comments"])
        return 200, [self.remark(n, who, text) for n, (who, text) in enumerate(found, 1)], {}

    def remark(self, number: int, who: str, text: str) -> Any:
        return {"id": number, "body": text, "user": _user(who), "created_at": _SECONDS, "updated_at": _SECONDS}

    def post_comment(self, content: Any, _: Any, repo: str, number: str) -> Any:
        self.of(repo, number)["comments"].append(content["body"])
        return 201, self.remark(9, "harden-bot", content["body"]), {}

    def get_diff(self, _: Any, __: Any, repo: str, number: str) -> Any:
        one, bare = self.of(repo, number), self.forge.root / f"{repo}.git"
        return 200, Text(git(bare, "diff", git(bare, "merge-base", "main", one["head"]), one["head"]) + "\n"), {}

    def get_reviews(self, _: Any, __: Any, repo: str, number: str) -> Any:
        made = self.of(repo, number).get("reviews", [])
        return 200, [self.review(n, one) for n, one in enumerate(made, 1)], {}

    def review(self, number: int, one: Any) -> Any:
        return {"id": number, "body": one["body"], "state": "COMMENT", "commit_id": one["commit_id"],
                "comments_count": len(one["comments"]), "user": _user("harden-bot"),
                "submitted_at": _SECONDS}  # fmt: skip

    def get_remarks_of(self, _: Any, __: Any, repo: str, number: str, review: str) -> Any:
        made = self.of(repo, number)["reviews"][int(review) - 1]["comments"]
        return 200, [
            {"id": n, "body": one["body"], "path": one["path"], "position": one["new_position"],
             "user": _user("harden-bot"), "created_at": _SECONDS, "pull_request_review_id": int(review)}
            for n, one in enumerate(made, 1)
        ], {}  # fmt: skip

    def post_review(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        one.setdefault("remarks", []).extend(
            {"path": said["path"], "line": said["new_position"], "body": said["body"], "side": "RIGHT"}
            for said in content["comments"]
        )
        one.setdefault("reviews", []).append(content)
        return 200, self.review(len(one["reviews"]), content), {}

    def get_issues(self, _: Any, query: Any, repo: str) -> Any:
        """Answer with the newest first."""
        known = self.known_labels()
        wanted = [
            one for one in self.forge.issues if one["repo"] == repo and known.get(query["labels"]) in one["labels"]
        ]
        return 200, [self.issue(one) for one in reversed(wanted)], {}

    def post_issue(self, content: Any, _: Any, repo: str) -> Any:
        one = {"repo": repo, "number": 1000 + len(self.forge.issues), "state": "open", **content}
        self.forge.issues.append(one)
        return 201, self.issue(one), {}

    def patch_issue(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = next(one for one in self.forge.issues if one["number"] == int(number))
        one.update(content)
        return 201, self.issue(one), {}

    def issue(self, one: dict[str, Any]) -> Any:
        names = {number: name for name, number in self.known_labels().items()}
        return {"id": one["number"], "number": one["number"], "title": one["title"], "body": one["body"],
                "state": one["state"], "labels": [self.label(names[i]) for i in one["labels"]]}  # fmt: skip

    def get_permission(self, _: Any, __: Any, repo: str, who: str) -> Any:
        if who not in self.forge.people:
            return 404, {"message": "user does not exist"}, {}
        return 200, {"permission": self.forge.people[who], "role_name": "", "user": _user(who)}, {}

    def post_reviewers(self, content: Any, _: Any, repo: str, number: str) -> Any:
        names = [*content.get("reviewers", ()), *content.get("team_reviewers", ())]
        if not set(names) <= set(self.forge.people):
            return 404, {"message": "user does not exist"}, {}
        self.of(repo, number)["asked"] += names
        return 201, [], {}

    def delete_branch(self, _: Any, __: Any, repo: str, branch: str) -> Any:
        if not self.forge.sha(repo, branch):
            return 404, {"message": "branch does not exist"}, {}
        git(self.forge.root / f"{repo}.git", "update-ref", "-d", f"refs/heads/{branch}")
        return 204, None, {}


_REPO = r"/repos/(?P<repo>[^/]+/[^/]+)"
_ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", _REPO, GiteaHandler.get_repository),
    ("GET", r"/orgs/(?P<org>[^/]+)/repos", GiteaHandler.get_repositories),
    ("GET", _REPO + "/languages", GiteaHandler.get_languages),
    ("GET", _REPO + "/pulls", GiteaHandler.get_requests),
    ("POST", _REPO + "/pulls", GiteaHandler.post_request),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)", GiteaHandler.get_request),
    ("PATCH", _REPO + r"/pulls/(?P<number>\d+)", GiteaHandler.patch_request),
    ("POST", _REPO + r"/pulls/(?P<number>\d+)/requested_reviewers", GiteaHandler.post_reviewers),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)\.diff", GiteaHandler.get_diff),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)/reviews", GiteaHandler.get_reviews),
    ("POST", _REPO + r"/pulls/(?P<number>\d+)/reviews", GiteaHandler.post_review),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)/reviews/(?P<review>\d+)/comments", GiteaHandler.get_remarks_of),
    ("GET", _REPO + "/issues", GiteaHandler.get_issues),
    ("POST", _REPO + "/issues", GiteaHandler.post_issue),
    ("PATCH", _REPO + r"/issues/(?P<number>\d+)", GiteaHandler.patch_issue),
    ("GET", _REPO + "/labels", GiteaHandler.get_labels),
    ("POST", _REPO + "/labels", GiteaHandler.make_label),
    ("GET", r"/orgs/(?P<org>[^/]+)/labels", GiteaHandler.get_org_labels),
    ("POST", _REPO + r"/issues/(?P<number>\d+)/labels", GiteaHandler.post_labels),
    ("GET", _REPO + r"/issues/(?P<number>\d+)/comments", GiteaHandler.get_comments),
    ("POST", _REPO + r"/issues/(?P<number>\d+)/comments", GiteaHandler.post_comment),
    ("GET", _REPO + r"/collaborators/(?P<who>[^/]+)/permission", GiteaHandler.get_permission),
    ("DELETE", _REPO + r"/branches/(?P<branch>.+)", GiteaHandler.delete_branch),
]


def check(forge: Forge) -> None:
    """Hold all calls and answers against the description; the name of a branch may hold slashes."""
    described = Description(SPEC)
    for method, path, body, status, data in calls(forge.said):
        described.check(method, re.sub(r"/branches/.+", "/branches/x", path), body, status, data)
