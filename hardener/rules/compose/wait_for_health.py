"""wait-for-health (HD513)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_service import image_of
from hardener.image.service_process import declares_check, server_in
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml import Mapping, Sequence
from hardener.syntax.yaml.scalars import truth

_STARTED, _HEALTHY = "service_started", "service_healthy"
_SWARM = "a swarm wants a list here, and does not wait at all"


class WaitForHealth(ServiceRule):
    """Wait until the services that a service depends on are healthy.

    ## What it does
    Where `depends_on` waits for the start of a service that has a health check, it waits until that is healthy:
    `condition: service_healthy`. A list becomes a mapping (K13).

    ## Why
    A database that was started does not answer for some seconds. What starts in these seconds fails, or tries again by
    luck.

    ## Example
    ```yaml
    services:
      api:
        image: example.com/api:1
        depends_on: [db]
      db:
        image: postgres:17
        healthcheck:
          test: [CMD-SHELL, pg_isready -U postgres]
    ```
    becomes
    ```yaml
    services:
      api:
        image: example.com/api:1
        depends_on: {db: {condition: service_healthy}}
      db:
        image: postgres:17
        healthcheck:
          test: [CMD-SHELL, pg_isready -U postgres]
    ```

    ## Fix safety
    `docker compose up` fails where the other service does not become healthy. So it is unsafe to wait for checks of
    images that harden does not know: one that never succeeds did no harm until now.

    ## When it only reports
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor, or comments stand in the list
    - K26: the file may be for `docker stack deploy`, which wants a list
    """

    code = "HD513"
    name = "wait-for-health"
    after = ("service-health",)
    safety = Safety.HARDENING
    keys = ("depends_on",)
    in_development = True
    missing = "`{}` does not wait until what it depends on is healthy"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether it waits only for the start of some service."""
        return bool(_started(service))

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield one change for the checks that are known to work, else one for each of the others."""
        checked = {name: doubt for name in _started(service) if (doubt := _doubt(model, name, files)) is not None}
        sure = [name for name, doubt in checked.items() if not doubt]
        if checked and model.stack:
            refusal = Refusal("K26", f"the file may be for a swarm ({model.stack}): {_SWARM}", "wait in the program")
            yield cls.report(service, cls.missing.format(service.name), refusal)
            return
        if sure:
            yield cls._wait(service, sure, "")
        if not (sure and isinstance(service.get("depends_on"), Sequence)):
            yield from (cls._wait(service, [name], doubt) for name, doubt in checked.items() if doubt)

    @classmethod
    def _wait(cls, service: ComposeService, names: list[str], doubt: str) -> Proposal:
        message = f"`{service.name}` does not wait until {' and '.join(f'`{name}`' for name in names)} can answer"
        known = service.value("depends_on")
        if isinstance(known, dict):
            changes = [put(service, "depends_on", name, "condition", value=_HEALTHY) for name in names]
        else:
            conditions = {str(name): {"condition": _HEALTHY if name in names else _STARTED} for name in known or ()}
            changes = [put(service, "depends_on", value=conditions)]
        return cls.rewrite(service, message, *changes, at=("depends_on",), doubt=doubt)


def _started(service: ComposeService) -> tuple[str, ...]:
    """Return the services of which it waits for the start alone."""
    node = service.get("depends_on")
    if isinstance(node, Sequence):
        return tuple(str(name) for name in service.value("depends_on"))
    if not isinstance(node, Mapping):
        return ()
    names = tuple(pair.name or "" for pair in node.items())
    return tuple(name for name in names if service.text("depends_on", name, "condition") == _STARTED)


def _doubt(model: ComposeFile, name: str, files: Files) -> str | None:
    """Return why a check may not succeed, "" where it is one of a known server; None where there is no check."""
    other = model.service(name)
    if other is None or not other.is_whole or other.get("profiles") is not None:
        return None
    test = other.runs.check
    if test == ("NONE",) or truth(other.text("healthcheck", "disable")):
        return None
    image = image_of(other, files)
    if not test and not declares_check(image):
        return None
    server = server_in(image)
    if server is not None and server.check and _asks(test, server.check):
        return ""
    return f"nothing starts any more if the check of {name} never succeeds"


def _asks(test: tuple[str, ...], check: tuple[str, ...] | str) -> bool:
    """Tell whether a check runs the program that a known one runs."""
    words = check.split() if isinstance(check, str) else list(check)
    said = " ".join(test).split()
    return bool(said) and words[0] in said[:2]
