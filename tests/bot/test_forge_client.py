"""The client of a forge: rate limits, pages, conditional requests, and the token to one host alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hardener.bot.forge.client import Client
from hardener.bot.forge.connect import connect
from hardener.bot.forge.github import headers
from hardener.bot.forge.limits import asked_to_wait
from hardener.bot.forge.records import ForgeError, NotThere, Repository, RequestRefused, checked_name
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy, reason_to_skip
from hardener.fast.records import replace
from hardener.registry.model import Clock
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.working import DONE, FILES, NAME, bench, go, whats


class Time:
    """A clock that only goes on while somebody sleeps."""

    def __init__(self) -> None:
        self.now, self.slept = 1_000_000.0, [0.0]
        self.clock = Clock(lambda: self.now, self.sleep, lambda: 0.5, lambda: self.now)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def client(forge: Forge, time: Time) -> Iterator[Client]:
    forge.repository(NAME, {"a": "b"})
    made = Client(forge.url, headers(TOKEN), patience=900, clock=time.clock)
    yield made
    made.close()


@pytest.mark.parametrize(
    ("status", "said", "body", "wait"),
    [
        (429, {"retry-after": "7"}, b"", 7.0),
        (403, {"retry-after": "60"}, b"", 60.0),
        (403, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000"}, b"", 101.0),
        (429, {"ratelimit-remaining": "0", "ratelimit-reset": "950"}, b"", 51.0),
        (403, {"x-ratelimit-remaining": "10"}, b'{"message": "You have exceeded a secondary rate limit"}', 60.0),
        (403, {}, b'{"message": "Resource not accessible by integration"}', None),
        (200, {"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1000"}, b"", None),
        (429, {}, b"", 60.0),
    ],
)
def test_rate_limits_as_forges_tell_them(status: int, said: dict[str, str], body: bytes, wait: float | None) -> None:
    assert asked_to_wait(status, said, body, 900) == wait


def test_a_rate_limit_is_waited_for(client: Client, forge: Forge, time: Time) -> None:
    forge.faults += [(403, {"Retry-After": "3"}, b"{}"), (429, {"Retry-After": "5"}, b"{}")]
    assert client.get(f"repos/{NAME}")["full_name"] == NAME
    assert sum(time.slept) == 8


def test_a_write_is_sent_again_after_a_rate_limit_but_not_after_a_failure(client: Client, forge: Forge) -> None:
    forge.commit(NAME, {"x": "y"}, "topic")
    content = {"title": "t", "body": "b", "head": "topic", "base": "main"}
    forge.faults += [(429, {"Retry-After": "1"}, b"{}")]
    assert client.send("POST", f"repos/{NAME}/pulls", content)["number"] == 1
    forge.faults += [(502, {}, b"")]
    with pytest.raises(ForgeError, match="answered 502"):
        client.send("POST", f"repos/{NAME}/pulls", content)
    with pytest.raises(RequestRefused, match="already exists"):
        client.send("POST", f"repos/{NAME}/pulls", content)


def test_a_limit_that_lasts_too_long_is_told_of(client: Client, forge: Forge) -> None:
    forge.faults += [(403, {"Retry-After": "86400"}, b"{}")]
    with pytest.raises(ForgeError, match="asks to wait 86400 s"):
        client.get(f"repos/{NAME}")


def test_a_passing_failure_of_a_question_is_asked_again(client: Client, forge: Forge) -> None:
    forge.faults += [(502, {}, b"<html>"), (503, {}, b"")]
    assert client.get(f"repos/{NAME}")["full_name"] == NAME


def test_what_is_no_json_is_an_error(client: Client, forge: Forge) -> None:
    forge.faults += [(200, {}, b"<html>")]
    with pytest.raises(ForgeError, match="did not answer with JSON"):
        client.get(f"repos/{NAME}")


def test_what_did_not_change_is_not_sent_again(forge: Forge) -> None:
    forge.repository(NAME, {"a": "b"})
    ledger = Ledger(":memory:")
    made = connect("github", forge.url, {"GITHUB_TOKEN": TOKEN}, ledger)
    assert made.repository(NAME) == made.repository(NAME)
    assert [status for *_, status, _ in forge.said] == [200, 304]
    made.disconnect()
    ledger.close()


def test_pages_are_followed(forge: Forge) -> None:
    names = [f"acme/r{n}" for n in range(5)]
    for name in names:
        forge.repository(name, {})
    on = bench(forge)
    assert [one.name for one in on.forge.repositories("acme")] == names
    with pytest.raises(NotThere):
        list(on.forge.repositories("nobody"))


def test_the_token_goes_to_no_other_host(client: Client, forge: Forge) -> None:
    forge.faults += [(200, {"Link": '<https://evil.example/next>; rel="next"'}, b"[]")]
    with pytest.raises(ForgeError, match="another host"):
        list(client.pages(f"repos/{NAME}/pulls"))
    forge.faults += [(302, {"Location": "https://evil.example/"}, b"")]
    with pytest.raises(ForgeError, match="answered 302"):
        client.get(f"repos/{NAME}")


@pytest.mark.parametrize("url", ["http://forge.example/api", "https://me:secret@forge.example", "ftp://x", "forge"])
def test_an_address_without_tls_or_with_a_password_is_refused(url: str) -> None:
    with pytest.raises(ForgeError, match="https://") as told:
        Client(url, {})
    assert "secret" not in str(told.value)


@pytest.mark.parametrize("token", ["", "a\r\nX: y", "ä"])
def test_a_token_that_is_none_is_refused(token: str) -> None:
    with pytest.raises(ForgeError, match="HARDEN_BOT_TOKEN"):
        connect("github", "https://forge.example", {"HARDEN_BOT_TOKEN": token})


@pytest.mark.parametrize("name", ["a", "a/../b", "a/b?x", "a/b\n", "../b", "-a/b", "a/b c", "a/b#c", "https://x/y"])
def test_names_that_could_be_something_else_are_refused(name: str) -> None:
    with pytest.raises(ForgeError):
        checked_name(name)


def test_what_is_left_alone_and_why() -> None:
    plain = Repository("a/b", "https://x/a/b.git", "main", 10)
    policy = Policy(size=100)
    assert reason_to_skip(plain, policy) == ""
    for change, why in [
        ({"is_archived": True}, "archived"), ({"is_disabled": True}, "disabled"), ({"is_fork": True}, "a fork"),
        ({"is_empty": True}, "empty"), ({"size": 101}, "huge"), ({"may_write": False}, "may not push"),
    ]:  # fmt: skip
        assert why in reason_to_skip(replace(plain, **change), policy)  # type: ignore[arg-type]


def test_skipped_repositories_are_told_of_and_not_cloned(forge: Forge) -> None:
    forge.repository("acme/old", FILES, archived=True)
    forge.repository("acme/none", {})
    forge.repository("acme/fork", FILES, fork=True)
    forge.repository("acme/done", {"Dockerfile": DONE, "a": "b", ".dockerignore": ".git\n"})
    told = go(bench(forge), "acme/old", "acme/none", "acme/fork", "acme/done", "acme/gone")
    found = {one.repository: one.what for one in told}
    assert found["acme/old"] == "skipped: archived"
    assert found["acme/none"] == "skipped: empty"
    assert found["acme/fork"].startswith("skipped: a fork")
    assert found["acme/done"] == "harden/all: nothing to do"
    assert "404" in found["acme/gone"]
    assert forge.requests == []


def test_an_sdk_written_against_github_reads_what_the_bot_made(forge: Forge) -> None:
    from github import Auth, Github

    forge.repository(NAME, FILES)
    assert whats(go(bench(forge))) == ["harden/all: opened"]
    sdk = Github(
        base_url=forge.url, auth=Auth.Token(TOKEN), seconds_between_requests=0, seconds_between_writes=0, retry=0
    )
    try:
        (one,) = sdk.get_repo(NAME).get_pulls(head="acme:harden/all", state="open")
        assert one.title == "Harden the container build (2 files)"
        assert one.head.sha == forge.sha(NAME, "harden/all")
        assert [label.name for label in one.labels] == ["docker"]
        assert "### What to watch after merging" in one.body
        one.create_issue_comment("thanks")
        one.edit(state="closed")
    finally:
        sdk.close()
    assert whats(go(bench(forge))) == ["harden/all: declined earlier"]
