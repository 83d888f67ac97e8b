"""container-capabilities (HD611)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_container import image_of_container, starts_as_root
from hardener.image.of_service import ServiceImage
from hardener.knowledge.confinement import MEASURED
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.rules._capabilities import is_measured, kept, nobody_read
from hardener.rules._privileges import gained_by
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes._settings import added, names_of, needs_all
from hardener.rules.kubernetes.base import ContainerRule

_ALLOW = "run it as another user; or test it and name what it needs in `capabilities.add`"
_USER = "set `runAsUser` to the user that it runs as"
_HOST = Refusal(
    "K09", "on the network of the node a port below 1024 needs NET_BIND_SERVICE", "test it, and drop by hand"
)
_PARTLY = Refusal("K23", "it sets `capabilities` already", "add ALL to `capabilities.drop` by hand")
#: folders whose scripts the entry points of images run as root
_SCRIPTS = "/docker-entrypoint.d"


class ContainerCapabilities(ContainerRule):
    """Drop the capabilities that a pod does not need.

    ## What it does
    Sets `capabilities.drop: [ALL]` in the `securityContext` of containers, with what the image needs in `add`, as
    drop-capabilities does for services of compose files. A container that does not run as root needs none; servers that
    start as root and then change the user keep what their entry points need (K02).

    ## Why
    Kubernetes gives root in a container 14 capabilities: to own any file, to become any user, to send raw packets.
    Whoever takes over the process has them too.

    ## Example
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: postgres:17
    ```
    becomes
    ```yaml
    apiVersion: apps/v1
    kind: Deployment
    metadata:
      name: web
    spec:
      template:
        spec:
          containers:
            - name: web
              image: postgres:17
              securityContext:
                capabilities:
                  drop:
                    - ALL
                  add:
                    - CHOWN
                    - DAC_OVERRIDE
                    - FOWNER
                    - SETGID
                    - SETUID
    ```

    ## Fix safety
    What the entry points need was read in their sources. Unsafe where the image is one that harden does not know, or
    where scripts of the project run as root at the start.

    ## When it only reports
    - K02: it runs as root, and cannot tell what its program does as root; or cannot tell whether it does
    - K03: something in it works by setuid or capabilities of files
    - K09: it is on the network of the node, where low ports need a capability
    - K23: it has `capabilities` of its own, or is shared through an anchor
    - K28: another file patches it
    - K29: it is privileged, or has all capabilities
    """

    code = "HD611"
    name = "container-capabilities"
    asks_registry = True
    keys = ("capabilities",)
    missing = "`{}` has capabilities that it may not need"

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether not all are dropped."""
        return "ALL" not in names_of(container, "drop")

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield what is dropped and what is kept, or why not."""
        image = image_of_container(container, files)
        is_root = starts_as_root(container, image)
        held = needs_all(container) or (_HOST if container.is_on_host else None)
        held = held or gained_by(image, container.checks(), adds=bool(added(container)), is_root=is_root is True)
        needed = held or kept(image, is_root=is_root, allow=_ALLOW, user=_USER)
        if not isinstance(needed, Refusal) and container.own("capabilities") is not None:
            needed = _PARTLY
        if isinstance(needed, Refusal):
            yield cls.report(container, needed)
            return
        new = {"drop": ["ALL"], **({"add": list(needed)} if needed else {})}
        yield cls.rewrite(container, {"capabilities": new}, doubt=_doubt(container, image, is_root=is_root is True))


def _doubt(container: Container, image: ServiceImage, *, is_root: bool) -> str:
    """Return what cannot be proved."""
    if is_measured(image, is_root=is_root):
        return MEASURED
    if image.base is None or not image.base.is_listed:
        return f"cannot tell whether a program of {image.shown} has file capabilities"
    if nobody_read(image):
        return f"cannot tell which capabilities {image.shown} needs"
    if is_root and any(place.startswith(_SCRIPTS) for place in container.mounts):
        return f"scripts in {_SCRIPTS} run as root at the start"
    return ""
