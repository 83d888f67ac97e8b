"""The client against a proxy that fails on purpose, in front of a real registry."""

# ruff: noqa: PLR0917 - the arguments of a test are its fixtures
from __future__ import annotations

import json
import time
from email.utils import formatdate

import pytest
from registry_servers import (
    OCI_MANIFEST,
    PASSWORD,
    answer,
    auth_entry,
    basic,
    digest_of,
    drip,
    drop,
    proxying,
    slow,
    status,
)

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.model import Limits, Resolved, Unresolved
from hardener.registry.pool import ask_in_threads
from hardener.registry.resolve import resolve_many

MANIFEST = json.dumps({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": {}, "layers": []}).encode()
TYPED = {"content_type": OCI_MANIFEST}
WRONG = "sha256:" + "0" * 64


@pytest.fixture
def image(anonymous, push):
    return push(anonymous, "team/faulty").index("1")


@pytest.mark.parametrize("faults", [[drop], [drop, drop, drop], [status(503), status(502), drop], [status(500)]])
def test_passing_faults_are_ridden_out(proxy, image, settings, ref, faults, fake_time):
    proxy.faults[:] = faults
    with RegistryClient(settings(), fake_time.clock) as client:
        client._session._schemes[proxy.host] = "http"  # the faults are for the request, not for the look at TLS
        assert client.resolve(ref(f"{proxy.host}/team/faulty:1")).digest == image
    assert len(proxy.paths()) == len(faults) + 1
    assert fake_time.slept == [0.01, 0.02, 0.04][: len(faults)]


@pytest.mark.parametrize("fault", [drop, status(503)])
def test_lasting_faults_end(proxy, settings, ref, fault, fake_time):
    proxy.always = fault
    with RegistryClient(settings(), fake_time.clock) as client, pytest.raises(RegistryError) as caught:
        client.resolve(ref(f"{proxy.host}/team/faulty:1"))
    reason = "the connection broke off" if fault is drop else "answered 503"
    assert proxy.host in str(caught.value)
    assert reason in str(caught.value)
    assert len(proxy.paths()) == Limits().attempts


def test_retry_after_in_seconds_and_as_a_date(proxy, image, settings, ref, fake_time):
    proxy.faults[:] = [
        status(429, retry_after="2"),
        status(429, retry_after=formatdate(fake_time.now + 2 + 1, usegmt=True)),
    ]
    limits = Limits(read=2, total=60)
    with RegistryClient(settings(limits=limits), fake_time.clock) as client:
        assert client.resolve(ref(f"{proxy.host}/team/faulty:1")).digest == image
    assert fake_time.slept == [2.0, 1.0]


def test_retry_after_beyond_the_ceiling_is_not_waited_for(proxy, settings, ref, fake_time):
    proxy.always = status(429, retry_after="3600")
    with RegistryClient(settings(), fake_time.clock) as client, pytest.raises(RegistryError) as caught:
        client.resolve(ref(f"{proxy.host}/team/faulty:1"))
    assert str(caught.value) == f"{proxy.host} answered 429 and asks to wait 3600 s, more than 30 s"
    assert fake_time.slept == []


def test_retry_after_beyond_the_total_is_not_waited_for(proxy, settings, ref, fake_time):
    proxy.always = status(429, retry_after="20")
    with RegistryClient(settings(), fake_time.clock) as client, pytest.raises(RegistryError, match="5 s are over"):
        client.resolve(ref(f"{proxy.host}/team/faulty:1"))
    assert fake_time.slept == []


def test_a_429_holds_the_other_threads_back(proxy, anonymous, push, settings, ref):
    push(anonymous, "team/many").index(*(f"{n}" for n in range(30)))
    proxy.faults[:] = [status(429, retry_after="1")]
    references = [ref(f"{proxy.host}/team/many:{n}") for n in range(30)]
    with RegistryClient(settings()) as client:
        client._session._schemes[proxy.host] = "http"
        answers = ask_in_threads(references, client.resolve, concurrency=2, budget=10, clock=client.clock)
    assert all(isinstance(answer, Resolved) for answer in answers.values())
    early = [seen for seen in proxy.log if seen.at - proxy.log[0].at < 0.9]
    assert len(early) < 15  # what the other thread did until the refusal was read
    assert len(proxy.log) == 31


def test_a_slow_server(stub, settings, ref):
    stub.always = slow(3)
    limits = Limits(connect=0.3, read=0.3, total=5, attempts=2, backoff=0.01)
    began = time.monotonic()
    with RegistryClient(settings(limits=limits)) as client, pytest.raises(RegistryError, match="no answer in time"):
        client.resolve(ref(f"{stub.host}/a/b:1"))
    assert time.monotonic() - began < 2


def test_a_server_that_drips_cannot_exceed_the_budget(stub, anonymous, push, settings, ref):
    good = push(anonymous, "team/quick").index("1")
    stub.always = drip(4)
    limits = Limits(connect=1, read=1, total=5, budget=1.5, backoff=0.01)
    references = [ref(f"{stub.host}/a/b:1"), ref(f"{anonymous.host}/team/quick:1")]
    began = time.monotonic()
    answers = resolve_many(references, settings(limits=limits))
    assert time.monotonic() - began < 3
    assert answers[references[0]] == Unresolved("not reached within the 1.5 s of this run")
    assert answers[references[1]].digest == good


def test_head_without_digest_falls_back_to_a_checked_body(stub, settings, ref):
    stub.always = answer(MANIFEST, **TYPED)
    with RegistryClient(settings()) as client:
        found = client.resolve(ref(f"{stub.host}/a/b:1"))
    assert (found.digest, found.media_type) == (digest_of(MANIFEST), OCI_MANIFEST)
    assert stub.paths() == ["HEAD /v2/a/b/manifests/1", "GET /v2/a/b/manifests/1"]
    assert "application/vnd.oci.image.index.v1+json" in stub.log[-1].headers["accept"]
    assert "application/vnd.docker.distribution.manifest.list.v2+json" in stub.log[-1].headers["accept"]


def test_a_server_that_does_not_know_head(stub, settings, ref):
    stub.always = lambda h: (status(405) if h.command == "HEAD" else answer(MANIFEST, **TYPED))(h)
    with RegistryClient(settings()) as client:
        assert client.resolve(ref(f"{stub.host}/a/b:1")).digest == digest_of(MANIFEST)


@pytest.mark.parametrize("claimed", [WRONG, "sha512:" + "0" * 128, "md5:abc", "sha256:xyz"])
def test_a_body_with_another_digest_is_refused(stub, settings, ref, claimed):
    stub.always = answer(MANIFEST, docker_content_digest=claimed, **TYPED)
    with RegistryClient(settings(fetch_bodies=True)) as client, pytest.raises(RegistryError, match="digest"):
        client.resolve(ref(f"{stub.host}/a/b:1"))


def test_a_digest_that_names_another_body_is_refused(stub, settings, ref):
    stub.always = answer(MANIFEST, docker_content_digest=digest_of(MANIFEST), **TYPED)
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="digest is another one"):
        client.resolve(ref(f"{stub.host}/a/b@{WRONG}"))


@pytest.mark.parametrize(
    ("body", "kind", "reason"),
    [
        (b"<html>", OCI_MANIFEST, "sent no manifest"),
        (b"[1]", OCI_MANIFEST, "sent no manifest"),
        (b"{}", "application/json", "manifest of an unknown type"),
        (b'{"schemaVersion": 1}', "application/vnd.docker.distribution.manifest.v1+prettyjws", "schema 1"),
        (b"[" * 100_000, OCI_MANIFEST, "sent no manifest"),
    ],
)
def test_a_body_that_is_no_manifest(stub, settings, ref, body, kind, reason):
    stub.always = answer(body, content_type=kind)
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match=reason):
        client.resolve(ref(f"{stub.host}/a/b:1"))


@pytest.mark.parametrize("announced", [True, False])
def test_a_huge_body_is_not_read(stub, settings, ref, announced):
    sent = []

    def huge(handler):
        if handler.command == "HEAD":
            handler.reply(405, {}, b"")
            return
        handler.send_response(200)
        handler.send_header("Content-Length", "100000000") if announced else None
        handler.send_header("Connection", "close")
        handler.end_headers()
        handler.close_connection = True
        for _ in range(100):
            handler.wfile.write(b"x" * 1_000_000)
            sent.append(1)

    stub.always = huge
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="larger than 4194304 bytes"):
        client.resolve(ref(f"{stub.host}/a/b:1"))
    assert len(sent) < 50


def test_redirect_loop(stub, settings, ref):
    stub.always = status(307, location="/v2/a/b/manifests/1")
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="redirects more than 5 times"):
        client.resolve(ref(f"{stub.host}/a/b:1"))
    assert len(stub.paths()) == 6


@pytest.mark.parametrize("location", ["ftp://x/y", "http://", "https://[", "http://a b/", "http://x:99999999/"])
def test_redirect_to_nowhere(stub, settings, ref, location):
    stub.always = status(302, location=location)
    with RegistryClient(settings()) as client, pytest.raises(RegistryError):
        client.resolve(ref(f"{stub.host}/a/b:1"))


def login(home, host):
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"auths": {host: auth_entry()}}))


def test_redirects_keep_credentials_at_home(stub, settings, ref, home):
    login(home, stub.host)
    found = answer(MANIFEST, docker_content_digest=digest_of(MANIFEST), **TYPED)
    with proxying(None) as other:
        other.always = found

        def registry(handler):
            if "Authorization" not in handler.headers:
                handler.reply(401, {"WWW-Authenticate": 'Basic realm="x"'}, b"")
            elif handler.path.endswith("/1"):
                handler.reply(307, {"Location": "/v2/a/b/manifests/same-host"}, b"")
            else:
                handler.reply(307, {"Location": f"http://user:pass@{other.host}/elsewhere"}, b"")

        stub.always = registry
        with RegistryClient(settings()) as client:
            assert client.resolve(ref(f"{stub.host}/a/b:1")).digest == digest_of(MANIFEST)
        assert [seen.headers.get("authorization") for seen in stub.log if "same-host" in seen.path] == [
            basic("alice", PASSWORD)
        ]
        assert [seen.path for seen in other.log] == ["/elsewhere"]
        assert "authorization" not in other.log[0].headers


def test_an_insecure_host_does_not_make_others_insecure(certificates, settings, ref):
    with proxying(None, certificates.server) as insecure, proxying(None, certificates.server) as other:
        insecure.always = status(307, location=f"https://localhost:{other.port}/elsewhere")
        used = settings(insecure=frozenset({insecure.host}))
        with RegistryClient(used) as client, pytest.raises(RegistryError, match="certificate is not trusted"):
            client.resolve(ref(f"{insecure.host}/a/b:1"))
        assert insecure.paths() == ["HEAD /v2/a/b/manifests/1"]
        assert other.log == []


def test_a_401_after_a_redirect_is_not_answered(stub, settings, ref, home):
    login(home, stub.host)
    with proxying(None) as other:
        other.always = status(401, www_authenticate='Basic realm="give me"')
        stub.always = status(307, location=f"http://{other.host}/elsewhere")
        with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="refuses a/b"):
            client.resolve(ref(f"{stub.host}/a/b:1"))
        assert not any("authorization" in seen.headers for seen in (*stub.log, *other.log))


@pytest.mark.parametrize("entry", [auth_entry(), {"identitytoken": "1dentity-t0ken"}])
def test_a_token_server_that_redirects_does_not_spread_the_credential(stub, settings, ref, home, entry):
    (home / ".docker").mkdir()
    (home / ".docker/config.json").write_text(json.dumps({"auths": {stub.host: entry}}))
    with proxying(None) as other, proxying(None) as tokens:
        stub.always = status(401, www_authenticate=f'Bearer realm="http://{tokens.host}/token",service="s"')
        tokens.always = status(307, location=f"http://{other.host}/token")
        other.always = answer(b'{"token": "t"}')
        with RegistryClient(settings()) as client, pytest.raises(RegistryError):
            client.resolve(ref(f"{stub.host}/a/b:1"))
        assert len(tokens.log) == 1
        assert not any("authorization" in seen.headers or seen.body for seen in other.log)


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{}", b'{"token": 1}', b'{"token": "a\\r\\nX-Evil: 1"}', b'{"token": ""}', b'{"token": "\\u00e9"}'],
)
def test_a_token_that_no_header_can_hold(stub, settings, ref, body):
    def registry(handler):
        if handler.path.startswith("/token"):
            return handler.reply(200, {}, body)
        return handler.reply(401, {"WWW-Authenticate": f'Bearer realm="http://{stub.host}/token"'}, b"")

    stub.always = registry
    with RegistryClient(settings()) as client, pytest.raises(RegistryError, match="sent no usable token"):
        client.resolve(ref(f"{stub.host}/a/b:1"))


def test_an_expired_token_is_renewed_once(stub, settings, ref):
    tokens = iter(["old", "new", "newest"])

    def registry(handler):
        sent = handler.headers.get("Authorization")
        if handler.path.startswith("/token"):
            return handler.reply(200, {}, json.dumps({"token": next(tokens)}).encode())
        if (sent == "Bearer old" and handler.path.endswith("/1")) or sent == "Bearer new":
            return answer(MANIFEST, docker_content_digest=digest_of(MANIFEST), **TYPED)(handler)
        return handler.reply(401, {"WWW-Authenticate": f'Bearer realm="http://{stub.host}/token"'}, b"")

    stub.always = registry
    with RegistryClient(settings()) as client:
        client.resolve(ref(f"{stub.host}/a/b:1"))
        client.resolve(ref(f"{stub.host}/a/b:2"))
    assert len(stub.paths("/token")) == 2


def test_a_token_server_without_tls_gets_nothing(with_tokens, settings, ref, home):
    from hardener.registry.auth import Authorizer
    from hardener.registry.credentials import CredentialStore
    from hardener.registry.exchange import Reply
    from hardener.registry.hosts import Endpoint
    from hardener.registry.model import Clock, Deadline
    from hardener.registry.transport import Transport

    with proxying(None) as tokens, Transport(settings(), Clock()) as transport:
        challenge = f'Bearer realm="http://{tokens.host}/token"'
        reply = Reply(401, {}, (challenge,), "https://r.test", False, b"", "", 0)
        authorizer = Authorizer(transport, CredentialStore(settings()))
        with pytest.raises(RegistryError, match="without TLS"):
            authorizer.answer(reply, "", Endpoint("r.test", "r.test"), "a/b", Deadline.after(Clock(), 5))
        assert tokens.log == []


def test_mirrors_in_order_then_the_registry(proxy, anonymous, push, settings, ref):
    digest = push(anonymous, "mirrored/team/app").index("1")
    own = push(anonymous, "team/own").index("1")
    with proxying(None) as broken, proxying(anonymous.host) as upstream:
        broken.always = status(404)
        mirrors = {upstream.host: (f"http://{broken.host}/hub", f"http://{proxy.host}/mirrored")}
        with RegistryClient(settings(mirrors=mirrors)) as client:
            assert client.resolve(ref(f"{upstream.host}/team/app:1")).digest == digest
            assert upstream.paths() == []
            assert client.resolve(ref(f"{upstream.host}/team/own:1")).digest == own
        assert broken.paths() == ["HEAD /v2/hub/team/app/manifests/1", "HEAD /v2/hub/team/own/manifests/1"]
        assert proxy.paths() == ["HEAD /v2/mirrored/team/app/manifests/1", "HEAD /v2/mirrored/team/own/manifests/1"]
        assert upstream.paths() == ["HEAD /v2/team/own/manifests/1"]


def test_the_environments_proxy_is_used(anonymous, image, settings, ref):
    with proxying(anonymous.host) as forward:
        env = {"http_proxy": f"http://{forward.host}", "NO_PROXY": "other.test"}
        used = settings(
            env, insecure=frozenset({"registry.test:5000"}), mirrors={"r.test": ("http://registry.test:5000",)}
        )
        with RegistryClient(used) as client:
            assert client.resolve(ref("r.test/team/faulty:1")).digest == image
        assert forward.paths() == ["HEAD http://registry.test:5000/v2/team/faulty/manifests/1"]


def test_500_files_that_name_60_images_make_60_requests(proxy, anonymous, push, settings, ref):
    names = [f"{number}" for number in range(60)]
    digest = push(anonymous, "team/sixty").index(*names)
    references = [ref(f"{proxy.host}/team/sixty:{number % 60}") for number in range(500)]
    began = time.monotonic()
    answers = resolve_many(references, settings())
    assert time.monotonic() - began < 10
    assert {answer.digest for answer in answers.values()} == {digest}
    assert len(answers) == len(proxy.paths("/")) == 60
    assert all(isinstance(answer, Resolved) and answer.reference == asked for asked, answer in answers.items())


def test_a_host_that_is_down_is_given_up_once(settings, ref, fake_time):
    references = [ref(f"127.0.0.1:1/a/b:{n}") for n in range(20)]
    answers = resolve_many(references, settings(), clock=fake_time.clock, concurrency=1)
    assert {answer.reason for answer in answers.values()} == {"127.0.0.1:1: no connection (Connection refused)"}
    assert len(fake_time.slept) == Limits().attempts - 1


def test_one_question_ends_in_time_however_the_server_drips(stub, settings, ref):
    stub.always = drip(6)
    limits = Limits(connect=1, read=1, total=0.8, attempts=1, backoff=0.01)
    began = time.monotonic()
    with RegistryClient(settings(limits=limits)) as client, pytest.raises(RegistryError, match="no answer"):
        client.resolve(ref(f"{stub.host}/a/b:1"))
    assert time.monotonic() - began < 4
