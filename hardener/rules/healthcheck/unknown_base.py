"""Whether an image with an unknown base has Node to ask with: a step of its build ran with it, or it is what starts."""

from __future__ import annotations

from posixpath import basename

from hardener.errors import Refusal
from hardener.image.model import Model, StageModel
from hardener.image.process import programs
from hardener.image.runs import parsed
from hardener.project.node.scripts import script_call
from hardener.shell import Body, Opaque
from hardener.syntax.dockerfile.nodes import Env, Run, Shell, ShellForm

#: what is itself run by the `node` that PATH finds
_NODE = frozenset(("node", "npm", "npx", "yarn", "pnpm"))

#: what stays open with an unknown base image, whatever its build shows
DOUBT = "cannot tell whether the base image, which is unknown, has a HEALTHCHECK of its own"

UNKNOWN = Refusal(
    "H01",
    "the base image is unknown, and so is what it has to ask with",
    "name a known base image, or write a HEALTHCHECK",
)
_MAY_START_OTHER = Refusal(
    "H01",
    "the base image is unknown, and its entry point may be another program that takes `node` as a word",
    "set ENTRYPOINT to node, name a known base image, or write a HEALTHCHECK",
)


def without_node(model: Model, stage: StageModel) -> Refusal | None:
    """Return why nothing can be asked in an image of an unknown base; None where `node` is on its PATH."""
    named = programs(model, stage)
    words = named[-1] if named else ()
    is_node = bool(words) and (basename(words[0]) in ("node", "nodejs") or script_call(words) is not None)
    if not is_node or any(isinstance(node, Shell) for link in stage.chain for node in link.node.body):
        return UNKNOWN  # with bash -l the PATH of the build may be another
    entry = stage.entrypoint.argv or ()
    if stage.entrypoint.stage is not None and entry[:1] == ("node",):
        return None
    if _built_with_node(model, stage):
        return None
    return _MAY_START_OTHER if words[0] == "node" else UNKNOWN


def _built_with_node(model: Model, stage: StageModel) -> bool:
    """Tell whether a RUN of the image begins with a program of Node, and PATH is as it was then."""
    found = False
    for node in (node for link in reversed(stage.chain) for node in link.node.body):
        if isinstance(node, Env) and "PATH" in node.text:
            found = False
        if isinstance(node, Run) and isinstance(node.arguments, ShellForm) and not node.heredocs:
            found = found or _runs_node_first(parsed(model, node))
    return found


def _runs_node_first(body: Body | Opaque) -> bool:
    """Tell whether a RUN fails where its first command, one of Node's, is not there."""
    if not isinstance(body, Body) or any(item.operator not in ("", "&&") for item in body.top):
        return False
    first = body.commands[0] if body.commands else None
    return first is not None and first.plain and bool(first.words) and first.words[0].value in _NODE
