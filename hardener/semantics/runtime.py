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
#: options of useradd and adduser that take the next word
_WITH_VALUE = frozenset(
    """
    -u --uid -g --gid -G --groups --ingroup -d --home -h --home-dir --home -s --shell -c --comment --gecos
    -e --expiredate -f --inactive -k --skel -K --key -p --password -b --base-dir -Z --firstuid --lastuid
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: several options in one word, the last of which takes the next word: `-ms /bin/bash`
_BUNDLE = re.compile(r"-[a-zA-Z]+[ugGdscpkeb]\Z")
_NAME = re.compile(r"[a-z_][a-z0-9_-]*\Z")
_INTERPRETER = re.compile(r"(python[\d.]*|node|nodejs|ruby|irb|php|perl|deno|bun|jshell|ipython|pypy[\d.]*)\Z")
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
    if not argv or is_tool_box(argv):
        return ()
    if argv[0] in _SHELLS and len(argv) == 3 and argv[1] == "-c":
        body = parse_shell(argv[2])
        if isinstance(body, Body):
            return tuple(_words(command) for command in body.commands if command.words)
    return (argv,)


def is_tool_box(argv: tuple[str, ...]) -> bool:
    """Tell whether a command only opens a shell or an interpreter: the image is worked in, or built on (S28)."""
    return len(argv) == 1 and (argv[0] in _SHELLS or _INTERPRETER.match(argv[0]) is not None)


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
    """Return the user that useradd or adduser creates; None for `adduser user group` and what cannot be read."""
    words = [word.value for word in command.words[1:]]
    uid, names = -1, []
    rest = iter(words)
    for word in rest:
        if word is None:
            return None
        if word in _WITH_VALUE:
            value = next(rest, None)
            if word in ("-u", "--uid"):
                uid = int(value) if value and value.isdigit() else -1
        elif word.startswith("--uid=") and word[6:].isdigit():
            uid = int(word[6:])
        elif not word.startswith("-"):
            names.append(word)
        elif _BUNDLE.match(word):
            next(rest, None)
    if len(names) != 1 or not _NAME.match(names[0]) or names[0] == "root" or uid == 0:
        return None
    return UserPlan(names[0], uid, -1, None, "")


def writes_somewhere(named: tuple[tuple[str, ...], ...]) -> Refusal | None:
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
