"""What services of a compose file have to do with each other: volumes they share, or mount from one another (U13).

Format: the Compose specification (volumes, services.volumes, services.volumes_from, services.extends).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.project.builds import Attached, Mount, Service
from hardener.project.compose.volumes import read_mounts
from hardener.syntax.yaml import Mapping, Node, Sequence, resolve, text_of

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
    names = dict(_names(top.get("volumes")))
    written = [read_mounts(node.get("volumes")) for _, node in described]
    seen = [read_mounts(node.get("volumes"), for_reading=True) for _, node in described]
    writers: dict[str, dict[object, Service]] = {}
    for mounts, service in zip(written, services, strict=True):
        if not service.name or _is_server(service):
            continue
        for name in {mount.source for mount in mounts if mount.source and not mount.is_bind}:
            # one of an image is enough, however many services run in it
            writers.setdefault(name, {}).setdefault((_build(service), service.images), service)
    if not (folders or writers or any(mount.source and not mount.is_bind for mounts in seen for mount in mounts)):
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
            attached=tuple(
                Attached(m, names.get(m.source, ""), m in writing and not _is_server(service))
                for m in mounts
                if m.source and not m.is_bind and m.source not in folders
            ),
        )
        for writing, mounts, service in zip(written, seen, services, strict=True)
    ]
    return tuple(_from_others(described, found))


def _folders(node: Node | None) -> Iterator[tuple[str, str]]:
    """Yield the volumes that are folders of the host, or of a server, and what they are: `driver_opts` has a device."""
    volumes = resolve(node) if node is not None else None
    for pair in volumes.items() if isinstance(volumes, Mapping) else ():
        below = resolve(pair.value)
        options = below.mapping("driver_opts") if isinstance(below, Mapping) else None
        device = text_of(options.get("device")) if options is not None else ""
        if options is not None and device and text_of(options.get("type")) != "tmpfs":
            yield pair.name or "", device


def across(services: tuple[Service, ...], others: Iterable[Service]) -> tuple[Service, ...]:
    """Return services with what those of other files share with them: a volume has one name in all files of a folder.

    Args:
        services: with the absolute paths of their contexts and folders.
        others: that may write into the same volumes.
    """
    every = (*services, *others)
    if len({(service.folder, service.file) for service in every if service.attached}) < 2:
        return services
    writers: dict[tuple[str, str], list[Service]] = {}
    for service in every:
        for key in {_key(service, one) for one in service.attached if one.writes}:
            writers.setdefault(key, []).append(service)
    found = []
    for service in services:
        more = [
            one.mount
            for one in service.attached
            if one.mount not in service.shared
            and any(_is_beside(other, service) for other in writers.get(_key(service, one), ()))
        ]
        found.append(replace(service, shared=(*service.shared, *more)) if more else service)
    return tuple(found)


def _key(service: Service, one: Attached) -> tuple[str, str]:
    return ("", one.name) if one.name else (service.folder, one.mount.source)


def _is_beside(one: Service, service: Service) -> bool:
    """Tell whether a service of another file runs in another image; of one name they are one, said twice."""
    is_same = one.name == service.name and one.folder == service.folder
    return one.file != service.file and not is_same and _writes_too(one, service)


def _names(node: Node | None) -> Iterator[tuple[str, str]]:
    """Yield the volumes that have one name in all projects: `name`, or the key of an `external` one."""
    volumes = resolve(node) if node is not None else None
    for pair in volumes.items() if isinstance(volumes, Mapping) else ():
        below = resolve(pair.value)
        if not isinstance(below, Mapping):
            continue
        external = below.get("external")
        is_external = external is not None and text_of(external) != "false"
        named = text_of(below.get("name"))
        if isinstance(external, Mapping):
            named = text_of(external.get("name")) or named
        if named or is_external:
            yield pair.name or "", named or pair.name or ""


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
        words = [text_of(item) for item in named.resolved()] if isinstance(named, Sequence) else []
        others = [by_name.get(word.partition(":")[0]) for word in words if not word.endswith(":ro")]
        more: list[Mount] = [mount for other in others if other is not None for mount in other.volumes]
        yield replace(service, volumes=(*service.volumes, *more)) if more else service


__all__ = ["across", "related"]
