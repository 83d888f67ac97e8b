"""no-new-privileges (HD502)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.of_service import image_of
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose._privileges import gained
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, append

_OPTION = "no-new-privileges"


class NoNewPrivileges(ServiceRule):
    """Stop processes from gaining privileges.

    ## What it does
    Adds `no-new-privileges:true` to `security_opt`. The image has to be one that harden knows, or built from a
    Dockerfile on one, with nothing in it that works by setuid (K03). gosu, su-exec and setpriv only drop privileges and
    work as before.

    ## Why
    Whoever takes over a process that is not root cannot become root by a setuid program of the image.

    ## Example
    ```yaml
    services:
      db:
        image: postgres:17
    ```
    becomes
    ```yaml
    services:
      db:
        image: postgres:17
        security_opt:
          - no-new-privileges:true
    ```

    ## Fix safety
    sudo, su, ping of older images, crontab, sendmail and programs with file capabilities fail. With an image that
    harden does not know the change needs `--unsafe-fixes`.

    ## When it only reports
    - K03: the command, the health check or the Dockerfile names such a program, or the image is known to need one;
      `cap_add` with a user other than root, which works by the capabilities of files
    - K16: `no-new-privileges:false` is written there on purpose
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor
    """

    code = "HD502"
    name = "no-new-privileges"
    safety = Safety.HARDENING
    keys = ("security_opt",)
    reads = RUNS
    missing = "a process of `{}` can gain privileges by a setuid program"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether `security_opt` does not have the option."""
        return not any(_sets(option, ("", "true")) for option in _options(service))

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the option, or why not."""
        message = cls.missing.format(service.name)
        if any(_sets(option, ("false",)) for option in _options(service)):
            refusal = Refusal("K16", "`no-new-privileges:false` is written there", "take it out if nothing needs it")
            yield cls.report(service, message, refusal, at=("security_opt",))
            return
        image = image_of(service, files)
        refusal_of_image = gained(service, image)
        if refusal_of_image is not None:
            yield cls.report(service, message, refusal_of_image)
            return
        doubt = "" if image.base is not None else f"cannot tell whether {image.shown} starts a setuid program"
        yield cls.rewrite(service, message, append(service, "security_opt", value=f"{_OPTION}:true"), doubt=doubt)


def _options(service: ComposeService) -> tuple[str, ...]:
    known = service.value("security_opt")
    return tuple(str(option) for option in known) if isinstance(known, list) else ()


def _sets(option: str, values: tuple[str, ...]) -> bool:
    """Tell whether an option is this one, with one of some values; Docker takes `:` and `=`."""
    name, _, value = option.replace("=", ":", 1).partition(":")
    return name.strip() == _OPTION and value.strip().lower() in values
