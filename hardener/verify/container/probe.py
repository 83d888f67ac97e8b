"""What is asked of a running container: a URL, a connection, or a command on this machine."""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
from urllib.parse import urlsplit

from hardener.errors import VerifyError
from hardener.verify.container.process import run
from hardener.verify.model import Answer

#: How much of an answer is compared, in bytes.
LIMIT = 1024 * 1024
#: Seconds that a server may take to greet, or to hang up.
_GREETING = 1.0


def http_probe(url: str, address: tuple[str, int], timeout: float) -> Answer:
    """Ask a URL once and follow no redirect.

    Args:
        url: as a person would write it; its host goes into the Host header.
        address: host and port that are really connected to.
        timeout: seconds for all of it, also where the answer comes byte by byte.
    """
    started = time.monotonic()
    parts = urlsplit(url)
    connection: http.client.HTTPConnection
    if parts.scheme == "https":
        # the name in the certificate is not that of this machine, and trust is not what is tested here
        context = ssl._create_unverified_context()
        connection = http.client.HTTPSConnection(*address, timeout=timeout, context=context)
    else:
        connection = http.client.HTTPConnection(*address, timeout=timeout)
    box: list[Answer] = []

    def ask() -> None:
        try:
            path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
            connection.request("GET", path, headers={"Host": parts.netloc.rpartition("@")[2], "Connection": "close"})
            reply = connection.getresponse()
            body = reply.read(LIMIT).decode("utf-8", "replace")
            place = reply.getheader("Location")
            body = f"Location: {place}\n{body}" if place else body
            box.append(Answer(url, reply.status, body, "", time.monotonic() - started))
        except (OSError, http.client.HTTPException, ValueError) as error:
            box.append(Answer(url, None, "", _said(error), time.monotonic() - started))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(timeout)
    if thread.is_alive() or not box:
        with contextlib.suppress(OSError):
            if connection.sock is not None:
                connection.sock.shutdown(2)
        thread.join(1)
        answer = Answer(url, None, "", f"no answer within {timeout:.0f} s", time.monotonic() - started)
    else:
        answer = box[0]
    connection.close()
    return answer


def tcp_probe(url: str, address: tuple[str, int], timeout: float) -> Answer:
    """Open a connection, say nothing, and take the first that the server says as the answer, with status 0.

    One that is closed at once without a word is no answer: whoever publishes the port for the engine does that where
    nothing listens behind it.
    """
    started, body = time.monotonic(), b""
    try:
        with socket.create_connection(address, timeout=timeout) as connection:
            connection.settimeout(min(timeout, _GREETING))
            with contextlib.suppress(TimeoutError):
                body = connection.recv(LIMIT)
                if not body:
                    return Answer(url, None, "", "the connection is closed at once", time.monotonic() - started)
    except OSError as error:
        return Answer(url, None, "", _said(error), time.monotonic() - started)
    return Answer(url, 0, body.decode("utf-8", "replace"), "", time.monotonic() - started)


def url_probe(url: str, address: tuple[str, int], timeout: float) -> Answer:
    """Ask a URL in the way that its scheme names: `http`, `https`, or `tcp` for a connection."""
    return (tcp_probe if url.startswith("tcp:") else http_probe)(url, address, timeout)


def _said(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def command_probe(line: str, env: dict[str, str], timeout: float) -> Answer:
    """Run a command line on this machine and take its exit code and output as the answer."""
    done = run((line,), timeout=timeout, env=env, shell=True)
    if done.timed_out:
        return Answer(line, None, done.out, f"no end within {timeout:.0f} s", done.seconds)
    return Answer(line, done.code, done.out, done.err.strip()[-500:] if done.code else "", done.seconds)


def port_of(url: str) -> int:
    """Return the port that a URL names.

    Raises:
        VerifyError: it is no http, https or tcp URL with a host, and for tcp a port.
    """
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    is_tcp = parts.scheme == "tcp" and port is not None
    if not (parts.scheme in ("http", "https") or is_tcp) or not parts.hostname or port == -1:
        raise VerifyError(f"--probe {url}: not a URL such as http://localhost:8080/health")
    return port or (443 if parts.scheme == "https" else 80)
