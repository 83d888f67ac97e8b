"""drop-capabilities (HD510)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_service import ServiceImage, image_of
from hardener.image.service_process import starts_as_root
from hardener.knowledge.confinement import MEASURED
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.project.context import Files
from hardener.rules._capabilities import is_measured, kept, nobody_read
from hardener.rules.base import Safety
from hardener.rules.compose._privileges import gained
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, extend
from hardener.syntax.yaml.scalars import truth

_ALLOW = "set `user:`, or USER in its Dockerfile; or test it and name what it needs in `cap_add`"
_HOST = Refusal(
    "K09", "on the network of the host a port below 1024 needs NET_BIND_SERVICE", "test it, and drop by hand"
)
_USER = "set `user:` to the user that it runs as"
#: folders whose scripts the entry points of images run as root
_SCRIPTS = "/docker-entrypoint.d"


class DropCapabilities(ServiceRule):
    """Drop the capabilities that a service does not need.

    ## What it does
    Adds `cap_drop: [ALL]`. A service that does not run as root needs no capability. Servers that start as root and then
    change the user (postgres, redis, mysql, mariadb, mongo, rabbitmq, nginx, httpd, caddy) keep what their entry points
    need, in `cap_add` (K02). A service that is built counts as what its Dockerfile leaves, its USER included.

    ## Why
    Docker gives root in a container 14 capabilities: to own any file, to become any user, to send raw packets. Whoever
    takes over the process has them too.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17
        cap_drop:
          - ALL
        cap_add:
          - CHOWN
          - DAC_OVERRIDE
          - FOWNER
          - SETGID
          - SETUID
    ```

    ## Fix safety
    What the entry points need was read in their sources. `docker compose exec` as root has the same few capabilities,
    so ping and apt-get may fail there. Unsafe where the image is one that harden does not know, and where scripts of
    the project run as root at the start.

    ## When it only reports
    - K02: it runs as root, and cannot tell what its program does as root; or cannot tell whether it does
    - K03: something in it works by setuid or capabilities of files
    - K09: it is on the network of the host, where low ports need a capability
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    """

    code = "HD510"
    name = "drop-capabilities"
    safety = Safety.HARDENING
    keys = ("cap_add", "cap_drop")
    reads = (*RUNS, "network_mode")
    missing = "`{}` has capabilities that it may not need"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether not all are dropped; a privileged service is told of by another rule."""
        return "ALL" not in _names(service, "cap_drop") and not truth(service.text("privileged"))

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what is dropped and what is kept, or why not."""
        message, image = cls.missing.format(service.name), image_of(service, files)
        needed = _HOST if service.runs.host_network else gained(service, image) or _kept(service, image)
        if isinstance(needed, Refusal):
            yield cls.report(service, message, needed)
            return
        known = _names(service, "cap_add")
        new = () if "ALL" in known else tuple(name for name in needed if name not in known)
        changes = (*extend(service, "cap_drop", ("ALL",)), *extend(service, "cap_add", new))
        yield cls.rewrite(service, message, *changes, doubt=_doubt(service, image))


def _names(service: ComposeService, key: str) -> tuple[str, ...]:
    """Return the capabilities of a list, in the one form of their names (K21)."""
    known = service.value(key)
    return tuple(str(name).upper().removeprefix("CAP_") for name in known) if isinstance(known, list) else ()


def _kept(service: ComposeService, image: ServiceImage) -> tuple[str, ...] | Refusal:
    return kept(image, is_root=starts_as_root(service, image), allow=_ALLOW, user=_USER)


def _doubt(service: ComposeService, image: ServiceImage) -> str:
    """Return what cannot be proved."""
    if is_measured(image, is_root=starts_as_root(service, image)):
        return MEASURED
    if image.base is None:
        return f"cannot tell whether a program of {image.shown} has file capabilities"
    if nobody_read(image):
        return f"cannot tell which capabilities {image.shown} needs"
    if starts_as_root(service, image) and _SCRIPTS in " ".join((*image.texts, *_targets(service))):
        return f"scripts in {_SCRIPTS} run as root at the start"
    return ""


def _targets(service: ComposeService) -> tuple[str, ...]:
    return tuple(mount.target for mount in read_mounts(service.get("volumes"), for_reading=True))
