"""What the process of a stage runs and where it writes, as far as the file tells (sections U and S28)."""

from __future__ import annotations

import re

from hardener.knowledge.inits import is_init
from hardener.semantics.model import Model, StageModel
from hardener.semantics.shell import Body, Command, parse_shell

_SHELLS = frozenset(("sh", "bash", "ash", "dash", "/bin/sh", "/bin/bash", "/bin/ash", "/bin/dash", "zsh", "/bin/zsh"))
_INTERPRETER = re.compile(r"(python[\d.]*|node|nodejs|ruby|irb|php|perl|deno|bun|jshell|ipython|pypy[\d.]*)\Z")


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
