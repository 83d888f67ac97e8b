"""service-user (HD516)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage, image_of
from hardener.image.service_process import starts_as_root
from hardener.knowledge.facts import Unknown
from hardener.knowledge.images import BaseImage
from hardener.knowledge.users import ID, needs_root
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, put
from hardener.syntax.yaml.scalars import truth

_UNKNOWN = Refusal(
    "K04", "cannot tell as which user the image starts", "look (`docker image inspect`), and set `user:` to a number"
)
#: what `drops` says of entry points that end as another user; other images keep a master process that is root
_CHANGES = regex(r"\b(?:gosu|su-exec|setpriv)\b")
_OWN_CAPABILITIES = ("cap_add", "devices", "userns_mode", "group_add")
#: of a command in a shell: what only root may do
_OF_ROOT = regex(r"\b(?:apt-get|apt|apk|dnf|yum|chown|chmod|useradd|adduser|addgroup|groupadd|mount|sysctl|crond?)\b")


class ServiceUser(ServiceRule):
    """Start services as a user that is not root.

    ## What it does
    Sets `user:` to numbers where a service runs its own command in an official image of a language, which has no USER,
    and nothing is mounted that it may write to: to the user that the image has for that (`node` is 1000:1000), else to
    10001:10001 (K04). A service that is built gets its user in its Dockerfile (add-user).

    ## Why
    Whoever breaks into the service is root in the container, may read every file in it, and has what capabilities
    Docker gives to root.

    ## Example
    ```yaml
    services:
      jobs:
        image: node:22-slim
        command: [node, /srv/jobs.js]
        volumes:
          - ./jobs:/srv:ro
        read_only: true
    ```
    becomes
    ```yaml
    services:
      jobs:
        image: node:22-slim
        command: [node, /srv/jobs.js]
        volumes:
          - ./jobs:/srv:ro
        read_only: true
        user: "1000:1000"
    ```

    ## Fix safety
    Always unsafe: no file says which files the program reads, writes, or finds with a mode for root alone.

    ## When it only reports
    - K04: the image changes the user itself, or needs root; it is mounted something to write to; its command does what
      only root may; cannot tell as which user the image starts
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    """

    code = "HD516"
    name = "service-user"
    safety = Safety.UNSAFE
    keys = ("user",)
    reads = (*RUNS, "volumes", *_OWN_CAPABILITIES)
    after = ("read-only-root",)
    missing = "`{}` starts as root"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether an image is pulled, and no user is said."""
        return service.build is None and bool(service.image) and service.get("user") is None

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the user, or why not."""
        image = image_of(service, files)
        is_root = starts_as_root(service, image)
        message = cls.missing.format(service.name)
        if is_root is False:
            return
        held = _UNKNOWN if is_root is None or image.base is None else _held(service, image, image.base)
        if held is not None or image.base is None:
            shown = message if is_root else f"`{service.name}` may start as root"
            yield cls.report(service, shown, held or _UNKNOWN)
            return
        user = image.base.app_user
        numbers = f"{user.uid}:{user.gid}" if user is not None else f"{ID}:{ID}"
        yield cls.rewrite(service, message, put(service, "user", value=numbers), doubt=_doubt(service))


def _held(service: ComposeService, image: ServiceImage, base: BaseImage) -> Refusal | None:
    """Return why a service cannot start as another user, or need not."""
    if truth(service.text("privileged")) or service.runs.host_network:
        return Refusal("K04", "it is privileged, or on the network of the host", "take that away first")
    of_image = _held_by_image(service, image, base)
    if of_image is not None:
        return of_image
    own = next((key for key in _OWN_CAPABILITIES if service.get(key) is not None), "")
    if own:
        return Refusal("K04", f"it has `{own}`, which another user may not be able to use", "test it, and set `user:`")
    mount = next(iter(read_mounts(service.get("volumes"))), None)
    if mount is not None:
        return Refusal(
            "K04", f"it may write to {mount.target}, which belongs to root or to you", "give it to a user by number"
        )
    words = (*(image.entrypoint or ()), *(image.cmd or ()), *service.runs.check)
    found = _OF_ROOT.search(" ".join(words))
    why = needs_root(words) or (f"it runs `{found[0]}`" if found is not None else None)
    return Refusal("K04", why, "do that in a Dockerfile") if why else None


def _held_by_image(service: ComposeService, image: ServiceImage, base: BaseImage) -> Refusal | None:
    """Return what an image does with the user itself, or needs root for."""
    user = base.app_user
    if base.drops_privileges and _CHANGES.search(base.drops_privileges):
        said = f'`user: "{user.uid}:{user.gid}"`' if user is not None else "`user:`"
        whom = f"`{user.name}`" if user is not None else "another user"
        return Refusal(
            "K04", f"its entry point needs root to give its data to {whom}, and runs the server as that user",
            f"nothing to do; with {said} it starts as that user where the data belongs to it already",
        )  # fmt: skip
    if base.drops_privileges or base.needs_root:
        return Refusal(
            "K04", f"the first process of {image.shown} stays root", "take a variant of it that runs without root"
        )
    if service.get("command") is None and service.get("entrypoint") is None:
        return Refusal("K04", f"harden does not know what {image.shown} does as root", "test it, and set `user:`")
    if isinstance(base.entrypoint, Unknown) or base.has_unread_entrypoint:
        return Refusal(
            "K04", f"harden does not know what the entry point of {image.shown} does", "test it, and set `user:`"
        )
    return None


def _doubt(service: ComposeService) -> str:
    if truth(service.text("read_only")):
        return "cannot tell whether it reads files that only root may"
    return "cannot tell whether it writes anywhere but to /tmp"
