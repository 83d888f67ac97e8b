"""The nodes of a Dockerfile; each class is a rule of grammar/dockerfile.lark, fields in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar, Union

from hardener.syntax.tree import Node

_node = dataclass(frozen=True, eq=False, slots=True)


@_node
class Comment(Node):
    """A comment line, with its newline."""

    text: str


@_node
class BlankLine(Node):
    """An empty line, with its newline."""

    text: str


Trivia = Union[Comment, BlankLine]


@_node
class Directive(Node):
    """A parser directive (`# syntax=`, `# escape=`, `# check=`), with its newline."""

    text: str


@_node
class Flag(Node):
    """`--name=value` before the arguments."""

    #: as written, quotes and escapes included
    text: str
    #: what separates it from the next word
    gap: str


@_node
class ShellForm(Node):
    """Text that a shell reads; line continuations and comments inside are kept."""

    text: str


@_node
class ExecForm(Node):
    """A JSON array of strings."""

    text: str


@_node
class Words(Node):
    """Arguments that Docker itself splits into words."""

    text: str


@_node
class Probe(Node):
    """`CMD …` of a HEALTHCHECK."""

    kind: str
    gap: str
    form: ShellForm | ExecForm


@_node
class Trigger(Node):
    """The instruction that an ONBUILD keeps for the child build (P47: no `leave_Run` is called for it)."""

    keyword: str
    gap: str
    flags: tuple[Flag, ...]
    arguments: ShellForm | ExecForm | Words | Probe


@_node
class Heredoc(Node):
    """The body of a here-document and the line that ends it."""

    body: str
    end: str


Arguments = Union[ShellForm, ExecForm, Words, Probe, Trigger]


@_node
class Instruction(Node):
    """Base of all instructions."""

    is_shallow: ClassVar[bool] = True

    #: comments and blank lines above; they move with the instruction
    leading: tuple[Trivia, ...]
    #: blanks before the keyword
    indent: str
    #: as written; `name` is the upper-case form
    keyword: str
    #: blanks (and continuations) after the keyword
    gap: str
    flags: tuple[Flag, ...]
    arguments: Arguments
    #: trailing blanks, a dangling continuation, the newline
    eol: str

    @property
    def name(self) -> str:
        """The keyword in upper case, such as "RUN"."""
        return type(self).__name__.upper().rstrip("_")

    @property
    def text(self) -> str:
        """The arguments as written."""
        return self.arguments.code


@_node
class _WithHeredocs(Instruction):
    heredocs: tuple[Heredoc, ...] = ()


@_node
class From(Instruction):
    """FROM image [AS name]."""


@_node
class Run(_WithHeredocs):
    """RUN."""


@_node
class Cmd(Instruction):
    """CMD."""


@_node
class Entrypoint(Instruction):
    """ENTRYPOINT."""


@_node
class Copy(_WithHeredocs):
    """COPY."""


@_node
class Add(_WithHeredocs):
    """ADD."""


@_node
class Env(Instruction):
    """ENV."""


@_node
class Arg(Instruction):
    """ARG."""


@_node
class Label(Instruction):
    """LABEL."""


@_node
class Expose(Instruction):
    """EXPOSE."""


@_node
class User(Instruction):
    """USER."""


@_node
class Workdir(Instruction):
    """WORKDIR."""


@_node
class Volume(Instruction):
    """VOLUME."""


@_node
class Shell(Instruction):
    """SHELL."""


@_node
class StopSignal(Instruction):
    """STOPSIGNAL."""


@_node
class Healthcheck(Instruction):
    """HEALTHCHECK."""


@_node
class Maintainer(Instruction):
    """MAINTAINER (deprecated)."""


@_node
class Onbuild(_WithHeredocs):
    """ONBUILD."""


@_node
class Unknown(Instruction):
    """An instruction that this frontend does not know (P45)."""


@_node
class Stage(Node):
    """FROM and the instructions up to the next one."""

    from_: From
    body: tuple[Instruction, ...]


@_node
class Dockerfile(Node):
    """A whole file."""

    #: U+FEFF or ""
    bom: str
    header: tuple[Directive, ...]
    #: instructions before the first FROM
    preamble: tuple[Instruction, ...]
    stages: tuple[Stage, ...]
    #: comments and blank lines after the last instruction
    footer: tuple[Trivia, ...]

    @property
    def instructions(self) -> Iterator[Instruction]:
        """Yield all instructions in the order of the text."""
        yield from self.preamble
        for stage in self.stages:
            yield stage.from_
            yield from stage.body

    @property
    def escape(self) -> str:
        """The escape character: a backslash unless `# escape=` says otherwise (P06)."""
        for directive in self.header:
            key, _, value = directive.text.lstrip(" \t#").partition("=")
            if key.strip().lower() == "escape":
                return value.strip()
        return "\\"
