"""The same work on each forge, and what is special to one; read by SDKs that others wrote."""

from __future__ import annotations

import pytest

from hardener.bot import texts
from hardener.bot.decide import Act
from hardener.bot.forge.records import Comment, ForgeError, NotThere, RequestRefused, Wishes
from hardener.bot.policy import reason_to_skip
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.working import DONE, FILES, NAME, bench, go, whats

BRANCH = "harden/all"


def test_a_request_from_its_opening_to_its_end(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, FILES)
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.OPEN.value}"]
    (one,) = forge.requests
    assert (one["state"], one["labels"]) == ("open", ["docker"])
    writes = forge.writes()
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.SAME.value}"]
    assert forge.writes() == writes
    forge.commit(NAME, {"Dockerfile": DONE, ".dockerignore": ".git\n"})
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.CLOSE.value}"]
    assert (one["state"], one["comments"]) == ("closed", [texts.closing()])
    assert forge.sha(NAME, BRANCH) == ""
    forge.commit(NAME, {"Dockerfile": str(FILES["Dockerfile"])})
    assert whats(go(bench(forge))) == [f"{BRANCH}: {Act.OPEN.value}"], "the bot's own closing declines nothing"


def test_what_a_person_closed_or_merged(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, FILES)
    forge.repository("acme/two", FILES)
    go(bench(forge), NAME, "acme/two")
    number = {one["repo"]: one["number"] for one in forge.requests}
    forge.requests[number[NAME] - 1]["state"] = "closed"
    forge.merge(number["acme/two"])
    told = {one.repository: one.what for one in go(bench(forge), NAME, "acme/two")}
    assert told == {NAME: f"{BRANCH}: {Act.DECLINED.value}", "acme/two": f"{BRANCH}: {Act.DELETE.value}"}
    # the branch is gone, and it is still known whose request it was
    assert [
        one.is_merged for one in bench(forge).forge.requests(bench(forge).forge.repository("acme/two"), BRANCH)
    ] == [True]


def test_all_repositories_of_an_owner(each_forge: Forge) -> None:
    names = [f"acme/r{n}" for n in range(5)]
    for name in names:
        each_forge.repository(name, {})
    on = bench(each_forge)
    assert [one.name for one in on.forge.repositories("acme")] == names
    assert all(one.is_empty or each_forge.kind == "github" for one in on.forge.repositories("acme"))
    with pytest.raises(NotThere):
        list(on.forge.repositories("nobody"))


def test_who_may_give_commands(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, FILES)
    go(bench(forge))
    forge.people = {"ann": "write", "bob": "read", "eve": "admin"}
    forge.requests[0]["comments"] = [("ann", "yes"), ("bob", "no"), ("eve", "maybe"), ("mallory", "now")]
    api = bench(forge).forge
    repository = api.repository(NAME)
    found = {one.author: api.may_write(repository, one) for one in api.comments(repository, 1)}
    assert found == {"ann": True, "bob": False, "eve": True, "mallory": False}
    assert not api.may_write(repository, Comment("x"))


def test_reviewers_and_assignees_and_drafts(each_forge: Forge) -> None:
    forge = each_forge
    forge.repository(NAME, FILES)
    forge.commit(NAME, {"x": "y"}, "topic")
    forge.people = {"ann": "write", "bob": "write"}
    api = bench(forge).forge
    repository = api.repository(NAME)
    made = api.create(repository, "topic", "t", "b", is_draft=True)
    api.ask(repository, made.number, Wishes(("nobody", "ann"), assignees=("bob",)))
    (one,) = forge.requests
    assert (one["asked"], one["assignees"]) == (["ann"], ["bob"])
    api.update(repository, made, "another", "b")
    drafts = {"github": "another", "gitlab": "Draft: another", "gitea": "WIP: another"}
    assert one["title"] == drafts[forge.kind]
    if forge.kind == "github":
        assert one["draft"]
    (found,) = api.requests(repository, "topic")
    api.update(repository, found, found.title, "c")
    assert one["title"] == drafts[forge.kind]


def test_languages(each_forge: Forge) -> None:
    each_forge.repository(NAME, {"a": "b"})
    api = bench(each_forge).forge
    assert api.languages(api.repository(NAME)) == {"Dockerfile", "Python"}


def test_a_second_request_of_a_branch_is_refused(each_forge: Forge) -> None:
    each_forge.repository(NAME, FILES)
    go(bench(each_forge))
    api = bench(each_forge).forge
    with pytest.raises(RequestRefused, match="already exists"):
        api.create(api.repository(NAME), BRANCH, "t", "b")


def test_groups_within_groups(gitlab: Forge) -> None:
    name = "acme/shops/web"
    gitlab.repository(name, FILES)
    assert whats(go(bench(gitlab), name)) == [f"{BRANCH}: {Act.OPEN.value}"]
    assert [one.name for one in bench(gitlab).forge.repositories("acme/shops")] == [name]


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"permissions": {"project_access": {"access_level": 20}, "group_access": None}}, "may not push"),
        ({"permissions": {"project_access": None, "group_access": None}}, "may not push"),
        ({"merge_requests_access_level": "disabled"}, "switched off"),
        ({"marked_for_deletion_on": "2026-12-01"}, "to be deleted"),
        ({"repository_size": 3 << 30}, "huge"),
        ({"archived": True}, "archived"),
        ({"mirror": True}, "a mirror"),
    ],
)
def test_what_is_left_alone_on_gitlab(gitlab: Forge, values: dict[str, object], why: str) -> None:
    gitlab.repository(NAME, FILES, **values)
    on = bench(gitlab)
    assert why in reason_to_skip(on.forge.repository(NAME), on.policy)


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"permissions": {"push": False}}, "may not push"), ({"has_pull_requests": False}, "switched off"),
        ({"mirror": True}, "a mirror"), ({"fork": True}, "a fork"), ({"empty": True}, "empty"),
        ({"archived": True}, "archived"),
    ],
)  # fmt: skip
def test_what_is_left_alone_on_gitea(gitea: Forge, values: dict[str, object], why: str) -> None:
    gitea.repository(NAME, FILES, **values)
    on = bench(gitea)
    assert why in reason_to_skip(on.forge.repository(NAME), on.policy)


def test_names_with_groups_are_none_of_gitea(gitea: Forge) -> None:
    with pytest.raises(ForgeError, match="owner/name"):
        bench(gitea).forge.repository("a/b/c")


def test_an_sdk_written_against_gitlab_reads_what_the_bot_made(gitlab: Forge) -> None:
    from gitlab import Gitlab

    gitlab.repository(NAME, FILES)
    go(bench(gitlab))
    with Gitlab(gitlab.url, private_token=TOKEN, retry_transient_errors=False) as sdk:
        project = sdk.projects.get(NAME)
        (one,) = project.mergerequests.list(state="opened", source_branch=BRANCH, get_all=True)
        assert one.title == "Harden the container build (2 files)"
        assert (one.sha, one.labels) == (gitlab.sha(NAME, BRANCH), ["docker"])
        assert "### What to watch after merging" in one.description
        one.notes.create({"body": "thanks"})
        one.state_event = "close"
        one.save()
    assert whats(go(bench(gitlab))) == [f"{BRANCH}: {Act.DECLINED.value}"]


def test_an_sdk_written_against_forgejo_reads_what_the_bot_made(gitea: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(gitea.root.parent)  # it reads a .env from where it is
    import httpx
    from pyforgejo import PyforgejoApi

    gitea.repository(NAME, FILES)
    go(bench(gitea))
    with httpx.Client(trust_env=False) as http:
        sdk = PyforgejoApi(base_url=gitea.api, api_key=f"token {TOKEN}", httpx_client=http)
        (one,) = sdk.repository.repo_list_pull_requests(owner="acme", repo="shop", state="open")
        assert (one.title, one.head.sha) == ("Harden the container build (2 files)", gitea.sha(NAME, BRANCH))
        assert [label.name for label in one.labels] == ["docker"]
        sdk.issue.create_comment(owner="acme", repo="shop", index=1, body="thanks")
        sdk.repository.repo_edit_pull_request(owner="acme", repo="shop", index=1, state="closed")
    assert whats(go(bench(gitea))) == [f"{BRANCH}: {Act.DECLINED.value}"]
