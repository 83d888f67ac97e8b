"""The COPY instructions that take the place of one of a whole folder: flags, form and spacing stay."""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.image.runs import COMMENTED
from hardener.syntax.dockerfile.nodes import Copy, ExecForm, Flag, Words
from hardener.syntax.dockerfile.views import words
from hardener.syntax.dockerfile.writer import exec_text
from hardener.syntax.tree import Flatten


def copies(node: Copy, paths: tuple[str, ...], escape: str, newline: str) -> Flatten | Copy | Refusal:
    """Return one COPY for each path.

    Args:
        node: the COPY of the folder. paths: from the folder on. escape: of the file. newline: of the file.
    """
    source, target = words(node, escape)
    pairs = [(_below(source, path), _below(target, path)) for path in paths]
    between = rf"(?:[ \t]|{re.escape(escape)}[ \t]*\r?\n)+"
    spaced = re.fullmatch(rf"{re.escape(source)}({between}){re.escape(target)}([ \t]*)", node.text)
    if spaced is None and not isinstance(node.arguments, ExecForm):
        return COMMENTED
    new: list[Copy] = []
    for at, pair in enumerate(pairs):
        arguments = Words(f"{pair[0]}{spaced[1]}{pair[1]}{spaced[2]}") if spaced else ExecForm(exec_text(pair))
        leading = node.leading if at == 0 else ()
        flags = node.flags if at == 0 else tuple(Flag(flag.text, flag.gap) for flag in node.flags)
        # a last line may end with a continuation, which would take the next COPY with it
        is_plain = node.eol.strip(" \t") in ("\n", "\r\n")
        eol = node.eol if at == len(pairs) - 1 or is_plain else newline
        new.append(Copy(leading, node.indent, node.keyword, node.gap, flags, arguments, eol))
    return new[0] if len(new) == 1 else Flatten(tuple(new))


def _below(folder: str, path: str) -> str:
    """Return a path in a folder as the COPY writes the folder."""
    plain = re.sub(r"(?<=[^.])/\.?\Z", "", folder) if folder not in ("/", "./", ".") else folder
    if plain in (".", "./"):
        return f"./{path}"
    return f"{plain.rstrip('/')}/{path}"
