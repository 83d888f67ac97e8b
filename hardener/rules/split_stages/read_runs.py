"""Reading the RUN instructions of a stage, command by command, with the folder that each runs in."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Mapping
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.launched import shell_call
from hardener.image.model import Model, StageModel, State
from hardener.image.runs import read_run
from hardener.image.words import expand
from hardener.packages.commands import PackageCommand, commands_in
from hardener.packages.managers import manager_of
from hardener.rules.split_stages.model import Call, Step
from hardener.shell import Body, Command, Item, Word, parse_shell
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import ExecForm, Run

#: where the installers of uv and Poetry come from
INSTALLERS = regex(r"https://(?:astral\.sh/(uv)/[\w./-]*install\.sh|install\.(?:python-)?(poetry)\.org)(?=[\s\"']|\Z)")
#: wrappers behind which a program does what it does alone
_STARTERS = frozenset(
    ("env", "nice", "ionice", "time", "timeout", "nohup", "stdbuf", "eatmydata", "command", "cross-env")
)
_PLAIN = "put it into a RUN of plain commands"
#: shells that read their text as that of a RUN without SHELL is read
_SH = (("sh", "-c"), ("/bin/sh", "-c"))
#: what stands in double quotes, where the value of a variable is one word, and what a shell makes of it elsewhere: more
#: words, or the names of files
_QUOTED, _SEVERAL = regex(r'"[^"]*"'), regex(r"~|[^\n]*[\s*?\[{]")
_PIPED = regex(r"(?:curl|wget)\s[^|;&]*\|\s*(?:\w+=\S+\s+)*(?:ba|da)?(?:sh|python3?)(?:\s+-)?\s*\Z")


def steps(model: Model, stage: StageModel) -> tuple[Step, ...]:
    """Return the instructions of a stage with what their commands are."""
    found = []
    for node in stage.node.body:
        state = stage.states[node]
        calls = _calls(model, stage, node) if isinstance(node, Run) else ()
        found.append(Step(node, state, calls))
    return tuple(found)


def _calls(model: Model, stage: StageModel, run: Run) -> tuple[Call, ...] | Refusal:
    read = _read(model, stage, run)
    if read is None:
        return Refusal("S22", "cannot read a RUN, nor tell which files it creates", "write it in shell form")
    text, body, installs = read
    if body.background or body.heredoc or body.functions:
        return Refusal("S22", "cannot follow a RUN with background jobs or functions", _PLAIN)
    packages = {command.command.start: command for command in installs}
    state = stage.states[run]
    folder, moved = state.workdir, False
    found: list[Call] = []
    for item in body.top:
        command = item.command
        tool = _fetched_tool(body, item)
        if tool is not None:
            found.append(Call(tool[0], (tool[0], "self", "install"), "", folder, moved, None, tool[1], state))
            continue
        again = item.operator == "||" and command is not None and _same_install(found, packages, command)
        if command is None or item.kind != "command" or item.negated:
            return _unreadable(text, item)
        if item.operator not in ("", "&&", ";", "\n") and not again:
            return _unreadable(text, item)
        if command.name == "cd" and len(command.words) == 2:
            where = _value(command.words[1], state)
            folder = None if where is None or folder is None else posixpath.normpath(posixpath.join(folder, where))
            moved = True
            continue
        found.append(_call(text, command, folder, moved=moved, package=packages.get(command.start), state=state))
    return tuple(found)


def _same_install(found: list[Call], packages: Mapping[int, PackageCommand], command: Command) -> bool:
    """Tell whether a command is another way to fill the folder that the one before it fills (`npm ci || npm i`)."""
    first, second = found[-1].package if found else None, packages.get(command.start)
    if first is None or second is None or first.manager != second.manager or first.described.kind != "language":
        return False
    return all(one.verb in one.described.fills and not one.operands for one in (first, second))


def _read(model: Model, stage: StageModel, run: Run) -> tuple[str, Body, tuple[PackageCommand, ...]] | None:
    """Return what a RUN says as a shell would read it, its commands, and those of package managers.

    The words of an array are quoted; with `sh -c` in front it is the text after that.
    """
    plain = read_run(model, stage, run)
    if plain is not None:
        return plain.line.text, plain.body, plain.commands
    if not isinstance(run.arguments, ExecForm) or not stage.is_posix:
        return None
    words = tuple(json.loads(model.logical(run).text))
    shell = shell_call(words)
    if shell is not None and (words[:-1] not in _SH or not shell.is_text):
        return None
    text = words[-1] if shell is not None else shlex.join(words)
    body = parse_shell(text)
    return (text, body, commands_in(body)) if isinstance(body, Body) else None


def _fetched_tool(body: Body, item: Item) -> tuple[str, Command] | None:
    """Return uv or poetry and where that stands, for the pipeline by which their pages say to install them."""
    if item.kind != "pipeline" or item.negated or item.operator not in ("", "&&", ";", "\n"):
        return None
    text = body.text[item.start : item.end]
    match = INSTALLERS.search(text) if _PIPED.match(text) else None
    first = next(command for command in body.commands if command.start >= item.start)
    return (match[1] or match[2], first) if match else None


def _call(
    text: str, command: Command, folder: str | None, *, moved: bool, package: PackageCommand | None, state: State
) -> Call:
    argv = _called(command, tuple(_value(word, state) for word in command.words))
    name = basename(argv[0]) if argv and argv[0] else ""
    return Call(name, argv, text[command.start : command.end], folder, moved, package, command, state)


def _called(command: Command, argv: tuple[str | None, ...]) -> tuple[str | None, ...]:
    """Return the words of a command as a language reads them: without what only starts the program.

    `npm exec x`, `pnpm dlx x` and `bunx x` become `npx x`; `python -m poetry` becomes `poetry`. What changes the user
    or its surroundings stays.
    """
    call = invocation_of(command)
    if call is None or not _STARTERS.issuperset(call.wrappers):
        return argv
    if call.host == "corepack":
        return (call.program, *argv[call.rest :])
    if call.is_fetched and call.host != "npx":
        return ("uvx" if call.host in ("uvx", "pipx") else "npx", call.program, *argv[call.rest :])
    if call.host and call.host != "uv" and call.program != "pip" and manager_of(call.program) is not None:
        return (call.program, *argv[call.rest :])
    return argv[call.at :]


def _value(word: Word, state: State) -> str | None:
    if word.value is not None:
        return word.value
    bare = expand(_QUOTED.sub("", word.raw), state.values) if "$" in word.raw else None
    return expand(word.raw, state.values) if bare is not None and not _SEVERAL.match(bare) else None


def _unreadable(text: str, item: Item) -> Refusal:
    shown = " ".join(text[item.start : item.end].split())[:50]
    return Refusal("S22", f"cannot tell which files `{shown}` creates", _PLAIN)
