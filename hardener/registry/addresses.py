"""Addresses of registries: read, joined with where a redirect leads, and told without what they may hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.errors import RegistryError

if TYPE_CHECKING:
    import httpx


def address_of(url: str) -> httpx.URL:
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


def next_address(url: httpx.URL, location: str) -> httpx.URL:
    """Return where a redirect leads; never from https to http."""
    import httpx

    try:
        target = address_of(str(url.join(location)))
    except (httpx.InvalidURL, ValueError):
        raise RegistryError("a registry redirects to an address that cannot be used") from None
    if url.scheme == "https" and target.scheme == "http":
        raise RegistryError(f"{host_of(origin_of(url))} redirects from https to http")
    return target


def origin_of(url: httpx.URL) -> str:
    """Return scheme, host and port, as credentials are kept by."""
    return f"{url.scheme}://{url.netloc.decode('ascii')}"


def host_of(origin: str) -> str:
    """Return the host of an origin, with its port, for messages and settings."""
    return origin.partition("://")[2]
