"""privileged-service (HD521)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.model import ComposeService
from hardener.rules.compose.base import ServiceReport
from hardener.syntax.yaml.scalars import truth

_ALLOW = "name the capabilities (`cap_add`) and devices (`devices`) that it needs instead"
_HELD = Refusal("K08", "cannot tell which capabilities and devices it needs", _ALLOW)


class Privileged(ServiceReport):
    """Report privileged services.

    ## What it does
    Reports `privileged: true` (K08).

    ## Why
    The service has all capabilities and all devices of the host, without seccomp and AppArmor: who breaks into it has
    the host.

    ## Example
    ```yaml
    services:
      vpn:
        image: example.com/vpn:2
        privileged: true
    ```
    is reported; with what it really needs it is not
    ```yaml
    services:
      vpn:
        image: example.com/vpn:2
        cap_add: [NET_ADMIN]
        devices: [/dev/net/tun]
    ```

    ## Fix safety
    harden changes nothing here: which capabilities and devices are needed no file says.

    ## When it only reports
    - K08: always
    """

    code = "HD521"
    name = "privileged-service"

    @classmethod
    def find(cls, service: ComposeService) -> Iterator[tuple[tuple[str, ...], str, Refusal]]:
        """Yield the key where it is true."""
        if truth(service.text("privileged")):
            yield ("privileged",), f"`{service.name}` has all rights on the host", _HELD
