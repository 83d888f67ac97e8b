"""JSON over HTTP as a forge needs it: conditional requests, pages, rate limits, and the token to one host alone.

The transports of httpx are used without its Client, as the registry client does: no address in a log, no cookie, no
redirect that nobody looked at.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, cast

from hardener._version import __version__
from hardener.bot.forge.limits import asked_to_wait
from hardener.bot.forge.records import ForgeError, NotThere, RequestRefused
from hardener.fast.records import dataclass, field
from hardener.output.escape import shown
from hardener.registry.model import Clock, Limits, RegistrySettings
from hardener.registry.network import proxy_for, tls_context
from hardener.registry.retry import backoff, describe, is_permanent

if TYPE_CHECKING:
    import httpx
    from httpx import SyncByteStream

#: of one answer, in bytes
_BODY = 16 << 20
#: pages of one list: 100 each
_PAGES = 1000
_ATTEMPTS = 5
_UNSURE = frozenset({500, 502, 503, 504})


class Answers(Protocol):
    """Remembers answers by address, so that what did not change is not sent again."""

    def answer(self, url: str) -> tuple[str, bytes] | None:
        """Return the entity tag and the body of the last answer, if it is known."""

    def remember(self, url: str, tag: str, body: bytes) -> None:
        """Keep an answer."""


class Calls(Protocol):
    """What a forge is asked through: a `Client`, or one for each owner.

    Attributes:
        host: that is asked, for messages.
    """

    host: str

    def close(self) -> None:
        """Close all connections."""

    def token_of(self, owner: str) -> str:
        """Return the token for git in the repositories of an owner; "" where the caller has it."""

    def get(self, path: str) -> Any:
        """Return what lies at a path."""

    def pages(self, path: str) -> Iterator[Any]:
        """Yield the entries of a list."""

    def send(self, method: str, path: str, content: Any = None) -> Any:
        """Send a call that changes something and return the answer."""


def pages_of_first(calls: Calls, paths: Iterable[str]) -> Iterator[Any]:
    """Yield the entries of the first list that is there.

    Raises:
        NotThere: none is.
    """
    *others, last = paths
    for path in others:
        try:
            yield from calls.pages(path)
        except NotThere:
            continue
        return
    yield from calls.pages(last)


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


class Client:
    """Calls of one forge, from any thread.

    Args:
        base: address of the API, such as "https://api.github.com"; plain HTTP only for this machine.
        headers: sent with each call; they may hold the token. A function is asked for them before each call.
        answers: remembers answers, if there is one.
        patience: the longest wait for a rate limit, in seconds.
        ca_file: certificates that are trusted besides.
        clock: time and chance.
    """

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str] | Callable[[], Mapping[str, str]],
        *,
        answers: Answers | None = None,
        patience: float = 900,
        ca_file: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self.host = self.base.partition("://")[2].partition("/")[0]
        self._given = headers
        self._answers = answers
        self._patience = patience
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._quiet_until = 0.0
        self._transport = _transport(self.base, ca_file)

    def close(self) -> None:
        """Close all connections."""
        self._transport.close()

    def get(self, path: str) -> Any:
        """Return what lies at `path` of the API, or at a whole address of it."""
        return self._get(path).json()

    def text(self, path: str) -> str:
        """Return what lies at `path` as text."""
        return self._get(path).body.decode(errors="replace")

    def token_of(self, _: str) -> str:
        """Return the token for an owner: this client has none of its own to give."""
        return ""

    def pages(self, path: str, key: str = "") -> Iterator[Any]:
        """Yield the entries of a list, page by page as `Link` headers lead; a list may lie below a key."""
        here: str | None = path
        for _ in range(_PAGES):
            if here is None:
                return
            reply = self._get(here)
            found = reply.json()
            if key and isinstance(found, dict):
                found = found.get(key)
            yield from found if isinstance(found, list) else ()
            here = _next_page(reply.headers.get("link", ""))
        raise ForgeError(f"{self.host}: a list has more than {_PAGES} pages")

    def send(self, method: str, path: str, content: Any = None) -> Any:
        """Send a call that changes something and return the answer.

        It is sent again after a rate limit only: after a lost answer nobody knows whether it was done, and the next
        run looks.
        """
        return self._checked(self._call(method, self._address(path), content), path).json()

    def _get(self, path: str) -> Reply:
        url = self._address(path)
        known = self._answers.answer(url) if self._answers else None
        reply = self._call("GET", url, None, {"If-None-Match": known[0]} if known else {})
        if reply.status == 304 and known:
            return Reply(200, reply.headers, known[1])
        self._checked(reply, path)
        tag = reply.headers.get("etag", "")
        # a page is remembered without its Link header: the lists themselves are asked anew
        if self._answers and tag and "link" not in reply.headers:
            self._answers.remember(url, tag, reply.body)
        return reply

    def _address(self, path: str) -> str:
        if "://" not in path:
            return f"{self.base}/{path.lstrip('/')}"
        if not path.startswith(f"{self.base}/"):
            raise ForgeError(f"{self.host} redirects to another host; nothing was sent there")
        return path

    def _checked(self, reply: Reply, path: str) -> Reply:
        if reply.status < 300:
            return reply
        kind = {404: NotThere, 410: NotThere, 409: RequestRefused, 422: RequestRefused}.get(reply.status, ForgeError)
        said = _message(reply)
        raise kind(
            f"{self.host} answered {reply.status} to {shown(path.partition('?')[0])}" + (f": {said}" * bool(said))
        )

    def _call(self, method: str, url: str, content: Any, more: Mapping[str, str] | None = None) -> Reply:
        """Send one call, again after rate limits, and for a GET after what may pass."""
        for attempt in range(_ATTEMPTS):
            is_last = attempt + 1 == _ATTEMPTS
            self._be_quiet()
            try:
                reply = self._once(method, url, content, more or {})
            except ConnectionError as error:
                if is_last or method != "GET" or isinstance(error, ConnectionRefusedError):
                    raise ForgeError(str(error)) from None
                self._clock.sleep(backoff(attempt, Limits(), self._clock))
                continue
            wait = asked_to_wait(reply.status, reply.headers, reply.body, self._clock.time())
            if wait is not None:
                self._pause(wait)
            elif is_last or method != "GET" or reply.status not in _UNSURE:
                return reply
            else:
                self._clock.sleep(backoff(attempt, Limits(), self._clock))
        raise ForgeError(f"{self.host}: the rate limit did not end after {_ATTEMPTS} tries")

    def _pause(self, seconds: float) -> None:
        """Keep all threads from calling for a while: each call during a rate limit prolongs it."""
        if seconds > self._patience:
            raise ForgeError(f"{self.host}: rate limit: asks to wait {seconds:.0f} s, more than {self._patience:g} s")
        with self._lock:
            self._quiet_until = max(self._quiet_until, self._clock.monotonic() + seconds)

    def _be_quiet(self) -> None:
        with self._lock:
            left = self._quiet_until - self._clock.monotonic()
        if left > 0:
            self._clock.sleep(left)

    def _once(self, method: str, url: str, content: Any, more: Mapping[str, str]) -> Reply:
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


def _next_page(link: str) -> str | None:
    """Return the address of the next page in a `Link` header."""
    for part in link.split(","):
        address, _, rest = part.strip().partition(">")
        if 'rel="next"' in rest.replace(" ", "") or "rel=next" in rest.replace(" ", ""):
            return address.removeprefix("<")
    return None


def _message(reply: Reply) -> str:
    """Return what the forge says of a failure, on one line."""
    try:
        said = reply.json()
    except ForgeError:
        return ""
    if not isinstance(said, dict):
        return ""
    errors = said.get("errors")
    more = [str(e.get("message") or e.get("code") or "") if isinstance(e, dict) else str(e) for e in errors or ()]
    text = said.get("message") or said.get("error") or ""
    return shown("; ".join([str(text), *filter(None, more)]))[:300]
