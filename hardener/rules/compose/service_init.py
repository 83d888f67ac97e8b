"""service-init (HD506)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.launched import becomes, starts_init
from hardener.image.of_service import ServiceImage, image_of
from hardener.image.process import is_tool_box
from hardener.knowledge.facts import UNKNOWN
from hardener.knowledge.inits import is_supervisor, must_be_pid1, reaps_itself
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, put

_ALLOW = "set `init: true` if the image starts the program without an init"


class ServiceInit(ServiceRule):
    """Put an init in front of programs that are none.

    ## What it does
    Gives a service `init: true` where it runs a program in an image that harden knows to have no init, and the program
    is not one that handles signals and its children itself (K14). A service that is built is left to its Dockerfile,
    which add-init changes.

    ## Why
    As PID 1 a program gets no SIGTERM that it does not handle: every stop waits ten seconds and then kills it. And
    nobody collects processes that have ended.

    ## Example
    ```yaml
    services:
      api:
        image: node:22-slim
        command: [node, /srv/api.js]
    ```
    becomes
    ```yaml
    services:
      api:
        image: node:22-slim
        command: [node, /srv/api.js]
        init: true
    ```

    ## Fix safety
    The program has another PID than 1; Docker's init passes signals on and collects what ended.

    ## When it only reports
    - K14: the image has an init, has to be PID 1, or cannot be known
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    """

    code = "HD506"
    name = "service-init"
    safety = Safety.HARDENING
    keys = ("init",)
    reads = RUNS
    missing = "the program of `{}` is PID 1 without an init"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether the image is pulled, and neither `init` nor whose processes it sees (`pid`) is said."""
        said = any(service.get(key) is not None for key in ("init", "pid"))
        return not said and service.build is None and bool(service.image)

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the init where the image and the program need one."""
        image = image_of(service, files)
        found = _need(image)
        message = cls.missing.format(service.name)
        if isinstance(found, Refusal):
            yield cls.report(service, message, found)
        elif found:
            yield cls.rewrite(service, message, put(service, "init", value=True))


def _need(image: ServiceImage) -> bool | Refusal:
    """Tell whether the program needs an init, or why that cannot be told."""
    base, command = image.base, image.command
    if base is None or command is None or base.init_in_image is UNKNOWN:
        return Refusal("K14", f"cannot tell whether {image.shown} has an init", _ALLOW)
    if base.windows or not command or is_tool_box(command):
        return False
    if base.init_in_image or base.must_be_pid1 or must_be_pid1(command):
        return False
    entry = base.entrypoint if isinstance(base.entrypoint, tuple) else ()
    own = command[len(entry) :] if entry and command[: len(entry)] == entry else command
    if any(starts_init(argv) or is_supervisor(argv) for argv in (command, own)):
        return False
    return not any(reaps_itself(becomes(argv)) for argv in (command, own) if argv) and not is_tool_box(own)
