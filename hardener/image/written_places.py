"""Whether the user that an image runs as can write anywhere in it (K01, U14)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.of_service import ServiceImage
from hardener.image.users import created_users
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run, Workdir
from hardener.text import is_number

#: what makes a file writable for others than root
_OPENS = regex(
    r"\b(?:chown|chgrp|setfacl|umask)\b|\bchmod\b(?! (?:-R )?(?:[au]?\+r?x|0?[57]55|0?[46]44)\s)|"
    r"\binstall\b[^;&|\n]* -(?:o|g|m)"
)
#: families whose images have no folder that is open to every user, besides /tmp and the like
_CLOSED = regex(
    r"(?:debian|ubuntu|alpine|scratch|node|python|eclipse-temurin|dotnet|distroless|wolfi|chainguard)(?:-|\Z)"
)


def writable_there(image: ServiceImage) -> str:
    """Return what may let a user other than root write in the files of an image that is built, "" where nothing does.

    Such a user writes only to /tmp, to what is his own, and to what is open to all. COPY, ADD and RUN make root's files
    unless they say otherwise.
    """
    stage = image.stage
    if stage is None or image.base is None:
        return f"cannot tell what {image.shown} may write to"
    for layer in stage.chain:
        for instruction in layer.node.body:
            state = layer.states.get(instruction)
            found = _opens(instruction, is_root=state is not None and state.is_root)
            if found:
                return found
    return ""


def owns_nothing(image: ServiceImage) -> bool:
    """Tell whether the user is a bare number to which nothing belongs, no home folder either."""
    stage, base = image.stage, image.base
    if stage is None or base is None or image.model is None or not base.knows_users or not _CLOSED.match(base.family):
        return False
    number = (stage.end.user or "").partition(":")[0]
    accounts = {user.uid for user in base.users} | {plan.uid for plan in created_users(image.model, stage)}
    return is_number(number) and int(number) not in accounts and -1 not in accounts


def _opens(instruction: Instruction, *, is_root: bool) -> str:
    """Return what an instruction leaves writable, "" for nothing."""
    if isinstance(instruction, Copy | Add):
        if instruction.flag("chown") is not None:
            return "`--chown` gives files to the user it runs as"
        return "`--chmod` may open files to all" if instruction.flag("chmod") is not None else ""
    if isinstance(instruction, Run):
        found = _OPENS.search(instruction.text)
        if found is not None:
            return f"its Dockerfile runs `{found[0].split()[0]}`"
        return "" if is_root else "its Dockerfile makes files as the user it runs as"
    return (
        "its Dockerfile makes a folder as the user it runs as"
        if isinstance(instruction, Workdir) and not is_root
        else ""
    )
