"""No network: dead hosts end soon, each is paid for once, and the reasons say what is wrong."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
from registry_servers import answer, drop, free_port, proxying, status

from hardener.registry.allowed import Allowed
from hardener.registry.client import RegistryClient
from hardener.registry.health import Health, first_contact
from hardener.registry.model import Clock, Deadline, Limits, RegistrySettings, Unresolved
from hardener.registry.resolve import resolve_many

RESOLVE = Allowed(RegistrySettings(allow=frozenset({"127.0.0.0/8"}))).resolve
QUICK = Limits(connect=0.5, first=0.5, read=20, total=60, budget=60)


@contextmanager
def silent(*, hole: bool) -> Iterator[tuple[str, int]]:
    """Listen and never accept; a `hole` has a full queue, so that the kernel drops what is sent, like a firewall."""
    with ExitStack() as stack:
        server = stack.enter_context(socket.socket())
        server.bind(("127.0.0.1", 0))
        server.listen(0 if hole else 64)
        for _ in range(4 if hole else 0):
            client = stack.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(server.getsockname())
        yield server.getsockname()


@pytest.mark.parametrize(("hole", "reason"), [(True, "no connection in time"), (False, "no answer in time")])
def test_thirty_images_of_three_dead_hosts(settings, ref, hole, reason):
    with ExitStack() as stack:
        hosts = [f"127.0.0.1:{stack.enter_context(silent(hole=hole))[1]}" for _ in range(3)]
        references = [ref(f"{hosts[n // 10]}/team/app:{n}") for n in range(30)]
        began = time.monotonic()
        # patience is about seconds that really pass: one second of this test is two of it
        answers = resolve_many(references, settings(limits=QUICK), clock=Clock(monotonic=lambda: time.monotonic() * 5))
        took = time.monotonic() - began
    assert took < 5
    assert [a.reason for a in answers.values()] == [f"{hosts[n // 10]}: {reason}" for n in range(30)]


def test_a_dead_host_does_not_hold_back_the_others(settings, ref, anonymous, push):
    digest = push(anonymous, "team/alive").index(*(str(n) for n in range(20)))
    dead = f"127.0.0.1:{free_port()}"
    references = [ref(f"{dead}/a/b:{n}") for n in range(20)]
    references += [ref(f"{anonymous.host}/team/alive:{n}") for n in range(20)]
    began = time.monotonic()
    answers = list(resolve_many(references, settings()).values())
    assert time.monotonic() - began < 8
    assert all(isinstance(a, Unresolved) and "Connection refused" in a.reason for a in answers[:20])
    assert [a.digest for a in answers[20:]] == [digest] * 20


def test_a_host_that_always_answers_503_is_tried_several_times_once(stub, settings, ref, fake_time):
    stub.always = status(503)
    references = [ref(f"{stub.host}/a/b:{n}") for n in range(20)]
    resolve_many(references, settings(), clock=fake_time.clock, concurrency=1)
    assert len(stub.paths()) == Limits().attempts + 19


def test_a_host_that_drops_everything_is_given_up_once(stub, settings, ref, fake_time):
    stub.always = drop
    answers = resolve_many([ref(f"{stub.host}/a/b:{n}") for n in range(20)], settings(), clock=fake_time.clock,
                           concurrency=1)  # fmt: skip
    assert {a.reason for a in answers.values()} == {f"{stub.host}: the connection broke off"}
    assert len(stub.paths()) == Limits().attempts


def test_the_host_behind_a_redirect_is_the_one_that_is_named(stub, settings, ref):
    dead = f"127.0.0.1:{free_port()}"
    stub.always = status(307, location=f"http://{dead}/elsewhere")
    with RegistryClient(settings(limits=Limits(attempts=2, backoff=0.01))) as client:
        answers = resolve_many([ref(f"{stub.host}/a/b:{n}") for n in range(3)], client=client)
        assert {a.reason for a in answers.values()} == {f"{dead}: no connection (Connection refused)"}
        client.transport.health.check(f"http://{stub.host}")  # raises where the host is down


def test_all_addresses_of_a_host_are_tried_at_once(monkeypatch):
    with silent(hole=True) as first, silent(hole=True) as second:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in (first, second) * 4]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        began = time.monotonic()
        deadline = Deadline.after(Clock(), 60)
        failure = first_contact("registry.example", 443, 0.5, deadline, RESOLVE)
        assert failure == "registry.example: no connection in time"
        assert time.monotonic() - began < 1.5
        with proxying(None) as alive:
            found.append((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", alive.port)))
            assert first_contact("registry.example", 443, 5, deadline, RESOLVE) == ""


def test_a_name_server_that_takes_long_is_not_asked_again(monkeypatch):
    later = time.monotonic() + 9

    def late(*_: object, **__: object) -> None:
        monkeypatch.setattr(time, "monotonic", lambda: later)
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr(socket, "getaddrinfo", late)
    failure = first_contact("registry.example", 443, 5, Deadline.after(Clock(), 60), RESOLVE)
    assert failure == "registry.example: no connection (Temporary failure in name resolution)"


def test_the_other_threads_wait_for_the_first_contact():
    health = Health(Limits(), Clock())
    calls: list[int] = []
    for _ in range(3):
        health.meet("https://x", lambda: calls.append(1) or "")
    assert calls == [1]


def test_ctrl_c_while_a_registry_is_waited_for(tmp_path: Path):
    with silent(hole=False) as place:
        host = f"127.0.0.1:{place[1]}"
        (tmp_path / "Dockerfile").write_text(f"FROM {host}/a/b:1\n")
        env = {**os.environ, "HARDEN_OFFLINE": "", "XDG_CACHE_HOME": str(tmp_path / "cache"), "HOME": str(tmp_path)}
        process = subprocess.Popen(
            [sys.executable, "-m", "hardener", "--isolated", "--write", "--insecure-registry", host, "Dockerfile"],
            cwd=tmp_path, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        time.sleep(2)
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in out + err
    assert (tmp_path / "Dockerfile").read_text() == f"FROM {host}/a/b:1\n"


def test_a_slow_first_answer_is_waited_for(stub, settings, ref):
    from registry_servers import OCI_MANIFEST

    def late(handler: object) -> None:
        time.sleep(1)
        answer(b"{}", content_type=OCI_MANIFEST, docker_content_digest="sha256:" + "0" * 64)(handler)  # type: ignore[arg-type]

    stub.always = late
    with RegistryClient(settings(limits=Limits(first=3))) as client:
        client._session._schemes[stub.host] = "http"
        assert client.resolve(ref(f"{stub.host}/a/b:1")).digest == "sha256:" + "0" * 64
