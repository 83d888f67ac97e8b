"""run-as-non-root (HD612)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_container import image_of_container, number_of
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes._kustomize import images_set
from hardener.rules.kubernetes.base import ContainerRule

_UNKNOWN = Refusal(
    "K27", "cannot tell as which user the image starts", "set `runAsUser` to the number of the user that it runs as"
)
_IS_ROOT = Refusal("K04", "the image starts as root", "give its Dockerfile a USER, or take an image that has one")
_ZERO = Refusal("K04", "`runAsUser: 0` is written there", "take it out if nothing needs it")


class RunAsNonRoot(ContainerRule):
    """Say that a container does not run as root.

    ## What it does
    Sets `runAsNonRoot: true` where the pod or the container says another user by number, or where the image is known to
    start as another user. Where the image says that user by name, `runAsUser` gets its number from the image: by name
    the kubelet cannot tell, and would not start it (K27).

    ## Why
    Nothing else keeps the next version of the image from running as root, and namespaces with the restricted pod
    security standard refuse the pod.

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
              image: nginxinc/nginx-unprivileged:1.29
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
              image: nginxinc/nginx-unprivileged:1.29
              securityContext:
                runAsNonRoot: true
    ```

    ## Fix safety
    The process runs as the same user as before. An image that starts as root later is not started.

    ## When it only reports
    - K04: the image starts as root, or the manifest says `runAsUser: 0`
    - K16: `runAsNonRoot: false` is written there
    - K23: the container is shared through an anchor
    - K27: cannot tell as which user the image starts, or the number of that user
    - K28: another file patches it, or sets its image
    """

    code = "HD612"
    name = "run-as-non-root"
    asks_registry = True
    keys = ("runAsNonRoot", "runAsNonRoot,runAsUser", "runAsUser")
    missing = "nothing keeps `{}` from running as root"

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether nothing forbids root."""
        return container.security("runAsNonRoot") is not True

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield the settings, or why not."""
        settings = _settings(container, files)
        if isinstance(settings, Refusal):
            yield cls.report(container, settings)
        else:
            yield cls.rewrite(container, settings)


def _settings(container: Container, files: Files) -> dict[str, object] | Refusal:
    if container.security("runAsNonRoot") is not None:
        return Refusal("K16", "`runAsNonRoot: false` is written there", "take it out if nothing needs root")
    user = container.security("runAsUser")
    if user is not None:
        if not isinstance(user, int):
            return _UNKNOWN
        return {"runAsNonRoot": True} if user else _ZERO
    elsewhere = images_set(container.image, files)
    base = image_of_container(container, files, users=True).base
    if elsewhere is not None or base is None or base.runs_as_root is None:
        return elsewhere or _UNKNOWN
    if base.runs_as_root:
        return _IS_ROOT
    number = number_of(base.default_user, base) if isinstance(base.default_user, str) else _UNKNOWN
    if isinstance(number, Refusal):
        return number
    return {"runAsNonRoot": True} if number is None else {"runAsNonRoot": True, "runAsUser": number}
