"""HTTP as registries need it: retries, redirects by hand, ceilings, and no credential where it does not belong.

The transports of httpx are used without its Client, which would log whole addresses (a redirect's may hold a
signature), keep cookies, and send the name and password that an address holds.
"""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import IO, TYPE_CHECKING, cast

from hardener._version import __version__
from hardener.errors import RegistryError
from hardener.fast.records import dataclass, field
from hardener.registry.allowed import Allowed
from hardener.registry.health import Health, first_contact
from hardener.registry.model import Clock, Deadline, RegistrySettings
from hardener.registry.network import certificate_folder, proxy_for, tls_context
from hardener.registry.retry import backoff, describe, error_of, is_permanent, is_unreachable, retry_after
from hardener.registry.until import Until

if TYPE_CHECKING:
    import httpx
    from httpx import SyncByteStream

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Call:
    """One request as it is meant.

    Attributes:
        authorization: goes to the origin of `url` and nowhere else.
        form: body of a POST; may hold a credential, so a POST is not redirected to another origin.
        limit: ceiling of the body, in bytes.
        keep: False hashes the body and drops it.
        into: a file that gets the body instead, from its start, again where the request is repeated.
        verify: whether the certificate of the origin of `url` is checked; elsewhere it always is.
        attempts: None for as many as the limits say.
    """

    method: str
    url: str
    limit: int
    headers: Mapping[str, str] = field(default_factory=dict)
    authorization: str = field(default="", repr=False)
    form: Mapping[str, str] | None = field(default=None, repr=False)
    keep: bool = True
    into: IO[bytes] | None = field(default=None, repr=False)
    verify: bool = True
    attempts: int | None = None
    redirects: int | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back. `origin` is the one that answered, after redirects; `sha256` is of the body, in hex."""

    status: int
    headers: Mapping[str, str]
    challenges: tuple[str, ...]
    origin: str
    redirected: bool
    body: bytes = field(repr=False)
    sha256: str
    size: int


class _Broken(Exception):  # noqa: N818 - not seen outside
    """A request that got no whole answer; `origin` is the one that was asked, perhaps after a redirect."""

    def __init__(self, origin: str, error: httpx.TransportError) -> None:
        super().__init__(f"{_host(origin)}: {describe(error)}")
        self.origin = origin
        self.error = error


class Transport:
    """Connections to all hosts of a run, shared by its threads; a context manager.

    Args:
        settings: limits, certificates, environment.
        clock: time and chance.
    """

    def __init__(self, settings: RegistrySettings, clock: Clock) -> None:
        self.settings = settings
        self.clock = clock
        self._lock = threading.Lock()
        self._transports: dict[tuple[object, ...], httpx.HTTPTransport] = {}
        self.health = Health(settings.limits, clock)
        self.allowed = Allowed(settings)
        self._until = Until()

    def __enter__(self) -> Transport:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections."""
        with self._lock:
            for transport in self._transports.values():
                transport.close()
            self._transports.clear()

    def send(self, call: Call, deadline: Deadline) -> Reply:
        """Send `call`, again where that may help, and return the last answer whatever its status.

        Raises:
            RegistryError: no answer that can be used; the text names the host and holds no credential.
        """
        origin = _origin(_parse(call.url))
        attempts = call.attempts or self.health.attempts(origin)
        for attempt in range(attempts):
            self._respect_pause(origin, deadline)
            began = self.clock.monotonic()
            try:
                reply = self._follow(call, deadline)
            except _Broken as broken:
                is_last = attempt + 1 == attempts or is_permanent(broken.error)
                if is_last or self.health.is_hopeless(broken.origin, began):
                    if call.attempts is None:
                        self.health.gave_up(broken.origin, str(broken), unreachable=is_unreachable(broken.error))
                    raise error_of(broken.error)(str(broken)) from None
                self._pause(deadline, backoff(attempt, self.settings.limits, self.clock), str(broken))
            else:
                if reply.status not in _AGAIN:
                    return reply
                if attempt + 1 == attempts:
                    self.health.tire(origin)
                    return reply
                self._pause_after(reply, origin, attempt, deadline)
        raise AssertionError("a loop of at least one attempt returns or raises")

    def _pause_after(self, reply: Reply, origin: str, attempt: int, deadline: Deadline) -> None:
        limits = self.settings.limits
        asked = retry_after(reply.headers.get("retry-after", ""), self.clock.time())
        failure = f"{_host(origin)} answered {reply.status}"
        if asked is not None and asked > limits.max_retry_after:
            raise RegistryError(f"{failure} and asks to wait {asked:.0f} s, more than {limits.max_retry_after:g} s")
        wait = backoff(attempt, limits, self.clock) if asked is None else asked
        if reply.status == 429:  # the other threads are not to run into the same wall
            self.health.pause(origin, wait)
        self._pause(deadline, wait, failure)

    def _respect_pause(self, origin: str, deadline: Deadline) -> None:
        wait = self.health.pause_left(origin)
        if wait > 0:
            self._pause(deadline, wait, f"{_host(origin)} answered 429")

    def _pause(self, deadline: Deadline, seconds: float, failure: str) -> None:
        if seconds >= deadline.remaining():
            raise RegistryError(f"{failure}, and {deadline.seconds:g} s are over before the next try")
        self.clock.sleep(seconds)

    def _follow(self, call: Call, deadline: Deadline) -> Reply:
        first = url = _parse(call.url)
        ceiling = self.settings.limits.max_redirects if call.redirects is None else call.redirects
        for hop in range(ceiling + 1):
            at_home = _origin(url) == _origin(first)
            location, reply = self._once(call, url, deadline, at_home=at_home, redirected=hop > 0)
            if location is None:
                return reply
            url = _next(url, location)
            if call.form is not None:
                raise RegistryError(f"{_host(_origin(first))} redirects a request that holds a credential")
        raise RegistryError(f"{_host(_origin(first))} redirects more than {ceiling} times")

    def _once(
        self, call: Call, url: httpx.URL, deadline: Deadline, *, at_home: bool, redirected: bool
    ) -> tuple[str | None, Reply]:
        """Send one request; return the place it redirects to, if any, and the answer."""
        import httpx

        self.allowed.check(_host(_origin(url)))
        headers = {"User-Agent": f"harden/{__version__}", "Accept-Encoding": "identity", **call.headers}
        if call.authorization and at_home:
            headers["Authorization"] = call.authorization
        limits, left, origin = self.settings.limits, deadline.remaining(), _origin(url)
        transport = self._transport(url, verify=call.verify or not at_home)
        self._meet(url, deadline)
        read = min(self.health.first_wait(origin), left)
        wait = {"connect": min(limits.connect, left), "read": read, "write": left, "pool": left}
        data = dict(call.form) if call.form is not None else None
        request = httpx.Request(call.method, url, headers=headers, data=data, extensions={"timeout": wait})
        try:
            with self._until.over(deadline):
                response = transport.handle_request(request)
                try:
                    location = response.headers.get("location") if response.status_code in _REDIRECTS else None
                    body, sha256, size = (b"", "", 0) if location else _read(call, response, deadline)
                finally:
                    response.close()
        except httpx.TransportError as error:
            raise _Broken(origin, error) from None
        status = response.status_code
        self.health.answered(origin, well=status not in _AGAIN)
        challenges = tuple(response.headers.get_list("www-authenticate"))
        names = {name.lower(): value for name, value in response.headers.items()}
        return location, Reply(status, names, challenges, origin, redirected, body, sha256, size)

    def _meet(self, url: httpx.URL, deadline: Deadline) -> None:
        """Look for a host that drops what it is sent, before the first request to it; a RegistryError for one."""

        def contact() -> str:
            if proxy_for(url.scheme, _host(_origin(url)), self.settings.env):
                return ""
            port = url.port or {"https": 443, "http": 80}[url.scheme]
            host = url.raw_host.decode("ascii")
            return first_contact(host, port, self.settings.limits.connect, deadline, self.allowed.resolve)

        self.health.meet(_origin(url), contact)
        self.health.check(_origin(url))

    def _transport(self, url: httpx.URL, *, verify: bool) -> httpx.HTTPTransport:
        import httpx

        host = _host(_origin(url))
        folder = certificate_folder(host, self.settings) if url.scheme == "https" else None
        proxy = proxy_for(url.scheme, host, self.settings.env)
        key = (url.scheme, folder, proxy, verify)
        with self._lock:
            if key not in self._transports:
                tls = tls_context(folder, self.settings, verify=verify) if url.scheme == "https" else False
                try:
                    via = httpx.Proxy(proxy) if proxy else None
                    self._transports[key] = transport = httpx.HTTPTransport(verify=tls, trust_env=False, proxy=via)
                    # a proxy is the user's, and resolves names itself
                    _watch(transport, None if via else self.allowed, self._until)
                except (ValueError, ImportError, httpx.InvalidURL):  # its text may hold the proxy's password
                    raise RegistryError(f"the proxy that the environment names for {host} cannot be used") from None
            return self._transports[key]


def _watch(transport: httpx.HTTPTransport, allowed: Allowed | None, until: Until) -> None:
    """Have a transport connect to addresses that were looked at, and keep to the deadline of a request.

    httpx has no parameter for that, httpcore has.
    """
    from hardener.registry.connecting import CheckedBackend, TimedBackend

    inner = CheckedBackend(allowed) if allowed else transport._pool._network_backend
    transport._pool._network_backend = TimedBackend(inner, until)


def _read(call: Call, response: httpx.Response, deadline: Deadline) -> tuple[bytes, str, int]:
    """Return (body, sha256 in hex, size); the body is empty where it is not kept."""
    host = _host(_origin(_parse(call.url)))
    if response.headers.get("content-encoding", "identity").lower() != "identity":
        raise RegistryError(f"{host} sends a compressed body although none was asked for")
    length = response.headers.get("content-length", "")
    digest, size, kept = hashlib.sha256(), 0, bytearray()
    if call.method != "HEAD" and length.isdecimal() and int(length) > call.limit:
        raise RegistryError(f"the answer of {host} is larger than {call.limit} bytes")
    if call.into is not None:
        call.into.seek(0)
        call.into.truncate()
    for chunk in cast("SyncByteStream", response.stream):
        size += len(chunk)
        if size > call.limit:
            raise RegistryError(f"the answer of {host} is larger than {call.limit} bytes")
        digest.update(chunk)
        if call.into is not None:
            call.into.write(chunk)
        elif call.keep:
            kept += chunk
        deadline.remaining()
    return bytes(kept), digest.hexdigest(), size


def _parse(url: str) -> httpx.URL:
    """Return the address without the name and password it may hold."""
    import httpx

    try:
        parsed = httpx.URL(url)
        usable = parsed.scheme in ("http", "https") and bool(parsed.host)
    except (httpx.InvalidURL, ValueError):
        usable = False
    if not usable:
        raise RegistryError("a registry names an address that cannot be used")
    return parsed.copy_with(userinfo=b"", fragment=None)


def _next(url: httpx.URL, location: str) -> httpx.URL:
    import httpx

    try:
        target = _parse(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        raise RegistryError("a registry redirects to an address that cannot be used") from None
    if url.scheme == "https" and target.scheme == "http":
        raise RegistryError(f"{_host(_origin(url))} redirects from https to http")
    return target


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def _host(origin: str) -> str:
    return origin.partition("://")[2]
