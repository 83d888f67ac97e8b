"""The shell layer against real shells: what they refuse is not read as commands, and every span is where it says."""

from __future__ import annotations

import re
import shutil
import subprocess
from functools import cache
from itertools import pairwise

from fuzz.target import FoundError, Target, UnusableError, own_cases
from hardener.shell import Body, Opaque, parse_shell
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.syntax.dockerfile.parser import parse

SHELLS = tuple(name for name in ("dash", "bash") if shutil.which(name))
WORDS = (
    "a", " && ", " || ", "; ", " | ", "\n", "(", ")", "{ ", "; }", "if a; then b; fi", "then", "fi",
    "for i in a b; do c; done", "done", "while a; do b; done", "case x in y) z;; esac", ";;", "$(", "`", "${x:-", "}",
    "$((1+2))", "'", '"', "\\", "# c", " > f", "2>&1", "<<E\nx\nE\n", "&", "!", "A=1 ", "f() { a; }", "[ -f x ]",
    "[[ a == b ]]", "$x", "*", "é", "\udcff", "\t", "set -e", "exec ", "cd /x", "export A=1", "<(a)", ">", "<", "~",
    "time ", "function f { a; }", "a[1]=2", "=", "$'x'",
)  # fmt: skip


@cache
def seeds() -> tuple[str, ...]:
    """Return the shell texts of the RUNs of our own cases."""
    found: dict[str, None] = {}
    for text in own_cases():
        tree = parse(text)
        for node in tree.instructions:
            if isinstance(node, Run) and isinstance(node.arguments, ShellForm) and not node.heredocs:
                found[logical(node.text, tree.escape).text] = None
    return tuple(found)


def is_shell(text: str, shell: str) -> bool:
    """Tell whether a shell can read a text."""
    data = text.encode("utf-8", "surrogateescape")
    # the text goes in as a file: an argument may not be as long, and a shell that reads stdin stops at `exit`
    done = subprocess.run([shell, "-n", "/dev/stdin"], input=data, capture_output=True, check=False, timeout=20)
    # bash warns and goes on where a here-document ends with the file
    return done.returncode == 0 and b"here-document" not in done.stderr


def check(text: str) -> frozenset[str]:
    """Read one shell text as harden does, and as the shells do."""
    if "\0" in text or "\r" in text:
        raise UnusableError
    read = parse_shell(text)
    if isinstance(read, Opaque):
        return frozenset({f"opaque: {re.sub(r'[^a-z ]', '', read.reason)[:20]}"})
    _spans(text, read)
    if SHELLS and not any(is_shell(text, shell) for shell in SHELLS):
        raise FoundError("harden reads what no shell reads", repr(text))
    return frozenset({f"{item.operator} {item.kind}" for item in read.top} | {f"commands {min(len(read.commands), 9)}"})


def _spans(text: str, read: Body) -> None:
    for command in read.commands:
        for word in command.words:
            if text[word.start : word.end] != word.raw:
                raise FoundError("a word is not where it says", repr(word.raw))
    ends = [(item.start, item.end) for item in read.top]
    if any(left[1] > right[0] for left, right in pairwise(ends)):
        raise FoundError("items overlap")


TARGET = Target("shell", check, seeds, WORDS)
