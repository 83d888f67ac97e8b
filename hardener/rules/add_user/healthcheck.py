"""Whether the HEALTHCHECK can run as another user (U29)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.image.model import Model, StageModel
from hardener.knowledge.users import needs_root
from hardener.shell import Body, Command, Opaque, parse_shell
from hardener.syntax.dockerfile.nodes import Healthcheck
from hardener.syntax.dockerfile.views import healthcheck_words


def healthcheck_refusal(model: Model, stage: StageModel) -> Refusal | None:
    """Return why the HEALTHCHECK cannot run as another user (U29)."""
    node = next((n for link in stage.chain for n in reversed(link.node.body) if isinstance(n, Healthcheck)), None)
    check = healthcheck_words(node, model.escape) if node is not None else None
    if check is None:
        return None
    body = parse_shell(check.text) if check.argv is None else None
    commands = [tuple(word.value or word.raw for word in command.words) for command in _commands(body)]
    if check.argv is not None:
        commands = [check.argv]
    for words in commands:
        why = needs_root(words) if words and words[0] != "nginx" else None
        if why:
            return Refusal("U29", f"HEALTHCHECK runs as the same user, and `{words[0]}`: {why}")
        if words[:1] == ("wget",) and not re.search(r"--spider|(-\w*O|--output-document)", " ".join(words)):
            return Refusal("U29", "`wget` in HEALTHCHECK writes the answer to a file", "add --spider or -O /dev/null")
    return None


def _commands(body: Body | Opaque | None) -> tuple[Command, ...]:
    return body.commands if isinstance(body, Body) else ()
