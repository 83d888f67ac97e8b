"""What says whether a port below 1024 needs root: who runs the image, and in which network (U11)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.project.assumptions import Assumptions
from hardener.project.builds import Service
from hardener.rules.add_user.low_ports import Ports

_LIFTED = '; `runtime = "docker"` in [tool.harden.assume] says that it runs there'
_ELSEWHERE = f"a port below 1024 needs root outside of Docker 20.10 and Podman (U11){_LIFTED}"
_UNCLEAR = f"cannot tell the port, and one below 1024 needs root outside of Docker 20.10 and Podman (U11){_LIFTED}"
_IN_PODS = (
    "where a port below 1024 may need root (U11); `low-ports = true` in [tool.harden.assume] says that it does not"
)

_HOST = {"compose": "`network_mode: host`", "kubernetes": "`hostNetwork: true`", "docker": "`--network host`"}


def judged(
    low: tuple[int, ...],
    services: tuple[Service, ...],
    assumed: Assumptions,
    unknown: tuple[Service, ...] = (),
    beside: tuple[Service, ...] = (),
) -> Ports | Refusal:
    """Return what the callers of the image, and the person who runs it, say of its low ports.

    Args:
        low: the ports.
        services: what runs the image.
        assumed: what the configuration says of how it runs.
        unknown: pods of Kubernetes that may run it under another name.
        beside: what runs other stages of the file: that shows what kind of engine runs this one.

    Docker since 20.10 and Podman let everybody listen on every port in a container's own network. In the host's
    network they do not, and containerd under Kubernetes does only where it is told to.
    """
    shared = next((service for service in services if service.host_network), None)
    if shared is not None and low != (0,):
        why = f"{shared.file} says {_HOST[shared.source]}, where port {low[0]} needs root"
        return Refusal("U11", why, "take another port, or the container's own network")
    port = "the port" if low == (0,) else f"port {low[0]}"
    if assumed.low_ports:
        return Ports(low, "", f"{port} needs no root, as [tool.harden.assume] says (U11)")
    pods = next((service for service in services if service.source == "kubernetes"), None)
    if pods is not None:
        return Ports(low, f"{pods.file} runs it in Kubernetes, {_IN_PODS}")
    if assumed.runtime == "kubernetes":
        return Ports(low, f"it runs in Kubernetes, {_IN_PODS}")
    if assumed.runtime == "docker" and shared is None:
        return Ports(
            low, "", f"{port} needs no root in Docker since 20.10, where [tool.harden.assume] says it runs (U11)"
        )
    pods = next((service for service in unknown if set(low) & set(service.ports)), None)
    if pods is not None:
        return Ports(low, f"{pods.file} may run it in Kubernetes, {_IN_PODS}")
    compose = _by_compose(services or beside)
    if compose is None or shared is not None:
        return Ports(low, _UNCLEAR if low == (0,) else _ELSEWHERE)
    how = f"in which {compose.file} runs it" if services else f"in which {compose.file} runs another stage"
    return Ports(low, "", f"{port} needs no root in Docker since 20.10, {how} (U11)")


def _by_compose(services: tuple[Service, ...]) -> Service | None:
    """Return the first service of a compose file that has a network of its own."""
    return next((service for service in services if service.source == "compose" and not service.host_network), None)


__all__ = ["judged"]
