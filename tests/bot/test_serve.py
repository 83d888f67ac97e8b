"""`harden bot serve`: what is taken in, kept, done and said."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from hardener.bot.bench import Told
from hardener.bot.ledger import Ledger
from hardener.bot.serve.app import App, Door
from hardener.bot.serve.events import NotRead, read
from hardener.bot.serve.log import Log
from hardener.bot.serve.metrics import Metrics
from hardener.bot.serve.queue import PAUSES, Queue, Work
from hardener.bot.serve.signatures import is_signed, secrets_from
from hardener.bot.serve.workers import Workers
from hardener.errors import HardenError

SECRET, NEXT = "s3cret-of-the-webhooks", "the-one-that-comes-next"
NOW = "2999-01-01T00:00:00Z"


def signed(body: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def push(repository: str = "acme/shop", ref: str = "refs/heads/main", **more: Any) -> dict[str, Any]:
    return {"ref": ref, "repository": {"full_name": repository, "default_branch": "main", **more}}


def request(action: str, branch: str = "feature", home: str = "acme/shop") -> dict[str, Any]:
    head = {"ref": branch, "repo": {"full_name": home}}
    return {"action": action, "number": 7,
            "pull_request": {"head": head, "base": {"ref": "main", "repo": {"full_name": "acme/shop"}}}}  # fmt: skip


class Post:
    """An application with what it needs, and deliveries to it as a forge sends them."""

    def __init__(self, kind: str = "github", size: int = 100, **door: Any) -> None:
        self.kind, self.lines = kind, list[str]()
        self.ledger = Ledger(":memory:")
        self.queue = Queue(self.ledger, size)
        self.log, self.metrics = Log([SECRET], self.lines.append), Metrics()
        self.workers = Workers(self.queue, lambda _: [], 0, self.log, self.metrics)
        self.app = App(Door(kind, (SECRET, NEXT), **door), self.queue, self.workers, self.log, self.metrics)

    def __call__(self, content: Any, name: str = "push", delivery: str = "1", **more: str) -> tuple[str, str]:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        headers = {
            "github": {"X_GITHUB_EVENT": name, "X_GITHUB_DELIVERY": delivery,
                       "X_HUB_SIGNATURE_256": f"sha256={signed(body)}"},
            "gitlab": {"X_GITLAB_EVENT": name, "X_GITLAB_EVENT_UUID": delivery, "X_GITLAB_TOKEN": SECRET},
            "forgejo": {"X_FORGEJO_EVENT": name, "X_FORGEJO_DELIVERY": delivery, "X_FORGEJO_SIGNATURE": signed(body)},
            "gitea": {"X_GITEA_EVENT": name, "X_GITEA_DELIVERY": delivery, "X_GITEA_SIGNATURE": signed(body)},
        }[self.kind]  # fmt: skip
        return self.ask("POST", "/webhook", body, **{**headers, **more})

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> tuple[str, str]:
        said: list[str] = []
        environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(len(body)),
                   "wsgi.input": io.BytesIO(body), **{f"HTTP_{k}": v for k, v in headers.items()}}  # fmt: skip
        found = b"".join(self.app(environ, lambda status, _: said.append(status)))
        return said[0][:3], found.decode().strip()

    def waiting(self) -> list[tuple[str, str]]:
        return self.ledger.read("SELECT repository, task FROM queue ORDER BY number")


@pytest.mark.parametrize("kind", ["github", "forgejo", "gitea"])
def test_a_signed_delivery_is_taken_once(kind: str) -> None:
    post = Post(kind)
    assert post(push()) == ("202", "taken")
    assert post(push()) == ("200", "seen")
    assert post(push(), delivery="2") == ("200", "seen"), "an old body under a new name"
    assert post(push("acme/other"), delivery="1") == ("200", "seen"), "an old name with a new body"
    assert post(push("acme/other"), delivery="3") == ("202", "taken")
    assert post.waiting() == [("acme/shop", "look"), ("acme/other", "look")]


@pytest.mark.parametrize("kind", ["github", "forgejo", "gitea", "gitlab"])
def test_what_is_not_signed_is_not_read(kind: str) -> None:
    post = Post(kind)
    other = {"X_HUB_SIGNATURE_256": "sha256=" + "0" * 64, "X_FORGEJO_SIGNATURE": "\xff",
             "X_GITEA_SIGNATURE": signed(b"other"), "X_GITLAB_TOKEN": SECRET[:-1]}  # fmt: skip
    assert post(push(), **other) == ("401", "not-signed")
    assert post.ask("POST", "/webhook", b"{}") == ("401", "not-signed")
    assert post.waiting() == []
    assert post.lines == [], "who is not known writes nothing into the log"


def test_signatures() -> None:
    body = b"{}"
    for secret in (SECRET, NEXT):
        assert is_signed("github", {"x-hub-signature-256": f"sha256={signed(body, secret)}"}, body, (SECRET, NEXT))
    assert not is_signed("github", {"x-hub-signature": f"sha1={signed(body)}"}, body, (SECRET,))
    assert not is_signed("github", {"x-gitlab-token": SECRET}, body, (SECRET,)), "only the way of this forge"
    assert not is_signed("gitlab", {}, body, (SECRET,))
    assert secrets_from(f" {SECRET} {NEXT}") == (SECRET, NEXT)
    for text in ("", "short", f"{SECRET} short"):
        with pytest.raises(HardenError):
            secrets_from(text)


def test_bounds() -> None:
    post = Post(size=1, body=2000)
    assert post(push("a/b")) == ("202", "taken")
    assert post(push("a/c"), delivery="2") == ("503", "full")
    assert post(push("a/b", x=1), delivery="3") == ("202", "taken"), "what waits already takes no more room"
    assert post(b"x" * 2001) == ("413", "too-large")
    assert post.waiting() == [("a/b", "look")]
    assert post.queue.take() is not None
    post.queue.done(Work("a/b", "look", 1))
    assert post(push("a/c"), delivery="2") == ("202", "taken"), "a delivery that found no room may come again"


def test_old_deliveries_are_refused() -> None:
    post = Post()
    assert post(push(pushed_at=time.time() - 4 * 86400)) == ("400", "too-old")
    assert post(push(pushed_at=time.time() + 3600), delivery="2") == ("400", "too-old")
    assert post(push(pushed_at=time.time() - 60), delivery="3") == ("202", "taken")


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"\xff", b"{}", b'{"ref": 1, "repository": []}', b"[" * 50_000])
def test_signed_nonsense(body: bytes) -> None:
    assert Post()(body) == ("400", "not-read")


def test_signed_numbers_beyond_all_bounds() -> None:
    assert Post()(push(pushed_at=10**400)) == ("400", "not-read")
    assert Post()(push(pushed_at=float("nan"))) == ("400", "too-old")


def test_names_of_repositories_are_checked() -> None:
    for name in ("../etc", "a", "a/b c", "a/..", "-x/y"):
        assert Post()(push(name)) == ("400", "not-read")


GITLAB = {"path_with_namespace": "group/sub/shop", "default_branch": "main"}
MERGE = {"iid": 7, "source_branch": "harden/all", "source_project_id": 1, "target_project_id": 1}


@pytest.mark.parametrize(
    ("kind", "name", "content", "works"),
    [
        ("github", "push", push(ref="refs/heads/topic"), []),
        ("github", "push", {**push(), "deleted": True}, []),
        ("github", "ping", {"zen": "x"}, []),
        ("github", "pull_request", request("closed", "harden/all"), ["look"]),
        ("github", "pull_request", request("opened", "harden/all"), ["check 7"]),
        ("github", "pull_request", request("opened"), ["review 7"]),
        ("github", "pull_request", request("synchronize", "harden/all", "evil/shop"), ["review 7"]),
        ("github", "pull_request", request("closed", "harden/all", "evil/shop"), []),
        ("github", "pull_request", request("labeled"), []),
        ("github", "issue_comment", {"action": "created", "issue": {"pull_request": {}}, "comment": {"body": "x"},
                                     "repository": {"full_name": "acme/shop"}}, []),
        ("github", "issue_comment", {"action": "created", "issue": {"pull_request": {"url": ""}},
                                     "comment": {"body": "/harden rebase"}, "repository": {"full_name": "acme/shop"}},
         ["look"]),
        ("github", "issue_comment", {"action": "created", "issue": {}, "comment": {"body": "/harden rebase"},
                                     "repository": {"full_name": "acme/shop"}}, []),
        ("github", "installation", {"action": "created", "repositories": [{"full_name": "a/b"}, {"full_name": "a/c"}]},
         ["look", "look"]),
        ("github", "installation_repositories", {"action": "added", "repositories_added": [{"full_name": "a/b"}]},
         ["look"]),
        ("github", "installation", {"action": "deleted", "repositories": [{"full_name": "a/b"}]}, []),
        ("forgejo", "pull_request", request("synchronized"), ["review 7"]),
        ("gitlab", "Push Hook", {"object_kind": "push", "ref": "refs/heads/main", "project": GITLAB,
                                 "checkout_sha": "f" * 40}, ["look"]),
        ("gitlab", "Push Hook", {"object_kind": "push", "ref": "refs/heads/x", "project": GITLAB,
                                 "checkout_sha": "f" * 40}, []),
        ("gitlab", "Merge Request Hook", {"object_kind": "merge_request", "project": GITLAB, "object_attributes": {
            **MERGE, "action": "merge", "updated_at": "2026-11-28 12:00:00 UTC"}}, ["look"]),
        ("gitlab", "Merge Request Hook", {"object_kind": "merge_request", "project": GITLAB, "object_attributes": {
            **MERGE, "source_project_id": 2, "action": "open"}}, ["review 7"]),
        ("gitlab", "Note Hook", {"object_kind": "note", "project": GITLAB, "object_attributes": {
            "noteable_type": "MergeRequest", "note": "/harden ignore add-user"}}, ["look"]),
        ("gitlab", "Note Hook", {"object_kind": "note", "project": GITLAB, "object_attributes": {
            "noteable_type": "Issue", "note": "/harden rebase"}}, []),
        ("gitlab", "Job Hook", {"object_kind": "build"}, []),
    ],
)  # fmt: skip
def test_events(kind: str, name: str, content: Any, works: list[str]) -> None:
    found = read(kind, {f"x-{kind}-event": name}, json.dumps(content).encode(), "harden/")
    assert [work.task for work in found.works] == works


def test_times_of_forges() -> None:
    content = {"object_kind": "merge_request", "project": GITLAB,
               "object_attributes": {**MERGE, "action": "open", "updated_at": "2026-11-28 12:00:00 UTC"}}  # fmt: skip
    assert read("gitlab", {}, json.dumps(content).encode(), "harden/").at == 1795867200
    content["object_attributes"]["updated_at"] = "2026-11-28T12:00:00Z"
    assert read("gitlab", {}, json.dumps(content).encode(), "harden/").at == 1795867200
    with pytest.raises(NotRead):
        read("github", {"x-github-event": "push"}, json.dumps(push(pushed_at="then")).encode(), "harden/")


def test_the_queue_outlives_the_process(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "l")
    queue = Queue(ledger)
    queue.put([Work("a/b", "look"), Work("a/c", "look")], ["1"])
    taken = queue.take()
    assert taken is not None
    assert taken.repository == "a/b"
    queue.put([Work("a/b", "look")], ["2"])  # while it is worked on: once more afterwards
    ledger.close()
    again = Queue(ledger := Ledger(tmp_path / "l"))
    assert again.restore() == (1, [])
    assert again.put([Work("a/b", "look")], ["1"]) == "seen"
    names = []
    while work := again.take():
        names.append(work.repository)
        again.done(work)
    assert sorted(names) == ["a/b", "a/c"]
    ledger.close()


def test_work_that_kills_the_process_is_given_up() -> None:
    now = 0.0
    queue = Queue(Ledger(":memory:"), now=lambda: now)
    queue.put([Work("a/b", "look")])
    pauses = []
    while work := queue.take():
        restored, given_up = queue.restore()  # as after a kill
        assert restored == 1
        before = now
        while not given_up and queue.take() is None:
            now += 30
        pauses.append(now - before)
        if not given_up:
            queue.again(work, 0, is_failed=False)
    assert pauses == [0, *PAUSES, 0]
    assert [(one.repository, one.task) for one in given_up] == [("a/b", "look")]
    assert queue.counts() == {"waits": 0, "begun": 0}


def test_a_repository_is_worked_on_once_at_a_time() -> None:
    queue = Queue(Ledger(":memory:"))
    queue.put([Work("a/b", "look"), Work("a/b", "review 1"), Work("a/c", "look")])
    first, second = queue.take(), queue.take()
    assert first is not None
    assert second is not None
    assert (first.task, second.repository) == ("look", "a/c")
    assert queue.take() is None
    queue.done(first)
    third = queue.take()
    assert third is not None
    assert third.task == "review 1"


def test_failed_work_is_tried_again_and_given_up() -> None:
    now = [1000.0]
    queue, lines = Queue(Ledger(":memory:"), now=lambda: now[0]), list[str]()
    metrics = Metrics()
    workers = Workers(queue, lambda w: [Told(w.repository, "no", failed=True)], 1, Log((), lines.append), metrics)
    queue.put([Work("a/b", "look")])
    for pause in (*PAUSES, 0):
        work = queue.take()
        assert work is not None
        workers._current[work.number] = work
        workers._one(work)
        assert queue.take() is None
        now[0] += pause
    assert queue.counts() == {"waits": 0, "begun": 0}
    assert [json.loads(line)["outcome"] for line in lines] == ["failed"] * 4 + ["given-up"]


def test_a_graceful_stop_finishes_or_puts_back() -> None:
    queue, gate, begun = Queue(Ledger(":memory:")), threading.Event(), threading.Semaphore(0)

    def do(work: Work) -> list[Told]:
        begun.release()
        if work.repository == "a/slow":
            gate.wait(20)
        return [Told(work.repository, "done")]

    queue.put([Work("a/slow", "look"), Work("a/b", "look")])
    workers = Workers(queue, do, 2, Log((), lambda _: None), Metrics())
    workers.start()
    assert begun.acquire(timeout=10)
    assert begun.acquire(timeout=10)
    assert workers.are_well
    assert workers.stop(0.5) == 1
    assert not workers.are_well
    gate.set()
    time.sleep(0.05)
    assert queue.counts() == {"waits": 1, "begun": 0}, "what was put back stays, also when its thread ends late"


def test_nothing_that_fails_ends_a_worker() -> None:
    queue, done = Queue(Ledger(":memory:")), threading.Event()

    def do(work: Work) -> list[Told]:
        if work.repository == "a/bad":
            raise RuntimeError(f"broken with {SECRET}")
        done.set()
        return [Told(work.repository, "done")]

    lines: list[str] = []
    queue.put([Work("a/bad", "look"), Work("a/good", "look")])
    workers = Workers(queue, do, 1, Log([SECRET], lines.append), Metrics())
    workers.start()
    assert done.wait(10)
    workers.stop(5)
    assert "broken with [redacted]" in json.loads(lines[0])["told"]


def test_the_log_has_no_secrets() -> None:
    lines: list[str] = []
    log = Log(["tok_4711abc"], lines.append)
    log.say("work", told="tok_4711abc ghp_abcdefgh12345678 https://me:pass@host/x Bearer abcdefghijklmnop\n\udcff", n=1)
    found = json.loads(lines[0])
    assert found["told"] == "[redacted] [redacted] https://[redacted]@host/x Bearer [redacted]\n\ufffd"
    assert lines[0].count("\n") == 1


def test_pages_and_metrics() -> None:
    from prometheus_client.parser import text_string_to_metric_families

    post = Post()
    assert post.ask("GET", "/healthz") == ("200", "ok")
    assert post.ask("GET", "/readyz") == ("200", "ready")
    assert post.ask("GET", "/") == ("404", "not found")
    assert post.ask("GET", "/webhook")[0] == "405"
    assert post.ask("POST", "/metrics")[0] == "405"
    post(push())
    post.ask("POST", "/webhook", b"{}")
    status, text = post.ask("GET", "/metrics")
    assert status == "200"
    found = {(s.name, *s.labels.values()): s.value for f in text_string_to_metric_families(text) for s in f.samples}
    assert found["harden_bot_deliveries_total", "taken"] == 1
    assert found["harden_bot_deliveries_total", "not-signed"] == 1
    assert found["harden_bot_queue_waiting",] == 1
    post.workers.stop(0)
    assert post.ask("GET", "/readyz") == ("503", "stopping")
    assert post.ask("GET", "/healthz") == ("200", "ok")


def test_a_review_only_server_opens_nothing() -> None:
    post = Post(reviews=True, requests=False)
    assert post(push()) == ("200", "ignored")
    assert post(request("opened"), "pull_request", "2") == ("202", "taken")
    assert Post()(request("opened"), "pull_request") == ("200", "ignored")
