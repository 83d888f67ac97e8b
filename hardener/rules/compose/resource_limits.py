"""resource-limits (HD523)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.development import development
from hardener.project.compose.model import ComposeService
from hardener.rules.compose.base import ServiceReport

_HELD = Refusal("K05", "cannot tell how much it needs", "measure it under load (`docker stats`), and set twice that")
_MEMORY = (("mem_limit",), ("deploy", "resources", "limits", "memory"))
_PROCESSORS = (("cpus",), ("cpu_quota",), ("deploy", "resources", "limits", "cpus"))


class ResourceLimits(ServiceReport):
    """Tell of services without limits for memory and processors.

    ## What it does
    Reports a service without `mem_limit` or `deploy.resources.limits.memory`, and without `cpus`, `cpu_quota` or
    `deploy.resources.limits.cpus` (K05).

    ## Why
    One service that leaks takes the memory of all others, and the kernel then ends any of them.

    ## Example
    ```yaml
    services:
      web:
        image: nginx:1.29
    ```
    is reported; with limits it is not
    ```yaml
    services:
      web:
        image: nginx:1.29
        mem_limit: 256m
        cpus: 1.5
    ```

    ## Fix safety
    harden changes nothing here: a limit that is guessed ends services that need more.

    ## When it only reports
    - K05: always; not for development services and services that another file describes
    """

    code = "HD523"
    name = "resource-limits"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield the service where one of the limits is missing."""
        if not service.is_whole or development(service):
            return
        kinds = (("memory", _MEMORY), ("processors", _PROCESSORS))
        missing = [name for name, keys in kinds if not any(service.get(*key) is not None for key in keys)]
        if missing:
            yield (), f"`{service.name}` may take all {' and '.join(missing)} of the host", _HELD
