"""A HEALTHCHECK of the old server with what the image of nginx has: wget of BusyBox (H08)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Healthcheck, Probe, ShellForm
from hardener.syntax.dockerfile.views import healthcheck_words
from hardener.text import whole

#: options that only say how to ask and what to show, the address, and what makes any failure 1
_ASKS = regex(
    r"(?:curl|wget)((?:\s+(?:-[fsSqLOI]+|-nv|--fail|--silent|--show-error|--location|--head|--quiet|--spider"
    r"|--no-verbose|--tries=\d+|-o /dev/null|-O ?/dev/null|-O ?-|--output /dev/null|--output-document=/dev/null))*)"
    r"\s+[\"']?http://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):?(\d*)(/[\w./-]*)?[\"']?"
    r"\s*(?:>\s*/dev/null(?:\s+2>&1)?)?\s*(?:\|\|\s*exit 1)?\s*\Z"
)


def rewritten(model: Model, node: Healthcheck, port: int) -> Healthcheck | Refusal:
    """Return the check with wget and 127.0.0.1, as nginx listens there; a Refusal for one that asks otherwise.

    Args:
        model: the file. node: the instruction. port: on which nginx listens.
    """
    said = healthcheck_words(node, model.escape)
    if said.is_none:
        return node
    text = " ".join(said.argv) if said.argv is not None else said.text
    match = _ASKS.match(text.strip())
    if match is None or whole(match[2] or "80") != port or not isinstance(node.arguments, Probe):
        return Refusal("H08", "HEALTHCHECK runs a program that nginx's image may lack", "ask with wget or curl alone")
    if comment_lines(node.text):
        return Refusal("P01", "a comment stands inside HEALTHCHECK", "move it above")
    command = f"wget -q -O /dev/null http://127.0.0.1:{port}{match[3] or '/'} || exit 1"
    return node.with_changes(arguments=node.arguments.with_changes(form=ShellForm(command)))
