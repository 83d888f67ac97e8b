"""resource-limits (HD523)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.errors import Refusal
from hardener.image.of_service import image_of
from hardener.knowledge.confinement import MEASURED
from hardener.project.compose.limits import Limits
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import Proposal, ServiceRule, put
from hardener.syntax.yaml import Mapping
from hardener.syntax.yaml.changes import Change

_HELD = Refusal(
    "K05",
    "cannot tell how much it needs",
    "measure it under load (`docker stats`), and set twice that, here or in `[tool.harden.compose]`",
)
#: for development services, and those that another file describes, it has nothing to say
_SILENT = ("K20", "K22")
_LIMITS = ("deploy", "resources", "limits")
_KINDS = {
    "memory": (("mem_limit",), (*_LIMITS, "memory")),
    "processors": (("cpus",), ("cpu_quota",), (*_LIMITS, "cpus")),
}


class ResourceLimits(ServiceRule):
    """Limit memory and processors.

    ## What it does
    Reports a service without `mem_limit` or `deploy.resources.limits.memory`, and without `cpus`, `cpu_quota` or
    `deploy.resources.limits.cpus`. `memory` and `cpus` in `[tool.harden.compose]` say what it gets; harden invents no
    number (K05). Where they say nothing and `harden verify --profile` measured the image that the service builds, it
    gets twice the most memory that it held, as a multiple of 64 MB, at least 128 MB.

    ## Why
    One service that leaks takes the memory of all others, and the kernel then ends any of them.

    ## Example
    ```yaml
    services:
      web:
        image: nginx:1.29
    ```
    becomes, with `memory = "512m"` and `cpus = 1.5` in `[tool.harden.compose]`,
    ```yaml
    services:
      web:
        image: nginx:1.29
        mem_limit: "512m"
        cpus: 1.5
    ```

    ## Fix safety
    The numbers are yours. A service that needs more memory than its limit is ended by the kernel. What was measured is
    unsafe: harden saw only what its probes made the image do.

    ## When it only reports
    - K05: nothing says a limit; not for development services and services that another file describes
    - K23: the service is taken over by others through an anchor
    """

    code = "HD523"
    name = "resource-limits"
    safety = Safety.HARDENING
    is_always_told = True
    keys = ("cpus", "deploy", "mem_limit")
    missing = "`{}` may take all memory or processors of the host"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether one of the limits is missing."""
        return bool(_missing(service))

    @classmethod
    def plan(cls, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield what is proposed; nothing for development services, and those that another file describes."""
        for proposal in super().plan(model, files):
            if proposal.refusal is None or proposal.refusal.spec not in _SILENT:
                yield proposal

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the limits that the configuration sets, and that others are missing."""
        wanted, missing = files.limits, _missing(service)
        given = [name for name in missing if _value(name, wanted)]
        if given:
            yield cls.rewrite(service, _said(service, given), *(_change(service, name, wanted) for name in given))
        measured = _measured(service, files) if "memory" in missing and "memory" not in given else ""
        if measured:
            change = _change(service, "memory", Limits(measured))
            yield cls.rewrite(service, _said(service, ["memory"]), change, doubt=MEASURED)
        others = [name for name in missing if name not in given and not (measured and name == "memory")]
        if others:
            yield cls.report(service, _said(service, others), _HELD, at=_KINDS[others[0]][0])


def _missing(service: ComposeService) -> list[str]:
    return [name for name, keys in _KINDS.items() if not any(service.get(*key) is not None for key in keys)]


def _measured(service: ComposeService, files: Files) -> str:
    """Return the limit of memory that was measured for the image of a service, "" where nobody did."""
    profile = image_of(service, files).profile
    return profile.memory if profile is not None else ""


def _said(service: ComposeService, names: list[str]) -> str:
    return f"`{service.name}` may take all {' and '.join(names)} of the host"


def _value(name: str, limits: Limits) -> Any:
    return limits.memory if name == "memory" else limits.cpus


def _change(service: ComposeService, name: str, limits: Limits) -> Change:
    """Return the change that sets a limit, beside the others where there are some."""
    value = _value(name, limits)
    if isinstance(service.get(*_LIMITS), Mapping):
        key, value = ("memory", value) if name == "memory" else ("cpus", str(value))
        return put(service, *_LIMITS, key, value=value)
    return put(service, "mem_limit" if name == "memory" else "cpus", value=value)
