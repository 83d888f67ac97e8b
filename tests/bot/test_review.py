"""Reviews of pull requests of people: what is said, where, and that a suggestion can be applied as it is."""

from __future__ import annotations

import re
from typing import Any

import pytest

from hardener.bot.forge.gitea_reviews import _patches
from hardener.bot.forge.gitlab_reviews import old_line
from hardener.bot.forge.records import RequestRefused, Reviews
from hardener.bot.review.suggest import Remark, hunks, keys, remark
from hardener.bot.review.work import review
from hardener.bot.rewriting import Change, Note
from hardener.bot.serve.queue import Work
from hardener.bot.serve.server import do
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench


def opened(forge: Forge, files: dict[str, str | bytes], *, name: str = NAME, **values: Any) -> Any:
    forge.commit(name, {"README.md": "x\n"}, "main")
    git_main = forge.sha(name, "main")
    from tests.bot.git_server import git

    git(forge.root / f"{name}.git", "update-ref", "refs/heads/feature", git_main)
    forge.commit(name, files, "feature")
    one = {"repo": name, "number": 1, "title": "t", "body": "", "head": "feature", "state": "open", "labels": [],
           "draft": False, "comments": [], "asked": [], "assignees": [], "merged_at": None, **values}  # fmt: skip
    one["sha"] = forge.sha(name, "feature")
    forge.requests.append(one)
    return one


def applied(text: str, one: dict[str, Any]) -> str:
    """Return a file with a suggestion applied as GitHub and GitLab do it, and as a person does it elsewhere."""
    found = re.search(r"^(`{3,})(?:suggestion(?::-(\d+)\+0)?)?\n(.*?)\n\1$", one["body"], re.MULTILINE | re.DOTALL)
    assert found
    first, last = one["line"] - int(found[2] or 0), one["line"]
    told = re.search(r"^Lines? (\d+)(?: to (\d+))? becomes?:$", one["body"], re.MULTILINE)
    if told:
        first, last = int(told[1]), int(told[2] or told[1])
    lines = text.split("\n")
    lines[one.get("start_line", first) - 1 : last] = found[3].split("\n")
    return "\n".join(lines)


def test_a_new_dockerfile(each_forge: Forge) -> None:
    forge = each_forge
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
    assert len(one["remarks"]) == 1
    forge.commit(NAME, {"Dockerfile": done}, "feature")
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: nothing to suggest"


def test_what_is_not_in_the_patch_is_told_and_not_suggested(each_forge: Forge) -> None:
    forge = each_forge
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
def test_what_is_left_alone(
    each_forge: Forge, files: dict[str, str | bytes], values: dict[str, Any], what: str
) -> None:
    forge = each_forge
    forge.repository(NAME, {"package.json": FILES["package.json"]})
    opened(forge, files, **values)
    assert review(NAME, 1, bench(forge))[0].what == f"review of 1: {what}"
    assert forge.writes() == []


def test_a_comment_on_a_line_that_did_not_change(each_forge: Forge) -> None:
    """GitLab places it by the line of the old file too."""
    forge = each_forge
    forge.repository(NAME, FILES)
    text = f"{FILES['Dockerfile']}EXPOSE 8080\n"
    one = opened(forge, {"Dockerfile": text})
    assert review(NAME, 1, bench(forge))[0].what == "review of 1: 1 comments"
    (said,) = one["remarks"]
    assert "USER 1000" in applied(text, said)


def test_another_commit_came_while_gitlab_was_read(gitlab: Forge) -> None:
    gitlab.repository(NAME, {"package.json": FILES["package.json"]})
    opened(gitlab, {"Dockerfile": FILES["Dockerfile"]})
    api = bench(gitlab).forge
    assert isinstance(api, Reviews)
    with pytest.raises(RequestRefused, match="another commit"):
        api.write_review(api.repository(NAME), 1, "0" * 40, "t", [("Dockerfile", 1, 1, "x")])
    assert gitlab.writes() == []


@pytest.mark.parametrize(
    ("line", "old"), [(1, 1), (2, 0), (3, 3), (20, 19), (21, 0), (22, 20), (9, 0)]
)  # fmt: skip
def test_lines_of_the_old_file(line: int, old: int) -> None:
    patch = "@@ -1,3 +1,3 @@ x\n a\n-b\n+B\n c\n@@ -19,2 +20,3 @@\n d\n+e\n f\n\\ No newline at end of file\n"
    assert old_line(patch, line) == old


@pytest.mark.parametrize(
    ("after", "is_one"), [("b\n", True), ("/close\n", False), ("  /bin/x\n", False), ("\n", False)]
)
def test_what_gitlab_might_take_for_something_else(after: str, is_one: bool) -> None:
    change = Change("Dockerfile", b"a\n", after.encode())
    found = remark(change, [], "@@ -0,0 +1,9 @@", is_alone=True, fence="suggestion:-{above}+0")
    assert found is not None
    assert ("```suggestion:-0+0\n" in found.text) is is_one


def test_the_files_of_a_diff() -> None:
    diff = (
        "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+++ b/y\n"
        "diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n"
        'diff --git "a/\\303" "b/\\303"\n--- /dev/null\n+++ "b/\\303"\n@@ -0,0 +1 @@\n+a\n'
        "diff --git a/b c b/b c\nnew file mode 100644\n--- /dev/null\n+++ b/b c\t\n@@ -0,0 +1 @@\n+a\n"
        "diff --git a/m b/n\nsimilarity index 100%\nrename from m\nrename to n\n"
    )
    assert [(path, hunks(patch)) for path, patch in _patches(diff)] == [("x", [(1, 1)]), ("b c", [(1, 1)])]


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
