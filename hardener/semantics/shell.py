"""What a shell text does: read it, join it with another one, turn it into an argument list.

Texts are *logical*: continuations and comment lines of the Dockerfile are gone. Offsets count its characters.
"""

from __future__ import annotations

from hardener.semantics.shell_argv import argv, exec_prefix
from hardener.semantics.shell_join import Wrap, as_left, as_right
from hardener.semantics.shell_parse import parse_shell
from hardener.semantics.shell_words import Assignment, Body, Command, Context, Item, Opaque, Redirect, Word, unquote

__all__ = [
    "Assignment",
    "Body",
    "Command",
    "Context",
    "Item",
    "Opaque",
    "Redirect",
    "Word",
    "Wrap",
    "argv",
    "as_left",
    "as_right",
    "exec_prefix",
    "parse_shell",
    "unquote",
]
