"""Which addresses are asked, which proxy leads there, and whose certificate counts."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.errors import ConfigError
from hardener.registry.hosts import Endpoint, endpoints, is_loopback, split_repository
from hardener.registry.model import RegistrySettings
from hardener.registry.network import certificate_folder, proxy_for, tls_context
from hardener.registry.retry import retry_after


@pytest.mark.parametrize(
    ("repository", "expected"),
    [
        ("docker.io/library/node", ("docker.io", "library/node")),
        ("index.docker.io/library/node", ("docker.io", "library/node")),
        ("Ghcr.io/a/b", ("ghcr.io", "a/b")),
        ("localhost:5000/x", ("localhost:5000", "x")),
    ],
)
def test_split_repository(repository, expected):
    assert split_repository(repository) == expected


def test_docker_hub_is_asked_at_its_own_host():
    assert endpoints("docker.io", RegistrySettings()) == (Endpoint("registry-1.docker.io", "docker.io"),)


def test_mirrors_come_first():
    settings = RegistrySettings(mirrors={"docker.io": ("m.test/hub/", "http://n.test:80", "docker.io")})
    assert endpoints("docker.io", settings) == (
        Endpoint("m.test", "m.test", "hub/"),
        Endpoint("n.test:80", "n.test:80", scheme="http"),
        Endpoint("registry-1.docker.io", "docker.io"),
        Endpoint("registry-1.docker.io", "docker.io"),
    )


@pytest.mark.parametrize(
    ("host", "scheme", "verify"),
    [
        ("r.test", "https", True),
        ("listed.test:5000", "", False),
        ("listed.test", "https", True),
        ("anyport.test:81", "", False),
        ("10.1.2.3:5000", "", False),
        ("11.1.2.3:5000", "https", True),
        ("localhost:5000", "", True),
        ("127.0.0.9", "", True),
        ("[::1]:5000", "", True),
        ("localhost.evil.test", "https", True),
        ("127.0.0.1.evil.test", "https", True),
    ],
)
def test_insecure(host, scheme, verify):
    settings = RegistrySettings(insecure=frozenset({"listed.test:5000", "anyport.test", "10.0.0.0/8"}))
    (endpoint,) = endpoints(host, settings)
    assert (endpoint.scheme, endpoint.verify) == (scheme, verify)


def test_loopback():
    assert is_loopback("localhost")
    assert not is_loopback("example.test")


@pytest.mark.parametrize(
    ("scheme", "host", "env", "expected"),
    [
        ("https", "r.test", {"HTTPS_PROXY": "http://p:1"}, "http://p:1"),
        ("https", "r.test", {"https_proxy": "p:1", "HTTPS_PROXY": "http://other:1"}, "http://p:1"),
        ("https", "r.test", {"http_proxy": "http://p:1"}, None),
        ("https", "r.test", {"ALL_PROXY": "http://p:1"}, "http://p:1"),
        ("https", "localhost:5000", {"HTTPS_PROXY": "http://p:1"}, None),
        ("https", "r.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "x.test, r.test"}, None),
        ("https", "a.r.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "r.test"}, None),
        ("https", "a.r.test", {"HTTPS_PROXY": "http://p:1", "no_proxy": ".r.test"}, None),
        ("https", "a.r.test", {"HTTPS_PROXY": "http://p:1", "no_proxy": "*.r.test"}, None),
        ("https", "r.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": ".r.test"}, "http://p:1"),
        ("https", "bar.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "r.test"}, "http://p:1"),
        ("https", "r.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "r.test:443"}, None),
        ("https", "r.test:5000", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "r.test:443"}, "http://p:1"),
        ("https", "10.2.3.4", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "10.0.0.0/8"}, None),
        ("https", "r.test", {"HTTPS_PROXY": "http://p:1", "NO_PROXY": "*"}, None),
    ],
)
def test_proxies(scheme, host, env, expected):
    assert proxy_for(scheme, host, env) == expected


def test_certificate_folder(tmp_path: Path):
    (tmp_path / "b/r.test:5000").mkdir(parents=True)
    settings = RegistrySettings(certificate_dirs=(tmp_path / "a", tmp_path / "b"))
    assert certificate_folder("r.test:5000", settings) == tmp_path / "b/r.test:5000"
    assert certificate_folder("r.test", settings) is None


def test_client_certificates_are_loaded(tmp_path, certificates):
    (tmp_path / "client.cert").write_bytes(certificates.chain.read_bytes())
    with pytest.raises(ConfigError, match=r"client\.cert: cannot be used with its \.key"):
        tls_context(tmp_path, RegistrySettings(), verify=True)
    (tmp_path / "client.key").write_bytes(certificates.key.read_bytes())
    assert tls_context(tmp_path, RegistrySettings(), verify=True).verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_file_that_cannot_be_read(tmp_path, content):
    path = tmp_path / "ca.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigError, match=r"ca\.pem: cannot be read as certificates"):
        tls_context(None, RegistrySettings(ca_file=path), verify=True)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("5", 5.0),
        ("", None),
        ("soon", None),
        ("-1", None),
        ("Tue, 14 Nov 2023 22:13:30 GMT", 10.0),
        ("Tue, 14 Nov 2023 22:13:10 GMT", 0.0),
    ],
)
def test_retry_after(value, expected):
    assert retry_after(value, 1_700_000_000.0) == expected


def test_nothing_heavy_is_imported_before_the_first_request():
    code = "import sys, hardener.registry.resolve, hardener.registry.download; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"httpx", "ssl", "logging", "email", "urllib.request", "subprocess", "random"}
    assert not heavy & set(done.stdout.split())
