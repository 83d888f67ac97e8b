"""The capabilities that a container needs, by its user and the server that it runs (K02)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.of_service import ServiceImage
from hardener.image.service_process import server_in
from hardener.knowledge.services import server_of


def kept(image: ServiceImage, *, is_root: bool | None, allow: str, user: str) -> tuple[str, ...] | Refusal:
    """Return the capabilities that a container needs, or why that cannot be told.

    Args:
        image: with what runs in it.
        is_root: whether it starts as root.
        allow: what allows the change for one that runs as root.
        user: what allows it where that cannot be told.
    """
    server = server_in(image)
    if is_root is None:
        return Refusal("K02", "cannot tell whether it runs as root", user)
    if not is_root:
        family = server_of(image.base.family) if image.base is not None else None
        return family.of_files if family is not None else ()
    if server is None or server.capabilities is None:
        if image.profile is not None and image.profile.capabilities is not None:
            return image.profile.capabilities
        return Refusal("K02", "it runs as root, and harden cannot tell which capabilities its program uses", allow)
    return server.capabilities


def is_measured(image: ServiceImage, *, is_root: bool | None) -> bool:
    """Tell whether what a container keeps comes from a profile, not from what is known of its server."""
    server = server_in(image)
    return is_root is True and (server is None or server.capabilities is None)


def nobody_read(image: ServiceImage) -> bool:
    """Tell whether what is known of the needs of an image comes from memory."""
    server = server_in(image)
    return image.base is not None and (
        image.base.confidence == "memory" or (server is not None and "capabilities" in server.unsure)
    )
