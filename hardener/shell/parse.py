"""Shell text to commands; what cannot be read with certainty is `Opaque` (M28)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.shell.model import Assignment, Body, Command, Context, Item, Opaque, Redirect, Word, unquote
from hardener.shell.tree import (
    REDIRECTS,
    SEPARATORS,
    Element,
    StatementList,
    UnreadableError,
    is_too_much,
    leaves,
    lists_of,
    merged,
    tree_of,
)

if TYPE_CHECKING:
    from tree_sitter import Node

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
_HEREDOC_PARTS = frozenset(("<<", "<<-", "heredoc_start", "heredoc_body", "heredoc_end", "file_descriptor"))
#: A shell never takes these for the name of a command; the grammar does, after a `!` for one.
_RESERVED = frozenset("! { } if then elif else fi do done case esac while until for select function".split())  # noqa: SIM905
_SETS = regex(r"\$\{[A-Za-z_]\w*:?=|\(\(.*?(?:\+\+|--|[^=!<>]=[^=])")


@lru_cache(maxsize=1024)
def parse_shell(text: str) -> Body | Opaque:
    """Return the commands of a shell text, or why it cannot be read (M28).

    Args:
        text: logical text: without the continuations and comment lines of the Dockerfile.
    """
    if "\0" in text:
        return Opaque("a NUL character")
    if is_too_much(text):
        return Opaque("more pipes and lists than are read")
    reader = _Reader(text)
    try:
        root = tree_of(text)
        if root is None:
            return Opaque("a syntax error, or syntax that is not understood")
        lists = reader.block(root.children, Context())
        top = tuple(reader.top)
    except UnreadableError as error:
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

    def block(self, children: list[Node], at: Context) -> list[StatementList]:
        """Read statements and their separators."""
        lists = lists_of(children, self.text)
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

    def and_or(self, found: StatementList, before: str, at: Context) -> list[Item]:
        """Read one list of pipelines joined by `&&` and `||`."""
        pipelines: list[list[Element]] = []
        for element in found.elements:
            if element.operator in ("|", "|&"):
                pipelines[-1].append(element)
            else:
                pipelines.append([element])
        guarded = at.guarded or any(pipeline[0].operator == "||" for pipeline in pipelines)
        items: list[Item] = []
        for place, pipeline in enumerate(pipelines):
            first = pipeline[0]
            here = at._replace(
                negated=at.negated or first.negated,
                background=at.background or found.separator == "&",
                guarded=guarded,
                before=first.operator or before,
                after=pipelines[place + 1][0].operator if place + 1 < len(pipelines) else found.separator,
            )
            if len(pipeline) > 1:
                for position, element in enumerate(pipeline):
                    self.element(element, here._replace(position=position))
                command, kind = None, "pipeline"
            else:
                command, kind = self.element(first, here)
            items.append(Item(here.before, first.start, pipeline[-1].end, command, kind, first.negated))
        return items

    def element(self, element: Element, at: Context) -> tuple[Command | None, str]:
        """Read a simple or a compound command; return it, if simple, and its kind."""
        node = element.node
        if node is None or node.type in _SIMPLE:
            return self.simple(element, at), "command"
        extra: list[Word] = []
        redirects = tuple(self.redirect(redirect, extra, at) for redirect in element.redirects)
        if extra:
            raise UnreadableError("words after a compound command")
        if any(redirect.target is not None for redirect in redirects):  # `done > file` makes the file, as `> file` does
            self.commands.append(Command(None, (), (), redirects, element.start, element.end, at))
        return None, self.composed(node, at)

    def composed(self, node: Node, at: Context) -> str:
        """Read what stands in a compound command; return its kind."""
        if node.type == "subshell":
            self.block(node.children[1:-1], at._replace(subshell=at.subshell + 1, before="", after=""))
            return "subshell"
        if node.type == "function_definition":
            return self.function(node, at)
        kind = _COMPOUND.get(node.type)
        if kind is None:
            raise UnreadableError(f"a {node.type.replace('_', ' ')}")
        self.sequenced |= kind != "group"
        inner = at._replace(inside=(*at.inside, kind), before="", after="")
        if kind == "for" and at.subshell == 0 and not at.substitution and at.position is None:
            self.leaks.append("a loop variable")
        if kind == "group":
            if node.children[0].type != "{":
                raise UnreadableError("`((`")
            self.filled(node.children[1:-1], inner)
        else:
            self.compound(node, inner)
        return kind

    def function(self, node: Node, at: Context) -> str:
        self.sequenced = True
        named = [child for child in node.children if child.is_named]
        self.functions.append(self.slice(named[0]))
        for child in named[1:]:
            is_redirected = child.type == "redirected_statement"
            body, redirects = (child.children[0], tuple(child.children[1:])) if is_redirected else (child, ())
            if body.type not in _COMPOUND and body.type != "subshell":
                raise UnreadableError("a function without braces")
            inner = at._replace(function=True, before="", after="")
            self.element(Element("", False, body, redirects, body.start_byte, child.end_byte), inner)
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
            elif is_list and (child.is_named or kind in SEPARATORS):
                statements.append(child)
            elif is_list and kind in ("then", "do", "done", "fi", "elif", "else"):
                if kind in ("then", "done", "fi"):
                    self.filled(statements, at)
                statements = []
            elif not is_list and child.is_named:
                self.substitutions(child, at)
        if node.type in ("elif_clause", "else_clause"):
            self.filled(statements, at)
        else:
            self.block(statements, at)

    def filled(self, children: list[Node], at: Context) -> None:
        """Read statements where the grammar takes none and no shell does."""
        if not self.block(children, at):
            raise UnreadableError("a compound command without commands")

    def simple(self, element: Element, at: Context) -> Command:
        """Read a simple command."""
        node = element.node
        words: list[Word] = []
        assignments: list[Assignment] = []
        redirects: list[Redirect] = []
        children = [] if node is None else [node] if node.type == "variable_assignment" else node.children
        plain: list[tuple[int, int]] = []
        if node is not None and node.type == "test_command":
            plain = list(leaves(node))
            self.substitutions(node, at)
            children = []
        for child in children:
            if child.type in REDIRECTS:
                redirects.append(self.redirect(child, words, at))
                continue
            if child.type == "subshell":
                raise UnreadableError("a parenthesis behind a word")
            self.substitutions(child, at)
            if child.type == "variable_assignment" and not plain and node is not None and "declar" not in node.type:
                assignments.append(self.assignment(child))
            else:
                plain.append((child.start_byte, child.end_byte))
        words += [self.word(start, end) for start, end in merged(plain)]
        redirects += [self.redirect(child, words, at) for child in element.redirects]
        words.sort(key=lambda word: word.start)
        if words and words[0].raw in _RESERVED:
            raise UnreadableError(f"`{words[0].raw}` read as a command")
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
                raise UnreadableError("a here-document with something after it")
            self.heredoc = True
            self.substitutions(node, at)
            return Redirect("<<", "", None, start, node.end_byte)
        fd, op, spans = "", "", []
        for child in node.children:
            if child.type == "comment":
                raise UnreadableError("a redirection without a target in its line")
            if child.type == "file_descriptor":
                fd = self.slice(child)
            elif not op and not child.is_named:
                op = child.type
            else:
                self.substitutions(child, at)
                spans.append((child.start_byte, child.end_byte))
        if spans and "\n" in self.text[start : spans[0][0]].replace("\\\n", ""):
            raise UnreadableError("a redirection without a target in its line")
        found = [self.word(*span) for span in merged(spans)]
        if found and found[0].raw.isdigit() and self.text[spans[0][1] : spans[0][1] + 1] in ("<", ">"):
            raise UnreadableError("a redirection to another one's number")  # `>2>f`: shells read `2>` first
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
