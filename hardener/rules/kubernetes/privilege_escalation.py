"""privilege-escalation (HD610)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_container import image_of_container, starts_as_root
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.rules._privileges import gained_by
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes._settings import added, needs_all
from hardener.rules.kubernetes.base import ContainerRule


class PrivilegeEscalation(ContainerRule):
    """Keep the processes of a pod from gaining privileges.

    ## What it does
    Sets `allowPrivilegeEscalation: false` in the `securityContext` of containers, as no-new-privileges does for
    services of compose files (K03).

    ## Why
    A program with setuid or capabilities of its own makes root of any user who finds a hole in it.

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
              image: nginx:1.29
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
              image: nginx:1.29
              securityContext:
                allowPrivilegeEscalation: false
    ```

    ## Fix safety
    sudo, su and other programs with setuid no longer work in the container, also for `kubectl exec`. gosu, su-exec and
    setpriv still do. Unsafe where harden does not know what the image starts.

    ## When it only reports
    - K03: something in it works by setuid or capabilities of files
    - K16: `allowPrivilegeEscalation: true` is written there
    - K23: the container is shared through an anchor
    - K28: another file patches it
    - K29: it is privileged, or has SYS_ADMIN: Kubernetes refuses the setting there
    """

    code = "HD610"
    name = "privilege-escalation"
    asks_registry = True
    keys = ("allowPrivilegeEscalation",)
    missing = "a process of `{}` can gain privileges by a setuid program"

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether it is not forbidden."""
        return container.own("allowPrivilegeEscalation") is not False

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield the setting, or why not."""
        if container.own("allowPrivilegeEscalation") is not None:
            yield cls.report(
                container,
                Refusal("K16", "`allowPrivilegeEscalation: true` is written there", "take it out if nothing needs it"),
            )
            return
        image = image_of_container(container, files)
        is_root = starts_as_root(container, image) is True
        held = needs_all(container) or gained_by(
            image, container.checks(), adds=bool(added(container)), is_root=is_root
        )
        if held is not None:
            yield cls.report(container, held)
            return
        is_known = image.base is not None and image.base.is_listed
        doubt = "" if is_known else f"cannot tell whether {image.shown} starts a setuid program"
        yield cls.rewrite(container, {"allowPrivilegeEscalation": False}, doubt=doubt)
