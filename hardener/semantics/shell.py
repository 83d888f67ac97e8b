"""RUN text as shell syntax: commands with their words and places, or `Opaque` (tree-sitter-bash behind it).

Offsets are characters of the logical text. Where tree-sitter reports an error the text stays opaque.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from hardener.errors import Refusal


@dataclass(frozen=True, slots=True)
class Opaque:
    """Text that cannot be read for sure, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Word:
    """A word: as written, and what it stands for; value is None where it holds an expansion."""

    raw: str
    value: str | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Context:
    """Where a command stands."""

    subshell: int = 0
    substitution: bool = False
    function: bool = False
    pipeline: bool = False
    negated: bool = False
    background: bool = False
    compound: bool = False
    guarded: bool = False


@dataclass(frozen=True, slots=True)
class Command:
    """A simple command."""

    name: str | None
    words: tuple[Word, ...]
    assignments: tuple[str, ...]
    redirects: tuple[str, ...]
    start: int
    end: int
    context: Context

    @property
    def plain(self) -> bool:
        """Whether it is a member of the top-level sequence itself."""
        c = self.context
        return not (c.subshell or c.substitution or c.function or c.pipeline or c.negated or c.background or c.compound)


@dataclass(frozen=True, slots=True)
class Item:
    """A member of the top-level list; operator is what stands before it ("" for the first)."""

    operator: str
    start: int
    end: int
    command: Command | None


@dataclass(frozen=True, slots=True)
class Body:
    """A whole RUN body."""

    text: str
    commands: tuple[Command, ...]
    top: tuple[Item, ...]
    #: what else it holds: "function", "heredoc", "background"
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Wrap:
    """prefix + text[start:end] + suffix is what goes into `LEFT && RIGHT`."""

    start: int
    end: int
    prefix: str
    suffix: str


@cache
def _parser() -> Any:
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Parser(tree_sitter.Language(tree_sitter_bash.language()))


_SEPARATORS = frozenset({"&&", "||", ";", "&", "\n"})
_COMPOUND = frozenset(
    "if_statement while_statement for_statement c_style_for_statement case_statement compound_statement".split()
)
_COMMANDS = frozenset({"command", "declaration_command", "unset_command", "test_command", "variable_assignment"})
_NOT_WORDS = frozenset({"variable_assignment", "file_redirect", "herestring_redirect", "heredoc_redirect", "comment"})


@lru_cache(maxsize=4096)
def parse_shell(text: str) -> Body | Opaque:
    """Read a RUN body; `Opaque` where the grammar reports an error."""
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError:
        return Opaque("it holds bytes that are no UTF-8")
    root = _parser().parse(data).root_node
    if root.has_error:
        return Opaque("it cannot be read as shell syntax")
    reader = _Reader(text, data)
    return reader.body(root)


class _Reader:
    def __init__(self, text: str, data: bytes) -> None:
        self.text = text
        self.data = data
        self.ascii = len(text) == len(data)
        self.commands: list[Command] = []
        self.features: set[str] = set()

    def at(self, byte: int) -> int:
        return byte if self.ascii else len(self.data[:byte].decode("utf-8"))

    def body(self, root: Any) -> Body | Opaque:
        items: list[tuple[str, Any]] = []
        operator = ""
        children = root.children
        for index, child in enumerate(children):
            if child.type in _SEPARATORS:
                operator = child.type
            elif child.type not in ("comment", "heredoc_body"):
                after = children[index + 1].type if index + 1 < len(children) else ""
                self._flatten(child, operator, items)
                if after == "&":
                    self.features.add("background")
                self._walk(child, Context(background=after == "&"))
        if sum(1 for _ in re.finditer("<<-?[^<(]", self.text)) > 1 and "heredoc" in self.features:
            return Opaque("it holds several here-documents")
        by_place = {(c.start, c.end): c for c in self.commands}
        top = tuple(
            Item(op, self.at(n.start_byte), self.at(n.end_byte), by_place.get((self.at(n.start_byte), self.at(n.end_byte))))
            for op, n in items
        )
        return Body(self.text, tuple(self.commands), top, frozenset(self.features))

    def _flatten(self, node: Any, operator: str, items: list[tuple[str, Any]]) -> None:
        if node.type != "list":
            items.append((operator, node))
            return
        left, middle, right = node.children[0], node.children[1], node.children[2]
        self._flatten(left, operator, items)
        self._flatten(right, middle.type, items)

    def _walk(self, node: Any, context: Context, redirects: tuple[str, ...] = (), span: Any = None) -> None:
        kind = node.type
        if kind in _COMMANDS:
            self._command(node, context, redirects, span or node)
            context = _replace(context, substitution=True)
            for child in node.children:
                self._substitutions(child, context)
            return
        if kind == "list":
            guarded = _replace(context, guarded=True)
            self._walk(node.children[0], guarded if node.children[1].type == "||" else context)
            self._walk(node.children[2], guarded)
            return
        if kind == "redirected_statement":
            found = tuple(self._raw(c) for c in node.children if c.type.endswith("_redirect"))
            if any(c.type == "heredoc_redirect" for c in node.children):
                self.features.add("heredoc")
            for child in node.children:
                if child.type.endswith("_redirect"):
                    self._substitutions(child, _replace(context, substitution=True))
                else:
                    self._walk(child, context, found, node)
            return
        if kind == "subshell":
            context = _replace(context, subshell=context.subshell + 1)
        elif kind == "pipeline":
            context = _replace(context, pipeline=True)
        elif kind == "negated_command":
            context = _replace(context, negated=True)
        elif kind == "function_definition":
            self.features.add("function")
            context = _replace(context, function=True)
        elif kind in ("command_substitution", "process_substitution"):
            context = _replace(context, substitution=True)
        elif kind in _COMPOUND:
            context = _replace(context, compound=True)
        children = node.children
        for index, child in enumerate(children):
            if index + 1 < len(children) and children[index + 1].type == "&":
                self.features.add("background")
                self._walk(child, _replace(context, background=True))
            else:
                self._walk(child, context)

    def _substitutions(self, node: Any, context: Context) -> None:
        if node.type in ("command_substitution", "process_substitution"):
            for child in node.children:
                self._walk(child, context)
        else:
            for child in node.children:
                self._substitutions(child, context)

    def _raw(self, node: Any) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8")

    def _word(self, node: Any) -> Word:
        raw = self._raw(node)
        return Word(raw, literal(raw), self.at(node.start_byte), self.at(node.end_byte))

    def _command(self, node: Any, context: Context, redirects: tuple[str, ...], span: Any) -> None:
        assignments = tuple(self._raw(c) for c in node.children if c.type == "variable_assignment")
        inner = tuple(self._raw(c) for c in node.children if c.type.endswith("_redirect"))
        if node.type == "variable_assignment":
            words: tuple[Word, ...] = ()
            assignments = (self._raw(node),)
        elif node.type == "command":
            words = tuple(self._word(c) for c in node.children if c.type not in _NOT_WORDS)
        else:  # export, unset, [ …: the first word is the name
            words = tuple(self._word(c) for c in node.children if c.type not in ("comment",))
            assignments = ()
        name = words[0].value if words else None
        start, end = self.at(span.start_byte), self.at(span.end_byte)
        self.commands.append(Command(name, words, assignments, redirects + inner, start, end, context))


def _replace(context: Context, **changes: Any) -> Context:
    from dataclasses import replace

    return replace(context, **changes)


_SPECIAL = frozenset("$`*?[]{}~<>|&;()!#\n")


def literal(raw: str) -> str | None:
    """Return what a word stands for after quote removal, None where the shell would expand it."""
    out: list[str] = []
    at, size = 0, len(raw)
    while at < size:
        char = raw[at]
        if char == "'":
            stop = raw.find("'", at + 1)
            if stop < 0:
                return None
            out.append(raw[at + 1 : stop])
            at = stop + 1
        elif char == '"':
            at += 1
            while at < size and raw[at] != '"':
                if raw[at] in "$`":
                    return None
                if raw[at] == "\\" and raw[at + 1 : at + 2] in ("$", "`", '"', "\\", "\n"):
                    at += 1
                out.append(raw[at : at + 1])
                at += 1
            at += 1
        elif char == "\\":
            out.append(raw[at + 1 : at + 2])
            at += 2
        elif char in "$`*?<>|&;()\n":
            return None
        elif char == "~" and not out:
            return None
        elif char in "[{" and len(raw) > 1:
            return None
        else:
            out.append(char)
            at += 1
    return "".join(out)


_STATEFUL = frozenset(
    "cd pushd popd export unset set shopt umask ulimit trap exit return source . alias unalias eval readonly local "
    "declare typeset read shift getopts hash enable builtin command break continue wait times nvm rvm conda activate su sudo".split()
) - {"command", "builtin", "su", "sudo", "conda", "wait", "times", "break", "continue", "hash"}


def _state(body: Body) -> frozenset[str]:
    """Return the classes of section M that the body falls into."""
    found = set(body.features)
    for command in body.commands:
        inside = command.context.subshell or command.context.substitution or command.context.pipeline
        if command.name == "set" and _sets_errexit(command):
            found.add("errexit")
        if inside:
            continue
        if command.name == "exec":
            found.add("exec")
        elif (command.name is None and not command.words) or command.name in _STATEFUL or "function" in body.features:
            found.add("stateful")
        elif command.name is None:
            found.add("stateful")  # the name is an expansion: it may be anything
    if any(item.operator not in ("", "&&") for item in body.top):
        found.add("list")
    return frozenset(found)


def _sets_errexit(command: Command) -> bool:
    words = [w.value or "" for w in command.words[1:]]
    short = any(re.match(r"-[a-zA-Z]*e", w) for w in words)
    return short or "errexit" in words


def _refusal(body: Body, state: frozenset[str]) -> Refusal | None:
    if not body.top:
        return Refusal("M28", "the body holds no command")
    if "heredoc" in state:
        return Refusal("M13", "the body holds a here-document")
    if "background" in state:
        return Refusal("M04", "a command is left running in the background")
    if "exec" in state:
        return Refusal("M10", "`exec` ends the shell: what follows would never run")
    for command in body.commands:
        words = [w.value for w in command.words]
        after = words[words.index("install") :] if "install" in words else []
        if command.name in ("pip", "pip3") and "pip" in after:
            return Refusal("M24", "pip replaces itself, and the shell may remember the old one")
        if command.name == "npm" and "npm" in words[1:]:
            return Refusal("M24", "npm replaces itself, and the shell may remember the old one")
    return None


def as_left(body: Body) -> Wrap | Refusal:
    """Return how the body stands on the left of `&&`, or why it cannot (section M)."""
    state = _state(body)
    refusal = _refusal(body, state)
    if refusal is not None:
        return refusal
    if "errexit" in state:
        return Refusal("M08", "the body relies on `set -e`, which is ignored on the left of `&&`")
    start, end = body.top[0].start, body.top[-1].end
    if "stateful" in state:
        return Wrap(start, end, "( ", " )")
    if "list" in state:
        return Wrap(start, end, "{ ", "; }")
    return Wrap(start, end, "", "")


def as_right(body: Body) -> Wrap | Refusal:
    """Return how the body stands on the right of `&&`, or why it cannot."""
    state = _state(body)
    refusal = _refusal(body, state)
    if refusal is not None:
        return refusal
    start, end = body.top[0].start, body.top[-1].end
    if state & {"list", "errexit"}:
        return Wrap(start, end, "{ ", "; }")
    return Wrap(start, end, "", "")


_BUILTINS = frozenset(
    "cd . source exec export set unset ulimit umask exit return trap eval read wait type command test [ [[ : if for while "
    "case until { ( ! time function alias unalias break continue shift getopts hash jobs fg bg kill local readonly times "
    "declare typeset let pushd popd shopt select coproc builtin enable".split()
) - {"kill", "test", "["}
_NEVER = _BUILTINS | {"test", "["}


def argv(text: str) -> tuple[str, ...] | Refusal:
    """Return the argv that `sh -c text` would run, or why exec form would differ (section E)."""
    body = parse_shell(text)
    if isinstance(body, Opaque):
        return Refusal("E03", body.reason)
    if len(body.top) != 1 or body.top[0].command is None or body.text[body.top[0].end :].strip():
        return Refusal("E03", "it is more than one simple command")
    command = body.top[0].command
    if command.assignments:
        return Refusal("E05", "it sets a variable for the command")
    if command.redirects or not command.plain:
        return Refusal("E03", "it redirects")
    for word in command.words:
        if word.value is None:
            if "$" in word.raw or "`" in word.raw:
                return Refusal("E01", f"a shell expands {word.raw}")
            return Refusal("E02", f"a shell expands {word.raw}")
    if command.name in _NEVER:
        return Refusal("E04", f"`{command.name}` is a part of the shell")
    return tuple(word.value for word in command.words if word.value is not None)


def exec_prefix(text: str) -> int | Refusal:
    """Return where `exec ` can be put in front of the last command, or why not (E11)."""
    body = parse_shell(text)
    if isinstance(body, Opaque):
        return Refusal("E03", body.reason)
    if not body.top or body.text[body.top[-1].end :].strip():
        return Refusal("E03", "the last command is followed by something")
    if any(item.operator not in ("", "&&") for item in body.top):
        return Refusal("E03", "the commands are joined by more than `&&`")
    command = body.top[-1].command
    if command is None or not command.plain or not command.words:
        return Refusal("E11", "the last element is not one simple command")
    if command.name is None:
        return Refusal("E14", "the name of the program is an expansion")
    if command.name in _NEVER:
        return Refusal("E04", f"`{command.name}` is a part of the shell")
    return command.words[0].start
