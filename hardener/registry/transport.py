"""HTTP as registries need it: retries, redirects by hand, ceilings, and no credential where it does not belong.

The transports of httpx are used without its Client, which would log whole addresses (a redirect's may hold a
signature), keep cookies, and send the name and password that an address holds.
"""

from __future__ import annotations

import threading
from types import TracebackType
from typing import TYPE_CHECKING

from hardener._version import __version__
from hardener.errors import RegistryError
from hardener.registry.addresses import address_of, host_of, next_address, origin_of
from hardener.registry.allowed import Allowed
from hardener.registry.exchange import Call, Reply, read_body
from hardener.registry.health import Health, first_contact
from hardener.registry.model import Clock, Deadline, RegistrySettings
from hardener.registry.network import certificate_folder, proxy_for, tls_context
from hardener.registry.retry import backoff, describe, error_of, is_permanent, is_unreachable, retry_after
from hardener.registry.until import Until

if TYPE_CHECKING:
    import httpx

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_AGAIN = frozenset({408, 429, 500, 502, 503, 504})


class _Broken(Exception):  # noqa: N818 - not seen outside
    """A request that got no whole answer; `origin` is the one that was asked, perhaps after a redirect."""

    def __init__(self, origin: str, error: httpx.TransportError) -> None:
        super().__init__(f"{host_of(origin)}: {describe(error)}")
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
        origin = origin_of(address_of(call.url))
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
        failure = f"{host_of(origin)} answered {reply.status}"
        if asked is not None and asked > limits.max_retry_after:
            raise RegistryError(f"{failure} and asks to wait {asked:.0f} s, more than {limits.max_retry_after:g} s")
        wait = backoff(attempt, limits, self.clock) if asked is None else asked
        if reply.status == 429:  # the other threads are not to run into the same wall
            self.health.pause(origin, wait)
        self._pause(deadline, wait, failure)

    def _respect_pause(self, origin: str, deadline: Deadline) -> None:
        wait = self.health.pause_left(origin)
        if wait > 0:
            self._pause(deadline, wait, f"{host_of(origin)} answered 429")

    def _pause(self, deadline: Deadline, seconds: float, failure: str) -> None:
        if seconds >= deadline.remaining():
            raise RegistryError(f"{failure}, and {deadline.seconds:g} s are over before the next try")
        self.clock.sleep(seconds)

    def _follow(self, call: Call, deadline: Deadline) -> Reply:
        first = url = address_of(call.url)
        ceiling = self.settings.limits.max_redirects if call.redirects is None else call.redirects
        for hop in range(ceiling + 1):
            at_home = origin_of(url) == origin_of(first)
            location, reply = self._once(call, url, deadline, at_home=at_home, redirected=hop > 0)
            if location is None:
                return reply
            url = next_address(url, location)
            if call.form is not None:
                raise RegistryError(f"{host_of(origin_of(first))} redirects a request that holds a credential")
        raise RegistryError(f"{host_of(origin_of(first))} redirects more than {ceiling} times")

    def _once(
        self, call: Call, url: httpx.URL, deadline: Deadline, *, at_home: bool, redirected: bool
    ) -> tuple[str | None, Reply]:
        """Send one request; return the place it redirects to, if any, and the answer."""
        import httpx

        self.allowed.check(host_of(origin_of(url)))
        headers = {"User-Agent": f"harden/{__version__}", "Accept-Encoding": "identity", **call.headers}
        if call.authorization and at_home:
            headers["Authorization"] = call.authorization
        limits, left, origin = self.settings.limits, deadline.remaining(), origin_of(url)
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
                    body, sha256, size = (b"", "", 0) if location else read_body(call, response, deadline)
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
            if proxy_for(url.scheme, host_of(origin_of(url)), self.settings.env):
                return ""
            port = url.port or {"https": 443, "http": 80}[url.scheme]
            host = url.raw_host.decode("ascii")
            return first_contact(host, port, self.settings.limits.connect, deadline, self.allowed.resolve)

        self.health.meet(origin_of(url), contact)
        self.health.check(origin_of(url))

    def _transport(self, url: httpx.URL, *, verify: bool) -> httpx.HTTPTransport:
        import httpx

        host = host_of(origin_of(url))
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
