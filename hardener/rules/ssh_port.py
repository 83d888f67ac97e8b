"""ssh-port (HD314)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Expose
from hardener.syntax.dockerfile.views import Port, ports

_SSH = 22
_HELD = Refusal("C32", "port 22 offers a login over SSH", "use `docker exec` or `kubectl exec` instead")


class SshPort(Rule):
    """Do not offer a login over SSH.

    ## What it does
    Reports EXPOSE of port 22.

    ## Why
    A login in the container needs passwords or keys in the image, a second service that has to be kept up to date, and
    often root. `docker exec` and `kubectl exec` open a shell without all that.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    EXPOSE 22 8080
    ```
    is reported, and
    ```dockerfile
    FROM debian:trixie-slim
    EXPOSE 8080
    ```
    is not.

    ## Fix safety
    There is no rewrite: a server for Git or SFTP is there to be reached on this port (C32).

    ## When it only reports
    - C32: always
    """

    code = "HD314"
    name = "ssh-port"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    def leave_Expose(self, original: Expose, updated: Expose) -> Expose:
        """Report the port of SSH."""
        if not any(map(_is_ssh, ports(original, self.model.escape))):
            return updated
        return self.report(original, updated, _HELD, "a login in the container needs passwords or keys in the image")


def _is_ssh(port: Port) -> bool:
    return port.first is not None and port.first <= _SSH <= (port.last or port.first) and port.protocol == "tcp"
