"""add-init: the process gets an init as PID 1, which passes signals on and reaps children."""

from __future__ import annotations

import re
from typing import ClassVar

from hardener.errors import Refusal
from hardener.knowledge.inits import InitPackage, init_for, is_init, is_supervisor, must_be_pid1
from hardener.rules.base import Rule, Safety
from hardener.semantics.config import Effect
from hardener.semantics.model import Model, StageModel
from hardener.semantics.packages import read_run
from hardener.semantics.runtime import is_tool_box
from hardener.syntax.build import Style, before_commands, exec_text, finish_line
from hardener.syntax.nodes import Cmd, Entrypoint, ExecForm, Instruction, Run, ShellForm, Stage

_MESSAGE = "the process is PID 1: it gets no default signal handlers and has to reap its children"


class AddInit(Rule):
    """Run the process under tini.

    ## What it does

    Installs tini the way the distribution does and puts it in front of the entry point of the final stage: the one
    that the file declares, or the one that the base image has. A CMD that the new ENTRYPOINT would reset is declared
    again.

    ## Why

    A process that is PID 1 has no default action for SIGTERM and inherits orphans: `docker stop` waits ten seconds,
    zombies pile up.

    ## Example

    ```dockerfile
    FROM debian:trixie-slim
    CMD ["python3", "app.py"]
    ```

    becomes

    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
    ENTRYPOINT ["/usr/bin/tini", "--"]
    CMD ["python3", "app.py"]
    ```

    ## Fix safety

    Hardening: PID 1 changes on purpose. The entry point and its arguments stay what they were.

    ## When it only reports

    * I03, I05: the base image, its entry point or its init is not known, or must be PID 1.
    * I06, I10, B17: there is no package manager, no such package, or the archive is gone.
    * I08, I18: the command is read by a shell that would take the signal.
    * I11: the user in force is not known to be root, or is another one from the base image on.
    """

    code: ClassVar[str] = "HD202"
    name: ClassVar[str] = "add-init"
    safety: ClassVar[Safety] = Safety.HARDENING
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.RUN, Effect.ENTRYPOINT, Effect.CMD})
    after: ClassVar[tuple[str, ...]] = ("exec-form",)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the final stage if it declares what runs."""
        stage = self.model.stage_of(original)
        if not (stage.is_final and stage.is_leaf):
            return updated
        declared = [i for i in original.body if isinstance(i, Cmd | Entrypoint)]
        if not declared or self._has_init(stage):
            return updated
        at = declared[-1]
        package = self._refusal(stage) or init_for(stage.image)  # type: ignore[arg-type]
        if isinstance(package, Refusal):
            return self.report(at, updated, package, _MESSAGE)
        place = self._place(stage)
        if isinstance(place, Refusal):
            return self.report(at, updated, place, _MESSAGE)
        return self.rewrite(at, updated, self._with_init(stage, updated, package, place), _MESSAGE)

    def _has_init(self, stage: StageModel) -> bool:
        commands = [stage.entrypoint.argv or (), stage.cmd.argv or ()]
        if any(is_init(argv) or is_supervisor(argv) for argv in commands):
            return True
        image = stage.image
        if image is not None and isinstance(image.init_in_image, str):
            return True
        whole = (*commands[0], *commands[1])
        return not commands[0] and (commands[1][:1] == () or is_tool_box(whole))

    def _refusal(self, stage: StageModel) -> Refusal | None:
        image, entry, cmd = stage.image, stage.entrypoint, stage.cmd
        if self.model.escape != "\\":
            return Refusal("P06", "a Windows image, or it may be one")
        if image is None:
            return Refusal("I03", "the base image is not known, so its entry point is not", "name a known base image")
        if entry.argv is None or cmd.argv is None:
            return Refusal("I03", "the entry point or command of the base image is not known")
        if must_be_pid1(entry.argv) or must_be_pid1(cmd.argv):
            return Refusal("I05", "the command must be PID 1 itself")
        if image.drops_privileges or image.needs_root:
            return Refusal(
                "I03", "the entry point of the base image manages its own processes", "`init: true` in Compose"
            )
        for command in (entry, cmd):
            if command.is_shell_form and not self._execs(command.instruction):
                spec = "I18" if isinstance(command.instruction, Entrypoint) else "I08"
                return Refusal(spec, "a shell would get the signal and keep it", "let the last command be `exec`ed")
        return None

    def _execs(self, instruction: Instruction | None) -> bool:
        text = self.model.logical(instruction).text if instruction is not None else ""
        last = text.rsplit("&&", 1)[-1]
        return re.match(r"\s*(?:\w+=\S*\s+)*exec\s", last) is not None and not re.search(r"[;|&]", last)

    def _place(self, stage: StageModel) -> int | Refusal:
        """Return the index of the body at which the package can be installed: as late as root is in force (I11)."""
        body = stage.node.body
        index = before_commands(body)
        state = stage.states[body[index]] if index < len(body) else stage.end
        while not state.is_root:
            if state.user is None or index == 0:
                return Refusal("I11", "the user in force is not known to be root", "install tini before USER")
            index -= 1
            state = stage.states[body[index]]
        return index

    def _with_init(self, stage: StageModel, updated: Stage, package: InitPackage, place: int) -> Stage:
        style = self.model.style
        entry, cmd = stage.entrypoint, stage.cmd
        body: list[Instruction] = list(updated.body)
        # an init that the file installs already is only put to use
        has_package = _installs(self.model, stage, package.package)
        install = () if has_package else (style.shell(Run, package.shell_command),)
        argv = (package.binary, "--", *(entry.argv or ()))
        mine = next((i for i in reversed(body) if isinstance(i, Entrypoint)), None)
        if mine is not None:
            body[body.index(mine)] = mine.with_changes(arguments=ExecForm(exec_text(argv)))
            new: list[Instruction] = []
        else:
            new = [style.exec(Entrypoint, argv)]
        # what ENTRYPOINT resets is declared again, unless the stage has a CMD of its own (I01, I02)
        if cmd.stage != stage.index and cmd.argv:
            new.append(self._again(stage, style))
        at = next((k for k, i in enumerate(body) if isinstance(i, Cmd | Entrypoint) and k >= place), len(body))
        whole = updated.with_changes(body=tuple(body))
        if place == len(body) or at == len(body):
            whole = finish_line(whole, style.newline)
            body = list(whole.body)
        return whole.with_changes(body=(*body[:place], *install, *body[place:at], *new, *body[at:]))

    @staticmethod
    def _again(stage: StageModel, style: Style) -> Instruction:
        instruction = stage.cmd.instruction
        if instruction is not None and isinstance(instruction.arguments, ShellForm):
            return style.shell(Cmd, instruction.arguments.text)
        return style.exec(Cmd, stage.cmd.argv or ())


def _installs(model: Model, stage: StageModel, package: str) -> bool:
    """Tell whether a RUN of the chain of stages installs `package`."""
    runs = (read_run(model, link, node) for link in stage.chain for node in link.node.body if isinstance(node, Run))
    return any(package in command.packages for run in runs if run is not None for command in run.commands)
