"""add-init: the process gets an init as PID 1, which passes signals on and reaps children."""

from __future__ import annotations

from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Cmd, Comment, Entrypoint, ExecForm, Instruction, Run, ShellForm, Stage
from hardener.syntax.dockerfile.writer import exec_text, finish_line

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.add_init.process import Init, Process


_MESSAGE = "the process is PID 1: it has no default signal handlers and must collect its ended children"
_INHERITED = Refusal(
    "P47",
    "the images that are built on this one (ONBUILD) would inherit the ENTRYPOINT",
    "put the init into those images",
)

#: I12, I05
_DUMB = "the distribution has only dumb-init, which starts a new session"
_UNSEEN = "cannot see a start script: it may start an init, or not pass the signal on"


class AddInit(Rule):
    """Run the process under tini.

    ## What it does

    Installs tini, in the last package installation of the final stage or in a RUN of its own, and puts it in front of
    the entry point of the file or of the base image. Repeats a CMD that the new ENTRYPOINT would reset. Servers that
    handle signals and children themselves (nginx, postgres, gunicorn …) are left as they are.

    ## Why

    For PID 1 there is no default action on SIGTERM, so that `docker stop` waits ten seconds and kills; and PID 1 must
    collect orphaned processes, or zombies pile up.

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

    Hardening: PID 1 changes on purpose; entry point and arguments stay the same. Unsafe where harden cannot see a
    start script: it may start an init, or not pass the signal on. Unsafe too where the distribution has only
    dumb-init, which starts a new session (with `--single-child` it signals only the process, I12).

    ## When it only reports

    * E07, P06: another shell than sh, bash, ash or dash would read the RUN that installs it, or the image is, or may
      be, a Windows image.
    * I03, I05: the base image or its entry point is unknown, it has an init, or its process must be PID 1.
    * I06, I10, B17: there is no package manager, no init package, or the package archive of the release is gone.
    * I08, I18, I19: a shell or a script would get the signal and not pass it on.
    * P47: the file has ONBUILD, or another Dockerfile builds on its image, which would inherit the ENTRYPOINT.
    * U21: the image is a development container.
    * S28: the file has no CMD, and a compose file starts the process.
    * I14: a compose file says `init: true`.
    * I11: harden cannot tell whether the user is root, or the base image sets another user.
    """

    code: ClassVar[str] = "HD202"
    name: ClassVar[str] = "add-init"
    safety: ClassVar[Safety] = Safety.HARDENING
    about_start: ClassVar[bool] = True
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.RUN, Effect.ENTRYPOINT, Effect.CMD})
    about_image: ClassVar[bool] = True
    asks_distro: ClassVar[bool] = True
    after: ClassVar[tuple[str, ...]] = ("exec-form", "exec-script", "static-base")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[int, Process]:
        """Return what is known of the scripts that each final stage starts, by its index (I05, I19)."""
        final = [stage for stage in model.finals if stage.is_leaf]
        if not final:
            return {}
        from hardener.rules.add_init.process import Process

        return {stage.index: Process.of(model, stage, files) for stage in final}

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that the stage names no process."""
        return "harden cannot tell which process starts"

    @classmethod
    def bases(cls, model: Model) -> tuple[StageModel, ...]:
        """Ask for the base of the final stage, whose entry point may run."""
        return tuple(stage for stage in model.finals if stage.is_leaf and stage.declares_start)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the final stage if it declares what runs."""
        stage = self.model.stage_of(original)
        declared = stage.entrypoint.instruction or stage.cmd.instruction
        plan: dict[int, Process] = self.planned
        process = plan.get(stage.index)
        if process is None:
            return updated
        if declared is None and process.elsewhere is not None and not process.init_by:
            return self.report((original.from_, *original.body)[-1], updated, process.elsewhere, _MESSAGE)
        if declared is None:
            return updated
        from hardener.rules.add_init.existing_install import in_a_list
        from hardener.rules.add_init.process import chosen_init, place_of, signal_refusal, why_none

        settled = why_none(stage, process)
        if settled is not None:
            return self.settle(declared, updated, settled, _MESSAGE)
        if any(node.name == "ONBUILD" for node in original.body):
            at = stage.entrypoint.instruction or stage.cmd.instruction or original.from_
            return self.report(at, updated, _INHERITED, _MESSAGE)
        at = next((i for i in reversed(original.body) if isinstance(i, Cmd | Entrypoint)), original.from_)
        refusal = self._refusal(stage) or signal_refusal(self.model, stage, process)
        init = refusal or chosen_init(self.model, stage)
        if isinstance(init, Refusal):
            return self.report(at, updated, init, _MESSAGE)
        listed = in_a_list(self.model, stage, init.package, init.install)
        place = place_of(stage, installs=bool(init.install) and listed is None)
        if isinstance(place, Refusal):
            return self.report(at, updated, place, _MESSAGE)
        new = self._with_init(stage, updated, init, place, listed)
        doubts = (_DUMB if init.unsafe else "", _UNSEEN if process.unseen else "")
        return self.rewrite(at, updated, new, _MESSAGE, doubt="; ".join(filter(None, doubts)))

    def _refusal(self, stage: StageModel) -> Refusal | None:
        if not stage.is_posix:
            return Refusal("P06", "a Windows image, or it may be one")
        image = stage.image
        if image is None:
            return Refusal("I03", "the base image is unknown, and so is its entry point", "name a known base image")
        if stage.entrypoint.argv is None or stage.cmd.argv is None:
            return Refusal("I03", "cannot tell the entry point or command of the base image")
        if stage.inherits_unread_entrypoint:
            why = "cannot tell what the entry point of the base image does"
            return Refusal("I03", why, "declare ENTRYPOINT in this file")
        if image.drops_privileges or image.needs_root:
            why = "the entry point of the base image manages its own processes"
            return Refusal("I03", why, "`init: true` in Compose")
        return None

    def _with_init(
        self, stage: StageModel, updated: Stage, init: Init, place: int, listed: tuple[Run, str] | None
    ) -> Stage:
        style = self.model.style
        body: list[Instruction] = list(updated.body)
        install = (style.shell(Run, init.install),) if init.install and listed is None else ()
        if listed is not None:
            run, text = listed
            body[body.index(run)] = run.with_changes(arguments=ShellForm(text))
        argv = (*init.argv, *(stage.entrypoint.argv or ()))
        mine = next((i for i in reversed(body) if isinstance(i, Entrypoint)), None)
        new: list[Instruction] = []
        if mine is None:
            new = [style.exec(Entrypoint, argv)]
        else:
            # comments between the lines of what was there go above it (P01)
            moved = tuple(Comment(line + style.newline) for line in comment_lines(mine.text))
            form = ExecForm(exec_text(argv))
            body[body.index(mine)] = mine.with_changes(leading=(*mine.leading, *moved), arguments=form)
        # what ENTRYPOINT resets is declared again, unless the stage has a CMD of its own (I01, I02)
        if stage.cmd.stage != stage.index and stage.cmd.argv:
            new.append(self._again(stage))
        at = next((k for k, i in enumerate(body) if isinstance(i, Cmd | Entrypoint) and k >= place), len(body))
        whole = updated.with_changes(body=tuple(body))
        if at == len(body):
            whole = finish_line(whole, style.newline)
            body = list(whole.body)
        return whole.with_changes(body=(*body[:place], *install, *body[place:at], *new, *body[at:]))

    def _again(self, stage: StageModel) -> Instruction:
        """Return the inherited CMD as an instruction, in shell form where the same shell would read it."""
        argv, instruction = stage.cmd.argv or (), stage.cmd.instruction
        if instruction is not None and isinstance(instruction.arguments, ShellForm) and argv[:-1] == stage.end.shell:
            return self.model.style.shell(Cmd, argv[-1])
        return self.model.style.exec(Cmd, argv)
