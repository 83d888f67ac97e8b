"""From the registry that a reference names to the addresses that are asked."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.registry.model import RegistrySettings

DOCKER_HUB = "docker.io"
#: what people and old tools call Docker Hub
_HUB_NAMES = frozenset({"docker.io", "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com"})
_HOST = regex(r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::\d{1,5})?")
_HUB_API = "registry-1.docker.io"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address that can answer for a registry.

    Attributes:
        host: `host[:port]` of the API.
        domain: the name under which credentials are kept.
        prefix: goes in front of the repository, "" or "path/".
        scheme: "https" or "http"; "" where plain HTTP is tried if nothing speaks TLS there.
        verify: whether the certificate is checked.
    """

    host: str
    domain: str
    prefix: str = ""
    scheme: str = "https"
    verify: bool = True


def canonical_domain(domain: str) -> str:
    """Return the one name of a registry; all names of Docker Hub are `docker.io`."""
    return DOCKER_HUB if domain.lower() in _HUB_NAMES else domain.lower()


def split_repository(repository: str) -> tuple[str, str]:
    """Return (registry, path) of `docker.io/library/debian`."""
    domain, _, path = repository.partition("/")
    return canonical_domain(domain), path


def endpoints(domain: str, settings: RegistrySettings) -> tuple[Endpoint, ...]:
    """Return the addresses to ask for an image of `domain`, in order: its mirrors, then itself."""
    mirrors = settings.mirrors.get(domain, ())
    return (*(_endpoint(mirror, settings) for mirror in mirrors), _endpoint(domain, settings))


def _endpoint(address: str, settings: RegistrySettings) -> Endpoint:
    scheme, separator, rest = address.partition("://")
    if not separator:
        scheme, rest = "", address
    host, _, prefix = rest.strip("/").partition("/")
    domain = canonical_domain(host)
    host = _HUB_API if domain == DOCKER_HUB else host.lower()
    listed = is_listed(host, settings.insecure)
    if not scheme:
        scheme = "" if listed or is_loopback(host) else "https"
    return Endpoint(host, domain, f"{prefix}/" if prefix else "", scheme, verify=not listed)


def mirror_problem(address: str) -> str:
    """Return what is wrong with the address of a mirror, "" for nothing; a credential in it is not repeated."""
    scheme, separator, rest = address.partition("://")
    if not separator:
        rest = address
    elif scheme.lower() not in ("http", "https"):
        return "its address must begin with https:// or http://"
    if "@" in rest:
        return "its address holds a credential; use docker login for it"
    host = rest.partition("/")[0]
    if not _HOST.fullmatch(host):
        return "its address names no host"
    return "its address must not have a query" if set(rest) & set("?# ") else ""


def split_port(host: str) -> tuple[str, str]:
    """Return (name or address, port) of `host[:port]`, without the brackets of an IPv6 address."""
    if host.startswith("["):
        name, _, port = host[1:].partition("]")
        return name, port.lstrip(":")
    name, _, port = host.partition(":")
    return name, port


def is_loopback(host: str) -> bool:
    """Tell whether `host[:port]` is this machine, where Docker falls back to plain HTTP."""
    name = split_port(host)[0]
    return name == "localhost" or in_network(name, "127.0.0.0/8") or name == "::1"


def is_listed(host: str, entries: frozenset[str]) -> bool:
    """Tell whether `host[:port]` is one of `entries` or lies in a network among them."""
    name = split_port(host)[0]
    return any(e.lower() in (host, name) or ("/" in e and in_network(name, e)) for e in entries)


def in_network(address: str, network: str) -> bool:
    """Tell whether `address` is an IP address in `network`; False where one of them is none."""
    if not (address[:1].isdigit() or ":" in address):
        return False
    import ipaddress

    try:
        return ipaddress.ip_address(address) in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
