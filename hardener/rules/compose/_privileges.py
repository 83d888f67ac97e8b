"""What a service gains by the mode of a file, setuid or capabilities, and so cannot do without (K03)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage
from hardener.knowledge.setuid import gains_privileges, needs_setuid
from hardener.project.compose.model import ComposeService

#: clients of servers, whose command `ping` is no program
_ASKS = regex(
    r"\b(?:redis-cli|valkey-cli|mysqladmin|mariadb-admin|rabbitmq-diagnostics)\b[^;&|]*?\bping\b|Command\(\W*ping\b"
)
_ALLOW = "start the program as the user it needs (`user:`), or with gosu, su-exec or setpriv"


def gained(service: ComposeService, image: ServiceImage) -> Refusal | None:
    """Return what of the image or the service works by setuid; None where nothing is known to."""
    why = needs_setuid(image.base.family) if image.base is not None else ""
    if why:
        return Refusal("K03", f"{image.shown}: {why}")
    check = _ASKS.sub("", " ".join(service.runs.check))
    said = (*(image.entrypoint or ()), *(image.cmd or ()), check)
    program = gains_privileges(said)
    if program:
        return Refusal("K03", f"the service runs `{program}`", _ALLOW)
    user = service.text("user").partition(":")[0]
    if service.get("cap_add") is not None and not (user in ("0", "root") if user else image.is_root):
        reason = "a user other than root gets what `cap_add` names only from capabilities of files"
        return Refusal("K03", reason, "test it, and add the option by hand")
    program = gains_privileges(image.texts)
    return Refusal("K03", f"its Dockerfile names `{program}`", _ALLOW) if program else None
