"""One call of a forge over the network: the transports of httpx without its Client, as the registry client has them.

So no address gets into a log, no cookie is kept, and no redirect is followed that nobody looked at.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from hardener._version import __version__
from hardener.bot.forge.records import ForgeError
from hardener.fast.records import dataclass, field
from hardener.registry.model import RegistrySettings
from hardener.registry.network import proxy_for, tls_context
from hardener.registry.retry import describe, is_permanent

if TYPE_CHECKING:
    import httpx
    from httpx import SyncByteStream

#: of one answer, in bytes
_BODY = 16 << 20

Headers = Mapping[str, str] | Callable[[], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """What a forge answered; header names are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(repr=False)

    def json(self) -> Any:
        """Return the body as JSON.

        Raises:
            ForgeError: it is none.
        """
        try:
            return json.loads(self.body) if self.body else None
        except ValueError:
            raise ForgeError("the forge did not answer with JSON") from None


class Wire:
    """Connections to one forge, from any thread.

    Args:
        base: address of the API.
        headers: sent with each call; a function is asked for them before each.
        ca_file: certificates that are trusted besides.

    Raises:
        ForgeError: the address cannot be used.
    """

    def __init__(self, base: str, headers: Headers, ca_file: Path | None = None) -> None:
        self.host = base.partition("://")[2].partition("/")[0]
        self.is_plain = base.startswith("http://")
        self._given = headers
        self._transport = _transport(base, ca_file)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def send(self, method: str, url: str, content: Any, more: Mapping[str, str]) -> Reply:
        """Send one call with these headers besides, and return the answer whatever its status.

        Raises:
            ConnectionRefusedError: nobody answers, and will not if asked again.
            ConnectionError: it broke on the way: nobody knows whether it was done.
            ForgeError: the address or the answer cannot be used.
        """
        import httpx

        given = self._given() if callable(self._given) else self._given
        headers = {"User-Agent": f"harden/{__version__}", "Accept-Encoding": "identity", **given, **more}
        wait = {"connect": 10.0, "read": 60.0, "write": 60.0, "pool": 60.0}
        try:
            request = httpx.Request(method, url, headers=headers, json=content, extensions={"timeout": wait})
            response = self._transport.handle_request(request)
            try:
                body = _read(response, self.host)
            finally:
                response.close()
        except httpx.TransportError as error:
            kind = ConnectionRefusedError if is_permanent(error) else ConnectionError
            raise kind(f"{self.host}: {describe(error)}") from None
        except httpx.InvalidURL:
            raise ForgeError(f"{self.host}: an address cannot be formed") from None
        return Reply(response.status_code, {k.lower(): v for k, v in response.headers.items()}, body)


def _transport(base: str, ca_file: Path | None) -> httpx.HTTPTransport:
    import httpx

    from hardener.registry.hosts import is_loopback

    settings = RegistrySettings(ca_file=ca_file)
    scheme, _, rest = base.partition("://")
    host = rest.partition("/")[0]
    if "@" in host or scheme not in ("http", "https") or not host or (scheme == "http" and not is_loopback(host)):
        raise ForgeError("the address of a forge starts with https:// and holds no name or password")
    proxy = proxy_for(scheme, host, settings.env)
    tls = tls_context(None, settings, verify=True) if scheme == "https" else False
    return httpx.HTTPTransport(verify=tls, trust_env=False, proxy=httpx.Proxy(proxy) if proxy else None)


def _read(response: httpx.Response, host: str) -> bytes:
    body = bytearray()
    for chunk in cast("SyncByteStream", response.stream):
        body += chunk
        if len(body) > _BODY:
            raise ForgeError(f"the answer of {host} is larger than {_BODY} bytes")
    return bytes(body)
