"""Connections that go to an address which was looked at, so that a name cannot resolve to another one meanwhile."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import httpcore

if TYPE_CHECKING:
    from hardener.registry.allowed import Allowed


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
