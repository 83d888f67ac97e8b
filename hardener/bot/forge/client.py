"""JSON over HTTP as a forge needs it: conditional requests, pages, rate limits, and the token to one host alone."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from hardener.bot.forge.limits import asked_to_wait
from hardener.bot.forge.records import ForgeError, NotThere, RequestRefused
from hardener.bot.forge.wire import Headers, Reply, Wire
from hardener.output.escape import shown
from hardener.registry.model import Clock, Limits
from hardener.registry.retry import backoff

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
        headers: Headers,
        *,
        answers: Answers | None = None,
        patience: float = 900,
        ca_file: Path | None = None,
        clock: Clock | None = None,
    ) -> None:
        self.base = base.rstrip("/")
        self._wire = Wire(self.base, headers, ca_file)
        self.host, self.is_plain = self._wire.host, self._wire.is_plain
        self._answers = answers
        self._patience = patience
        self._clock = clock or Clock()
        self._lock = threading.Lock()
        self._quiet_until = 0.0

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

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
                reply = self._wire.send(method, url, content, more or {})
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
