"""host-namespaces (HD522)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.model import ComposeService
from hardener.rules.compose.base import ServiceReport

_KEYS = ("network_mode", "pid", "ipc", "uts", "userns_mode", "cgroup")
_HELD = Refusal("K09", "the service may rely on it", "take it out and publish the ports that it needs")


class HostNamespaces(ServiceReport):
    """Report services that share namespaces of the host.

    ## What it does
    Reports `host` as the value of `network_mode`, `pid`, `ipc`, `uts`, `userns_mode` or `cgroup` (K09).

    ## Why
    With the host's network a service reaches what listens on 127.0.0.1 there, with its processes it sees their
    arguments and environment, and with its IPC it reads their shared memory.

    ## Example
    ```yaml
    services:
      agent:
        image: example.com/agent:1
        network_mode: host
    ```
    is reported; with a network of its own it is not
    ```yaml
    services:
      agent:
        image: example.com/agent:1
        ports: ["127.0.0.1:9100:9100"]
    ```

    ## Fix safety
    harden changes nothing here: monitoring and discovery of devices rely on it.

    ## When it only reports
    - K09: always
    """

    code = "HD522"
    name = "host-namespaces"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield each key that says `host`."""
        for key in _KEYS:
            if service.text(key) == "host":
                yield (key,), f"`{service.name}` shares the host's namespace: `{key}: host`", _HELD
