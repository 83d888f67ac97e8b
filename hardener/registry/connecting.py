"""Connections that go to an address which was looked at, and that end when the time of their question is over."""

from __future__ import annotations

import ssl
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    from hardener.registry.allowed import Allowed
    from hardener.registry.until import Until


class CheckedBackend(httpcore.NetworkBackend):
    """Resolves names itself, and refuses those that lead into the user's network.

    Args:
        allowed: says which may be asked.
    """

    def __init__(self, allowed: Allowed) -> None:
        self._allowed = allowed
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection to the first address of `host` that takes one.

        Raises:
            HostRefused: an address of it is one that only the user may name.
            httpcore.ConnectError: there is no connection.
        """
        try:
            found = self._allowed.resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        failure: Exception = httpcore.ConnectError("no address")
        for address in dict.fromkeys(str(one[4][0]) for one in found):
            try:
                return self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._plain.sleep(seconds)


class TimedBackend(httpcore.NetworkBackend):
    """Connections of another backend, each of which keeps to the deadline of its thread."""

    def __init__(self, inner: httpcore.NetworkBackend, until: Until) -> None:
        self._inner, self._until = inner, until

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """Return a connection."""
        timeout = self._until.wait(timeout)
        return _TimedStream(self._inner.connect_tcp(host, port, timeout, local_address, socket_options), self._until)

    def sleep(self, seconds: float) -> None:
        """Wait."""
        self._inner.sleep(seconds)


class _TimedStream(httpcore.NetworkStream):
    def __init__(self, inner: httpcore.NetworkStream, until: Until) -> None:
        self._inner, self._until = inner, until

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what comes next."""
        return self._inner.read(max_bytes, self._until.wait(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self._inner.write(buffer, self._until.wait(timeout))

    def close(self) -> None:
        """Close."""
        self._inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Return the same connection, encrypted."""
        inner = self._inner.start_tls(ssl_context, server_hostname, self._until.wait(timeout))
        return _TimedStream(inner, self._until)

    def get_extra_info(self, info: str) -> Any:
        """Return what is asked of the connection."""
        return self._inner.get_extra_info(info)
