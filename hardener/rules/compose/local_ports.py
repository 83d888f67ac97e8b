"""local-ports (HD514)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_service import image_of
from hardener.knowledge.services import debugger_at, is_inner_port, server_of
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.compose.published import Published, open_ports
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml.changes import Change

_HERE = "127.0.0.1"
_DOUBT = "clients on other machines can no longer connect"
_SWARM = "publish it with `mode: host`, and close the port in the firewall"


class LocalPorts(ServiceRule):
    """Publish databases and debuggers to this machine alone.

    ## What it does
    Binds the published ports of databases, caches and brokers that harden knows, and those that debuggers listen on, to
    127.0.0.1 (K10). Services of the same file reach them as before, by the network that they share.

    ## Why
    A published port is open to every network that the host is in, past the rules of ufw and firewalld: Docker writes
    its own. Databases without a password and debuggers are found within hours, and a debugger runs any code.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
        ports:
          - "5432:5432"
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17
        ports:
          - "127.0.0.1:5432:5432"
    ```

    ## Fix safety
    Unsafe: who connects from another machine is cut off, and no file says whether anybody does.

    ## When it only reports
    - K10: a port in a swarm, which knows no addresses
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    """

    code = "HD514"
    name = "local-ports"
    safety = Safety.UNSAFE
    keys = ("ports",)
    in_development = True
    missing = "ports of `{}` are open to the network"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether it publishes such a port to all addresses, in a network of its own."""
        return not service.runs.host_network and any(is_inner_port(port.target) for port in open_ports(service))

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the change of each port that is not for the world."""
        base = image_of(service, files).base
        server = server_of(base.family) if base is not None else None
        for port in open_ports(service):
            known = f"the {server.kind}" if server is not None and server.kind and port.target in server.ports else ""
            what = known or debugger_at(port.target)
            if not what:
                continue
            message = f"port {port.target} of `{service.name}`, {what}, is open to the network"
            if model.stack:
                refusal = Refusal("K10", f"the file may be for a swarm: {model.stack}", _SWARM)
                yield cls.report(service, message, refusal, at=("ports",))
            else:
                yield cls.rewrite(service, message, *_bound(service, port), at=("ports",), doubt=_DOUBT)


def _bound(service: ComposeService, port: Published) -> tuple[Change, ...]:
    index = str(port.index)
    if not port.text:
        return (put(service, "ports", index, "host_ip", value=_HERE),)
    text = port.text if port.published else f":{port.text}"
    return (put(service, "ports", index, value=f"{_HERE}:{text}"),)
