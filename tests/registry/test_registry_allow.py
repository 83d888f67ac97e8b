"""A Dockerfile may not have hosts of this machine or its network asked; the user may."""

from __future__ import annotations

import socket

import pytest
from registry_servers import answer, proxying, status

from hardener.errors import RegistryError
from hardener.registry.allowed import Allowed, HostRefused
from hardener.registry.client import RegistryClient
from hardener.registry.download import download_sha256
from hardener.registry.model import RegistrySettings

NOBODY: frozenset[str] = frozenset()


INNER = (
    "localhost LOCALHOST localhost. a.localhost localhost:5000 127.0.0.1 127.1 127.1:80 0 0.0.0.0 2130706433 "
    "0x7f000001 0x7f.1 017700000001 0177.0.0.1 127.255.0.9 [::1]:5000 [::] [::ffff:127.0.0.1] [::ffff:7f00:1] "
    "[64:ff9b::7f00:1] [2002:7f00:1::] 169.254.169.254 [fe80::1] 10.0.0.1 172.16.9.9 "
    "192.168.1.1 100.64.0.1 100.100.100.200 224.0.0.1 "
    "[fd00:ec2::254] 168.63.129.16 metadata.google.internal metadata host.docker.internal instance-data.ec2.internal"
)


@pytest.mark.parametrize("host", INNER.split())
def test_hosts_of_this_machine_and_its_network(host: str) -> None:
    with pytest.raises(HostRefused, match="a Dockerfile alone cannot have it asked"):
        Allowed(RegistrySettings()).check(host)
    Allowed(RegistrySettings(allow=frozenset({host.lower()}))).check(host)


@pytest.mark.parametrize(
    "host", ["docker.io", "ghcr.io:443", "8.8.8.8", "[2606:4700::1111]", "localhost.example", "1e100.net"]
)
def test_other_hosts(host: str) -> None:
    Allowed(RegistrySettings()).check(host)


@pytest.mark.parametrize(
    ("named", "host", "allowed"),
    [
        ("127.0.0.0/8", "127.1", True),
        ("10.0.0.0/8", "10.1.2.3:5000", True),
        ("10.0.0.0/8", "192.168.0.1", False),
        ("localhost:5000", "localhost:5001", False),
        ("localhost", "localhost:5001", True),
    ],
)
def test_what_the_user_names(named: str, host: str, allowed: bool) -> None:
    assert Allowed(RegistrySettings(allow=frozenset({named}))).is_named(host) is allowed


@pytest.mark.parametrize("address", ["127.0.0.1", "10.2.3.4", "169.254.169.254", "::1", "fe80::1%2", "::ffff:10.0.0.1"])
def test_a_name_that_resolves_to_one(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, 443)) for a in ("8.8.8.8", address)]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    with pytest.raises(HostRefused) as refused:
        Allowed(RegistrySettings()).resolve("registry.example", 443)
    assert refused.value.allow == "name it with --registry-allow registry.example"
    for named in ("registry.example", "registry.example:443"):
        assert Allowed(RegistrySettings(allow=frozenset({named}))).resolve("registry.example", 443) == found


def test_no_request_reaches_it(settings, ref):
    with proxying(None) as server:
        with RegistryClient(settings(allow=NOBODY)) as client, pytest.raises(HostRefused, match="is this machine"):
            client.resolve(ref(f"{server.host}/a/b:1"))
        with pytest.raises(HostRefused):
            download_sha256(f"http://{server.host}/x", settings(allow=NOBODY))
        assert server.log == []


def test_no_connection_to_what_a_name_resolves_to(settings, monkeypatch):
    with proxying(None) as server:
        found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
        url = f"http://registry.example:{server.port}/x"
        with pytest.raises(HostRefused, match=r"registry\.example is this machine \(127\.0\.0\.1\)"):
            download_sha256(url, settings(allow=NOBODY))
        assert server.log == []
        server.always = answer(b"x")
        assert download_sha256(url, settings(allow=frozenset({"registry.example"}))).size == 1


def test_a_redirect_does_not_lead_there(settings):
    with proxying(None) as first, proxying(None) as second:
        first.always = status(302, location=f"http://{second.host}/secret")
        with pytest.raises(RegistryError, match=f"{second.host} is this machine"):
            download_sha256(f"http://{first.host}/x", settings(allow=frozenset({first.host})))
        assert second.log == []


def test_what_the_user_names_for_another_reason_is_named(settings, ref):
    with proxying(None) as server:
        server.always = status(404)
        for told in (
            {"insecure": frozenset({server.host})},
            {"mirrors": {"r.example": (f"http://{server.host}/hub",)}},
        ):
            assert Allowed(settings(allow=NOBODY, **told)).is_named(server.host)
