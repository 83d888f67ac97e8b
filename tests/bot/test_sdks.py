"""What the bot wrote, read by programs that others wrote for these forges: reviews and dashboards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from hardener.bot.dashboard import LABEL
from hardener.bot.review.work import review
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.test_review import applied, opened
from tests.bot.working import FILES, NAME, bench, go

if TYPE_CHECKING:
    from github import Github
    from pyforgejo import PyforgejoApi

MADE = {"package.json": FILES["package.json"], "server.js": FILES["server.js"]}
TEXT = str(FILES["Dockerfile"])


@contextmanager
def github(forge: Forge) -> Iterator[Github]:
    from github import Auth, Github

    auth = Auth.Token(TOKEN)
    sdk = Github(base_url=forge.url, auth=auth, seconds_between_requests=0, seconds_between_writes=0, retry=0)
    try:
        yield sdk
    finally:
        sdk.close()


@contextmanager
def forgejo(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> Iterator[PyforgejoApi]:
    monkeypatch.chdir(forge.root.parent)  # it reads a .env from where it is
    import httpx
    from pyforgejo import PyforgejoApi

    with httpx.Client(trust_env=False) as http:
        yield PyforgejoApi(base_url=forge.api, api_key=f"token {TOKEN}", httpx_client=http)


def reviewed(forge: Forge) -> Any:
    """Have a new Dockerfile reviewed; return the request."""
    forge.repository(NAME, MADE)
    one = opened(forge, {"Dockerfile": TEXT})
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: 1 comments"
    return one


def holds(body: str, line: int, start: int | None = None) -> None:
    """See that a comment holds a suggestion that adds a user."""
    place = {"start_line": start} if start else {}
    assert "USER 1000" in applied(TEXT, {"body": body, "line": line, **place})
    assert re.search(r"\[add-user\]\(https://", body)


def test_a_review_on_github(forge: Forge) -> None:
    one = reviewed(forge)
    with github(forge) as sdk:
        request = sdk.get_repo(NAME).get_pull(1)
        (made,) = request.get_reviews()
        assert (made.state, made.commit_id) == ("COMMENTED", one["sha"])
        assert made.body.startswith("harden looked at the container files")
        (said,) = request.get_review_comments()
        assert (said.path, said.side) == ("Dockerfile", "RIGHT")
        holds(said.body, said.line, said.start_line)


def test_a_review_on_gitlab(gitlab: Forge) -> None:
    from gitlab import Gitlab

    one = reviewed(gitlab)
    with Gitlab(gitlab.url, private_token=TOKEN, retry_transient_errors=False) as sdk:
        request = sdk.projects.get(NAME).mergerequests.get(1)
        notes = [note for note in request.notes.list(get_all=True) if not note.system]
        (said,) = [note for note in notes if note.type == "DiffNote"]
        assert said.position["new_path"] == "Dockerfile"
        assert said.position["head_sha"] == request.diff_refs["head_sha"] == one["sha"]
        holds(said.body, said.position["new_line"])
        (rest,) = [note for note in notes if note.type != "DiffNote"]
        assert rest.body.startswith("harden looked at the container files")


def test_a_review_on_forgejo(gitea: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    one = reviewed(gitea)
    with forgejo(gitea, monkeypatch) as sdk:
        (made,) = sdk.repository.repo_list_pull_reviews(owner="acme", repo="shop", index=1)
        assert (made.state, made.commit_id, made.comments_count) == ("COMMENT", one["sha"], 1)
        (said,) = sdk.repository.repo_get_pull_review_comments(owner="acme", repo="shop", index=1, id=made.id)
        assert said.path == "Dockerfile"
        holds(said.body, said.position)


def test_a_dashboard_on_github(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    go(bench(forge, dashboard=True))
    with github(forge) as sdk:
        (issue,) = sdk.get_repo(NAME).get_issues(labels=[LABEL], state="open")
        assert [label.name for label in issue.labels] == [LABEL]
        assert "1 open, 0 merged, 0 declined" in issue.body
        issue.edit(state="closed")
    forge.merge(1)
    go(bench(forge, dashboard=True))
    assert "1 open" in forge.issues[0]["body"], "a person closed it: it stays as it was"


def test_a_dashboard_on_gitlab(gitlab: Forge) -> None:
    from gitlab import Gitlab

    gitlab.repository(NAME, FILES)
    go(bench(gitlab, dashboard=True))
    with Gitlab(gitlab.url, private_token=TOKEN, retry_transient_errors=False) as sdk:
        (issue,) = sdk.projects.get(NAME).issues.list(labels=[LABEL], state="opened", get_all=True)
        assert issue.labels == [LABEL]
        assert "1 open, 0 merged, 0 declined" in issue.description


def test_a_dashboard_on_forgejo(gitea: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    gitea.repository(NAME, FILES)
    go(bench(gitea, dashboard=True))
    with forgejo(gitea, monkeypatch) as sdk:
        (issue,) = sdk.issue.list_issues(owner="acme", repo="shop", labels=LABEL, state="open")
        assert [label.name for label in issue.labels] == [LABEL]
        assert "1 open, 0 merged, 0 declined" in issue.body
