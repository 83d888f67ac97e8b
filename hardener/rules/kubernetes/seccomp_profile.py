"""seccomp-profile (HD613)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes._settings import added, needs_all
from hardener.rules.kubernetes.base import ContainerRule

_TRACES = ("SYS_PTRACE", "BPF", "PERFMON", "SYS_MODULE")


class SeccompProfile(ContainerRule):
    """Give pods the system calls that containers have in Docker, and no more.

    ## What it does
    Sets `seccompProfile: {type: RuntimeDefault}` in the `securityContext` of containers where neither they nor their
    pod have a profile (K16).

    ## Why
    Without a profile Kubernetes allows all system calls, also those that only holes in the kernel have a use for.

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
                seccompProfile:
                  type: RuntimeDefault
    ```

    ## Fix safety
    Docker and Podman run every container with this profile, so an image that runs there keeps all that it calls.

    ## When it only reports
    - K16: it traces other processes or loads programs into the kernel, which the profile may stop
    - K23: the container is shared through an anchor
    - K28: another file patches it
    - K29: it is privileged, or has SYS_ADMIN
    """

    code = "HD613"
    name = "seccomp-profile"
    keys = ("seccompProfile",)
    missing = "`{}` may make any system call"

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether there is no profile, not even that there is to be none."""
        return container.security("seccompProfile") is None

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield the profile, or why not."""
        held, traces = needs_all(container), next((name for name in added(container) if name in _TRACES), "")
        if held is None and traces:
            held = Refusal("K16", f"it has the capability {traces}", "test it, and add the profile by hand")
        if held is not None:
            yield cls.report(container, held)
        else:
            yield cls.rewrite(container, {"seccompProfile": {"type": "RuntimeDefault"}})
