"""Services of compose files that say what another file, or another service, builds: overrides and `extends`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from hardener.fast.records import replace
from hardener.project.builds import Service


def whole(services: Iterable[Service], others: Iterable[Service]) -> Iterator[Service]:
    """Yield the services of a folder's compose files, those that only add to one with what that builds.

    A service without build stands for the one of its name in another file, or for the one that it extends: files
    that are merged say the image in one and the build in another.
    Where several builds have that name, nothing is taken over.

    Args:
        services: with their build contexts as the files write them.
        others: all that say builds.
    """
    builds: dict[str, list[Service]] = {}
    for service in others:
        if service.name and (service.context or service.dockerfile):
            builds.setdefault(service.name, []).append(service)
    for service in services:
        yield _joined(service, builds) if service.name and not _says(service) else service


def _says(service: Service) -> bool:
    return bool(service.context or service.dockerfile or service.source != "compose")


def _joined(service: Service, builds: dict[str, list[Service]]) -> Service:
    file, name = service.extends
    if name:
        found = [one for one in builds.get(name, ()) if one.file == (file or service.file)]
    else:
        found = [one for one in builds.get(service.name, ()) if one.file != service.file]
    if not found or len({(one.context, one.dockerfile, one.target) for one in found}) > 1:
        return service
    first = found[0]
    return replace(
        service,
        context=first.context,
        dockerfile=first.dockerfile,
        target=first.target,
        user=service.user or first.user,
        drops=service.drops or first.drops,
    )


__all__ = ["whole"]
