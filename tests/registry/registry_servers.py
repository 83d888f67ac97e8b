"""Real servers for the tests: Debian's docker-registry, a token server, and a proxy that can be told to fail."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import secrets
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

USER, PASSWORD, IDENTITY = "alice", "s3cret-p4ss", "1dentity-t0ken"
OCI_INDEX = "application/vnd.oci.image.index.v1+json"
OCI_MANIFEST = "application/vnd.oci.image.manifest.v1+json"
OCI_CONFIG = "application/vnd.oci.image.config.v1+json"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def digest_of(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


class Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are two writes

    def log_message(self, format: str, *args: object) -> None:
        pass

    def reply(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        sent = {name.lower(): value for name, value in headers.items()}
        sent.setdefault("content-length", str(len(body)))
        for name, value in sent.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def serving(handler: type[Handler], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    server = Server(("127.0.0.1", 0), handler)
    if tls:
        # the handshake belongs to the thread of the connection, not to the one that accepts
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass(frozen=True)
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes = b""
    at: float = field(default_factory=time.monotonic)


@dataclass
class Proxy:
    """A scripted proxy: `faults` answers the next requests, None lets one through."""

    port: int = 0
    faults: list[Callable[[Handler], None] | None] = field(default_factory=list)
    always: Callable[[Handler], None] | None = None
    log: list[Seen] = field(default_factory=list)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def paths(self, part: str = "/manifests/") -> list[str]:
        return [f"{seen.method} {seen.path}" for seen in self.log if part in seen.path]


@contextmanager
def proxying(upstream: str | None, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    proxy = Proxy()
    lock = threading.Lock()

    class Forward(Handler):
        def go(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with lock:
                proxy.log.append(Seen(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body))
                fault = proxy.faults.pop(0) if proxy.faults else proxy.always
            if fault:
                fault(self)
            elif upstream is None:
                self.reply(404, {}, b"")
            else:
                self.forward(body)

        def forward(self, body: bytes) -> None:
            connection = http.client.HTTPConnection(upstream, timeout=10)
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                content = answer.read()
            finally:
                connection.close()
            self.reply(answer.status, {k: v for k, v in answer.getheaders() if k.lower() != "connection"}, content)

        do_GET = do_HEAD = do_POST = go  # noqa: N815

    with serving(Forward, tls) as port:
        proxy.port = port
        yield proxy


def status(code: int, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(code, named, b'{"errors":[]}')


def answer(body: bytes, **headers: str) -> Callable[[Handler], None]:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda handler: handler.reply(200, named, body)


def drop(handler: Handler) -> None:
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def slow(seconds: float) -> Callable[[Handler], None]:
    def wait(handler: Handler) -> None:
        time.sleep(seconds)
        handler.reply(503, {}, b"")

    return wait


def drip(seconds: float) -> Callable[[Handler], None]:
    """Send a header byte by byte: no single wait is long, all together are."""

    def send(handler: Handler) -> None:
        end = time.monotonic() + seconds
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while time.monotonic() < end:
            handler.wfile.write(b"x")
            time.sleep(0.05)
        handler.close_connection = True

    return send


@dataclass(frozen=True)
class Registry:
    host: str
    scheme: str = "http"
    ca_file: Path | None = None


@contextmanager
def registry(folder: Path, auth: str = "", tls: str = "") -> Iterator[str]:
    """Run docker-registry until the block ends; yield its host:port."""
    port = free_port()
    name = f"registry-{port}"
    config = folder / f"{name}.yml"
    config.write_text(
        "version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {inmemory: {}}\n"
        f"http:\n  addr: 127.0.0.1:{port}\n  secret: test\n{tls}{auth}"
    )
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(["docker-registry", "serve", str(config)], stdout=log, stderr=log)
    try:
        _await_port(port, process)
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def _await_port(port: int, process: subprocess.Popen[bytes]) -> None:
    for _ in range(200):
        if process.poll() is not None:
            raise RuntimeError(f"docker-registry ended with {process.returncode}")
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("docker-registry does not listen")


@contextmanager
def token_server(key: bytes, certificate: bytes, tls: ssl.SSLContext) -> Iterator[Proxy]:
    """A token server of the distribution project's specification; `private/…` is closed to anonymous users."""
    import jwt
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, load_pem_private_key

    signing = load_pem_private_key(key, None)
    chain = [base64.b64encode(x509.load_pem_x509_certificate(certificate).public_bytes(Encoding.DER)).decode()]
    record = Proxy()

    def mint(service: str, scopes: list[str], user: str) -> bytes:
        access = []
        for scope in scopes:
            kind, name, actions = scope.split(":")
            granted = [a for a in actions.split(",") if user or (a == "pull" and not name.startswith("private/"))]
            access.append({"type": kind, "name": name, "actions": granted})
        now = int(time.time())
        claims = {"iss": "test", "sub": user, "aud": service, "exp": now + 300, "nbf": now - 5, "iat": now}
        claims |= {"jti": secrets.token_hex(8), "access": access}
        token = jwt.encode(claims, signing, "RS256", headers={"x5c": chain})
        return json.dumps({"token": token, "expires_in": 300}).encode()

    class Tokens(Handler):
        def do_GET(self) -> None:
            record.log.append(Seen("GET", self.path, {k.lower(): v for k, v in self.headers.items()}))
            if record.always:
                return record.always(self)
            query, sent = parse_qs(urlsplit(self.path).query), self.headers.get("Authorization", "")
            if sent and sent != basic(USER, PASSWORD):
                return self.reply(401, {}, b"{}")
            return self.reply(200, {}, mint(query["service"][0], query.get("scope", []), USER if sent else ""))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            record.log.append(Seen("POST", self.path, {k.lower(): v for k, v in self.headers.items()}, body))
            if record.always:
                return record.always(self)
            form = parse_qs(body.decode())
            if form.get("grant_type") != ["refresh_token"] or form.get("refresh_token") != [IDENTITY]:
                return self.reply(401, {}, b"{}")
            return self.reply(200, {}, mint(form["service"][0], form.get("scope", []), USER))

    with serving(Tokens, tls) as port:
        record.port = port
        yield record


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def auth_entry(user: str = USER, password: str = PASSWORD) -> dict[str, str]:
    return {"auth": basic(user, password).removeprefix("Basic ")}
