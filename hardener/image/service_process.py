"""The process of a service of a compose file: as which user it starts, and which known server it is (K02, K04)."""

from __future__ import annotations

from hardener.image.of_service import ServiceImage
from hardener.knowledge.services import Server, server_of
from hardener.project.compose.model import ComposeService
from hardener.syntax.dockerfile.nodes import Healthcheck

_ROOT = ("root", "0")


def starts_as_root(service: ComposeService, image: ServiceImage) -> bool | None:
    """Tell whether the container starts as root; None where that cannot be known."""
    if service.get("user") is not None:
        user = service.text("user").partition(":")[0]
        return None if not user or "$" in user else user in _ROOT
    if image.stage is not None:
        return _is_root_there(image)
    return image.base.runs_as_root if image.base is not None else None


def _is_root_there(image: ServiceImage) -> bool | None:
    """Tell whether a Dockerfile leaves root as the user; None where that cannot be known."""
    user = image.stage.end.user if image.stage is not None else None
    if user is None or "$" in user:
        return image.base.runs_as_root if user is None and image.base is not None else None
    return user.partition(":")[0] in _ROOT


def server_in(image: ServiceImage) -> Server | None:
    """Return the server of the image that the container starts as the image does; None where it starts anything else.

    Arguments of the program may differ, the entry point and the program not.
    """
    base = image.base
    if base is None or image.command is None or not isinstance(base.entrypoint, tuple | None):
        return None
    server, entry = server_of(base.family), base.entrypoint or ()
    if server is None or image.command[: len(entry)] != entry:
        return None
    rest = image.command[len(entry) :]
    return server if rest and (rest[0] == server.program or (rest[0].startswith("-") and entry)) else None


def arguments_of(image: ServiceImage) -> tuple[str, ...]:
    """Return what the container gives the program of its image besides the image's own command."""
    base = image.base
    own = (
        {*(word for words in (base.entrypoint, base.cmd) if isinstance(words, tuple) for word in words)} if base else ()
    )
    return tuple(word for word in image.command or () if word not in own)


def declares_check(image: ServiceImage) -> bool:
    """Tell whether the Dockerfile of a service has a HEALTHCHECK."""
    chain = image.stage.chain if image.stage is not None else ()
    return any(isinstance(instruction, Healthcheck) for stage in chain for instruction in stage.node.body)
