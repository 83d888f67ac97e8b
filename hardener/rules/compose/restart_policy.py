"""restart-policy (HD504)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage, image_of
from hardener.knowledge.inits import is_init, reaps_itself
from hardener.project.compose.companions import waiting_elsewhere
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml import Sequence

_JOB = regex(
    r"(?i)(?:^|[\s/_.:-])(?:migrat\w*|init|initdb|seed\w*|setup|bootstrap|test|tests|backup|restore|job|once|install|"
    r"cli|create\w*|import|export|dump|load|build|wait\w*|certbot|collectstatic|upgrade)(?:$|[\s/_.:-])"
)
_ALLOW = 'set `restart: unless-stopped` if it is a server, `restart: "no"` if it is a job'


class RestartPolicy(ServiceRule):
    """Restart servers that crash.

    ## What it does
    Gives a service `restart: unless-stopped` where the file or the image shows that it is a server: it publishes
    ports, has a health check, or runs an image that is known to be one (K13).

    ## Why
    Without a policy a service that crashes stays away until somebody sees it, and nothing comes back after the host
    was restarted.

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
        restart: unless-stopped
    ```

    ## Fix safety
    The service starts again after a crash and with the Docker daemon, until it is stopped by hand. A job that ends
    would run for ever: nothing that may be one gets a policy.

    ## When it only reports
    - K13: it looks like a job: its name or command, a profile, a terminal, or somebody waits for its end
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    - K25: nothing shows that it is a server
    """

    code = "HD504"
    name = "restart-policy"
    safety = Safety.HARDENING
    keys = ("restart",)
    missing = "`{}` is not restarted after a crash"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether there is no policy, not even "no"."""
        return service.get("restart") is None and service.get("deploy", "restart_policy") is None

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the policy for a server, and why not for what may be a job."""
        message = cls.missing.format(service.name)
        job = _job(service, model) or _waited(service, model, files)
        if job:
            yield cls.report(service, message, Refusal("K13", f"it may be a job: {job}", _ALLOW))
        elif _is_server(service, image_of(service, files)):
            yield cls.rewrite(service, message, put(service, "restart", value="unless-stopped"))
        else:
            yield cls.report(service, message, Refusal("K25", "cannot tell a server from a job here", _ALLOW))


def _job(service: ComposeService, model: ComposeFile) -> str:
    """Return what makes a service look like a job that ends, "" where nothing does."""
    if service.get("profiles") is not None:
        return "it has a profile"
    if service.value("tty") is True or service.value("stdin_open") is True:
        return "it has a terminal"
    waiting = next((other.name for other in model.services if _waits_for_the_end(other, service.name)), "")
    if waiting:
        return f"{waiting} waits for its end"
    found = _JOB.search(service.name)
    if found is None:
        words = (*service.runs.entrypoint, *service.runs.command)
        found = _JOB.search(" ".join(word for word in words if not is_init((word,))))
    return f"`{found[0].strip(' /_.:-')}`" if found is not None else ""


def _waited(service: ComposeService, model: ComposeFile, files: Files) -> str:
    waiting = waiting_elsewhere(service, model, files)
    return f"{waiting} waits for its end" if waiting else ""


def _waits_for_the_end(other: ComposeService, name: str) -> bool:
    return other.text("depends_on", name, "condition") == "service_completed_successfully"


def _is_server(service: ComposeService, image: ServiceImage) -> bool:
    """Tell whether something shows that a service serves: ports, a health check, a program known as a server."""
    ports = service.get("ports")
    if isinstance(ports, Sequence) and ports.items:
        return True
    if service.get("healthcheck", "test") is not None:
        return True
    command = image.command or ()
    base = image.base
    if base is not None and isinstance(base.entrypoint, tuple) and command[: len(base.entrypoint)] == base.entrypoint:
        return reaps_itself(command[len(base.entrypoint) :]) or reaps_itself(command)
    return reaps_itself(command)
