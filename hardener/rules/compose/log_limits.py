"""log-limits (HD503)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.project.compose.limits import LOG_FILES, LOG_SIZE, Limits
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml import Mapping


class LogLimits(ServiceRule):
    """Limit the size of logs.

    ## What it does
    A service without `logging` gets the driver `json-file`, Docker's own default, with files of 10 MB at most, three
    of them. One that names that driver without `max-size` gets the two options. `log-size` and `log-files` in
    `[tool.harden.compose]` say other numbers.

    ## Why
    Docker keeps everything that a container prints, without any limit, until the disk is full.

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
        logging:
          driver: json-file
          options:
            max-size: "10m"
            max-file: "3"
    ```

    ## Fix safety
    `docker compose logs` shows the last 30 MB at most. A driver that the Docker daemon has as its own default no
    longer counts for the service: name that driver under `logging` where you use one.

    ## When it only reports
    - K22: the service is described in another file, which may set `logging`
    - K23: the service is taken over by others through an anchor, and they would change too
    """

    code = "HD503"
    name = "log-limits"
    safety = Safety.HARDENING
    keys = ("logging",)
    in_development = True
    missing = "`{}` keeps its logs without any limit"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether nothing limits the logs: no `logging`, or json-file without a size."""
        logging = service.get("logging")
        if logging is None:
            return True
        return (
            service.text("logging", "driver") == "json-file" and service.get("logging", "options", "max-size") is None
        )

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the options, with the driver where there is none yet."""
        message, wanted = cls.missing.format(service.name), _options(files.limits)
        if service.get("logging") is None:
            change = put(service, "logging", value={"driver": "json-file", "options": wanted})
            yield cls.rewrite(service, message, change)
            return
        known = service.get("logging", "options")
        if isinstance(known, Mapping):
            new = {key: value for key, value in wanted.items() if known.get(key) is None}
            changes = [put(service, "logging", "options", key, value=value) for key, value in new.items()]
        else:
            changes = [put(service, "logging", "options", value=wanted)]
        yield cls.rewrite(service, message, *changes, at=("logging",))


def _options(limits: Limits) -> dict[str, str]:
    """Return the options of the driver."""
    return {"max-size": limits.log_size or LOG_SIZE, "max-file": str(limits.log_files or LOG_FILES)}
