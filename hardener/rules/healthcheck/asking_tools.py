"""What an image has to ask an address with: the wget of busybox, or a curl that it surely keeps (H01)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.packages.managers import INSTALLS
from hardener.syntax.dockerfile.nodes import Run

#: another wget than that of busybox, or none any more
_OTHER_WGET = regex(
    r"\b(?:apk|install|rm|mv|ln|unlink)\b[^&|;\n]*(?:\bwget\b|\bbusybox\b|\s/(?:usr/)?bin/?(?:\*|\s|\Z))"
)


def asking_tool(model: Model, stage: StageModel) -> tuple[str, ...] | Refusal:
    """Return the command that asks for an address, which is its last word, or why the image may have none."""
    image = stage.image
    if _keeps_curl(model, stage, is_there=image is not None and bool(image.has_curl)):
        return ("curl", "-fs", "--noproxy", "127.0.0.1", "-o", "/dev/null")
    is_small = image is not None and image.distro in ("alpine", "busybox")
    if is_small and not any(_OTHER_WGET.search(_text(model, run)) for run in _runs(stage)):
        return ("wget", "-q", "-Y", "off", "-O", "/dev/null")
    if image is not None and image.distro in ("distroless", "scratch"):
        why = "the image has neither a shell nor a program that can ask"
        return Refusal("H01", why, "let the program ask itself, and name that in a HEALTHCHECK")
    return Refusal("H01", "the image may have no program that can ask", "install curl, or write a HEALTHCHECK")


def _keeps_curl(model: Model, stage: StageModel, *, is_there: bool) -> bool:
    """Tell whether the image has curl at the end: what is installed on a condition or for a while does not count."""
    for run in _runs(stage):
        owner = next(link for link in stage.chain if run in link.node.body)
        body = read_run(model, owner, run)
        if body is None:
            is_there &= "curl" not in _text(model, run)
            continue
        for command in body.commands:
            words = [word.raw for word in command.operands]
            if not command.meanings & INSTALLS:
                is_there &= not any("curl" in word or "$" in word for word in words)
            elif command.command.plain and not command.has("--virtual", "-t"):
                is_there |= any(word.value == "curl" for word in command.operands)
        is_there &= not regex(r"\brm\b[^&|;\n]*/curl\b").search(body.body.text)
    return is_there


def _runs(stage: StageModel) -> tuple[Run, ...]:
    return tuple(node for link in reversed(stage.chain) for node in link.node.body if isinstance(node, Run))


def _text(model: Model, run: Run) -> str:
    return "\n".join((model.logical(run).text, *(each.body for each in run.heredocs)))


__all__ = ["asking_tool"]
