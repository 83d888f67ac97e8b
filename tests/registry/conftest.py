from __future__ import annotations

import os
import shutil
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from registry_push import Pusher, pusher
from registry_servers import PASSWORD, USER, Proxy, Registry, proxying, registry, token_server

from hardener.registry.model import Clock, Limits, RegistrySettings
from hardener.syntax.image_reference import ImageReference

FAST = Limits(connect=2, read=2, total=5, budget=15, backoff=0.01, max_backoff=0.05)
#: the servers of these tests run on this machine, which a Dockerfile alone may not name
HERE = frozenset({"localhost", "127.0.0.0/8", "::1"})


@pytest.fixture(autouse=True)
def _this_machine_may_be_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HARDEN_REGISTRY_ALLOW", ",".join(HERE))


@pytest.fixture(scope="session")
def servers_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("docker-registry") is None:
        pytest.skip("docker-registry is not installed (Debian package docker-registry)")
    return tmp_path_factory.mktemp("servers")


@pytest.fixture(scope="session")
def anonymous(servers_folder: Path) -> Iterator[Registry]:
    with registry(servers_folder) as host:
        yield Registry(host)


@pytest.fixture(scope="session")
def with_passwords(servers_folder: Path) -> Iterator[Registry]:
    bcrypt = pytest.importorskip("bcrypt")
    line = USER.encode() + b":" + bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4))
    (servers_folder / "htpasswd").write_bytes(line + b"\n")
    auth = f"auth:\n  htpasswd: {{realm: test, path: {servers_folder / 'htpasswd'}}}\n"
    with registry(servers_folder, auth) as host:
        yield Registry(host)


@dataclass(frozen=True)
class Certificates:
    ca_file: Path
    key: Path
    chain: Path
    server: ssl.SSLContext


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    trustme = pytest.importorskip("trustme")
    folder = tmp_path_factory.mktemp("certificates")
    authority = trustme.CA()
    issued = authority.issue_cert("localhost", "127.0.0.1", key_type=trustme.KeyType.RSA)
    found = Certificates(
        folder / "ca.pem", folder / "key.pem", folder / "chain.pem", ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    )
    authority.cert_pem.write_to_path(str(found.ca_file))
    issued.private_key_pem.write_to_path(str(found.key))
    found.chain.write_bytes(b"".join(blob.bytes() for blob in issued.cert_chain_pems))
    issued.configure_cert(found.server)
    return found


@dataclass(frozen=True)
class TokenRegistry:
    registry: Registry
    tokens: Proxy


@pytest.fixture(scope="session")
def with_tokens(servers_folder: Path, certificates: Certificates) -> Iterator[TokenRegistry]:
    pytest.importorskip("jwt", reason="PyJWT is not installed")
    key, chain = certificates.key, certificates.chain
    with token_server(key.read_bytes(), chain.read_bytes(), certificates.server) as tokens:
        tls = f"  tls: {{certificate: {chain}, key: {key}}}\n"
        realm = f"https://localhost:{tokens.port}/token"
        auth = f"auth:\n  token: {{realm: '{realm}', service: test, issuer: test, rootcertbundle: {chain}}}\n"
        with registry(servers_folder, auth, tls) as host:
            address = host.replace("127.0.0.1", "localhost")
            yield TokenRegistry(Registry(address, "https", certificates.ca_file), tokens)


@pytest.fixture(autouse=True)
def _fresh_records(request: pytest.FixtureRequest) -> None:
    if "with_tokens" in request.fixturenames:
        tokens = request.getfixturevalue("with_tokens").tokens
        tokens.log.clear()
        tokens.always = None


@pytest.fixture
def proxy(anonymous: Registry) -> Iterator[Proxy]:
    with proxying(anonymous.host) as running:
        yield running


@pytest.fixture
def stub() -> Iterator[Proxy]:
    """A server without a registry behind it: only what the test scripts."""
    with proxying(None) as running:
        yield running


@pytest.fixture
def push() -> Iterator[Callable[[Registry, str], Pusher]]:
    opened: list[Pusher] = []

    def begin(registry: Registry, repository: str) -> Pusher:
        opened.append(pusher(registry, repository))
        return opened[-1]

    yield begin
    for one in opened:
        one.client.close()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


@pytest.fixture
def settings(home: Path) -> Callable[..., RegistrySettings]:
    """Settings that see nothing of the machine's own configuration."""

    def make(env: dict[str, str] | None = None, **changes: object) -> RegistrySettings:
        base = {"HOME": str(home), "PATH": os.environ["PATH"], **(env or {})}
        return RegistrySettings(**{"allow": HERE, "limits": FAST, "env": base, "certificate_dirs": (), **changes})

    return make


@dataclass
class FakeTime:
    """A clock that only moves when somebody sleeps."""

    now: float = 1_700_000_000.0
    slept: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sleep(self, seconds: float) -> None:
        with self.lock:
            self.slept.append(seconds)
            self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(monotonic=lambda: self.now, sleep=self.sleep, random=lambda: 1.0, time=lambda: self.now)


@pytest.fixture
def fake_time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def ref() -> Callable[[str], ImageReference]:
    return ImageReference.parse
