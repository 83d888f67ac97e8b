"""What a container gains by the mode of a file, setuid or capabilities, and so cannot do without (K03)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage
from hardener.knowledge.setuid import gains_privileges, needs_setuid

#: clients of servers and paths of addresses, whose `ping` is no program
_ASKS = regex(
    r"\b\w+://[^\s'\"|;&]+|\b(?:redis-cli|valkey-cli|mysqladmin|mariadb-admin|rabbitmq-diagnostics)\b[^;&|]*?\bping\b|Command\(\W*ping\b"
)
_ALLOW = "start the program as the user it needs, or with gosu, su-exec or setpriv"


def gained_by(image: ServiceImage, check: str, *, adds: bool, is_root: bool) -> Refusal | None:
    """Return what of an image, or of what runs in it, works by setuid; None where nothing is known to.

    Args:
        image: with its commands.
        check: the words of the commands that are run in it besides.
        adds: capabilities are added to the container.
        is_root: it is known to start as root.
    """
    why = needs_setuid(image.base.family) if image.base is not None else ""
    if why:
        return Refusal("K03", f"{image.shown}: {why}")
    said = (*(image.entrypoint or ()), *(image.cmd or ()), _ASKS.sub("", check))
    program = gains_privileges(said)
    if program:
        return Refusal("K03", f"it runs `{program}`", _ALLOW)
    if adds and not is_root:
        reason = "a user other than root gets added capabilities only from the modes of files"
        return Refusal("K03", reason, "test it, and add the option by hand")
    program = gains_privileges(image.texts)
    return Refusal("K03", f"its Dockerfile names `{program}`", _ALLOW) if program else None
