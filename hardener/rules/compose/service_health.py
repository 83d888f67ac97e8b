"""service-health (HD512)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage, image_of
from hardener.image.service_process import arguments_of, declares_check, server_in
from hardener.knowledge.services import Server
from hardener.knowledge.tags import as_version, reaches, read_tag
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.image_reference import ImageReference

#: what may put the server at another port or address, or ask for TLS
_ELSEWHERE = regex(r"(?i)port|socket|listen|bind|tls|ssl|(?:^|\s)-[pPhk]\b|\.conf\b|\.cnf\b|config[-_ ]?file|defaults-")
_ALLOW = "write a `healthcheck` that asks where it listens"
_OLD = Refusal("H01", "cannot tell whether its version has the program of the check", "write a `healthcheck`")


class ServiceHealth(ServiceRule):
    """Check the health of known servers.

    ## What it does
    Gives postgres, redis, valkey, mysql, mariadb, mongo and rabbitmq a `healthcheck` with the program that their images
    have for it. A service that is built gets its check in its Dockerfile, by the rule healthcheck, unless it starts one
    of these servers as the image does.

    ## Why
    Without a check nothing tells whether the server answers, and other services cannot wait for it: a database takes
    seconds to start.

    ## Example
    ```yaml
    services:
      cache:
        image: redis:7
    ```
    becomes
    ```yaml
    services:
      cache:
        image: redis:7
        healthcheck:
          test: redis-cli ping | grep -qE 'PONG|NOAUTH'
          interval: 10s
          timeout: 5s
          retries: 5
          start_period: 10s
    ```

    ## Fix safety
    The check changes nothing in the server, and needs no password. It asks by TCP where the image starts the server
    twice, the first time for its scripts. Docker does not restart what is unhealthy; a swarm does.

    ## When it only reports
    - H01: the version may not have the program yet
    - H04: the command, a variable or a configuration may put the server at another port, or ask for TLS
    - K23: the service is taken over by others through an anchor
    """

    code = "HD512"
    name = "service-health"
    safety = Safety.HARDENING
    keys = ("healthcheck",)
    in_development = True
    missing = "no health check tells whether `{}` answers"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether nothing is said of its health, not even that it is not to be checked."""
        return service.is_whole and service.get("healthcheck") is None

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the check of a server that has one."""
        image = image_of(service, files)
        server = server_in(image)
        if server is None or not server.check or declares_check(image):
            return
        message = cls.missing.format(service.name)
        where = _elsewhere(service, image)
        if where:
            yield cls.report(service, message, Refusal("H04", f"cannot tell where it listens: `{where}`", _ALLOW))
        elif not _has_program(service, image, server):
            yield cls.report(service, message, _OLD)
        else:
            yield cls.rewrite(service, message, put(service, "healthcheck", value=_check(server)))


def _check(server: Server) -> dict[str, Any]:
    test = server.check if isinstance(server.check, str) else ["CMD", *server.check]
    return {"test": test, "interval": "10s", "timeout": "5s", "retries": 5, "start_period": server.start}


def _elsewhere(service: ComposeService, image: ServiceImage) -> str:
    """Return what may make the server listen elsewhere than its image does, "" for nothing."""
    mounts = read_mounts(service.get("volumes"), for_reading=True)
    targets = (mount.target for mount in mounts if mount.target.startswith("/etc/") or ".c" in mount.target)
    arguments = " ".join(arguments_of(image))
    said = (arguments, *(text.strip() for text in image.texts[1:]), *service.runs.environment)
    found = next((text for text in said if _ELSEWHERE.search(text.partition("=")[0])), "")
    return found or next(targets, "")


def _has_program(service: ComposeService, image: ServiceImage, server: Server) -> bool:
    """Tell whether the version of the image has the program of the check."""
    if not server.check_from:
        return True
    named = ImageReference.parse(service.image) if image.stage is None else image.stage.root.reference
    return named is not None and reaches(read_tag(named.tag or "").version, as_version(server.check_from))
