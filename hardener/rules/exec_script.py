"""exec-script (HD207)."""

from __future__ import annotations

import re
from posixpath import basename
from typing import NamedTuple

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.project.file_change import FileChange
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Instruction, Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.shell import Body, Command

_SHEBANG = regex(r"#![ \t]*(?:/usr/bin/env[ \t]+)?(?:\S*/)?(?:ba|da|a)?sh\b[^\n]*\n")
#: commands that want their shell to stay
_STAYS = frozenset(("trap", "wait", "alias", "return", "exit", "coproc", "shopt"))
#: a program that PATH or a path finds, and no keyword or variable
_PROGRAM = regex(r"[\w./+-]+\Z")
_MESSAGE = "the shell of the script stays in front of its last command and does not pass SIGTERM on"


class Found(NamedTuple):
    """The start script of a stage: the instruction that names it, and what becomes of it."""

    at: Instruction
    answer: FileChange | Refusal
    line: int = 1


class ExecScript(Rule):
    """Let the start script of the repository end with `exec`.

    ## What it does
    A shell script of the build context that ENTRYPOINT or CMD starts gets `exec` in front of its last command. The
    script is another file than the Dockerfile: its change is in the same diff.

    ## Why
    Without `exec` the shell waits for the command as PID 1. It gets the SIGTERM of `docker stop`, does not pass it on,
    and everything is killed after ten seconds.

    ## Example
    The script run.sh of the build context ends with `python main.py`:
    ```dockerfile
    FROM python:3.12-slim
    WORKDIR /app
    COPY . .
    CMD ["./run.sh"]
    ```
    and is afterwards
    ```text
    #!/bin/bash
    set -e
    echo start
    exec python main.py
    ```

    ## Fix safety
    The script must be read without doubt: its last command is a program, stands alone in the main flow, and nothing
    waits, traps a signal, runs in the background or comes after it. No other file may read the script with `.` or
    `source`, as `exec` would end that one too. What is a keyword, a function or a builtin is left alone.

    ## When it only reports
    - D14: the script may not be written: standard input, a link, or a place outside of the repository

    Scripts that are left alone have no message here; add-init says that they do not `exec` (I19).
    """

    code = "HD207"
    name = "exec-script"
    safety = Safety.HARDENING
    effects = frozenset({Effect.FILES})
    about_image = True

    @classmethod
    def plan(cls, model: Model, files: Files) -> tuple[Found, ...]:
        """Return the start scripts of the final stages that can end with `exec`, each once."""
        final = [stage for stage in model.finals if stage.is_leaf]
        if not final or files.tree is None:
            return ()
        found = [one for one in (_of_stage(model, stage, files) for stage in final) if one is not None]
        return tuple({one.answer: one for one in reversed(found)}.values())[::-1]

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Propose the change of the script."""
        plan: tuple[Found, ...] = self.planned
        for found in plan:
            if found.at in original.body:
                if isinstance(found.answer, Refusal):
                    return self.report(found.at, updated, found.answer, _MESSAGE)
                self.propose(found.at, found.answer, _MESSAGE, line=found.line)
        return updated


def _of_stage(model: Model, stage: StageModel, files: Files) -> Found | None:
    for command in (stage.entrypoint, stage.cmd):
        if command.instruction is not None and command.argv:
            found = _planned(model, stage, command.argv, files)
            return Found(command.instruction, *found) if found is not None else None
    return None


def _planned(
    model: Model, stage: StageModel, argv: tuple[str, ...], files: Files
) -> tuple[FileChange | Refusal, int] | None:
    """Return the change of the script that a command line starts, and the line of it."""
    from hardener.image.file_contents import in_context
    from hardener.image.files import absolute
    from hardener.image.launched import shell_call

    call = shell_call(argv)
    name = argv[call.at] if call is not None and not call.is_text else argv[0]
    place = absolute(stage.end.workdir, name) if "/" in name or call is not None else None
    path = in_context(model, stage, place, files) if place is not None else None
    text = files.text(path) if path is not None else None
    at = _last_command(text, needs_shebang=call is None) if text is not None else None
    if path is None or text is None or at is None or _is_sourced(model, path, files):
        return None
    line = text.count("\n", 0, at) + 1
    file = files.writable(path)
    if file is None or file.text != text:
        why = f"harden cannot write {path} here"
        return Refusal("D14", why, f"write `exec` before its last command, in line {line}"), line
    return FileChange.of(file, f"{text[:at]}exec {text[at:]}"), line


def _is_sourced(model: Model, path: str, files: Files) -> bool:
    """Tell whether another shell may read the script into itself, in a file or in a RUN of a Dockerfile."""
    pattern = rf"(?:^|[\s;&])(?:\.|source)[ \t]+[^\n;&]*{re.escape(basename(path))}"
    others = files.dockerfiles
    if others is None:
        return True
    texts = (model.tree.code, *(text for _, text in others))
    return any(re.search(pattern, text) for text in texts) or files.mentions(pattern)


def _last_command(text: str, *, needs_shebang: bool) -> int | None:
    """Return where the last command of a script begins if `exec` may stand there, None where not."""
    shebang = _SHEBANG.match(text)
    if "\r" in text or ((text.startswith("#!") or needs_shebang) and shebang is None):
        return None
    from hardener.shell import Body, parse_shell

    body = parse_shell(text)
    if not isinstance(body, Body) or not body.top or _keeps_its_shell(body):
        return None
    last = body.top[-1]
    command = last.command
    if command is None or last.negated or last.operator in ("||", "&") or body.commands[-1] is not command:
        return None
    return command.start if _is_program(command, body) and not text[last.end :].strip("\n \t;") else None


def _keeps_its_shell(body: Body) -> bool:
    """Tell whether something in a script wants the shell to stay: a trap, a job, a here-document that is cut."""
    names = {command.name for command in body.commands}
    return body.background or body.heredoc or body.terminator == "&" or bool(names & _STAYS - {"exit", "shopt"})


def _is_program(command: Command, body: Body) -> bool:
    from hardener.shell.programs import SIMPLE

    name = command.name
    if name is None or command.assignments or not command.plain or not _PROGRAM.match(name):
        return False
    return name not in SIMPLE | _STAYS | frozenset((".", "source", "exec", "command", "builtin", *body.functions))
