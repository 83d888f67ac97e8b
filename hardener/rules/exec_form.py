"""exec-form: CMD and ENTRYPOINT run without a shell in front of them."""

from __future__ import annotations

import posixpath
import re
from typing import ClassVar

from hardener.errors import Refusal
from hardener.rules.base import Rule, Safety
from hardener.semantics.config import DEFAULT_SHELL, Effect
from hardener.semantics.model import StageModel
from hardener.semantics.shell import argv, exec_prefix
from hardener.syntax.build import exec_text
from hardener.syntax.logical import comment_lines
from hardener.syntax.nodes import Cmd, Comment, Entrypoint, ExecForm, Instruction, ShellForm, Stage

_MESSAGE = "runs under a shell, which does not pass SIGTERM on"


class ExecFormRule(Rule):
    """Write CMD and ENTRYPOINT so that no shell stands between the engine and the process.

    ## What it does

    Turns the shell form of the last CMD and ENTRYPOINT of a stage into the exec form, with the very arguments that the
    shell would pass. Where a shell is needed (a variable, `cd … &&`), it puts `exec` before the last command instead.

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

    Safe where the text is one simple command and SHELL is known to be the default. Where the base image is unknown its
    SHELL is too, and the change is unsafe.

    ## When it only reports

    * P15: text that begins like a JSON array and is none.
    * E02, E03, E04, E14: operators, cleanup after the command, builtins, a program named by a variable.
    * E07: another SHELL is in force.
    * E08, E09: a shell form ENTRYPOINT with a CMD, or a shell form CMD behind an ENTRYPOINT of this file.
    * E10: the entry point of the base image acts on its first argument.
    * E12: a script whose first line is not known.
    * E15: npm, yarn or pnpm, which keep the signal as a shell does.
    """

    code: ClassVar[str] = "HD201"
    name: ClassVar[str] = "exec-form"
    safety: ClassVar[Safety] = Safety.SAFE
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CMD, Effect.ENTRYPOINT})
    after: ClassVar[tuple[str, ...]] = ("merge-run", "clean-package-cache", "no-cache-dir", "copy-chmod-chown")

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the last CMD and the last ENTRYPOINT (C24)."""
        stage = self.model.stage_of(original)
        body = list(updated.body)
        for kind in (Cmd, Entrypoint):
            found = [i for i, node in enumerate(body) if isinstance(node, kind)]
            if found:
                node = body[found[-1]]
                assert isinstance(node, Cmd | Entrypoint)
                body[found[-1]] = self._command(stage, node)
        same = all(a is b for a, b in zip(body, updated.body, strict=True))
        return updated if same else updated.with_changes(body=tuple(body))

    def _command(self, stage: StageModel, node: Cmd | Entrypoint) -> Cmd | Entrypoint:
        if not isinstance(node.arguments, ShellForm) or not node.arguments.text:
            return node
        message = f"{node.name} {_MESSAGE}"
        refusal = self._context_refusal(stage, node)
        if refusal is not None:
            return self.report(node, node, refusal, message)
        text = self.model.logical(node).text
        arguments = argv(text)
        # the entry point of an unknown image may act on its first argument, whatever SHELL is
        unsafe = stage.states[node].shell is None or stage.image is None
        if not isinstance(arguments, Refusal):
            refusal = self._script_refusal(arguments)
            if refusal is not None:
                return self.report(node, node, refusal, message)
            # comments between the lines of the shell form go above it
            inner = comment_lines(node.arguments.text)
            moved = tuple(Comment(line + self.model.style.newline) for line in inner)
            new = node.with_changes(leading=(*node.leading, *moved), arguments=ExecForm(exec_text(arguments)))
            return self.rewrite(node, node, new, message, unsafe=unsafe)
        place = exec_prefix(text)
        if isinstance(place, Refusal):
            already = re.search(r"(?:^|&&\s*|\w=\S*\s+)exec\s", text) is not None
            return node if already else self.report(node, node, arguments, message)
        at = self.model.logical(node).raw(place)
        raw = node.arguments.text
        new = node.with_changes(arguments=ShellForm(raw[:at] + "exec " + raw[at:]))
        return self.rewrite(node, node, new, f"{message}; `exec` keeps what the shell expands", unsafe=unsafe)

    def _context_refusal(self, stage: StageModel, node: Instruction) -> Refusal | None:
        """Return what around the instruction forbids another form (E07-E10, E20, P14-P18)."""
        shell = stage.states[node].shell
        if self.model.escape != "\\" or (stage.image is not None and stage.image.windows):
            return Refusal("E19", "this is a Windows image, or may be one")
        if self.model.logical(node).text.startswith("["):
            return Refusal(
                "P15", "it begins like a JSON array and is none: today a shell reads it", "correct the array"
            )
        if shell is not None and shell != DEFAULT_SHELL:
            return Refusal(
                "E07", f"SHELL is {' '.join(shell)}", "write the exec form by hand if the shell adds nothing"
            )
        if stage.image is not None and (stage.image.has_shell is False or stage.image.family.startswith("aws-lambda")):
            return Refusal("E20", "in this image CMD is no command line of a shell")
        entry, cmd = stage.entrypoint, stage.cmd
        if isinstance(node, Entrypoint):
            # a stage built on this one inherits it, and may have a CMD that is ignored today
            if cmd.argv or cmd.argv is None or stage.children:
                return Refusal("E08", "a shell form ENTRYPOINT ignores CMD; in exec form it would get it as arguments")
            return None
        if entry.instruction is not None:
            return Refusal(
                "E09", "ENTRYPOINT gets `/bin/sh -c …` as arguments today", "write what ENTRYPOINT should get"
            )
        image = stage.image
        # node and php only ask whether the first word is a program, and it is one in both forms
        if image is not None and image.entrypoint_inspects_args and (image.drops_privileges or not image.program):
            return Refusal(
                "E10", "the entry point of the base image acts on its first argument: it would run otherwise"
            )
        return None

    @staticmethod
    def _script_refusal(arguments: tuple[str, ...]) -> Refusal | None:
        """Return why the first word may not start without a shell (E12)."""
        first = arguments[0]
        name = posixpath.basename(first)
        if name in ("npm", "yarn", "pnpm"):
            return Refusal("E15", f"{name} as PID 1 keeps SIGTERM too", "name the program that the script starts")
        if name.endswith((".sh", ".bash")) or (
            "/" in first and not first.startswith(("/usr/bin/", "/usr/sbin/", "/bin/", "/sbin/"))
        ):
            return Refusal(
                "E12", f"whether {first} begins with `#!` is not known", f"write `sh {first}` or the exec form"
            )
        return None
