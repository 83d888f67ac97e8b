"""What services of a compose file have to do with each other: volumes they share, or mount from one another (U13).

Format: the Compose specification (volumes, services.volumes, services.volumes_from, services.extends).
"""

from __future__ import annotations

from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.project.builds import Mount, Service
from hardener.project.compose.volumes import read_mounts
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence, resolve

#: servers of files: what they mount they read, though few say `:ro`
_SERVERS = regex(r"(?i)(?:^|[/_-])(?:nginx|httpd|apache2?|caddy|traefik|haproxy|proxy|webserver|lighttpd)(?:$|[:/_.-])")


def related(top: Mapping, described: list[tuple[str, Mapping]], services: list[Service]) -> tuple[Service, ...]:
    """Return the services of a file with what the others of it, and its volumes, say about what they mount.

    Args:
        top: the mapping of the file.
        described: the services by their names, as they are written.
        services: what was read of each of them.
    """
    folders = dict(_folders(top.get("volumes")))
    written = [read_mounts(node.get("volumes")) for _, node in described]
    seen = [read_mounts(node.get("volumes"), for_reading=True) for _, node in described]
    writers: dict[str, dict[object, Service]] = {}
    for mounts, service in zip(written, services, strict=True):
        if not service.name or _is_server(service):
            continue
        for name in {mount.source for mount in mounts if mount.source and not mount.is_bind}:
            # one of an image is enough, however many services run in it
            writers.setdefault(name, {}).setdefault((_build(service), service.images), service)
    if not (folders or writers):
        return tuple(_from_others(described, services))
    found = [
        replace(
            service,
            volumes=tuple(
                replace(m, source=folders[m.source], is_bind=True) if m.source in folders else m
                for m in service.volumes
            ),
            shared=tuple(
                m for m in mounts if any(_writes_too(one, service) for one in writers.get(m.source, {}).values())
            ),
        )
        for mounts, service in zip(seen, services, strict=True)
    ]
    return tuple(_from_others(described, found))


def _folders(node: Node | None) -> Iterator[tuple[str, str]]:
    """Yield the volumes that are folders of the host, or of a server, and what they are: `driver_opts` has a device."""
    volumes = resolve(node) if node is not None else None
    for pair in volumes.items() if isinstance(volumes, Mapping) else ():
        below = resolve(pair.value)
        options = below.mapping("driver_opts") if isinstance(below, Mapping) else None
        device = _text(options.get("device")) if options is not None else ""
        if options is not None and device and _text(options.get("type")) != "tmpfs":
            yield pair.name or "", device


def _writes_too(one: Service, service: Service) -> bool:
    """Tell whether a service that writes into what a service mounts runs in another image."""
    if one is service or not service.name:
        return False
    is_built = bool(one.context or one.dockerfile)
    return not ((is_built and _build(one) == _build(service)) or (one.images and one.images == service.images))


def _is_server(service: Service) -> bool:
    words = (service.name, service.context, service.dockerfile, *service.images)
    return any(_SERVERS.search(word) for word in words)


def _build(service: Service) -> tuple[str, str, str]:
    context = service.context.removeprefix("./").rstrip("/") or "."
    return context, service.dockerfile or "Dockerfile", service.target


def _from_others(described: list[tuple[str, Mapping]], services: list[Service]) -> Iterator[Service]:
    """Yield the services with what they mount by `volumes_from`."""
    by_name = {service.name: service for service in services if service.name}
    for (_, node), service in zip(described, services, strict=True):
        named = node.get("volumes_from")
        words = [_text(item) for item in named.resolved()] if isinstance(named, Sequence) else []
        others = [by_name.get(word.partition(":")[0]) for word in words if not word.endswith(":ro")]
        more: list[Mount] = [mount for other in others if other is not None for mount in other.volumes]
        yield replace(service, volumes=(*service.volumes, *more)) if more else service


def _text(node: Node | None) -> str:
    return node.text if isinstance(node, Scalar) and node.value is not None else ""


__all__ = ["related"]
