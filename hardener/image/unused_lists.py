"""An `apt-get update` whose lists nothing reads (C01)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import needs_lists
from hardener.image.runs import COMMENTED, RunBody
from hardener.packages.commands import PackageCommand
from hardener.shell.programs import SIMPLE
from hardener.syntax.dockerfile.nodes import Run

#: of the simple commands, those that run what they are given
_RUNNING = frozenset(("eval", "exec", "command", "find", "time", "trap"))
#: package managers that read no lists of the distribution
_OTHERS = frozenset(("npm", "yarn", "pip", "uv", "composer"))


def useless_update(model: Model, stage: StageModel, node: Run, run: RunBody) -> PackageCommand | None:
    """Return the one `apt-get update` of a RUN if nothing in it, after it or in the image reads what it fetches."""
    known = run.by_start
    updates: list[PackageCommand] = []
    for command in run.body.commands:
        package = known.get(command.start)
        if package is not None and (package.manager, package.verb) == ("apt", "update"):
            updates.append(package)
        elif (package is None or package.manager not in _OTHERS) and (
            command.name not in SIMPLE or command.name in _RUNNING
        ):
            return None
    if len(updates) != 1 or len(known) != len([c for c in run.body.commands if c.start in known]) or node.flags:
        return None
    return updates[0] if needs_lists(model, stage, node, "apt") is False else None


def without(run: RunBody, update: PackageCommand) -> str | Refusal | None:
    """Return the text of a RUN without a command of its chain of `&&`, "" where nothing remains; None for no chain.

    It is held back where a comment would be lost.
    """
    top = list(run.body.top)
    at = next((index for index, item in enumerate(top) if item.command == update.command), None)
    if at is None or any(item.operator not in ("", "&&") or item.command is None for item in top):
        return None
    if update.command.redirects and len(top) > 1 and "#" in run.raw:
        return COMMENTED
    if len(top) == 1:
        return COMMENTED if "#" in run.raw else ""
    if at == 0:
        start, end = run.line.raw(top[0].start), run.line.raw(top[1].start)
        # the operator belongs to the command behind it
        end = run.line.raw(top[1].command.start) if top[1].command is not None else end
    else:
        start, end = run.line.raw_end(top[at - 1].end), run.line.raw_end(top[at].end)
    return COMMENTED if "#" in run.raw[start:end] else run.raw[:start] + run.raw[end:]
