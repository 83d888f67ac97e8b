"""Checks of pull requests, by a GitHub App: what they say, when they fail, made once, or again if asked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from hardener.bot.bench import Bench, Quota
from hardener.bot.forge.checks import Annotation, Verdict
from hardener.bot.ledger import Ledger
from hardener.bot.mark import check_key, checked_request
from hardener.bot.policy import Policy
from hardener.bot.review.check import check
from hardener.bot.review.verdict import verdict
from hardener.bot.rewriting import Change, Group, Note
from hardener.bot.serve.events import read
from hardener.bot.serve.queue import Work
from hardener.bot.serve.server import do
from hardener.fast.records import replace
from tests.bot.github_server import Forge
from tests.bot.test_review import opened
from tests.bot.test_serve import Post, request
from tests.bot.working import FILES, NAME, app_client, bench

MADE = {"package.json": FILES["package.json"], "server.js": FILES["server.js"]}


def on(app: Forge, **policy: Any) -> Bench:
    chosen = Policy(offline=True, again_after=0, review="check", **policy)
    return Bench(app_client(app), chosen, Ledger(":memory:"), Quota(9))


def said(bench: Bench, task: str = "review 1") -> str:
    (told,) = do(Work(NAME, task), bench)
    assert not told.failed
    return told.what


def test_an_sdk_written_against_github_reads_the_check(app: Forge) -> None:
    from github import Auth, Github

    app.repository(NAME, MADE)
    one = opened(app, {"Dockerfile": FILES["Dockerfile"]})
    assert said(on(app, fail_level="hardening")).startswith("check of 1: failure, ")
    sdk = Github(
        base_url=app.url, auth=Auth.Token(list(app.tokens)[-1]), seconds_between_requests=0,
        seconds_between_writes=0, retry=0, lazy=True,
    )  # fmt: skip
    try:
        commit = sdk.get_repo(NAME).get_commit(one["sha"])
        (found,) = commit.get_check_runs(check_name="harden")
        assert (found.name, found.status, found.conclusion) == ("harden", "completed", "failure")
        assert (found.head_sha, found.external_id) == (one["sha"], "harden:1")
        assert found.output.title.endswith("to mend")
        assert "+USER 1000" in found.output.text
        notes = {note.title: note for note in found.get_annotations()}
        assert found.output.annotations_count == len(notes)
        user = next(note for title, note in notes.items() if title.endswith(" add-user"))
        assert (user.path, user.annotation_level) == ("Dockerfile", "failure")
        assert 1 <= user.start_line <= user.end_line <= 5
    finally:
        sdk.close()
    assert one.get("remarks") is None, "a check writes no comment"


def test_a_check_is_made_once_for_a_commit_and_again_on_request(app: Forge) -> None:
    app.repository(NAME, MADE)
    opened(app, {"Dockerfile": FILES["Dockerfile"]})
    work = on(app)
    assert said(work) == "check of 1: neutral, 1 file would change"
    assert said(work) == "check of 1: as before"
    assert said(work, "recheck 1") == "check of 1: neutral, 1 file would change"
    assert len(app.checks) == 2
    app.commit(NAME, {"Dockerfile": "FROM scratch\nCOPY a /a\n"}, "feature")
    assert said(work) == "check of 1: success, Nothing to change"
    assert [one["conclusion"] for one in app.checks] == ["neutral", "neutral", "success"]


def test_a_request_without_container_files_has_a_check_too(app: Forge) -> None:
    """A check that a branch needs would hold up all others for ever."""
    app.repository(NAME, MADE)
    opened(app, {"server.js": "x\n"}, draft=True)
    assert said(on(app)) == "check of 1: success, No container file"


def test_a_file_whose_patch_github_does_not_show(app: Forge) -> None:
    app.repository(NAME, MADE)
    lines = "".join(f"# {n} {'x' * 60}\n" for n in range(1600))
    opened(app, {"Dockerfile": f"{FILES['Dockerfile']}{lines}"})
    assert said(on(app)) == "check of 1: neutral, 1 file would change"


def test_a_killed_process_leaves_one_that_goes_on(app: Forge) -> None:
    app.repository(NAME, MADE)
    opened(app, {"Dockerfile": FILES["Dockerfile"]})
    work = on(app)
    said(work)
    (one,) = app.checks
    one.update(status="in_progress", annotations=[], conclusion=None)
    assert said(work) == "check of 1: neutral, 1 file would change"
    assert app.checks == [one]
    one.update(status="in_progress", conclusion=None)  # killed between two calls: some annotations are there
    said(work)
    assert [check["conclusion"] for check in app.checks] == [None, "neutral"]


def test_a_check_of_somebody_else_with_this_name(app: Forge) -> None:
    """A job of GitHub Actions may be called so."""
    app.repository(NAME, MADE)
    opened(app, {"server.js": "x\n"})
    work = on(app)
    said(work)
    app.checks[0]["external_id"] = "0b1d5f62-7d2c-5d53-9a0f-3a5ab4f4d0d3"
    assert said(work) == "check of 1: success, No container file"
    assert len(app.checks) == 2


def test_more_annotations_than_one_call_takes(app: Forge) -> None:
    app.repository(NAME, MADE)
    one = opened(app, {"Dockerfile": FILES["Dockerfile"]})
    api = app_client(app)
    notes = tuple(Annotation("Dockerfile", n, n, "notice", "t", "m") for n in range(1, 121))
    api.write_check(api.repository(NAME), one["sha"], Verdict("neutral", "t", "s", "", notes), name="n", key="k")
    (made,) = app.checks
    assert [note["start_line"] for note in made["annotations"]] == list(range(1, 121))
    sent = [json.loads(body) for method, path, _, body, *_ in app.said if "/check-runs" in path and method != "GET"]
    assert [len(one["output"]["annotations"]) for one in sent] == [50, 50, 20]
    assert [one["status"] for one in sent] == ["in_progress", "in_progress", "completed"]


def test_a_token_of_a_person_makes_no_checks(forge: Forge) -> None:
    forge.repository(NAME, MADE)
    opened(forge, {"server.js": "x\n"})
    (told,) = check(NAME, 1, bench(forge))
    assert told.failed
    assert "403" in told.what
    assert "authenticate via a GitHub App" in told.what


def test_forges_without_checks(gitlab: Forge) -> None:
    gitlab.repository(NAME, MADE)
    (told,) = check(NAME, 1, bench(gitlab))
    assert told.failed
    assert "checks do not work there" in told.what


def test_dry(app: Forge) -> None:
    app.repository(NAME, MADE)
    opened(app, {"server.js": "x\n"})
    assert said(replace(on(app), dry=True)) == "check of 1: success, No container file"
    assert app.checks == []


NOTES = (
    Note("Dockerfile", 1, "HD101", "pin-digest", "held-back", "m", "B01", "no registry was asked", "drop --offline"),
    Note("Dockerfile", 3, "HD201", "add-user", "changed", "runs as root", level="hardening"),
    Note("Dockerfile", 0, "HD105", "split-stages", "offered", "@team <b> \x1b", level="unsafe"),
    Note("other/Dockerfile", 1, "HD201", "add-user", "changed", "runs as root", level="hardening"),
)


@pytest.mark.parametrize(
    ("level", "conclusion", "failed"),
    [("none", "neutral", 0), ("safe", "neutral", 0), ("hardening", "failure", 1), ("unsafe", "failure", 2),
     ("held-back", "failure", 3)],
)  # fmt: skip
def test_the_level_of_failure(level: str, conclusion: str, failed: int) -> None:
    group = Group("all", (Change("Dockerfile", b"a\n", b"b\n"),), NOTES)
    found = verdict(group, {"Dockerfile"}, level)
    assert found.conclusion == conclusion
    assert [one.level for one in found.annotations].count("failure") == failed
    assert len(found.annotations) == 3, "nothing of files that the request does not change"
    assert min(one.start for one in found.annotations) == 1


def test_texts_of_a_repository_are_text() -> None:
    group = Group("all", (Change("Dockerfile", b"a\n", b"```\n\x1b\n"),), NOTES, errors=("Dockerfile: <img> @team",))
    found = verdict(group, {"Dockerfile"}, "none")
    assert found.conclusion == "neutral"
    assert found.text.startswith("````diff\n")
    assert "\x1b" not in found.text + "".join(one.message for one in found.annotations)
    assert "<img>" not in found.summary
    assert "@team" not in found.summary
    assert verdict(group, {"Dockerfile"}, "safe").conclusion == "failure", "what cannot be read is no success"
    assert verdict(Group("all"), {"Dockerfile"}, "held-back").conclusion == "success"


def test_bounds_of_a_check() -> None:
    notes = tuple(Note("a", n, "C", "r", "held-back", "m" * 9999) for n in range(400))
    many = Group("all", (Change("a", b"a\n", b"b\n" * 20_000),), notes)
    found = verdict(many, {"a"}, "none")
    assert len(found.annotations) == 300
    assert "The first 300 findings are shown." in found.summary
    assert max(len(one.message) for one in found.annotations) <= 4000
    assert found.text == "`harden --diff` shows the changes."


def rerequested(kind: str, inner: dict[str, Any], action: str = "rerequested") -> dict[str, Any]:
    return {"action": action, kind: inner, "repository": {"full_name": "acme/shop", "default_branch": "main"}}


@pytest.mark.parametrize(
    ("name", "content", "tasks"),
    [
        ("check_run", rerequested("check_run", {"external_id": "harden:7"}), ["recheck 7"]),
        ("check_run", rerequested("check_run", {"external_id": "harden:7"}, "completed"), []),
        ("check_run", rerequested("check_run", {"external_id": "x:7"}), []),
        ("check_run", rerequested("check_run", {"external_id": None}), []),
        ("check_suite", rerequested("check_suite", {"pull_requests": [{"number": 7}, {"number": 8}]}),
         ["recheck 7", "recheck 8"]),
        ("check_suite", rerequested("check_suite", {"pull_requests": []}), []),
        ("check_suite", rerequested("check_suite", {"pull_requests": [{"number": 7}]}, "requested"), []),
        ("pull_request", request("opened", "harden/all"), ["check 7"]),
        ("pull_request", request("reopened", "harden/all"), ["look", "check 7"]),
    ],
)  # fmt: skip
def test_what_asks_for_a_check(name: str, content: Any, tasks: list[str]) -> None:
    found = read("github", {"x-github-event": name}, json.dumps(content).encode(), "harden/")
    assert [work.task for work in found.works] == tasks


def test_only_what_was_asked_for_is_taken() -> None:
    again = rerequested("check_run", {"external_id": "harden:7"})
    assert Post(reviews=True)(again, "check_run") == ("200", "ignored")
    post = Post(reviews=True, checks=True)
    assert post(again, "check_run") == ("202", "taken")
    assert post(request("opened", "harden/all"), "pull_request", "2") == ("202", "taken")
    assert post.waiting() == [("acme/shop", "recheck 7"), ("acme/shop", "check 7")]


def test_keys() -> None:
    assert checked_request(check_key(12)) == 12
    for key in ("harden:", "harden:-1", "harden:\u0663", "harden:1e9", "x", "harden:" + "9" * 30):
        assert checked_request(key) is None
