"""exec-form: CMD and ENTRYPOINT run without a shell in front of them."""

from __future__ import annotations

import json
from posixpath import basename
from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import DEFAULT_SHELL, Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import (
    Cmd,
    Comment,
    Entrypoint,
    ExecForm,
    Healthcheck,
    Instruction,
    Probe,
    ShellForm,
    Stage,
)
from hardener.syntax.dockerfile.writer import exec_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.exec_form.entry_script import EntryScript

    #: why a command may not start alone; by stage, the start script that gets it
    Planned = tuple[dict[Instruction, Refusal | None], dict[int, EntryScript]]

_KEEPS = "`exec` keeps what the shell expands"


class ExecFormRule(Rule):
    """Write CMD and ENTRYPOINT so that no shell runs between the engine and the process.

    ## What it does

    Turns the last CMD, ENTRYPOINT and HEALTHCHECK of a stage from shell form into exec form, with the arguments that
    the shell would pass. Where one needs a shell (a variable, `cd … &&`), `exec` goes before its last command instead.

    ## Why

    `sh -c` is PID 1 in shell form. dash does not pass SIGTERM on, so `docker stop` waits ten seconds and kills.

    ## Example

    ```dockerfile
    FROM debian:trixie-slim
    CMD python3 -m http.server 8000
    ```

    becomes

    ```dockerfile
    FROM debian:trixie-slim
    CMD ["python3", "-m", "http.server", "8000"]
    ```

    ## Fix safety

    Safe where SHELL is the default, or sh, bash, ash or dash with no option but `-e`, `-u` and `-o pipefail`, which say
    nothing to a single command; for a script, harden looks into the build context. Unsafe where the base image,
    and with it SHELL, is unknown.

    For an ENTRYPOINT the level is hardening: the shell form ignores the arguments of `docker run IMAGE …` and of
    Kubernetes `args:`, the exec form passes them to the program.

    ## When it only reports

    * P14, P15: text that begins like a JSON array but is not one.
    * E02 to E04, E11, E13, E14: operators, cleanup, builtins, functions, a program named by a variable. E07: another
      SHELL, a login shell, one that traces, or one that reads the file of BASH_ENV first.
    * E08, E09, E10: a shell form ENTRYPOINT with a CMD; a CMD that becomes arguments of an ENTRYPOINT, unless that is
      a start script that only ends in `exec "$@"`. Unsafe where the script looks for the first word of CMD.
    * E12: harden cannot tell whether a script begins with `#!`.
    * E15: npm, yarn or pnpm, which do not pass SIGTERM on either.
    * E18: a text for `sh -c` that does not end in a plain command.
    * E19, E20, E22: Windows, an image in which CMD is not a command, text that is not UTF-8.
    """

    code: ClassVar[str] = "HD201"
    name: ClassVar[str] = "exec-form"
    safety: ClassVar[Safety] = Safety.SAFE
    about_start: ClassVar[bool] = True
    needs = frozenset({"Cmd", "Entrypoint", "Healthcheck"})
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CMD, Effect.ENTRYPOINT, Effect.HEALTHCHECK})
    after: ClassVar[tuple[str, ...]] = ("merge-run", "no-cache-dir", "copy-chmod-chown", "start-without-npm")

    @classmethod
    def plan(cls, model: Model, files: Files) -> Planned:
        """Return for each shell form of one command why it may not start alone, and the scripts that get them."""
        if not any(_starts_something(stage.node) for stage in model.stages):
            return {}, {}
        from hardener.rules.exec_form.shell_form import starts

        found = starts(model, files)
        if not any(stage.cmd.is_shell_form and stage.entrypoint.instruction for stage in model.stages):
            return found, {}
        from hardener.rules.exec_form.entry_script import entry_scripts

        return found, entry_scripts(model, files)

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that what starts is in exec form, or replaces its shell."""
        return "none is needed: no command is in shell form, or it replaces its shell with `exec`"

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the base of the final stage where a shell starts something: its shell and entry point count."""
        final = [stage for stage in model.finals if stage.is_leaf]
        return tuple(stage for stage in final if stage.cmd.is_shell_form or stage.entrypoint.is_shell_form)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the last CMD, ENTRYPOINT and HEALTHCHECK (C24)."""
        if not _starts_something(original):
            return updated
        from hardener.rules.exec_form.shell_form import commands

        stage = self.model.stage_of(original)
        new = {node: self._rewritten(stage, node) for node in commands(stage)}
        if all(old is node for old, node in new.items()):
            return updated
        return updated.with_changes(body=tuple(new.get(node, node) for node in updated.body))  # type: ignore[call-overload]

    def _rewritten(self, stage: StageModel, node: Cmd | Entrypoint | Healthcheck) -> Instruction:
        if isinstance(node, Healthcheck):
            return self._probe(stage, node)
        if isinstance(node.arguments, ExecForm):
            return self._string(stage, node)
        return self._command(stage, node) if node.text else node

    def _command(self, stage: StageModel, node: Cmd | Entrypoint) -> Instruction:
        text = self.model.logical(node).text
        from hardener.image.launched import execs
        from hardener.rules.exec_form.shell_form import form_refusal, passing_doubt, reason
        from hardener.shell import SeveralCommands, argv, exec_prefix

        arguments, place = argv(text), exec_prefix(text, stage.states[node].values)
        # a command that is built in has nothing that could replace the shell
        last = isinstance(place, int)
        message = reason(stage, node, last=last, shell=basename((stage.states[node].shell or DEFAULT_SHELL)[0]))
        planned: Planned = self.planned
        script = planned[1].get(stage.index)
        if script is not None and not script.hands_on and isinstance(arguments, Refusal):
            script = None  # a shell stays in front: its first argument is /bin/sh as before
        refusal = form_refusal(self.model, stage, node, script)
        if refusal is not None:
            return self.report(node, node, refusal, message)
        # the entry point of an unknown image may act on its first argument, whatever SHELL is
        doubt = _doubt(stage, node) or passing_doubt(stage, node, script)
        if not isinstance(arguments, Refusal):
            if refusal := self._start(node):
                return self.report(node, node, refusal, message)
            # arguments of `docker run` and Kubernetes, which a shell form ENTRYPOINT ignores, count from now on
            heard = isinstance(node, Entrypoint)
            new = _in_exec_form(self, node, arguments)
            return self.rewrite(node, node, new, message, doubt=doubt, hardening=heard)
        if isinstance(place, Refusal):
            why = place if place.spec in ("E13", "E14") or isinstance(arguments, SeveralCommands) else arguments
            return node if execs(text) else self.report(node, node, why, message)
        at = self.model.logical(node).raw(place)
        new = node.with_changes(arguments=ShellForm(node.text[:at] + "exec " + node.text[at:]))
        return self.rewrite(node, node, new, f"{message}; {_KEEPS}", doubt=doubt)

    def _string(self, stage: StageModel, node: Cmd | Entrypoint) -> Instruction:
        """Put `exec` into the text of `["sh", "-c", "…"]` (E18)."""
        arguments = tuple(json.loads(self.model.logical(node).text))
        from hardener.image.launched import execs, shell_call
        from hardener.rules.exec_form.shell_form import reason
        from hardener.shell import exec_prefix

        call = shell_call(arguments)
        if call is None or not call.is_text or execs(arguments[call.at]):
            return node
        text = arguments[call.at]
        place = exec_prefix(text)
        message = reason(stage, node, last=isinstance(place, int), shell=basename(arguments[0]))
        if isinstance(place, Refusal):
            why = f"in the text for {arguments[0]}, {place.reason}"
            return self.report(node, node, Refusal("E18", why, place.allow), message)
        new = (*arguments[: call.at], f"{text[:place]}exec {text[place:]}", *arguments[call.at + 1 :])
        return self.rewrite(node, node, _in_exec_form(self, node, new), f"{message}; {_KEEPS}")

    def _probe(self, stage: StageModel, node: Healthcheck) -> Instruction:
        """Start the program of a HEALTHCHECK without a shell; what needs one, such as `|| exit 1`, stays (E17)."""
        probe = node.arguments
        if not isinstance(probe, Probe) or not isinstance(probe.form, ShellForm):
            return node
        from hardener.rules.exec_form.shell_form import form_refusal, shell_text
        from hardener.shell import argv

        arguments = argv(shell_text(self.model, node))
        if isinstance(arguments, Refusal) or form_refusal(self.model, stage, node) or self._start(node):
            return node
        new = _in_exec_form(self, node, arguments)
        message = "HEALTHCHECK starts a shell only to run one command"
        return self.rewrite(node, node, new, message, doubt=_doubt(stage, node))

    def _start(self, node: Instruction) -> Refusal | None:
        planned: Planned = self.planned
        return planned[0][node]


def _doubt(stage: StageModel, node: Instruction) -> str:
    if stage.image is None:
        return "cannot tell which shell and entry point the base image has: it is unknown"
    return "cannot tell which shell the base image has" if stage.states[node].shell is None else ""


def _in_exec_form(rule: Rule, node: Instruction, arguments: tuple[str, ...]) -> Instruction:
    """Return the instruction with a JSON array; comments between its lines go above it."""
    old, new = node.arguments, ExecForm(exec_text(arguments))
    text = old.form.text if isinstance(old, Probe) else node.text
    moved = tuple(Comment(line + rule.model.style.newline) for line in comment_lines(text))
    form = old.with_changes(form=new) if isinstance(old, Probe) else new
    return node.with_changes(leading=(*node.leading, *moved), arguments=form)


def _starts_something(stage: Stage) -> bool:
    """Tell whether a stage has an instruction that this rule is about; a cheap look before anything is loaded."""
    return any(isinstance(node, Cmd | Entrypoint | Healthcheck) for node in stage.body)
