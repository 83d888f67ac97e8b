"""no-sudo (HD114)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.runs import RunBody, read_run
from hardener.image.stage import State
from hardener.packages.managers import is_system_tool
from hardener.rules.base import Rule, Safety
from hardener.shell import Command
from hardener.shell.invocation import invocation_of
from hardener.shell.programs import SIMPLE
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.text import Edit, apply_edits

#: options of sudo that change nothing for root: keep the variables, never ask, root's home
_PLAIN = frozenset(("-E", "-n", "-H", "-EH", "-HE"))
#: commands of the shell's own list that run others, which may read variables
_RUNS_OTHERS = frozenset(("eval", "exec", "command", "find", "time"))
_UNKNOWN = Refusal("C22", "cannot tell whether the image runs as root", "write USER root above it, or remove sudo")
_OPTIONS = Refusal("C22", "it has options or variables of its own", "remove sudo yourself")
_MESSAGE = "a RUN as root needs no sudo, which drops the variables of ENV and ARG"


class NoSudo(Rule):
    """Call programs without sudo where root runs them already.

    ## What it does
    Removes `sudo` from the commands of a RUN whose user is root.

    ## Why
    sudo starts a process more, drops the variables of ENV and ARG, and has to be installed for it. In the image it is
    one more way to root.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y sudo && sudo mkdir /data
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y sudo && mkdir /data
    ```

    ## Fix safety
    Hardening: the program now sees the variables of ENV and ARG, and the PATH of the image. Where it is none of the
    usual tools and package managers, and the stage sets variables, harden cannot tell what it makes of them: unsafe.
    The package sudo stays.

    ## When it only reports
    - P01: a comment stands between sudo and the command
    - C22: sudo has options that do more, or harden cannot tell whether the image runs as root

    Where another user is set, sudo is needed, and nothing is said.
    """

    code = "HD114"
    name = "no-sudo"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the commands of one RUN."""
        stage = self.model.holder(original) if "sudo" in original.text else None
        run = read_run(self.model, stage, original) if stage is not None else None
        if stage is None or run is None:
            return updated
        state = stage.states[original]
        found = [command for command in run.body.commands if command.name == "sudo" and _becomes_root(command)]
        if not found or (state.user is not None and not state.is_root):
            return updated
        refusal = _UNKNOWN if state.user is None else _OPTIONS if not all(map(_size, found)) else None
        edits = [_edit(run, command) for command in found] if refusal is None else []
        if refusal is None and any("#" in run.raw[edit.start : edit.end] for edit in edits):
            refusal = Refusal("P01", "a comment stands between sudo and the command", "move the comment")
        if refusal is not None:
            return self.report(original, updated, refusal, _MESSAGE)
        changed = updated.with_changes(arguments=ShellForm(apply_edits(original.text, edits)))
        doubt = next(filter(None, (_doubt(state, command) for command in found)), "")
        return self.rewrite(original, updated, changed, _MESSAGE, doubt=doubt)


def _becomes_root(command: Command) -> bool:
    """Tell whether sudo runs a command as root, and not another user, and does not only tell of itself."""
    if len(command.words) < 3 and command.words[-1].raw.startswith("-"):
        return False
    call = invocation_of(command)
    return call is None or (bool(call.program) and not call.changes_user)


def _size(command: Command) -> int:
    """Return how many words sudo and its plain options take, 0 where there is more than that."""
    words = [word.raw for word in command.words]
    size = next((i for i, word in enumerate(words) if i and word not in _PLAIN), 0)
    return size if size and not words[size].startswith("-") and "=" not in words[size] else 0


def _edit(run: RunBody, command: Command) -> Edit:
    first, after = command.words[0], command.words[_size(command)]
    return Edit(run.line.raw(first.start), run.line.raw(after.start), "")


def _doubt(state: State, command: Command) -> str:
    """Return what the command may do otherwise when it sees the variables of the image; "" where it does not care."""
    program = command.words[_size(command)].raw
    is_indifferent = is_system_tool(program) or (program in SIMPLE and program not in _RUNS_OTHERS)
    if not len(state.values) or is_indifferent or "-E" in command.words[1].raw:
        return ""
    return f"`{program[:40]}` may read variables of ENV and ARG, which sudo keeps from it"
