"""What a shell text does: read it, join it with another one, turn it into an argument list.

Texts are *logical*: continuations and comment lines of the Dockerfile are gone. Offsets count its characters.
"""

from __future__ import annotations

from hardener.shell.argv import SeveralCommands, argv, exec_prefix
from hardener.shell.chain import Wrap, as_left, as_right
from hardener.shell.model import Assignment, Body, Command, Context, Item, Opaque, Redirect, Word, unquote
from hardener.shell.parse import parse_shell

__all__ = [
    "Assignment",
    "Body",
    "Command",
    "Context",
    "Item",
    "Opaque",
    "Redirect",
    "SeveralCommands",
    "Word",
    "Wrap",
    "argv",
    "as_left",
    "as_right",
    "exec_prefix",
    "parse_shell",
    "unquote",
]
