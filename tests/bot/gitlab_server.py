"""A forge in the shape of GitLab, see `github_server`; held against a table of the fields of GitLab's own sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from tests.bot.described import Description, calls
from tests.bot.git_server import git
from tests.bot.github_server import Forge, Handler, written

SPEC = json.loads((Path(__file__).parent / "gitlab" / "fields.json").read_text())
_SECONDS = "2026-11-28T12:00:00.000Z"
_LEVELS = {"read": 20, "write": 30, "admin": 50}
_STATES = {"open": "opened", "closed": "closed"}


class GitLabHandler(Handler):
    """The calls that the bot needs, as GitLab has them."""

    prefix = "/api/v4"

    def is_known(self) -> bool:
        return super().is_known() or self.headers.get("PRIVATE-TOKEN", "").startswith("bot_")

    def routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return _ROUTES

    def plain(self, path: str) -> str:
        """Return the path as it came: the slashes of a project are encoded."""
        return path

    def named(self, project: str) -> str:
        """Return the path of a project that is given by its path or its number."""
        return list(self.forge.repositories)[int(project) - 100] if project.isdecimal() else unquote(project)

    def get_repository(self, _: Any, query: Any, project: str) -> Any:
        repo = self.named(project)
        if repo not in self.forge.repositories:
            return 404, {"message": "404 Project Not Found"}, {}
        value = self.described({}, repo)
        value["permissions"] = self.forge.repositories[repo].get(
            "permissions", {"project_access": None, "group_access": {"access_level": 30, "notification_level": 3}}
        )
        if query.get("statistics") == "true":
            size = self.forge.repositories[repo].get("repository_size", 10_000)
            value["statistics"] = {"repository_size": size, "storage_size": size}
        return 200, value, {}

    def described(self, value: Any, repo: str) -> Any:
        given = {k: v for k, v in self.forge.repositories[repo].items() if k not in ("permissions", "repository_size")}
        value = {
            "id": self.number(repo), "name": repo.rpartition("/")[2], "path_with_namespace": repo,
            "default_branch": "main", "topics": [], "http_url_to_repo": f"{self.forge.url}/{repo}.git",
            "web_url": f"{self.forge.url}/{repo}", "empty_repo": not self.forge.sha(repo, "main"), "archived": False,
            "merge_requests_enabled": True, "merge_requests_access_level": "enabled",
        }  # fmt: skip
        return {**value, **given}

    def number(self, repo: str) -> int:
        return 100 + list(self.forge.repositories).index(repo)

    def get_repositories(self, _: Any, query: Any, org: str) -> Any:
        names = sorted(name for name in self.forge.repositories if name.startswith(f"{unquote(org)}/"))
        if not names:
            return 404, {"message": "404 Group Not Found"}, {}
        page, size = int(query.get("page", 1)), 2
        part = names[(page - 1) * size : page * size]
        link = (
            f'<{self.forge.api}/groups/{org}/projects?page={page + 1}>; rel="next", <{self.forge.api}/x>; rel="first"'
        )
        return 200, [self.described({}, one) for one in part], {"Link": link} if page * size < len(names) else {}

    def get_requests(self, _: Any, query: Any, project: str) -> Any:
        repo = self.named(project)
        found = [
            one for one in reversed(self.forge.requests)
            if one["repo"] == repo and query.get("source_branch", one["head"]) == one["head"]
            and query.get("state", "all") in ("all", self.state(one))
        ]  # fmt: skip
        return 200, [self.shown(one) for one in found], {}

    def state(self, one: dict[str, Any]) -> str:
        return "merged" if one["merged_at"] else _STATES[one["state"]]

    def post_merge(self, content: Any, query: Any, project: str) -> Any:
        asked = {"head": content["source_branch"], "base": content["target_branch"], "title": content["title"],
                 "body": content.get("description")}  # fmt: skip
        return self.post_request(asked, query, self.named(project))

    def refused(self, **error: Any) -> Any:
        if "exists" in str(error.get("message")):
            return 409, {"message": ["Another open merge request already exists for this source branch: !1"]}, {}
        return 422, {"message": {"base": [str(error)]}}, {}

    def shown(self, one: dict[str, Any], *, simple: bool = False) -> Any:
        repo, number = one["repo"], one["number"]
        if one["state"] == "open":
            one["sha"] = self.forge.sha(repo, one["head"])
        return {
            "id": 1000 + number, "iid": number, "project_id": self.number(repo), "title": one["title"],
            "description": one["body"], "state": self.state(one), "merged_at": one["merged_at"],
            "source_branch": one["head"], "target_branch": "main", "source_project_id": self.number(repo),
            "target_project_id": self.number(repo), "labels": one["labels"], "sha": one["sha"],
            "work_in_progress": one["title"].startswith("Draft:"), "author": self.person("harden-bot"),
            "web_url": f"{self.forge.url}/{repo}/-/merge_requests/{number}",
        }  # fmt: skip

    def person(self, name: str) -> Any:
        number = [*self.forge.people, name].index(name) + 1
        return {"id": number, "username": name, "name": name, "state": "active"}

    def put_merge(self, content: Any, _: Any, project: str, number: str) -> Any:
        one = self.of(self.named(project), number)
        one["title"] = content.get("title", one["title"])
        one["body"] = content.get("description", one["body"])
        if content.get("state_event") == "close":
            one["state"] = "closed"
        new = filter(None, content.get("add_labels", "").split(","))
        one["labels"] += [name for name in new if name not in one["labels"]]
        people = list(self.forge.people)
        one["asked"] += [people[i - 1] for i in content.get("reviewer_ids", ())]
        one["assignees"] += [people[i - 1] for i in content.get("assignee_ids", ())]
        return 200, self.shown(one), {}

    def get_merge(self, _: Any, __: Any, project: str, number: str) -> Any:
        one = self.of(self.named(project), number)
        value = self.shown(one)
        refs = {"base_sha": self.base(one), "head_sha": value["sha"], "start_sha": self.forge.sha(one["repo"], "main")}
        draft = one["draft"] or value["work_in_progress"]
        return 200, {**value, "diff_refs": refs, "draft": draft}, {}

    def base(self, one: dict[str, Any]) -> str:
        return git(self.forge.root / f"{one['repo']}.git", "merge-base", "main", one["head"])

    def get_diffs(self, _: Any, __: Any, project: str, number: str) -> Any:
        _, found, _ = self.get_files(None, None, self.named(project), number)
        return 200, [
            {"diff": one.get("patch", ""), "new_path": one["filename"], "old_path": one["filename"], "a_mode": "100644",
             "b_mode": "100644", "new_file": one["status"] == "added", "renamed_file": False,
             "deleted_file": one["status"] == "removed", "too_large": False, "collapsed": False}
            for one in found
        ], {}  # fmt: skip

    def post_discussion(self, content: Any, _: Any, project: str, number: str) -> Any:
        """Place a comment as GitLab does: by the commits that it has, and by both lines where nothing changed."""
        one, place = self.of(self.named(project), number), content["position"]
        _, value, _ = self.get_merge(None, None, project, number)
        refs = {name: place[name] for name in ("base_sha", "start_sha", "head_sha")}
        lines = self.lines(one, place["new_path"])
        is_known = lines.get(place["new_line"], -1) == place.get("old_line", 0)
        if refs != value["diff_refs"] or not is_known:
            return 400, {"message": '400 Bad request - Note {:line_code=>["can\'t be blank"]}'}, {}
        one.setdefault("remarks", []).append(
            {
                "path": place["new_path"],
                "line": place["new_line"],
                "body": content["body"],
                "side": "RIGHT",
                "place": place,
            }
        )
        note = {**self.note(70, "harden-bot", content["body"]), "type": "DiffNote", "position": place}
        return 201, {"id": "6a9c1750b37d513a43987b574953fceb50b03ce7", "individual_note": False, "notes": [note]}, {}

    def lines(self, one: dict[str, Any], path: str) -> dict[int, int]:
        """Return the lines of the new file that the diff shows, and which line of the old one each is, or 0."""
        patch = git(self.forge.root / f"{one['repo']}.git", "diff", self.base(one), one["head"], "--", path)
        found, old, new = {}, 0, 0
        for line in patch[patch.index("@@") :].split("\n"):
            if line.startswith("@@"):
                old, new = (int(part[1:].split(",")[0]) for part in line.split(" ")[1:3])
                continue
            if line[:1] in (" ", "+"):
                found[new] = old if line[0] == " " else 0
            old, new = old + (line[:1] in (" ", "-")), new + (line[:1] in (" ", "+"))
        return found

    def get_issues(self, _: Any, query: Any, project: str) -> Any:
        repo = self.named(project)
        found = [one for one in self.forge.issues if one["repo"] == repo and query["labels"] in one["labels"]]
        return 200, [self.issue(one) for one in found], {}

    def post_issue(self, content: Any, _: Any, project: str) -> Any:
        one = {"repo": self.named(project), "number": 1 + len(self.forge.issues), "state": "open",
               "title": content["title"], "body": content["description"],
               "labels": content["labels"].split(",")}  # fmt: skip
        self.forge.issues.append(one)
        return 201, self.issue(one), {}

    def put_issue(self, content: Any, _: Any, project: str, number: str) -> Any:
        one = next(one for one in self.forge.issues if one["number"] == int(number))
        one["body"] = content["description"]
        return 200, self.issue(one), {}

    def issue(self, one: dict[str, Any]) -> Any:
        return {"id": 500 + one["number"], "iid": one["number"], "title": one["title"], "description": one["body"],
                "state": _STATES[one["state"]], "labels": one["labels"],
                "author": self.person("harden-bot")}  # fmt: skip

    def get_notes(self, _: Any, __: Any, project: str, number: str) -> Any:
        found = map(written, self.of(self.named(project), number)["comments"])
        notes = [self.note(n, who, text) for n, (who, text) in enumerate(found, 1)]
        said = self.of(self.named(project), number).get("remarks", [])
        notes += [
            {**self.note(70, "harden-bot", one["body"]), "type": "DiffNote", "position": one["place"]} for one in said
        ]
        return 200, [{**self.note(99, "harden-bot", "added 1 commit"), "system": True}, *notes], {}

    def note(self, number: int, who: str, text: str) -> Any:
        return {"id": number, "body": text, "author": self.person(who), "system": False, "created_at": _SECONDS,
                "noteable_type": "MergeRequest", "type": None}  # fmt: skip

    def post_note(self, content: Any, _: Any, project: str, number: str) -> Any:
        self.of(self.named(project), number)["comments"].append(content["body"])
        return 201, self.note(7, "harden-bot", content["body"]), {}

    def get_member(self, _: Any, __: Any, project: str, user: str) -> Any:
        names = list(self.forge.people)
        if int(user) > len(names):
            return 404, {"message": "404 Not found"}, {}
        name = names[int(user) - 1]
        return 200, {**self.person(name), "access_level": _LEVELS[self.forge.people[name]]}, {}

    def get_users(self, _: Any, query: Any) -> Any:
        return 200, [self.person(name) for name in self.forge.people if name == query["username"]], {}

    def get_shares(self, _: Any, __: Any, project: str) -> Any:
        return 200, {"Dockerfile": 93.0, "Python": 7.0}, {}

    def delete_branch(self, _: Any, __: Any, project: str, branch: str) -> Any:
        repo = self.named(project)
        if not self.forge.sha(repo, unquote(branch)):
            return 404, {"message": "404 Branch Not Found"}, {}
        git(self.forge.root / f"{repo}.git", "update-ref", "-d", f"refs/heads/{unquote(branch)}")
        return 204, None, {}


_PROJECT = r"/projects/(?P<project>[^/]+)"
_ONE = _PROJECT + r"/merge_requests/(?P<number>\d+)"
_ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", _PROJECT, GitLabHandler.get_repository),
    ("GET", r"/groups/(?P<org>[^/]+)/projects", GitLabHandler.get_repositories),
    ("GET", r"/users/(?P<org>[^/]+)/projects", GitLabHandler.get_repositories),
    ("GET", r"/users", GitLabHandler.get_users),
    ("GET", _PROJECT + "/languages", GitLabHandler.get_shares),
    ("GET", _PROJECT + "/merge_requests", GitLabHandler.get_requests),
    ("POST", _PROJECT + "/merge_requests", GitLabHandler.post_merge),
    ("GET", _ONE, GitLabHandler.get_merge),
    ("PUT", _ONE, GitLabHandler.put_merge),
    ("GET", _ONE + "/diffs", GitLabHandler.get_diffs),
    ("POST", _ONE + "/discussions", GitLabHandler.post_discussion),
    ("GET", _PROJECT + "/issues", GitLabHandler.get_issues),
    ("POST", _PROJECT + "/issues", GitLabHandler.post_issue),
    ("PUT", _PROJECT + r"/issues/(?P<number>\d+)", GitLabHandler.put_issue),
    ("GET", _ONE + "/notes", GitLabHandler.get_notes),
    ("POST", _ONE + "/notes", GitLabHandler.post_note),
    ("GET", _PROJECT + r"/members/all/(?P<user>\d+)", GitLabHandler.get_member),
    ("DELETE", _PROJECT + r"/repository/branches/(?P<branch>[^/]+)", GitLabHandler.delete_branch),
]


def check(forge: Forge) -> None:
    """Hold all calls and answers against the table."""
    described = Description(SPEC)
    for method, path, body, status, data in calls(forge.said):
        described.check(method, path, body, status, data)
