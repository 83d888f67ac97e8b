"""What the settings of a container of a manifest say, where several rules ask for it."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.project.manifests.model import Container

_ALLOW = "name the capabilities and devices that it needs instead"


def names_of(container: Container, key: str) -> tuple[str, ...]:
    """Return the capabilities of `add` or `drop`, in the one form of their names (K21)."""
    known = container.own("capabilities", key)
    return tuple(str(name).upper().removeprefix("CAP_") for name in known) if isinstance(known, list) else ()


def added(container: Container) -> tuple[str, ...]:
    """Return the capabilities that are added to a container."""
    return names_of(container, "add")


def needs_all(container: Container) -> Refusal | None:
    """Return that a container has all rights on the node; None for one that has not."""
    if container.own("privileged") is True:
        return Refusal(
            "K29", "it is privileged: beside that the setting has no effect, or Kubernetes refuses it", _ALLOW
        )
    if {"SYS_ADMIN", "ALL"} & set(added(container)):
        return Refusal("K29", f"it has the capability {'ALL' if 'ALL' in added(container) else 'SYS_ADMIN'}", _ALLOW)
    return None
