"""A forge in the shape of GitHub over real bare repositories.

Bodies are the examples of GitHub's own OpenAPI description with live values laid over them; `checked` holds all that
was said against the description.
"""

from __future__ import annotations

import base64
import copy
import json
import re
import subprocess
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from tests.bot import github_checks
from tests.bot.git_server import GitHandler, git, serve

SPEC = json.loads((Path(__file__).parent / "github" / "openapi.json").read_text())
_EXAMPLES = SPEC["components"]["examples"]


def _example(name: str) -> Any:
    return copy.deepcopy(_EXAMPLES[name]["value"])


class Forge:
    """The state of the forge, as tests arrange and look at it."""

    def __init__(self, root: Path, kind: str = "github", handler: type[Handler] | None = None) -> None:
        self.root = root
        self.kind = kind
        self.server = serve(handler or Handler, root)
        self.server.forge = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        self.api = self.url + (handler or Handler).prefix
        #: owners who installed the App, and what it may do there; tokens that were given, and when they end
        self.installed: dict[str, dict[str, Any]] = {}
        self.tokens: dict[str, str] = {}
        #: a public key that the App's signatures are held against, and the time
        self.app_key: Any = None
        self.now = 1_795_000_000.0
        #: what people may do: name and level in the words of GitHub
        self.people: dict[str, str] = {}
        self.lock = threading.RLock()
        self.repositories: dict[str, dict[str, Any]] = {}
        #: closed with the forge
        self.clients: list[Any] = []
        self.requests: list[dict[str, Any]] = []
        self.issues: list[dict[str, Any]] = []
        self.checks: list[dict[str, Any]] = []
        self.said: list[tuple[str, str, dict[str, str], bytes, int, bytes]] = []
        #: answers that come instead of the real ones, the first one first
        self.faults: list[tuple[int, dict[str, str], bytes]] = []

    def repository(self, name: str, files: dict[str, str | bytes], **values: Any) -> Path:
        """Make a repository with one commit and return its bare folder."""
        bare = self.root / f"{name}.git"
        bare.mkdir(parents=True)
        git(bare, "init", "-q", "--bare", "-b", "main")
        git(bare, "config", "http.receivepack", "true")
        git(bare, "config", "uploadpack.allowFilter", "true")
        git(bare, "config", "uploadpack.allowAnySHA1InWant", "true")
        self.repositories[name] = values
        if files:
            self.commit(name, files)
        return bare

    def commit(self, name: str, files: dict[str, str | bytes], branch: str = "main", message: str = "change") -> str:
        """Commit files to a branch as a person, and return the commit."""
        bare = self.root / f"{name}.git"
        old = self.sha(name, branch)
        git(bare, "read-tree", *([old] if old else ["--empty"]))
        for path, content in files.items():
            data = content.encode() if isinstance(content, str) else content
            oid = (
                subprocess.run(
                    ["git", "hash-object", "-w", "--stdin"], cwd=bare, input=data, capture_output=True, check=True
                )
                .stdout.decode()
                .strip()
            )
            git(bare, "update-index", "-z", "--index-info", stdin=f"100644 {oid}\t{path}\0")
        tree = git(bare, "write-tree")
        new = git(bare, "commit-tree", tree, *(["-p", old] if old else []), "-m", message)
        git(bare, "update-ref", f"refs/heads/{branch}", new)
        return new

    def sha(self, name: str, branch: str) -> str:
        """Return the tip of a branch, "" where there is none."""
        done = subprocess.run(
            ["git", "-C", str(self.root / f"{name}.git"), "rev-parse", "-q", "--verify", f"refs/heads/{branch}"],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        return done.stdout.strip()

    def branches(self, name: str) -> list[str]:
        """Return the branches."""
        return git(self.root / f"{name}.git", "for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads").split()

    def show(self, name: str, what: str) -> str:
        """Return a file of a commit, such as "branch:path"."""
        return git(self.root / f"{name}.git", "show", what)

    def merge(self, number: int) -> None:
        """Merge a request as a person, by squashing, as its branch is then no ancestor of the base."""
        one = self.requests[number - 1]
        bare, head = self.root / f"{one['repo']}.git", self.sha(one["repo"], one["head"])
        old = self.sha(one["repo"], "main")
        new = git(bare, "commit-tree", f"{head}^{{tree}}", "-p", old, "-m", "merged")
        git(bare, "update-ref", "refs/heads/main", new)
        one.update(state="closed", merged_at="2026-11-28T12:00:00Z", sha=head)

    def close(self) -> None:
        for client in self.clients:
            client.disconnect()
        self.server.shutdown()
        self.server.server_close()

    def writes(self) -> list[tuple[str, str]]:
        """Return the calls that were to change something."""
        return [(method, path) for method, path, *_ in self.said if method not in ("GET", "HEAD")]


class Text(str):
    """An answer that is no JSON."""


class Handler(GitHandler):
    """The calls that the bot needs, and no others."""

    #: of the addresses of the API
    prefix = ""

    @property
    def forge(self) -> Forge:
        return self.server.forge

    def do_GET(self) -> None:
        with_git = ".git/" in self.path
        if with_git:
            self.git()
        else:
            with self.forge.lock:
                self.api()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - the names that http.server calls

    def api(self) -> None:
        body = self.content()
        if self.forge.faults:
            status, headers, data = self.forge.faults.pop(0)
            self.answer(status, list(headers.items()), data)
            return
        status, value, headers = self.route(json.loads(body or b"null")) if self.is_known() else (
            401, {"message": "Bad credentials"}, {})  # fmt: skip
        data = b"" if status in (204, 304) else (value if isinstance(value, Text) else json.dumps(value)).encode()
        self.forge.said.append((self.command, self.path, dict(self.headers), body, status, data))
        kind = [("Content-Type", "application/json; charset=utf-8")]
        self.answer(status, [*kind, ("X-RateLimit-Remaining", "4999"), *headers.items()], data)

    def route(self, content: Any) -> tuple[int, Any, dict[str, str]]:
        address = urlsplit(self.path)
        query = dict(parse_qsl(address.query))
        for method, pattern, handle in self.routes():
            found = re.fullmatch(self.prefix + pattern, self.plain(address.path))
            if found and method == self.command:
                known = found.groupdict().get("repo", next(iter(self.forge.repositories), ""))
                if known not in self.forge.repositories:
                    break
                return handle(self, content, query, **found.groupdict())
        return 404, {"message": "Not Found"}, {}

    def is_known(self) -> bool:
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind == "Basic":
            value = base64.b64decode(value).decode().partition(":")[2]
        owner = self.forge.tokens.get(value)
        if owner is not None:  # one installation sees nothing of another
            return f"/{owner}/" in self.path or "/installation/" in self.path
        if "/app/" in self.path or self.path.endswith("/installation"):
            return bool(self.forge.app_key) and self.is_signed(value)
        return super().is_known()

    def is_signed(self, value: str) -> bool:
        import jwt

        claims = jwt.decode(value, self.forge.app_key, ["RS256"], options={"verify_exp": False, "verify_iat": False})
        in_time = claims["iat"] <= self.forge.now < claims["exp"] <= self.forge.now + 600
        return bool(claims["iss"] == "4711" and in_time)

    def get_installation(self, _: Any, __: Any, org: str) -> Any:
        if org not in self.forge.installed:
            return 404, {"message": "Not Found"}, {}
        number = 1 + list(self.forge.installed).index(org)
        return 200, {**_example("installation"), "id": number, **self.forge.installed[org]}, {}

    def post_token(self, _: Any, __: Any, number: str) -> Any:
        owner = list(self.forge.installed)[int(number) - 1]
        token = f"ghs_{owner}_{len(self.forge.tokens)}"
        self.forge.tokens[token] = owner
        ends = datetime.fromtimestamp(self.forge.now + 3600, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        return 201, {**_example("installation-token"), "token": token, "expires_at": ends}, {}

    def get_installed(self, _: Any, __: Any) -> Any:
        owner = self.forge.tokens[self.headers["Authorization"].partition(" ")[2]]
        names = [name for name in self.forge.repositories if name.startswith(f"{owner}/")]
        one = _example("repository-paginated-2")["repositories"][0]
        found = [{**self.described(copy.deepcopy(one), name), "permissions": _NO_RIGHTS} for name in names]
        return 200, {"total_count": len(found), "repositories": found}, {}

    def example(self, name: str) -> Any:
        return _example(name)

    def routes(self) -> list[tuple[str, str, Callable[..., Any]]]:
        return _ROUTES

    def plain(self, path: str) -> str:
        return unquote(path)

    def get_repository(self, _: Any, __: Any, repo: str) -> Any:
        value = self.described(_example("full-repository-default-response"), repo)
        tag = f'"{hash(json.dumps(value)) & 0xFFFFFFFF:x}"'
        if self.headers.get("If-None-Match") == tag:
            return 304, None, {"ETag": tag}
        return 200, value, {"ETag": tag}

    def described(self, value: Any, repo: str) -> Any:
        for name in ("source", "parent", "template_repository"):
            value.pop(name, None)
        url = self.forge.url
        value.update(full_name=repo, name=repo.partition("/")[2], default_branch="main", language="Dockerfile",
                     url=f"{url}/repos/{repo}", clone_url=f"{url}/{repo}.git", size=10, fork=False, archived=False,
                     disabled=False, permissions={"admin": False, "push": True, "pull": True})  # fmt: skip
        value.update(self.forge.repositories[repo])
        return value

    def get_repositories(self, _: Any, query: Any, org: str) -> Any:
        names = sorted(name for name in self.forge.repositories if name.startswith(f"{org}/"))
        if not names:
            return 404, {"message": "Not Found"}, {}
        page, size = int(query.get("page", 1)), 2  # pages of two, so that there are several
        part = names[(page - 1) * size : page * size]
        link = f'<{self.forge.url}/orgs/{org}/repos?page={page + 1}>; rel="next"'
        more = {"Link": link} if page * size < len(names) else {}
        return 200, [self.described(_example("minimal-repository-items")[0], name) for name in part], more

    def get_requests(self, _: Any, query: Any, repo: str) -> Any:
        state, head = query.get("state", "open"), query.get("head")
        owner = repo.partition("/")[0]
        found = [
            one for one in reversed(self.forge.requests)
            if one["repo"] == repo and state in ("all", one["state"]) and head in (None, f"{owner}:{one['head']}")
            and query.get("base", "main") == "main"
        ]  # fmt: skip
        return 200, [self.shown(one, simple=True) for one in found], {}

    def post_request(self, content: Any, _: Any, repo: str) -> Any:
        head, base = content["head"], content["base"]
        if not self.forge.sha(repo, head):
            return self.refused(field="head", code="invalid")
        if any(o["repo"] == repo and o["head"] == head and o["state"] == "open" for o in self.forge.requests):
            return self.refused(code="custom", message=f"A pull request already exists for {head}.")
        if not git(self.forge.root / f"{repo}.git", "rev-list", f"{base}..{head}"):
            return self.refused(code="custom", message=f"No commits between {base} and {head}")
        one = {"repo": repo, "number": len(self.forge.requests) + 1, "head": head, "title": content["title"],
               "body": content.get("body"), "state": "open", "merged_at": None, "labels": [],
               "comments": [], "draft": bool(content.get("draft")), "asked": [], "assignees": []}  # fmt: skip
        self.forge.requests.append(one)
        return 201, self.shown(one), {}

    def refused(self, **error: Any) -> Any:
        return (
            422,
            {
                "documentation_url": "https://docs.github.com/rest",
                "message": "Validation Failed",
                "errors": [{"resource": "PullRequest", **error}],
            },
            {},
        )

    def shown(self, one: dict[str, Any], *, simple: bool = False) -> Any:
        value = _example("pull-request-simple-items")[0] if simple else _example("pull-request")
        label = _example("label-items")[0]
        if one["state"] == "open":
            one["sha"] = self.forge.sha(one["repo"], one["head"])
        url = f"{self.forge.url}/repos/{one['repo']}"
        value.update(
            number=one["number"], id=one["number"], state=one["state"], title=one["title"], body=one["body"],
            merged_at=one["merged_at"], requested_teams=[],
            html_url=f"{self.forge.url}/{one['repo']}/pull/{one['number']}",
            url=f"{url}/pulls/{one['number']}", issue_url=f"{url}/issues/{one['number']}", draft=one["draft"],
            labels=[{**label, "archived_at": None, "archived_by": None, "name": name} for name in one["labels"]],
        )  # fmt: skip
        if not simple:
            value.update(merged=bool(one["merged_at"]))
        for side, ref, sha in (
            ("head", one["head"], one["sha"]),
            ("base", "main", self.forge.sha(one["repo"], "main")),
        ):
            value[side].update(ref=ref, sha=sha or "0" * 40, label=f"{one['repo'].partition('/')[0]}:{ref}")
            if value[side].get("repo"):
                value[side]["repo"]["full_name"] = one["repo"]
        return value

    def of(self, repo: str, number: str) -> dict[str, Any]:
        return next(one for one in self.forge.requests if one["repo"] == repo and one["number"] == int(number))

    def get_request(self, _: Any, __: Any, repo: str, number: str) -> Any:
        return 200, self.shown(self.of(repo, number)), {}

    def patch_request(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        one.update({key: value for key, value in content.items() if key in ("title", "body", "state")})
        return 200, self.shown(one), {}

    def post_labels(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        one["labels"] += [name for name in content["labels"] if name not in one["labels"]]
        return 200, self.shown(one)["labels"], {}

    def get_comments(self, _: Any, __: Any, repo: str, number: str) -> Any:
        found = [written(text) for text in self.of(repo, number)["comments"]]
        user = _example("issue-comment")["user"]
        return 200, [
            {**_example("issue-comment"), "id": n, "body": text, "user": {**user, "login": who}}
            for n, (who, text) in enumerate(found, 1)
        ], {}  # fmt: skip

    def post_comment(self, content: Any, _: Any, repo: str, number: str) -> Any:
        self.of(repo, number)["comments"].append(content["body"])
        return 201, {**_example("issue-comment"), "body": content["body"]}, {}

    def get_permission(self, _: Any, __: Any, repo: str, who: str) -> Any:
        if who not in self.forge.people:
            return 404, {"message": "Not Found"}, {}
        example = _example("repository-collaborator-permission-response-if-user-has-admin-permissions")
        role = {"permission": self.forge.people[who], "role_name": self.forge.people[who]}
        return 200, {**example, **role, "user": {**example["user"], "role_name": role["role_name"]}}, {}

    def get_languages(self, _: Any, __: Any, repo: str) -> Any:
        return 200, {"Dockerfile": 100, "Python": 7}, {}

    def post_reviewers(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        names = [*content.get("reviewers", ()), *content.get("team_reviewers", ())]
        if not set(names) <= set(self.forge.people):
            return self.refused(code="unprocessable", message="Reviews may only be requested from collaborators.")
        one["asked"] += names
        return 201, self.shown(one, simple=True), {}

    def post_assignees(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        one["assignees"] += [name for name in content["assignees"] if name in self.forge.people]
        return 201, {**_example("issue"), "number": one["number"]}, {}

    def get_files(self, _: Any, __: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        bare = self.forge.root / f"{repo}.git"
        base = git(bare, "merge-base", "main", one["head"])
        found = []
        for line in git(bare, "diff", "--no-renames", "--name-status", base, one["head"]).splitlines():
            status, _, path = line.partition("\t")
            diff = git(bare, "diff", "--no-renames", base, one["head"], "--", path)
            more = {"patch": diff[diff.index("@@") :]} if "@@" in diff and len(diff) < 100_000 else {}
            state = {"A": "added", "M": "modified", "D": "removed"}[status]
            example = _example("diff-entry-items")[0]
            example.pop("patch", None)
            found.append({**example, "filename": path, "status": state, **more})
        return 200, found, {}

    def get_remarks(self, _: Any, __: Any, repo: str, number: str) -> Any:
        example = _example("pull-request-review-comment-items")[0]
        several = {"start_line": None, "original_start_line": None, "start_side": None}
        return 200, [{**example, **several, **one} for one in self.of(repo, number).get("remarks", [])], {}

    def get_reviews(self, _: Any, __: Any, repo: str, number: str) -> Any:
        example = _example("pull-request-review-items")[0]
        return 200, [
            {**example, "body": one["body"], "commit_id": one["commit_id"], "state": "COMMENTED"}
            for one in self.of(repo, number).get("reviews", [])
        ], {}  # fmt: skip

    def post_review(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = self.of(repo, number)
        if content["commit_id"] != self.forge.sha(repo, one["head"]):
            return self.refused(code="unprocessable", message="No commit of this pull request.")
        one.setdefault("remarks", []).extend(content["comments"])
        one.setdefault("reviews", []).append(content)
        return 200, _example("pull-request-review"), {}

    def get_issues(self, _: Any, query: Any, repo: str) -> Any:
        found = [one for one in self.forge.issues if one["repo"] == repo and query["labels"] in one["labels"]]
        return 200, [self.issue(one) for one in found], {}

    def get_issue(self, _: Any, __: Any, repo: str, number: str) -> Any:
        return 200, self.issue(next(one for one in self.forge.issues if one["number"] == int(number))), {}

    def post_issue(self, content: Any, _: Any, repo: str) -> Any:
        one = {"repo": repo, "number": 1000 + len(self.forge.issues), "state": "open", **content}
        self.forge.issues.append(one)
        return 201, self.issue(one), {}

    def patch_issue(self, content: Any, _: Any, repo: str, number: str) -> Any:
        one = next(one for one in self.forge.issues if one["number"] == int(number))
        one.update(content)
        return 200, self.issue(one), {}

    def issue(self, one: dict[str, Any]) -> Any:
        value = _example("issue")
        value.pop("pull_request", None)
        return {
            **value,
            **{name: one[name] for name in ("number", "title", "body", "state")},
            "labels": [{**_example("label-items")[0], "name": name} for name in one["labels"]],
            "url": f"{self.forge.url}/repos/{one['repo']}/issues/{one['number']}",
        }

    def delete_ref(self, _: Any, __: Any, repo: str, branch: str) -> Any:
        if not self.forge.sha(repo, branch):
            return 422, {"message": "Reference does not exist"}, {}
        git(self.forge.root / f"{repo}.git", "update-ref", "-d", f"refs/heads/{branch}")
        for one in self.forge.requests:
            if one["repo"] == repo and one["head"] == branch and one["state"] == "open":
                one["state"] = "closed"
        return 204, None, {}


def written(text: str | tuple[str, str]) -> tuple[str, str]:
    """Return who wrote a comment, and what: text alone is the bot's."""
    return ("harden-bot", text) if isinstance(text, str) else text


#: what GitHub says of the rights of an App
_NO_RIGHTS = {"admin": False, "push": False, "pull": False}
_REPO = r"/repos/(?P<repo>[^/]+/[^/]+)"
_ROUTES: list[tuple[str, str, Callable[..., Any]]] = [
    ("GET", _REPO, Handler.get_repository),
    ("GET", r"/orgs/(?P<org>[^/]+)/installation", Handler.get_installation),
    ("GET", r"/users/(?P<org>[^/]+)/installation", Handler.get_installation),
    ("POST", r"/app/installations/(?P<number>\d+)/access_tokens", Handler.post_token),
    ("GET", r"/installation/repositories", Handler.get_installed),
    ("GET", r"/orgs/(?P<org>[^/]+)/repos", Handler.get_repositories),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)/files", Handler.get_files),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)/comments", Handler.get_remarks),
    ("POST", _REPO + r"/pulls/(?P<number>\d+)/reviews", Handler.post_review),
    ("GET", _REPO + "/issues", Handler.get_issues),
    ("POST", _REPO + "/issues", Handler.post_issue),
    ("PATCH", _REPO + r"/issues/(?P<number>\d+)", Handler.patch_issue),
    *github_checks.routes(_REPO),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)/reviews", Handler.get_reviews),
    ("GET", _REPO + r"/issues/(?P<number>\d+)", Handler.get_issue),
    ("GET", _REPO + "/pulls", Handler.get_requests),
    ("POST", _REPO + "/pulls", Handler.post_request),
    ("GET", _REPO + r"/pulls/(?P<number>\d+)", Handler.get_request),
    ("PATCH", _REPO + r"/pulls/(?P<number>\d+)", Handler.patch_request),
    ("POST", _REPO + r"/issues/(?P<number>\d+)/labels", Handler.post_labels),
    ("GET", _REPO + r"/issues/(?P<number>\d+)/comments", Handler.get_comments),
    ("POST", _REPO + r"/issues/(?P<number>\d+)/comments", Handler.post_comment),
    ("GET", _REPO + r"/collaborators/(?P<who>[^/]+)/permission", Handler.get_permission),
    ("GET", _REPO + r"/languages", Handler.get_languages),
    ("POST", _REPO + r"/pulls/(?P<number>\d+)/requested_reviewers", Handler.post_reviewers),
    ("POST", _REPO + r"/issues/(?P<number>\d+)/assignees", Handler.post_assignees),
    ("DELETE", _REPO + r"/git/refs/heads/(?P<branch>.+)", Handler.delete_ref),
]


_HOST = "http://localhost"


@cache
def _description() -> Any:
    from openapi_core import OpenAPI

    spec = {**copy.deepcopy(SPEC), "servers": [{"url": _HOST}]}
    # nullable, and null in its own examples, but not among its values
    spec["components"]["schemas"]["check-run"]["properties"]["conclusion"]["enum"].append(None)
    return OpenAPI.from_dict(spec)


def check_said(forge: Forge) -> int:
    """Hold all calls and answers against GitHub's description, and return how many there were."""
    from openapi_core.testing import MockRequest, MockResponse

    api = _description()
    count = 0
    for method, path, headers, body, status, data in forge.said:
        address = urlsplit(path)
        if "/git/refs/" in path or status in (304, 401, 403, 404):
            continue  # a parameter with a slash in it; no body; not described for each call
        request = MockRequest(
            _HOST, method.lower(), unquote(address.path), args=dict(parse_qsl(address.query)), headers=headers,
            data=body or None, content_type=headers.get("Content-Type", "application/json"),
        )  # fmt: skip
        if status < 400:
            api.validate_request(request)
        api.validate_response(request, MockResponse(data, status, content_type="application/json"))
        count += 1
    return count
