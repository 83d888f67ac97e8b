"""When a request is sent again, and how a failed one is put into words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.errors import RegistryError
from hardener.registry.model import Clock, Limits, NoConnection, UntrustedCertificate

if TYPE_CHECKING:
    import httpx

_UNTRUSTED = "CERTIFICATE_VERIFY_FAILED"
#: the last two: there is no such host, on Linux and on macOS
_PERMANENT = (_UNTRUSTED, "WRONG_VERSION_NUMBER", "Name or service not known", "nodename nor servname")


def backoff(attempt: int, limits: Limits, clock: Clock) -> float:
    """Return the pause after try number `attempt` (from 0): half of it fixed, half of it chance."""
    full: float = min(limits.backoff * 2**attempt, limits.max_backoff)
    return full / 2 + full / 2 * clock.random()


def retry_after(value: str, now: float) -> float | None:
    """Return the seconds that a Retry-After header (a number or a date) asks for; None where it asks for none."""
    value = value.strip()
    if not value:
        return None
    if value.isdecimal():
        return float(value)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (ValueError, OverflowError):
        return None


def is_permanent(error: httpx.TransportError) -> bool:
    """Tell whether sending the request again cannot help."""
    import httpx

    if isinstance(error, (httpx.ProxyError, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return True
    return any(sign in str(error) for sign in _PERMANENT)


def is_untrusted(error: httpx.TransportError) -> bool:
    """Tell whether the certificate of the server was refused."""
    return _UNTRUSTED in str(error)


def is_unreachable(error: httpx.TransportError) -> bool:
    """Tell whether there was no connection at all."""
    import httpx

    return isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))


def error_of(error: httpx.TransportError) -> type[RegistryError]:
    """Return what to raise for a request that is not sent again."""
    import httpx

    if is_untrusted(error):
        return UntrustedCertificate
    # a handshake without an answer is a timeout of the connection to httpx, but somebody took that connection
    is_dropped = isinstance(error, httpx.ConnectTimeout) and "handshake" not in str(error)
    return NoConnection if is_dropped else RegistryError


def describe(error: httpx.TransportError) -> str:
    """Return what went wrong in plain words; never what was sent."""
    import httpx

    text = str(error)
    if is_untrusted(error):
        reason = text.partition("verify failed: ")[2].partition(" (_ssl")[0].rstrip(".")
        return f"its certificate is not trusted ({reason or 'no reason given'})"
    if "WRONG_VERSION_NUMBER" in text or "record layer failure" in text:
        return "it does not speak TLS"
    if isinstance(error, httpx.ConnectTimeout):
        return "no connection in time"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time"
    if isinstance(error, httpx.ProxyError):
        return "the proxy refused the connection"
    if isinstance(error, httpx.ConnectError):
        return f"no connection ({text.rpartition('] ')[2] or 'unknown reason'})"
    if isinstance(error, httpx.LocalProtocolError):
        return "the request could not be formed"
    return "the connection broke off"
