"""Shell text to commands: the tree of tree-sitter-bash, made regular (M28).

That tree is built for highlighting: `!` and redirections bind to the wrong part of a list, and some texts that no
shell accepts pass. What is known to be wrong is put right or refused here; what it cannot read is `Opaque`.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from hardener.semantics.shell_words import (
    Assignment,
    Body,
    Command,
    Context,
    Item,
    Opaque,
    Redirect,
    Word,
    unquote,
)

if TYPE_CHECKING:
    from tree_sitter import Node, Parser

#: The shell takes these for letters of a word; the grammar would take some for blanks. One for one, offsets stay.
_LETTERS = re.compile(r"[^\x20-\x7e\t\n]")
_SIMPLE = frozenset(
    ("command", "declaration_command", "unset_command", "test_command", "variable_assignment", "variable_assignments")
)
_COMPOUND = {
    "if_statement": "if",
    "while_statement": "while",
    "for_statement": "for",
    "c_style_for_statement": "for",
    "case_statement": "case",
    "compound_statement": "group",
}
_CLAUSES = frozenset(("do_group", "elif_clause", "else_clause", "case_item"))
_SUBSTITUTIONS = frozenset(("command_substitution", "process_substitution"))
_WHOLE = frozenset(
    ("string", "raw_string", "ansi_c_string", "command_substitution", "process_substitution", "expansion")
)
_REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
_HEREDOC_PARTS = frozenset(("<<", "<<-", "heredoc_start", "heredoc_body", "heredoc_end", "file_descriptor"))
_SEPARATORS = frozenset((";", "&"))
_SETS = re.compile(r"\$\{[A-Za-z_]\w*:?=|\(\(.*?(?:\+\+|--|[^=!<>]=[^=])")


class _Unreadable(Exception):
    """The tree is not to be trusted; the text says why."""


class _Element(NamedTuple):
    """One command of a list, with what stands around it."""

    operator: str
    negated: bool
    node: Node | None
    redirects: tuple[Node, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _List:
    """Elements joined by `&&`, `||` and `|`, and the separator after them."""

    elements: list[_Element]
    separator: str


@lru_cache(maxsize=1)
def _parser() -> Parser:
    from tree_sitter import Language, Parser

    return Parser(Language(_language()))


def _language() -> object:
    """Return the grammar without running its package's __init__, which costs 30 ms for what is not used here."""
    package = "tree_sitter_bash"
    if package not in sys.modules:
        from importlib.machinery import PathFinder
        from importlib.util import module_from_spec

        found = PathFinder.find_spec(package)
        places = found.submodule_search_locations if found else None
        spec = PathFinder.find_spec(f"{package}._binding", places) if places else None
        if spec is not None and spec.loader is not None:
            binding = module_from_spec(spec)
            spec.loader.exec_module(binding)
            language: object = binding.language()
            return language
    import tree_sitter_bash

    return tree_sitter_bash.language()


@lru_cache(maxsize=4096)
def parse_shell(text: str) -> Body | Opaque:
    """Return the commands of a shell text, or why it cannot be read (M28).

    Args:
        text: logical text: without the continuations and comment lines of the Dockerfile.
    """
    if "\0" in text:
        return Opaque("a NUL character")
    root = _parser().parse(_LETTERS.sub("%", text).encode("ascii")).root_node
    if root.has_error:
        return Opaque("a syntax error, or syntax that is not understood")
    reader = _Reader(text)
    try:
        lists = reader.block(root.children, Context())
        top = tuple(reader.top)
    except _Unreadable as error:
        return Opaque(str(error))
    except RecursionError:
        return Opaque("it is nested too deeply")
    reader.commands.sort(key=lambda command: (command.start, -command.end))
    return Body(
        text,
        tuple(reader.commands),
        top,
        lists[-1].separator if lists else "",
        reader.sequenced,
        tuple(reader.functions),
        tuple(reader.leaks),
        reader.heredoc,
        reader.background,
    )


class _Reader:
    """Walks one tree."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.commands: list[Command] = []
        self.top: list[Item] = []
        self.sequenced = False
        self.functions: list[str] = []
        self.leaks: list[str] = []
        self.heredoc = False
        self.background = False

    def block(self, children: list[Node], at: Context) -> list[_List]:
        """Read statements and their separators."""
        lists = self.lists(children)
        if len(lists) > 1:
            self.sequenced = True
        is_top = at == Context()
        before = ""
        for found in lists:
            self.background |= found.separator == "&"
            items = self.and_or(found, before, at)
            if is_top:
                self.top.extend(items)
            before = found.separator
        return lists

    def lists(self, children: list[Node]) -> list[_List]:
        """Return the lists among `children`, each with what ends it; a newline ends one without a token."""
        lists: list[_List] = []
        end = -1
        for child in children:
            kind = child.type
            if kind in _SEPARATORS:
                if not lists or lists[-1].separator:
                    raise _Unreadable(f"`{kind}` without a command")
                lists[-1] = _List(lists[-1].elements, kind)
            elif kind in ("comment", "\n"):
                continue
            elif child.is_named:
                if lists and not lists[-1].separator:
                    if "\n" not in self.text[end : child.start_byte]:
                        raise _Unreadable("two commands without a separator")
                    lists[-1] = _List(lists[-1].elements, "\n")
                elements = self.flat(child, ())
                lists.append(_List(elements, ""))
                end = max(child.end_byte - 1, 0) if self.text[child.end_byte - 1] == "\n" else child.end_byte
            elif kind not in (";;", ";&", ";;&") or not lists:
                raise _Unreadable(f"`{kind}` out of place")
        return lists

    def flat(self, node: Node, redirects: tuple[Node, ...]) -> list[_Element]:
        """Return the elements of a list; `redirects` belong to its last one, wherever the grammar hangs them."""
        kind = node.type
        if kind in ("list", "pipeline"):
            parts = [child for child in node.children if child.type != "comment"]
            elements: list[_Element] = []
            operator = ""
            for place, child in enumerate(parts):
                if not child.is_named:
                    operator = child.type
                    continue
                found = self.flat(child, redirects if place == len(parts) - 1 else ())
                if elements:
                    found[0] = found[0]._replace(operator=operator)
                elements += found
            return elements
        if kind == "negated_command":
            inner = self.flat(node.children[-1], redirects)
            if inner[0].negated:
                raise _Unreadable("`! !`")
            inner[0] = inner[0]._replace(negated=True, start=node.start_byte)
            return inner
        if kind == "redirected_statement":
            own = tuple(child for child in node.children if child.type in _REDIRECTS)
            rest = [child for child in node.children if child.type not in _REDIRECTS]
            if len(rest) > 1:
                raise _Unreadable("a redirection out of place")
            if rest:
                return self.flat(rest[0], (*own, *redirects))
            return [_Element("", False, None, (*own, *redirects), node.start_byte, (redirects or own)[-1].end_byte)]
        end = max([node.end_byte, *(redirect.end_byte for redirect in redirects)])
        return [_Element("", False, node, redirects, node.start_byte, end)]

    def and_or(self, found: _List, before: str, at: Context) -> list[Item]:
        """Read one list of pipelines joined by `&&` and `||`."""
        pipelines: list[list[_Element]] = []
        for element in found.elements:
            if element.operator in ("|", "|&"):
                pipelines[-1].append(element)
            else:
                pipelines.append([element])
        guarded = at.guarded or any(pipeline[0].operator == "||" for pipeline in pipelines)
        items: list[Item] = []
        for place, pipeline in enumerate(pipelines):
            first = pipeline[0]
            here = replace(
                at,
                negated=at.negated or first.negated,
                background=at.background or found.separator == "&",
                guarded=guarded,
                before=first.operator or before,
                after=pipelines[place + 1][0].operator if place + 1 < len(pipelines) else found.separator,
            )
            if len(pipeline) > 1:
                for position, element in enumerate(pipeline):
                    self.element(element, replace(here, position=position))
                command, kind = None, "pipeline"
            else:
                command, kind = self.element(first, here)
            items.append(Item(here.before, first.start, pipeline[-1].end, command, kind, first.negated))
        return items

    def element(self, element: _Element, at: Context) -> tuple[Command | None, str]:
        """Read a simple or a compound command; return it, if simple, and its kind."""
        node = element.node
        if node is None or node.type in _SIMPLE:
            return self.simple(element, at), "command"
        extra: list[Word] = []
        for redirect in element.redirects:
            self.redirect(redirect, extra, at)
        if extra:
            raise _Unreadable("words after a compound command")
        if node.type == "subshell":
            self.block(node.children[1:-1], replace(at, subshell=at.subshell + 1, before="", after=""))
            return None, "subshell"
        if node.type == "function_definition":
            return None, self.function(node, at)
        kind = _COMPOUND.get(node.type)
        if kind is None:
            raise _Unreadable(f"a {node.type.replace('_', ' ')}")
        self.sequenced |= kind != "group"
        inner = replace(at, inside=(*at.inside, kind), before="", after="")
        if kind == "for" and at.subshell == 0 and not at.substitution and at.position is None:
            self.leaks.append("a loop variable")
        if kind == "group":
            if node.children[0].type != "{":
                raise _Unreadable("`((`")
            self.block(node.children[1:-1], inner)
        else:
            self.compound(node, inner)
        return None, kind

    def function(self, node: Node, at: Context) -> str:
        self.sequenced = True
        named = [child for child in node.children if child.is_named]
        self.functions.append(self.slice(named[0]))
        for child in named[1:]:
            body = child.children[0] if child.type == "redirected_statement" else child
            if body.type not in _COMPOUND and body.type != "subshell":
                raise _Unreadable("a function without braces")
            inner = replace(at, function=True, before="", after="")
            self.element(_Element("", False, body, (), body.start_byte, body.end_byte), inner)
        return "function"

    def compound(self, node: Node, at: Context) -> None:
        """Read the lists of an `if`, a loop, a `case` or a part of one."""
        statements: list[Node] = []
        is_list = node.type in ("do_group", "if_statement", "while_statement", "elif_clause", "else_clause")
        for child in node.children:
            kind = child.type
            if node.type == "case_item" and kind == ")" and not is_list:
                is_list = True
            elif kind in _CLAUSES:
                self.compound(child, at)
            elif is_list and (child.is_named or kind in _SEPARATORS):
                statements.append(child)
            elif is_list and kind in ("then", "do", "done", "fi", "elif", "else"):
                self.block(statements, at)
                statements = []
            elif not is_list and child.is_named:
                self.substitutions(child, at)
        self.block(statements, at)

    def simple(self, element: _Element, at: Context) -> Command:
        """Read a simple command."""
        node = element.node
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        children = [] if node is None else [node] if node.type == "variable_assignment" else node.children
        plain: list[tuple[int, int]] = []
        if node is not None and node.type == "test_command":
            plain = list(_leaves(node))
            self.substitutions(node, at)
            children = []
        for child in children:
            if child.type in _REDIRECTS:
                redirects.append(self.redirect(child, words, at))
                continue
            self.substitutions(child, at)
            if child.type == "variable_assignment" and not plain and node is not None and "declar" not in node.type:
                assignments.append(self.assignment(child))
            else:
                plain.append((child.start_byte, child.end_byte))
        words += [self.word(start, end) for start, end in _merged(plain)]
        redirects += [self.redirect(child, words, at) for child in element.redirects]
        words.sort(key=lambda word: word.start)
        self.background |= bool(words) and words[0].raw == "coproc"
        start = node.start_byte if node is not None else element.start
        raw = self.text[start : element.end]
        if ("${" in raw or "((" in raw) and _SETS.search(raw) and at.subshell == 0 and at.position is None:
            self.leaks.append("an expansion that assigns")
        name = words[0].value if words else None
        command = Command(name, tuple(words), tuple(assignments), tuple(redirects), start, element.end, at)
        self.commands.append(command)
        return command

    def assignment(self, node: Node) -> Assignment:
        raw = self.slice(node)
        name, _, _ = raw.partition("=")
        at = node.start_byte + len(name) + 1
        return Assignment(name.rstrip("+"), self.word(at, node.end_byte), node.start_byte, node.end_byte)

    def redirect(self, node: Node, words: list[Word], at: Context) -> Redirect:
        """Read a redirection; the grammar takes the words after its target for its own, they go to `words`."""
        start = node.start_byte
        if node.type == "heredoc_redirect":
            if self.heredoc or any(child.type not in _HEREDOC_PARTS for child in node.children):
                raise _Unreadable("a here-document with something after it")
            self.heredoc = True
            self.substitutions(node, at)
            return Redirect("<<", "", None, start, node.end_byte)
        fd, op, spans = "", "", []
        for child in node.children:
            if child.type == "file_descriptor":
                fd = self.slice(child)
            elif not op and not child.is_named:
                op = child.type
            else:
                self.substitutions(child, at)
                spans.append((child.start_byte, child.end_byte))
        found = [self.word(*span) for span in _merged(spans)]
        words += found[1:]
        return Redirect(op, fd, found[0] if found else None, start, found[0].end if found else node.end_byte)

    def substitutions(self, node: Node, at: Context) -> None:
        """Read the commands in the substitutions of a word."""
        if node.type in _SUBSTITUTIONS:
            inner = Context(subshell=at.subshell, substitution=True, function=at.function, inside=at.inside)
            self.block(node.children[1:-1], inner)
        elif node.child_count:
            for child in node.children:
                if child.child_count:
                    self.substitutions(child, at)

    def word(self, start: int, end: int) -> Word:
        raw = self.text[start:end]
        return Word(raw, unquote(raw), start, end)

    def slice(self, node: Node) -> str:
        return self.text[node.start_byte : node.end_byte]


def _leaves(node: Node) -> list[tuple[int, int]]:
    """Return the spans of the tokens of `node`, quoted text as one."""
    if not node.child_count or node.type in _WHOLE:
        return [(node.start_byte, node.end_byte)]
    return [span for child in node.children for span in _leaves(child)]


def _merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch: they are one word."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        elif end > start:
            merged.append((start, end))
    return merged
