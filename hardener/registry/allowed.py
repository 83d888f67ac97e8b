"""Which hosts a Dockerfile may have asked: none of this machine or of a private network, unless the user names it.

A Dockerfile is written by others. Where it names a registry or a download, the request comes from inside of the user's
network, where a mere GET can do harm and an answer can be a secret. Names are looked at as they are written and as they
resolve, and a connection goes to the very address that was looked at.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable
from typing import Any

from hardener.errors import RegistryError
from hardener.registry.hosts import is_listed, split_port
from hardener.registry.model import RegistrySettings

#: host names of this machine and of the services that tell a cloud's machine its secrets
_INNER_NAMES = frozenset((
    "localhost", "localhost.localdomain", "localhost6", "ip6-localhost", "ip6-loopback", "host.docker.internal",
    "gateway.docker.internal", "host.containers.internal", "kubernetes.default.svc", "metadata", "instance-data",
))  # fmt: skip
_INNER_ENDINGS = (".localhost", ".internal", ".cluster.local", ".localdomain")
#: public by number, but answered by the cloud that a machine runs in
_INNER_ADDRESSES = frozenset({ipaddress.ip_address("168.63.129.16")})
_ADDRESSES = 16

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
#: what `socket.getaddrinfo` returns, one for each address
Found = tuple[Any, Any, int, str, tuple[Any, ...]]


class HostRefused(RegistryError):  # noqa: N818 - says what it is
    """A host that only the user may name. `allow` says how."""

    def __init__(self, host: str, where: str) -> None:
        super().__init__(f"{host} {where}; a Dockerfile alone cannot have it asked")
        self.allow = f"name it with --registry-allow {host}"


class Allowed:
    """Which hosts are asked.

    Args:
        settings: `allow`, `insecure` and the hosts of `mirrors` are named by the user.
    """

    def __init__(self, settings: RegistrySettings) -> None:
        mirrors = (mirror for group in settings.mirrors.values() for mirror in group)
        named = (mirror.partition("://")[2] or mirror for mirror in mirrors)
        self._named = settings.allow | settings.insecure | {host.partition("/")[0] for host in named}

    def is_named(self, host: str) -> bool:
        """Tell whether the user named `host[:port]`, or a network that it lies in."""
        name = split_port(host)[0]
        address = address_of(name)
        return is_listed(host.lower(), self._named) or (address is not None and self._has(address))

    def check(self, host: str) -> None:
        """Raise `HostRefused` if `host[:port]`, as it is written, is one that only the user may name."""
        where = inner(split_port(host)[0])
        if where and not self.is_named(host):
            raise HostRefused(host, where)

    def resolve(self, host: str, port: int) -> list[Found]:
        """Return the addresses of `host`, a name or an address without port.

        Raises:
            HostRefused: one of them is one that only the user may name.
            OSError: there are none.
        """
        found: list[Found] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[:_ADDRESSES]
        full = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        if not self.is_named(full):
            for address in dict.fromkeys(str(one[4][0]) for one in found):
                parsed = address_of(address)
                where = "has an address that cannot be read" if parsed is None else _where(parsed)
                if where and (parsed is None or not self._has(parsed)):
                    raise HostRefused(host, f"{where} ({address})")
        return found

    def _has(self, address: Address) -> bool:
        return is_listed(str(address) if address.version == 4 else f"[{address}]", self._named)


def inner(name: str) -> str:
    """Return what makes a host name or address, without port, one of this machine or network; "" for any other."""
    bare = name.lower().rstrip(".")
    if bare in _INNER_NAMES or bare.endswith(_INNER_ENDINGS):
        return "is a name of this machine or its network"
    address = address_of(bare)
    return _where(address) if address is not None else ""


def address_of(name: str) -> Address | None:
    """Return the IP address that `name` spells, in any way that the resolver takes (127.1, 0x7f000001)."""
    try:
        address: Address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        if not name[:1].isdigit():
            return None
        try:
            return ipaddress.IPv4Address(socket.inet_aton(name))
        except (OSError, UnicodeError):
            return None
    return address


def _where(address: Address) -> str:
    for one in _within(address):
        if one.is_loopback or one.is_unspecified:
            return "is this machine"
        if one.is_link_local:
            return "is a link-local address"
        if one in _INNER_ADDRESSES or not one.is_global or one.is_multicast:
            return "is in a private network"
    return ""


def _within(address: Address) -> Iterable[Address]:
    """Return an address and the IPv4 addresses that it stands for (mapped, 6to4, Teredo, NAT64)."""
    if isinstance(address, ipaddress.IPv4Address):
        return (address,)
    if address.ipv4_mapped:
        return (address.ipv4_mapped,)
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    embeds = address in ipaddress.ip_network("64:ff9b::/96") or (address in ipaddress.ip_network("::/96") and low)
    inside = [address.sixtofour, *(address.teredo or ()), *([low] if embeds and int(address) > 1 else [])]
    return (address, *(one for one in inside if one is not None))
