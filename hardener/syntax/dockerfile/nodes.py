"""The nodes of a Dockerfile; each class is a rule of grammar/dockerfile.lark, fields in the order of the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.syntax.dockerfile.continuations import joined
from hardener.syntax.tree import Node

_MARKED = regex(r"[\"'\\\n]")
_QUOTED = regex(r"\\(.)|\\\Z|([\"'])((?:\\.|(?!\2).)*)(?:\2|\Z)")
_ESCAPED = regex(r"\\(.)")


def _plain(text: str) -> str:
    """Return a flag without quotes and escapes."""
    return _QUOTED.sub(lambda m: _ESCAPED.sub(r"\1", m[3]) if m[2] else m[1] or "", joined(text))


@dataclass(frozen=True, eq=False, slots=True)
class Comment(Node):
    """A comment line, with its newline."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class BlankLine(Node):
    """An empty line, with its newline."""

    text: str


Trivia = Comment | BlankLine


@dataclass(frozen=True, eq=False, slots=True)
class Directive(Node):
    """A parser directive (`# syntax=`, `# escape=`, `# check=`), with its newline."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Flag(Node):
    """`--name=value` before the arguments."""

    #: as written, quotes and escapes included
    text: str
    #: what separates it from the next word
    gap: str

    @property
    def name(self) -> str:
        """What stands before the `=`, without the dashes."""
        return self.plain[2:].partition("=")[0]

    @property
    def value(self) -> str:
        """What stands after the `=`, without quotes; "" for a bare `--name`."""
        return self.plain.partition("=")[2]

    @property
    def plain(self) -> str:
        """The flag as BuildKit reads it: without quotes, escapes and line continuations."""
        text = self.text
        return _plain(text) if _MARKED.search(text) else text


@dataclass(frozen=True, eq=False, slots=True)
class ShellForm(Node):
    """Text that a shell reads; line continuations and comments inside are kept."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class ExecForm(Node):
    """A JSON array of strings."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Words(Node):
    """Arguments that Docker itself splits into words."""

    text: str


@dataclass(frozen=True, eq=False, slots=True)
class Probe(Node):
    """`CMD …` of a HEALTHCHECK."""

    kind: str
    gap: str
    form: ShellForm | ExecForm


@dataclass(frozen=True, eq=False, slots=True)
class Trigger(Node):
    """The instruction that an ONBUILD keeps for the child build (P47: no `leave_Run` is called for it)."""

    keyword: str
    gap: str
    flags: tuple[Flag, ...]
    arguments: ShellForm | ExecForm | Words | Probe


@dataclass(frozen=True, eq=False, slots=True)
class Heredoc(Node):
    """The body of a here-document and the line that ends it."""

    body: str
    end: str


Arguments = ShellForm | ExecForm | Words | Probe | Trigger


@dataclass(frozen=True, eq=False, slots=True)
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

    #: the keyword in upper case, such as "RUN"
    name: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.name = cls.__name__.upper().rstrip("_")

    def flag(self, name: str) -> str | None:
        """Return the value of `--name`, "" for one without a value, None where it is absent."""
        for flag in self.flags:
            if flag.name == name:
                return flag.value
        return None

    @property
    def text(self) -> str:
        """The arguments as written."""
        return self.arguments.code


@dataclass(frozen=True, eq=False, slots=True)
class _WithHeredocs(Instruction):
    heredocs: tuple[Heredoc, ...] = ()


class From(Instruction):
    """FROM image [AS name]."""

    __slots__ = ()


class Run(_WithHeredocs):
    """RUN."""

    __slots__ = ()


class Cmd(Instruction):
    """CMD."""

    __slots__ = ()


class Entrypoint(Instruction):
    """ENTRYPOINT."""

    __slots__ = ()


class Copy(_WithHeredocs):
    """COPY."""

    __slots__ = ()


class Add(_WithHeredocs):
    """ADD."""

    __slots__ = ()


class Env(Instruction):
    """ENV."""

    __slots__ = ()


class Arg(Instruction):
    """ARG."""

    __slots__ = ()


class Label(Instruction):
    """LABEL."""

    __slots__ = ()


class Expose(Instruction):
    """EXPOSE."""

    __slots__ = ()


class User(Instruction):
    """USER."""

    __slots__ = ()


class Workdir(Instruction):
    """WORKDIR."""

    __slots__ = ()


class Volume(Instruction):
    """VOLUME."""

    __slots__ = ()


class Shell(Instruction):
    """SHELL."""

    __slots__ = ()


class StopSignal(Instruction):
    """STOPSIGNAL."""

    __slots__ = ()


class Healthcheck(Instruction):
    """HEALTHCHECK."""

    __slots__ = ()


class Maintainer(Instruction):
    """MAINTAINER (deprecated)."""

    __slots__ = ()


class Onbuild(_WithHeredocs):
    """ONBUILD."""

    __slots__ = ()


class Unknown(Instruction):
    """An instruction that this frontend does not know (P45)."""

    __slots__ = ()


@dataclass(frozen=True, eq=False, slots=True)
class Stage(Node):
    """FROM and the instructions up to the next one."""

    is_last: ClassVar[bool] = True

    from_: From
    body: tuple[Instruction, ...]


@dataclass(frozen=True, eq=False, slots=True)
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
