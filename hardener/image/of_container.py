"""The image of a container of a Kubernetes workload: what is known of it, and as whom it starts (K02, K27)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.model import image_lookup, said_of, system_lookup
from hardener.image.of_service import ServiceImage, image_pulled
from hardener.knowledge.images import BaseImage, base_image
from hardener.project.context import Files, Lookup
from hardener.project.manifests.model import Container
from hardener.syntax.image_reference import ImageReference


def image_of_container(container: Container, files: Files, *, users: bool = False) -> ServiceImage:
    """Return what is known of the image of a container, and what the container runs in it.

    Args:
        container: whose `command` clears the CMD of its image.
        files: are asked for what builds the image, and what a registry says of it.
        users: the accounts in the image count too.
    """
    reference = ImageReference.parse(container.image)
    image = image_pulled(container.image, _base(reference, files, users) if reference is not None else None)
    command, arguments = container.words("command"), container.words("args")
    if command is None and arguments is None:
        is_own = image.base is not None and container.security("runAsUser") is None
        return replace(image, profile=image.base.profile) if is_own and image.base is not None else image
    entry = image.entrypoint if command is None else command
    cmd = arguments if arguments is not None else ()
    return ServiceImage(image.shown, image.base, entrypoint=entry, cmd=cmd)


def _base(reference: ImageReference, files: Files, users: bool) -> BaseImage | None:
    known = base_image(reference)
    if files.builds.builder_of(reference):
        built = files.known(Lookup("built", image_lookup(reference).key))
        return built if isinstance(built, BaseImage) else None
    if known is None or known.runs_as_root is None:
        known = said_of(reference, known, files.known(image_lookup(reference)), None)
    if users and known is not None and isinstance(known.default_user, str) and not known.knows_users:
        said, system = files.known(image_lookup(reference)), files.known(system_lookup(reference))
        known = said_of(reference, known, said, system)
    return known


def starts_as_root(container: Container, image: ServiceImage) -> bool | None:
    """Tell whether a container starts as root; None where that cannot be known."""
    user = container.security("runAsUser")
    if user is not None:
        return user == 0 if isinstance(user, int) else None
    if container.security("runAsNonRoot") is True:
        return False
    return image.base.runs_as_root if image.base is not None else None


def number_of(user: str, image: BaseImage) -> int | Refusal | None:
    """Return the number of a USER that is a name; None for one that is a number, which the kubelet checks itself.

    Setting a number again would drop the group that the image says with it.
    """
    name, _, group = user.partition(":")
    if name.isdigit():
        return None
    found = next((known for known in image.users if known.name == name), None)
    if found is None or group:
        return Refusal("K27", f"cannot tell the number of the user `{user}`", "set `runAsUser` to its number")
    return found.uid
