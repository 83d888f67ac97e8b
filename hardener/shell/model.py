"""The parts of a shell text as rules see them, and POSIX quote removal.

Most are named tuples: to define a frozen dataclass takes seven times as long, and that is paid at every start.
"""

from __future__ import annotations

from typing import NamedTuple

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass

#: Characters that end the fast path of `unquote`.
_SPECIAL = regex(r"[\\\"'$`*?\[{~(<>\n]")
#: What follows a `$` that expands; any other `$` stands for itself.
_EXPANDS = regex(r"[A-Za-z0-9_@*#?$!({\[-]")
_BRACES = regex(r"\{[^{}]*(?:,|\.\.)|,[^{}]*\}")


@dataclass(frozen=True, slots=True)
class Opaque:
    """A shell text that cannot be read with certainty; nothing in it may be rewritten."""

    reason: str


class Word(NamedTuple):
    """One word: as written, and what the shell makes of it (None where it expands something)."""

    raw: str
    value: str | None
    start: int
    end: int


class Assignment(NamedTuple):
    """`NAME=value` before a command or alone; `value` is a word of its own, possibly empty."""

    name: str
    value: Word
    start: int
    end: int


class Redirect(NamedTuple):
    """A redirection such as `2>>file`: `fd` "2", `op` ">>", `target` the word `file` (None for a here-document)."""

    op: str
    fd: str
    target: Word | None
    start: int
    end: int


class Context(NamedTuple):
    """Where a command stands.

    Attributes:
        subshell: how many `( ... )` it is in.
        substitution: in `$( ... )`, backquotes or `<( ... )`.
        function: in the body of a function.
        inside: kinds of compound commands around it, outermost first: "group", "if", "while", "for", "case".
        position: its place in a pipeline, from 0; None outside of one.
        negated: `!` stands before its pipeline.
        background: `&` follows its list.
        guarded: `||` stands in its list, so that a failure here or before it does not simply end the list.
        before: the operator before its pipeline: "", "&&", "||", ";", "&" or a newline.
        after: the operator after it.
    """

    subshell: int = 0
    substitution: bool = False
    function: bool = False
    inside: tuple[str, ...] = ()
    position: int | None = None
    negated: bool = False
    background: bool = False
    guarded: bool = False
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command: `words` with the name first, without assignments and redirections."""

    name: str | None
    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...]
    redirects: tuple[Redirect, ...]
    start: int
    end: int
    context: Context

    @property
    def plain(self) -> bool:
        """Whether it is an unconditional member of the top-level sequence of `&&` and `;`."""
        at = self.context
        nested = at.subshell or at.substitution or at.function or at.inside or at.position is not None
        return not (nested or at.negated or at.background or at.guarded)


class Item(NamedTuple):
    """One pipeline of a list: the operator before it, where it stands, and the command if it is a simple one.

    `kind` is the syntax: "command", "pipeline", "subshell", "group", "if", "while", "for", "case", "function".
    `negated` tells of a leading `!`, which the span includes.
    """

    operator: str
    start: int
    end: int
    command: Command | None
    kind: str = "command"
    negated: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What a shell text does.

    Attributes:
        text: the logical text.
        commands: all simple commands in source order, those in compound commands and substitutions too.
        top: the top-level list.
        terminator: what ends the last item: "", ";" or "&".
        sequenced: whether a list anywhere has more than one `;`-separated element, or there is a compound command,
            so that `set -e` can make a difference (M08).
        functions: names of the functions that it defines.
        leaks: other syntax that changes the shell itself, such as a `for` variable or `${x:=1}` (M07).
        heredoc: whether it holds a here-document.
        background: whether `&` or `coproc` starts a job anywhere (M04).
    """

    text: str
    commands: tuple[Command, ...]
    top: tuple[Item, ...]
    terminator: str = ""
    sequenced: bool = False
    functions: tuple[str, ...] = ()
    leaks: tuple[str, ...] = ()
    heredoc: bool = False
    background: bool = False


def unquote(raw: str) -> str | None:
    """Return what the shell makes of a word: quotes removed; None where it expands something (E01, E02, E06).

    What only some shells expand, such as `{a,b}` and `$'x'`, counts as expanding.
    """
    if not _SPECIAL.search(raw) or raw in ("[", "[["):
        return raw
    out: list[str] = []
    at, size = 0, len(raw)
    bare = ""  # the word with its quoted parts left out, to look for braces in
    while at < size:
        char = raw[at]
        if char == "'":
            end = raw.find("'", at + 1)
            if end < 0:
                return None
            out.append(raw[at + 1 : end])
            at = end + 1
            bare += "q"
        elif char == '"':
            read = _double_quoted(raw, at + 1)
            if read is None:
                return None
            out.append(read[0])
            at = read[1]
            bare += "q"
        elif char == "\\":
            if at + 1 == size:
                return None
            out.append("" if raw[at + 1] == "\n" else raw[at + 1])
            at += 2
            bare += "q"
        elif char in "*?[`(<>\n" or (char == "$" and _expands(raw, at, "'\"")) or _is_tilde(raw, at):
            return None
        else:
            out.append(char)
            bare += char
            at += 1
    return None if _BRACES.search(bare) else "".join(out)


def _expands(raw: str, at: int, more: str) -> bool:
    following = raw[at + 1 : at + 2]
    return bool(following) and (following in more or _EXPANDS.match(following) is not None)


def _is_tilde(raw: str, at: int) -> bool:
    return raw[at] == "~" and (at == 0 or raw[at - 1] in "=:")


def _double_quoted(raw: str, at: int) -> tuple[str, int] | None:
    """Read up to the closing quote; return the text and the place after it, None for an expansion or no end."""
    out: list[str] = []
    while at < len(raw):
        char = raw[at]
        if char == '"':
            return "".join(out), at + 1
        if char == "`" or (char == "$" and _expands(raw, at, "")):
            return None
        if char == "\\" and raw[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
            out.append("" if raw[at + 1] == "\n" else raw[at + 1])
            at += 2
            continue
        out.append(char)
        at += 1
    return None
