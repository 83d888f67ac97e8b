"""What the process of a stage runs and where it writes, as far as the file tells."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.launched import SHELL, shell_call
from hardener.image.model import Model, StageModel
from hardener.knowledge.inits import is_init
from hardener.project.builds import Service
from hardener.project.context import Files
from hardener.shell import Body, Command, parse_shell
from hardener.syntax.dockerfile.writer import exec_text

_SETTING = regex(r"[A-Za-z_]\w*=")
_INTERPRETER = regex(r"(python[\d.]*|node|nodejs|ruby|irb|php|perl|deno|bun|jshell|ipython|pypy[\d.]*)\Z")
#: what runs the words after `run` in the environment of a Python project
_RUNNERS = frozenset({"pdm", "pipenv", "poetry", "uv"})


def programs(model: Model, stage: StageModel) -> tuple[tuple[str, ...], ...]:
    """Return the command lines that the image runs, without init, shell and entry point of the base image.

    () says that nothing but a shell is run: the image is a tool box (S28).
    """
    entry, cmd = stage.entrypoint.argv or (), stage.cmd.argv or ()
    own_entry = stage.entrypoint.stage is not None
    return _started(stage, (*entry, *cmd) if own_entry else cmd or entry)


def all_programs(model: Model, stage: StageModel, files: Files) -> tuple[tuple[str, ...], ...]:
    """Return what `programs` does, and behind it what compose files run in the image instead (S01)."""
    found = programs(model, stage)
    if not found:
        return ()
    for service in services_of(model, stage, files):
        if service.entrypoint or service.command:
            own = stage.entrypoint.argv or () if stage.entrypoint.stage is not None else ()
            found += _started(stage, (*(service.entrypoint or own), *service.command))
    return tuple(dict.fromkeys(found))


def without_runner(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return what is run in the environment of a Python project; all words where no runner stands before it."""
    return argv[2:] if len(argv) > 2 and argv[0] in _RUNNERS and argv[1] == "run" else argv


def services_of(model: Model, stage: StageModel, files: Files) -> tuple[Service, ...]:
    """Return what compose files, manifests and command lines of the repository run in the image of a stage."""
    last = model.stages[-1]
    return tuple(s for s in files.builds.services if (model.find(s.target) if s.target else last) is stage)


def composed(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why rules about the process hold back: the file and its base image name none, a compose file does."""
    if (
        stage.cmd.stage is not None
        or stage.entrypoint.stage is not None
        or not stage.is_final
        or programs(model, stage)
    ):
        return None
    if files.builds.doubt is not None:
        return files.builds.doubt
    for service in services_of(model, stage, files):
        words = (*service.entrypoint, *service.command)
        if words and service.source != "docker":  # a command line may be run once, for something else
            why = f"the file has no CMD, and {service.file} starts `{' '.join(words)[:50]}`"
            return Refusal("S28", why, f"write CMD {exec_text(words)}")
    return None


def _started(stage: StageModel, argv: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    if is_init(argv):
        argv = argv[argv.index("--") + 1 :] if "--" in argv else argv[1:]
    base = stage.root.image.entrypoint if stage.root.image is not None else None
    if isinstance(base, tuple) and base and argv[: len(base)] == base and len(argv) > len(base):
        argv = argv[len(base) :]
    if not argv or is_tool_box(argv):
        return ()
    argv = _past_env(argv)
    call = shell_call(argv)
    if call is not None and call.is_text and call.at == len(argv) - 1:
        body = parse_shell(argv[call.at])
        if isinstance(body, Body):
            return tuple(_words(command) for command in body.commands if command.words)
    return (argv,)


def _past_env(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return what `env NAME=value` in front runs; with options of env the whole command line."""
    if argv[0] not in ("env", "/usr/bin/env"):
        return argv
    at = next((at for at, word in enumerate(argv) if at and not _SETTING.match(word)), 0)
    return argv[at:] if at and not argv[at].startswith("-") else argv


def is_tool_box(argv: tuple[str, ...]) -> bool:
    """Tell whether a command only opens a shell or an interpreter: the image is worked in, or built on (S28)."""
    if argv and SHELL.match(argv[0]):
        return shell_call(argv) is None and "-c" not in argv
    return len(argv) == 1 and _INTERPRETER.match(argv[0]) is not None


def shell_refusal(shell: tuple[str, ...] | None) -> Refusal | None:
    """Return why a RUN that is added may not be read as it is meant: its SHELL is not sh, bash, ash or dash (E07).

    Args:
        shell: SHELL where the RUN is to stand, `State.shell`; None where it is not known.
    """
    if shell is None:
        return Refusal("E07", "cannot tell the SHELL of the base image, so harden adds no RUN", "set SHELL")
    call = shell_call((*shell, ":"))
    if call is not None and call.is_text and call.at == len(shell):
        return None
    return Refusal("E07", f"SHELL is {' '.join(shell)}, so harden adds no RUN", 'set `SHELL ["/bin/sh", "-c"]` again')


def _words(command: Command) -> tuple[str, ...]:
    words = tuple(word.value if word.value is not None else word.raw for word in command.words)
    return words[1:] if words[:1] == ("exec",) and len(words) > 1 else words
