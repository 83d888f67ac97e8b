"""The tree of tree-sitter-bash, with the lists in it made regular (M28).

That tree is built for highlighting: `!` and redirections bind to the wrong part of a list, and some texts that no
shell accepts pass. What is known to be wrong is put right here or refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from hardener.fast.grammars import parser_of
from hardener.fast.patterns import regex

if TYPE_CHECKING:
    from tree_sitter import Node

#: The shell takes these for letters of a word; the grammar would take some for blanks. One for one, offsets stay.
_LETTERS = regex(r"[^\x20-\x7e\t\n]")
_WHOLE = frozenset(
    ("string", "raw_string", "ansi_c_string", "command_substitution", "process_substitution", "expansion")
)
#: Nodes whose blanks are text.
_TEXT = frozenset(("string", "expansion", "heredoc_body", "heredoc_redirect", "regex", "array", "arithmetic_expansion"))
#: A longer text is not read, in characters; the lines of an instruction are bounded by BuildKit, not their number.
_LENGTH = 256 * 1024
#: More of these are not read.
_OPENING = ("|", "(", "&&", "`", "<<", "{")
_OPEN = 2_000
#: a reserved word with something behind it that ends no word
_GLUED = regex(r"\b(?:if|then|elif|else|fi|for|while|until|do|done|case|esac|in)(?:(?=[^\s\w;&|()<>])|(?=[<>]\())")
#: the `in` of `for` and `case` the grammar takes from a longer word too
_IN = regex(r"\bin\w")
_WITH_IN = regex(r"\b(?:for|case|select)\b")
_LETTER = regex(r"\w")
#: a brace opens a group only as a word of its own
_OPENED = regex(r"\{(?!\\\n)[^\s(]")
#: and closes it only so
_CLOSED = regex(r"\}(?!\\\n)[^\s;&|()<>`]")
#: the grammar reads two of these as one word
_TWO_BRACES = regex(r"\}[ \t]+\}")
#: a comment begins only where a word may begin
_COMMENT = regex(r"(?:[^\s;&|()<>`\\]|\\[^\n])(?:\\\n)*#")
_BLANK = regex(r"(?:[ \t\n]|\\\n)*\Z")
REDIRECTS = frozenset(("file_redirect", "herestring_redirect", "heredoc_redirect"))
SEPARATORS = frozenset((";", "&"))


class UnreadableError(Exception):
    """The tree is not to be trusted; the text says why."""


class Element(NamedTuple):
    """One command of a list, with what stands around it."""

    operator: str
    negated: bool
    node: Node | None
    redirects: tuple[Node, ...]
    start: int
    end: int


class StatementList(NamedTuple):
    """Elements joined by `&&`, `||` and `|`, and the separator after them."""

    elements: list[Element]
    separator: str


def is_too_much(text: str) -> bool:
    """Tell whether the grammar would take long over `text`: its time grows with the square of what is left open."""
    return len(text) > _LENGTH or sum(map(text.count, _OPENING)) > _OPEN


def tree_of(text: str) -> Node | None:
    """Return the root of the syntax tree, whose byte offsets are character offsets of `text`; None for an error."""
    root: Node = parser_of("tree_sitter_bash").parse(_LETTERS.sub("%", text).encode("ascii")).root_node
    if root.has_error or ("\\" in text and not _is_tiled(root, text, 0, len(text))):
        return None
    if _TWO_BRACES.search(text) and _has_two_in_one(root, text):
        return None
    if (_OPENED.search(text) or _CLOSED.search(text)) and _has_glued_brace(root, text):
        return None
    if any(_is_comment(root, found.end() - 1) for found in _COMMENT.finditer(text)):
        return None
    may_glue = _GLUED.search(text) or (_IN.search(text) and _WITH_IN.search(text))
    return None if may_glue and _is_glued(root, text) else root


def _is_comment(root: Node, at: int) -> bool:
    """Tell whether the grammar has a comment at the `#` at `at`, as in `[]#`: there it belongs to the word before."""
    found = root.descendant_for_byte_range(at, at + 1)
    return found is not None and found.type == "comment" and found.start_byte == at


def _has_glued_brace(node: Node, text: str) -> bool:
    """Tell whether a group begins or ends with a brace that is only the beginning of a word: `{'a';}`, `{ a; }#`."""
    if node.type == "compound_statement" and (
        _OPENED.match(text, node.start_byte) or _CLOSED.match(text, node.end_byte - 1)
    ):
        return True
    return any(_has_glued_brace(child, text) for child in node.children if child.child_count)


def _has_two_in_one(node: Node, text: str) -> bool:
    """Tell whether a word has two braces in it, with blanks between."""
    if node.type == "word":
        return _TWO_BRACES.search(text, node.start_byte, node.end_byte) is not None
    return any(_has_two_in_one(child, text) for child in node.children)


def _is_glued(node: Node, text: str) -> bool:
    """Tell whether a reserved word is only the beginning of a word: the grammar reads `if]` as `if` and `]`.

    So does `do<(a)`, where a process substitution is a part of the word.
    """
    if not node.child_count:
        glued = _GLUED.match(text, node.start_byte) is not None
        return not node.is_named and (glued or (node.type == "in" and _LETTER.match(text, node.end_byte) is not None))
    return any(_is_glued(child, text) for child in node.children)


def _is_tiled(node: Node, text: str, start: int, end: int) -> bool:
    """Whether there are only blanks between the parts of a node: the grammar skips `\\ ` before a word."""
    check = node.type not in _TEXT
    at = start
    for child in node.children:
        if check and at < child.start_byte and not _BLANK.match(text[at : child.start_byte]):
            return False
        at = child.end_byte
        if child.child_count and not _is_tiled(child, text, child.start_byte, at):
            return False
    return not check or at >= end or _BLANK.match(text[at:end]) is not None


def lists_of(children: list[Node], text: str) -> list[StatementList]:
    """Return the lists among `children`, each with what ends it; a newline ends one without a token."""
    lists: list[StatementList] = []
    end = -1
    for child in children:
        kind = child.type
        if kind in SEPARATORS:
            if not lists or lists[-1].separator:
                raise UnreadableError(f"`{kind}` without a command")
            lists[-1] = StatementList(lists[-1].elements, kind)
        elif kind in ("comment", "\n"):
            continue
        elif child.is_named:
            if lists and not lists[-1].separator:
                if "\n" not in text[end : child.start_byte]:
                    raise UnreadableError("two commands without a separator")
                lists[-1] = StatementList(lists[-1].elements, "\n")
            elements = flat(child, ())
            lists.append(StatementList(elements, ""))
            end = max(child.end_byte - 1, 0) if text[child.end_byte - 1] == "\n" else child.end_byte
        else:
            raise UnreadableError(f"`{kind}` out of place")
    return lists


def flat(node: Node, redirects: tuple[Node, ...]) -> list[Element]:
    """Return the elements of a list; `redirects` belong to its last one, wherever the grammar hangs them."""
    kind = node.type
    if kind in ("list", "pipeline"):
        parts = [child for child in node.children if child.type != "comment"]
        elements: list[Element] = []
        operator = ""
        for place, child in enumerate(parts):
            if not child.is_named:
                operator = child.type
                continue
            found = flat(child, redirects if place == len(parts) - 1 else ())
            if elements:
                found[0] = found[0]._replace(operator=operator)
            elements += found
        return elements
    if kind == "negated_command":
        inner = flat(node.children[-1], redirects)
        if inner[0].negated:
            raise UnreadableError("`! !`")
        inner[0] = inner[0]._replace(negated=True, start=node.start_byte)
        return inner
    if kind == "redirected_statement":
        own = tuple(child for child in node.children if child.type in REDIRECTS)
        rest = [child for child in node.children if child.type not in REDIRECTS]
        if len(rest) > 1:
            raise UnreadableError("a redirection out of place")
        if rest:
            return flat(rest[0], (*own, *redirects))
        return [Element("", False, None, (*own, *redirects), node.start_byte, (redirects or own)[-1].end_byte)]
    end = max([node.end_byte, *(redirect.end_byte for redirect in redirects)])
    return [Element("", False, node, redirects, node.start_byte, end)]


def leaves(node: Node) -> list[tuple[int, int]]:
    """Return the spans of the tokens of `node`, quoted text as one."""
    if not node.child_count or node.type in _WHOLE:
        return [(node.start_byte, node.end_byte)]
    return [span for child in node.children for span in leaves(child)]


def merged(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Join spans that touch: they are one word."""
    merged: list[tuple[int, int]] = []
    for start, end in spans:
        if merged and merged[-1][1] == start:
            merged[-1] = (merged[-1][0], end)
        elif end > start:
            merged.append((start, end))
    return merged
