"""New instructions in the file's own style: newline, keyword case, escape character, indentation."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TypeVar

from hardener.fast.records import dataclass
from hardener.syntax.dockerfile import nodes
from hardener.syntax.dockerfile.nodes import Dockerfile, Instruction, Stage
from hardener.text import newline_of

I = TypeVar("I", bound=Instruction)  # noqa: E741


@dataclass(frozen=True, slots=True)
class Style:
    """What new text takes over from the file around it."""

    newline: str
    escape: str
    lower: bool

    @classmethod
    def of(cls, tree: Dockerfile) -> Style:
        """Return the style of a file: the newline of its first line, the case of most keywords."""
        keywords = [instruction.keyword for instruction in tree.instructions]
        lower = sum(keyword.islower() for keyword in keywords) * 2 > len(keywords)
        first = next(tree.instructions, None)
        sample = "".join(d.text for d in tree.header) + (first.code if first else "")
        return cls(newline_of(sample), tree.escape, lower)

    def continuation(self, indent: str = "    ") -> str:
        """Return what goes between two lines of one instruction (P06)."""
        return f"{self.escape}{self.newline}{indent}"

    def shell(self, kind: type[I], text: str) -> I:
        """Return a new instruction in shell form."""
        return self._instruction(kind, nodes.ShellForm(text))

    def exec(self, kind: type[I], argv: tuple[str, ...]) -> I:
        """Return a new instruction in exec form."""
        return self._instruction(kind, nodes.ExecForm(exec_text(argv)))

    def words(self, kind: type[I], text: str) -> I:
        """Return a new instruction whose words Docker splits."""
        return self._instruction(kind, nodes.Words(text))

    def _instruction(self, kind: type[I], arguments: nodes.Arguments) -> I:
        name = kind.__name__.upper()
        keyword = name.lower() if self.lower else name
        return kind((), "", keyword, " ", (), arguments, self.newline)


def exec_text(argv: tuple[str, ...]) -> str:
    """Return `argv` as a JSON array in the way most Dockerfiles write one."""
    return "[" + ", ".join(json.dumps(item, ensure_ascii=False) for item in argv) + "]"


def finish_line(stage: Stage, newline: str) -> Stage:
    """Return the stage with its last line ended, so that an instruction can follow (P44)."""
    last = stage.body[-1] if stage.body else stage.from_
    ended = _end_line(last, newline)
    if ended is last:
        return stage
    if not stage.body:
        return stage.with_changes(from_=ended)
    return stage.with_changes(body=(*stage.body[:-1], ended))


def _end_line(instruction: Instruction, newline: str) -> Instruction:
    heredocs = getattr(instruction, "heredocs", ())
    if heredocs:
        if heredocs[-1].end.endswith("\n"):
            return instruction
        last = heredocs[-1].with_changes(end=heredocs[-1].end + newline)
        return instruction.with_changes(heredocs=(*heredocs[:-1], last))
    eol = instruction.eol
    # a dangling continuation would swallow what is appended: the line ends before it
    bare = eol.strip("\r\n \t")
    if bare:
        return instruction.with_changes(eol=newline)
    return instruction if eol.endswith("\n") else instruction.with_changes(eol=eol + newline)


def before_commands(body: Sequence[Instruction]) -> int:
    """Return the index before the CMD and ENTRYPOINT that end a stage; the length where none does."""
    place = len(body)
    while place > 0 and isinstance(body[place - 1], nodes.Cmd | nodes.Entrypoint):
        place -= 1
    return place


def insert(stage: Stage, index: int, new: tuple[Instruction, ...], style: Style) -> Stage:
    """Return the stage with `new` before the instruction at `index` of its body (its length: at the end)."""
    if index == len(stage.body):
        stage = finish_line(stage, style.newline)
    return stage.with_changes(body=(*stage.body[:index], *new, *stage.body[index:]))
