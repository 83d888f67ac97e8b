"""Reviews of pull requests of people: what is said, where, and that a suggestion can be applied as it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hardener.bot.review.suggest import Remark, hunks, keys, remark
from hardener.bot.review.work import review
from hardener.bot.rewriting import Change, Note
from hardener.bot.serve.queue import Work
from hardener.bot.serve.server import do
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench


def opened(forge: Forge, files: dict[str, str | bytes], **values: Any) -> Any:
    forge.commit(NAME, {"README.md": "x\n"}, "main")
    git_main = forge.sha(NAME, "main")
    from tests.bot.git_server import git

    git(forge.root / f"{NAME}.git", "update-ref", "refs/heads/feature", git_main)
    forge.commit(NAME, files, "feature")
    one = {"repo": NAME, "number": 1, "title": "t", "body": "", "head": "feature", "state": "open", "labels": [],
           "draft": False, "comments": [], "asked": [], "assignees": [], "merged_at": None, **values}  # fmt: skip
    one["sha"] = forge.sha(NAME, "feature")
    forge.requests.append(one)
    return one


def applied(text: str, one: dict[str, Any]) -> str:
    """Return a file with a suggestion applied as GitHub does it."""
    found = re.search(r"^(`{3,})suggestion\n(.*?)\n\1$", one["body"], re.MULTILINE | re.DOTALL)
    assert found
    lines = text.split("\n")
    lines[one.get("start_line", one["line"]) - 1 : one["line"]] = found[2].split("\n")
    return "\n".join(lines)


def test_a_new_dockerfile(forge: Forge) -> None:
    forge.repository(NAME, {"package.json": FILES["package.json"], "server.js": FILES["server.js"]})
    one = opened(forge, {"Dockerfile": FILES["Dockerfile"]})
    (told,) = do(Work(NAME, "review 1"), bench(forge))
    assert told.what == "review of 1: 1 comments"
    (said,) = one["remarks"]
    assert (said["path"], said["side"]) == ("Dockerfile", "RIGHT")
    done = applied(str(FILES["Dockerfile"]), said)
    assert "USER 1000" in done
    assert done.startswith("FROM node:24\n")
    assert "[add-user](" in said["body"]
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: as before"
    assert len(one["reviews"]) == 1
    forge.commit(NAME, {"Dockerfile": done}, "feature")
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: nothing to suggest"


def test_what_is_not_in_the_patch_is_told_and_not_suggested(forge: Forge) -> None:
    middle = "".join(f"ENV A{n}=1\n" for n in range(30))
    text = str(FILES["Dockerfile"]).replace("COPY", f"{middle}COPY")
    forge.repository(NAME, {**FILES, "Dockerfile": text})
    one = opened(forge, {"Dockerfile": text.replace("A15=1", "A15=2")})
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: 1 comments"
    (said,) = one["remarks"]
    assert "suggestion" not in said["body"]
    assert "start_line" not in said
    assert 15 <= said["line"] <= 24, "a line that the patch shows"


@pytest.mark.parametrize(
    ("files", "values", "what"),
    [
        ({"server.js": "x\n"}, {}, "skipped: no container file"),
        ({"Dockerfile": FILES["Dockerfile"]}, {"state": "closed"}, "skipped: a draft, or closed"),
        ({"Dockerfile": FILES["Dockerfile"]}, {"draft": True}, "skipped: a draft, or closed"),
        ({"Dockerfile": "FROM scratch\nCOPY a /a\n"}, {}, "nothing to suggest"),
    ],
)
def test_what_is_left_alone(forge: Forge, files: dict[str, str | bytes], values: dict[str, Any], what: str) -> None:
    forge.repository(NAME, {"package.json": FILES["package.json"]})
    opened(forge, files, **values)
    assert review(NAME, 1, bench(forge))[0].what == f"review of 1: {what}"
    assert forge.writes() == []


def test_gitlab_is_told_of(gitlab: Forge) -> None:
    (told,) = review(NAME, 1, bench(gitlab))
    assert told.failed
    assert "on GitHub only" in told.what


def placed(
    before: str, after: str, patch: str = "@@ -0,0 +1,99 @@", message: str = "m", *, alone: bool = True
) -> Remark:
    change = Change("Dockerfile", before.encode(), after.encode())
    found = remark(change, [Note("Dockerfile", 1, "HD201", "add-user", "changed", message)], patch, is_alone=alone)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a\nb\nc\n", "a\nB\nc\n"),
        ("a\nb\n", "a\nb\nc\n"),
        ("a\nb\n", "z\na\nb\n"),
        ("a\nb\nc\n", "a\nc\n"),
        ("a\nb", "a\nb\nc"),
        ("a\nb\nc\nd\n", "A\nb\nc\nD\n"),
        ("a\n", "b\nc\n"),
        ("a\n```\nb\n", "a\n```\n````\nb2\n"),
        ("a\nb\nc\n", "c\n"),
    ],
)
def test_a_suggestion_is_the_change(before: str, after: str) -> None:
    found = placed(before, after)
    body = {"body": found.text, "line": found.end, "start_line": found.start}
    assert applied(before, body) == after
    assert found.start >= 1
    assert found.end <= len(before.split("\n"))


@pytest.mark.parametrize(
    ("before", "after", "more"),
    [
        ("a\r\n", "b\r\n", {}),
        ("a\n", "b\x1b\n", {}),
        ("a\n", "b\u202e\n", {}),
        ("a\n", "b\n", {"alone": False}),
        ("a\nb\nc\n", "A\nb\nC\n", {"patch": "@@ -1 +1 @@\n+a\n@@ -3 +3 @@\n+c"}),
        ("a\n", "b\n" * 300, {}),
    ],
)
def test_what_is_no_suggestion(before: str, after: str, more: dict[str, Any]) -> None:
    assert "```suggestion" not in placed(before, after, **more).text


def test_text_of_a_repository_is_text() -> None:
    said = placed("a\n", "b\n", message="<img src=x> @team #1 ![x](y)").text
    assert "<img" not in said
    assert "@team" not in said
    assert "![x]" not in said


def test_hunks_and_keys() -> None:
    assert hunks("@@ -1,2 +3,4 @@ x\n+@@ -1 +1 @@\n@@ -9 +9,0 @@\n@@ -20 +21 @@") == [(3, 6), (21, 21)]
    assert keys([placed("a\n", "b\n").text, "x"]) == {placed("a\n", "b\n").key}
    assert placed("a\n", "b\n").key != placed("a\n", "c\n").key
