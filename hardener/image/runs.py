"""What a RUN does: its shell text, the commands of package managers in it, and edits that go back to the file."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from posixpath import basename, join, normpath

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.packages.commands import PackageCommand, commands_in, valued_options
from hardener.shell import Body, Command, Opaque, parse_shell
from hardener.shell.programs import SHELLS
from hardener.syntax.dockerfile.continuations import Logical, is_comment, logical
from hardener.syntax.dockerfile.nodes import ExecForm, Run, ShellForm
from hardener.syntax.dockerfile.views import logical_line
from hardener.syntax.dockerfile.writer import Style
from hardener.text import Edit

#: what holds back a change that would lose a comment
COMMENTED = Refusal("P01", "a comment stands in what would be changed", "move the comment, or make the change yourself")


@dataclass(frozen=True, slots=True)
class RunBody:
    """The body of a RUN that a POSIX shell reads, and the way from its offsets to those of the file."""

    raw: str
    line: Logical
    body: Body
    commands: tuple[PackageCommand, ...]

    @property
    def by_start(self) -> dict[int, PackageCommand]:
        """The commands by where they begin: those of the body are equal to theirs, but not the same objects."""
        return {item.command.start: item for item in self.commands}


def read_run(model: Model, stage: StageModel, run: Run) -> RunBody | None:
    """Return what a RUN does, None where no POSIX shell reads it or it cannot be read (M12, M20, P23)."""
    if not isinstance(run.arguments, ShellForm) or run.heredocs:
        return None
    state = stage.states.get(run)
    shell = state.shell if state else None
    if stage.is_windows or (shell is None and not stage.is_posix) or (shell and basename(shell[0]) not in SHELLS):
        return None
    return run.remembered(_run_body, model.escape)


def commands_body(model: Model, stage: StageModel, run: Run) -> Body | None:
    """Return what a shell reads in a RUN of any form: the line, a here-document, or the text after `-c` of an array.

    Its offsets are not those of the file: it is for rules that only report.
    """
    if isinstance(run.arguments, ExecForm):
        from hardener.image.launched import shell_call

        words = tuple(json.loads(model.logical(run).text))
        call = shell_call(words)
        text = words[call.at] if call is not None and call.is_text else shlex.join(words)
    elif run.heredocs:
        text = run.heredocs[0].body if run.text.strip().startswith("<<") else ""
    else:
        plain = read_run(model, stage, run)
        return plain.body if plain is not None else None
    body = parse_shell(text)
    return body if isinstance(body, Body) else None


def parsed(model: Model, run: Run) -> Body | Opaque:
    """Return the commands of a RUN's logical text, or why a shell cannot read it; parsed once for each node."""
    return run.remembered(shell_text, model.escape)


def shell_text(run: Run, escape: str) -> Body | Opaque:
    """Read the logical text of a RUN, for `run.remembered`: all that is read of its commands begins with this."""
    return parse_shell(logical_line(run, escape).text)


def _run_body(run: Run, escape: str) -> RunBody | None:
    return _body_of(run.text, logical_line(run, escape), run.remembered(shell_text, escape))


def read_body(raw: str, escape: str) -> RunBody | None:
    """Return what the text of a RUN does that a POSIX shell reads, None where it cannot be read."""
    line = logical(raw, escape)
    return _body_of(raw, line, parse_shell(line.text))


def _body_of(raw: str, line: Logical, body: Body | Opaque) -> RunBody | None:
    return RunBody(raw, line, body, commands_in(body)) if isinstance(body, Body) else None


def places(body: Body, where: str) -> Iterator[tuple[Command, str]]:
    """Yield the simple commands of a body with the folder that each runs in, until that is not known any more."""
    for item in body.top:
        command = item.command
        if command is None:
            if "cd " in body.text[item.start : item.end] and item.kind != "subshell":
                return
            continue
        if command.name in ("cd", "pushd", "popd"):
            words = [word.value for word in command.words]
            if command.name != "cd" or len(words) != 2 or not words[1] or words[1].startswith("-"):
                return
            where = normpath(join(where, words[1]))
        yield command, where


def option_after_verb(run: RunBody, command: PackageCommand, option: str) -> Edit:
    """Return the edit that adds an option: after those that follow the verb already, else right after the verb."""
    end = command.verb_word.end
    valued = valued_options(command.manager)
    for word in command.command.words:
        if word.start >= end:
            if not word.raw.startswith("-") or word.raw in valued or len(word.raw) == 1 or word.raw == "--":
                break
            end = word.end
    at = run.line.raw_end(end)
    return Edit(at, at, " " + option)


def named_operand(run: RunBody, command: PackageCommand, name: str, style: Style) -> Edit:
    """Return the edit that adds a package: in its place in a sorted list, else first; on a line of its own if the
    others are."""
    words = command.operands
    raws = [word.raw for word in words]
    index = next((i for i, raw in enumerate(raws) if raw > name), 0) if raws == sorted(raws) else 0
    at = run.line.raw(words[index].start)
    above, _, indent = run.raw[:at].rpartition("\n")
    last = run.line.raw_end(words[index].end)
    following = run.line.raw(words[index + 1].start) if index + 1 < len(words) else len(run.raw)
    if not above or indent.strip() or "\n" not in run.raw[last:following]:
        return Edit(at, at, f"{name} ")
    lines = above.split("\n")
    while lines and is_comment(lines[-1]):  # they speak of the word that they stand above
        lines.pop()
    at = len("\n".join(lines)) + 1
    return Edit(at, at, f"{indent}{name} {style.continuation('')}")
