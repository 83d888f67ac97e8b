"""What the process of a stage runs and where it writes, as far as the file tells (sections U and S28)."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.knowledge.inits import is_init
from hardener.knowledge.users import UserPlan
from hardener.semantics.model import Model, StageModel
from hardener.semantics.shell import Body, Command, parse_shell
from hardener.syntax.nodes import Run, ShellForm

_SHELLS = frozenset(("sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "zsh", "/bin/zsh"))
#: package managers and task runners: they write caches, or start what the manifest says
_RUNNERS = frozenset(
    """
    npm npx yarn pnpm pip pip3 poetry pipenv uv bundle composer mvn gradle cargo go make rake
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_WRITING = re.compile(
    r"manage\.py|\bmigrate\b|sqlite|streamlit|jupyter|\bbeat\b|\brails\b|artisan|nodemon|ts-node|\bpytest\b|\bnext\b"
    r"|\bnuxt\b|\bvite\b|webpack|--reload|\bupload|/var/log|/var/lib|/var/run|/run/|--log|--pid|>",
    re.IGNORECASE,
)


def programs(model: Model, stage: StageModel) -> tuple[tuple[str, ...], ...]:
    """Return the command lines that the image runs, without init, shell and entry point of the base image.

    () says that nothing but a shell is run: the image is a tool box (S28).
    """
    entry, cmd = stage.entrypoint.argv or (), stage.cmd.argv or ()
    own_entry = stage.entrypoint.stage is not None
    argv = (*entry, *cmd) if own_entry else cmd or entry
    if is_init(argv):
        argv = argv[argv.index("--") + 1 :] if "--" in argv else argv[1:]
    base = stage.root.image.entrypoint if stage.root.image is not None else None
    if isinstance(base, tuple) and base and argv[: len(base)] == base and len(argv) > len(base):
        argv = argv[len(base) :]
    if not argv or (len(argv) == 1 and argv[0] in _SHELLS):
        return ()
    if argv[0] in _SHELLS and len(argv) == 3 and argv[1] == "-c":
        body = parse_shell(argv[2])
        if isinstance(body, Body):
            return tuple(_words(command) for command in body.commands if command.words)
    return (argv,)


def _words(command: Command) -> tuple[str, ...]:
    words = tuple(word.value if word.value is not None else word.raw for word in command.words)
    return words[1:] if words[:1] == ("exec",) and len(words) > 1 else words


def created_user(model: Model, stage: StageModel) -> UserPlan | None:
    """Return the last user that the stages of this chain create, None where they create none (U16)."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            if not isinstance(node, Run) or not isinstance(node.arguments, ShellForm):
                continue
            body = parse_shell(model.logical(node).text)
            commands = body.commands if isinstance(body, Body) else ()
            for command in reversed(commands):
                if command.name in ("useradd", "adduser"):
                    return _plan(command)
    return None


def _plan(command: Command) -> UserPlan | None:
    words = [word.value for word in command.words[1:]]
    if not words or any(word is None for word in words):
        return None
    known = [word for word in words if word is not None]
    uid = -1
    for at, word in enumerate(known[:-1]):
        if word in ("-u", "--uid") and known[at + 1].isdigit():
            uid = int(known[at + 1])
    name = known[-1]
    if command.name == "adduser" and len(known) > 1 and not known[-2].startswith("-") and known[-2] not in ("app",):
        previous = known[-3] if len(known) > 2 else ""
        if not previous.startswith("-"):
            return None  # `adduser user group` adds to a group
    return None if name.startswith("-") else UserPlan(name, uid, -1, None, "")


def writes_somewhere(model: Model, stage: StageModel, named: tuple[tuple[str, ...], ...]) -> Refusal | None:
    """Return why the process is likely to write where only root may (U15, U24)."""
    for program in named:
        first = program[0].rpartition("/")[2]
        if first in _RUNNERS:
            return Refusal(
                "U15", f"`{' '.join(program[:3])}` writes, or starts what writes", "name the program itself in CMD"
            )
        found = _WRITING.search(" ".join(program))
        if found:
            return Refusal("U15", f"`{found[0]}` says that it writes", "make what it writes writable, then add USER")
    return None
