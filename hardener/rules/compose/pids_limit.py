"""pids-limit (HD505)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.project.compose.limits import PIDS
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml import Mapping

_LIMITS = ("deploy", "resources", "limits")


class PidsLimit(ServiceRule):
    """Limit the number of processes.

    ## What it does
    Gives a service `pids_limit: 4096`, or what `pids` in `[tool.harden.compose]` says. Where it has
    `deploy.resources.limits`, the limit goes there as `pids`, since Compose wants both to be equal (K06).

    ## Why
    A service that starts processes without end (a fork bomb, a leak of threads) takes the whole host with it.

    ## Example
    ```yaml
    services:
      web:
        image: nginx:1.29
    ```
    becomes
    ```yaml
    services:
      web:
        image: nginx:1.29
        pids_limit: 4096
    ```

    ## Fix safety
    Threads count too. 4096 is far above what servers use, also those with one thread for each connection; raise it for
    one that needs more.

    ## When it only reports
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    - K26: the file may be for `docker stack deploy`, which does not know the key
    """

    code = "HD505"
    name = "pids-limit"
    safety = Safety.HARDENING
    keys = ("deploy", "pids_limit")
    missing = "`{}` may start any number of processes"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether there is no limit; `-1` is one that somebody took away on purpose."""
        return service.get("pids_limit") is None and service.get(*_LIMITS, "pids") is None

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the limit, beside the others where there are some."""
        if model.stack:
            refusal = Refusal(
                "K26", f"the file may be for a swarm: {model.stack}", "set `deploy.resources.limits.pids`"
            )
            yield cls.report(service, cls.missing.format(service.name), refusal)
            return
        limit = files.limits.pids or PIDS
        if isinstance(service.get(*_LIMITS), Mapping):
            change = put(service, *_LIMITS, "pids", value=limit)
        else:
            change = put(service, "pids_limit", value=limit)
        yield cls.rewrite(service, cls.missing.format(service.name), change)
