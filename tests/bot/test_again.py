"""Again and again: each rule of what the bot does when it comes back."""

from __future__ import annotations

import pytest

from hardener.bot import texts
from hardener.bot.decide import Act
from tests.bot.git_server import git
from tests.bot.github_server import Forge
from tests.bot.working import DONE, FILES, NAME, bench, go, whats

BRANCH = "harden/all"


@pytest.fixture
def opened(forge: Forge) -> Forge:
    """A repository with an open request."""
    forge.repository(NAME, FILES)
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.OPEN.value}"]
    return forge


def test_one_branch_one_commit_one_request(opened: Forge) -> None:
    (one,) = opened.requests
    assert (one["state"], one["head"], one["labels"]) == ("open", BRANCH, ["docker"])
    assert "USER 1000" in opened.show(NAME, f"{BRANCH}:Dockerfile")
    assert ".git" in opened.show(NAME, f"{BRANCH}:.dockerignore")
    bare = opened.root / f"{NAME}.git"
    text = git(bare, "show", "-s", "--format=%P%n%B", BRANCH)
    assert text.splitlines()[0] == opened.sha(NAME, "main")
    assert "Signed-off-by: harden <harden@localhost>" in text
    assert "the process runs as a user without privileges" in one["body"]


def test_the_same_state_makes_no_commit_and_no_call(opened: Forge) -> None:
    tip, writes = opened.sha(NAME, BRANCH), opened.writes()
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.SAME.value}"]
    assert (opened.sha(NAME, BRANCH), opened.writes()) == (tip, writes)


def test_a_moved_base_has_the_branch_rebuilt(opened: Forge) -> None:
    base = opened.commit(NAME, {"Dockerfile": f"# shop\n{FILES['Dockerfile']!s}"})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.REBUILD.value}"]
    assert opened.show(NAME, f"{BRANCH}:Dockerfile").startswith("# shop\n")
    assert git(opened.root / f"{NAME}.git", "rev-parse", f"{BRANCH}^") == base
    assert len(opened.requests) == 1


def test_what_a_person_closed_is_not_opened_again(opened: Forge) -> None:
    opened.requests[0]["state"] = "closed"
    opened.commit(NAME, {"README.md": "more\n"})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.DECLINED.value}"]
    assert len(opened.requests) == 1


def test_after_a_closed_request_only_what_is_new_is_proposed(opened: Forge) -> None:
    opened.requests[0]["state"] = "closed"
    opened.commit(NAME, {"worker/Dockerfile": str(FILES["Dockerfile"])})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.OPEN.value}"]
    new = opened.requests[1]
    assert new["state"] == "open"
    assert opened.show(NAME, f"{BRANCH}:Dockerfile") == str(FILES["Dockerfile"]).rstrip()
    assert "tini" in opened.show(NAME, f"{BRANCH}:worker/Dockerfile")


def test_a_closed_request_without_its_mark_is_taken_for_all(opened: Forge) -> None:
    opened.requests[0].update(state="closed", body="no, thanks")
    opened.commit(NAME, {"worker/Dockerfile": str(FILES["Dockerfile"])})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.DECLINED.value}"]


@pytest.mark.parametrize("amend", [False, True], ids=["a commit on top", "an amended commit"])
def test_a_persons_commits_are_never_overwritten(opened: Forge, amend: bool) -> None:
    if amend:
        bare = opened.root / f"{NAME}.git"
        text = git(bare, "show", "-s", "--format=%B", BRANCH)
        tree = git(bare, "rev-parse", "main^{tree}")
        # even with the name of the bot and its message
        who = "harden <harden@localhost>"
        new = git(bare, "commit-tree", tree, "-p", opened.sha(NAME, "main"), "-m", text, who=who)
        git(bare, "update-ref", f"refs/heads/{BRANCH}", new)
    else:
        new = opened.commit(NAME, {"Dockerfile": DONE}, BRANCH)
    opened.commit(NAME, {"README.md": "more\n"})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.PERSONS.value}"]
    assert opened.sha(NAME, BRANCH) == new


def test_a_branch_of_somebody_else_is_left_alone(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    tip = forge.commit(NAME, {"x": "1"}, BRANCH)
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.PERSONS.value}"]
    assert (forge.sha(NAME, BRANCH), forge.requests) == (tip, [])


def test_a_push_in_between_is_not_overwritten(opened: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    from hardener.bot.git.clone import Clone

    opened.commit(NAME, {"README.md": "more\n"})
    push, pushed = Clone.push, []

    def late(self: Clone, commit: str, branch: str, seen: str | None) -> None:
        pushed.append(opened.commit(NAME, {"Dockerfile": DONE}, BRANCH))
        push(self, commit, branch, seen)

    monkeypatch.setattr(Clone, "push", late)
    (told,) = go(bench(opened))
    assert told.failed
    assert "git push" in told.what
    assert opened.sha(NAME, BRANCH) == pushed[0]


def test_a_merged_branch_is_deleted(opened: Forge) -> None:
    opened.merge(1)
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.DELETE.value}"]
    assert opened.sha(NAME, BRANCH) == ""
    assert opened.requests[0]["comments"] == []
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.NOTHING.value}"]


def test_a_merged_branch_with_a_persons_commits_is_deleted_too(opened: Forge) -> None:
    opened.commit(NAME, {"README.md": "by a person\n"}, BRANCH)
    opened.merge(1)
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.DELETE.value}"]


def test_new_work_after_a_merge_is_a_new_request(opened: Forge) -> None:
    opened.merge(1)
    opened.commit(NAME, {"worker/Dockerfile": str(FILES["Dockerfile"])})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.OPEN.value}"]
    assert [one["state"] for one in opened.requests] == ["closed", "open"]


def test_nothing_left_closes_the_request_with_a_comment(opened: Forge) -> None:
    opened.commit(NAME, {"Dockerfile": DONE, ".dockerignore": ".git\n"})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.CLOSE.value}"]
    (one,) = opened.requests
    assert (one["state"], one["comments"]) == ("closed", [texts.closing()])
    assert opened.sha(NAME, BRANCH) == ""
    opened.commit(NAME, {"Dockerfile": str(FILES["Dockerfile"])})
    assert whats(go(bench(opened))) == [f"{BRANCH}: {Act.OPEN.value}"], "the bot's own closing declines nothing"


def test_a_body_that_a_person_worded_stays_while_the_change_is_the_same(opened: Forge) -> None:
    mark = opened.requests[0]["body"].rstrip().rpartition("\n")[2]
    opened.requests[0]["body"] = f"mine\n{mark}\n"
    go(bench(opened))
    assert opened.requests[0]["body"] == f"mine\n{mark}\n"


def test_families_have_requests_of_their_own(forge: Forge) -> None:
    forge.repository(NAME, FILES)
    told = whats(go(bench(forge, grouping="family")))
    assert told == ["harden/pins: nothing to do", "harden/layers: opened", "harden/runtime: opened"]
    assert "USER" not in forge.show(NAME, "harden/layers:Dockerfile")
    assert "USER" in forge.show(NAME, "harden/runtime:Dockerfile")


def test_files_have_requests_of_their_own(forge: Forge) -> None:
    forge.repository(NAME, {**FILES, "worker/Dockerfile": str(FILES["Dockerfile"])})
    go(bench(forge, grouping="file"))
    assert len(forge.requests) == 2
    assert len({one["head"] for one in forge.requests}) == 2


def test_compose_files_are_hardened_too(forge: Forge) -> None:
    forge.repository(NAME, {"compose.yaml": "services:\n  web:\n    image: nginx:1.29\n"})
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.OPEN.value}"]
    assert "no-new-privileges" in forge.show(NAME, f"{BRANCH}:compose.yaml")
