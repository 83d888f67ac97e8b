"""What a command line starts: a shell with a text or a script, an init, or a program (E14, E18, I05, I08)."""

from __future__ import annotations

import re
from typing import NamedTuple

from hardener.fast.patterns import regex
from hardener.knowledge.inits import is_init, is_supervisor
from hardener.shell import Body, Command, parse_shell

SHELL = regex(r"(?:/(?:usr/)?bin/)?(?:sh|bash|ash|dash|zsh)\Z")
#: options of bash that take the next word
_WITH_WORD = ("--rcfile", "--init-file")
#: an init at the place of a command in a script
_INIT_LINE = regex(
    r"^[^#\n]*?(?:^|[\s;&|(])(?:\S*/)?(?:tini(?:-static)?|dumb-init|catatonit|docker-init)[ \t]", re.MULTILINE
)
_SHELL_SCRIPT = re.compile(rb"#!\s*(?:\S*/env\s+(?:-\S+\s+)*)?(?:\S*/)?(?:ba|da|a|z)?sh\b")
_END_OF_COMPOUND = regex(r"(?:fi|esac|done|\}|\))\b")


class ShellCall(NamedTuple):
    """A shell that is given something to run: a text (`-c`) or a script, at index `at` of its argument list."""

    is_text: bool
    at: int


def shell_call(argv: tuple[str, ...]) -> ShellCall | None:
    """Return what a shell is given to run; None for another program, and for a shell that reads its input.

    `-lc`, `-ec`, `-eo pipefail -c` and `--` count as the shells count them: the text is the first word without one.
    """
    if not argv or not SHELL.match(argv[0]):
        return None
    at, is_text = 1, False
    while at < len(argv) and argv[at][:1] in ("-", "+") and len(argv[at]) > 1:
        word = argv[at]
        at += 1
        if word == "--":
            break
        if word in _WITH_WORD or (not word.startswith("--") and re.search("[oO]", word)):
            at += 1
        is_text = is_text or (word[0] == "-" and word[1] != "-" and "c" in word)
    return ShellCall(is_text, at) if at < len(argv) else None


def execs(text: str) -> bool:
    """Tell whether a shell that reads `text` ends by replacing itself: its last command begins with `exec`."""
    body = parse_shell(text)
    if not isinstance(body, Body) or not body.top or body.terminator == "&":
        return False
    last = body.top[-1]
    if last.command is None or last.negated or last.operator in ("||", "&"):
        return False
    return last.command.name == "exec" and len(last.command.words) > 1


def becomes(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return the command line that a shell with a text replaces itself by, as written; `argv` where there is none."""
    call = shell_call(argv)
    if call is None or not call.is_text or not execs(argv[call.at]):
        return argv
    body = parse_shell(argv[call.at])
    last = body.top[-1].command if isinstance(body, Body) else None
    return tuple(word.value or word.raw for word in last.words[1:]) if last is not None else argv


def starts_init(argv: tuple[str, ...]) -> bool:
    """Tell whether a command line is an init or a supervisor, or a shell text that starts one (I05)."""
    if is_init(argv) or is_supervisor(argv):
        return True
    call = shell_call(argv)
    if call is None or not call.is_text:
        return False
    body = parse_shell(argv[call.at])
    return isinstance(body, Body) and any(_names_init(command) for command in body.commands)


def only_init(argv: tuple[str, ...]) -> bool:
    """Tell whether a command line is an init alone, with its options: it runs what follows it unchanged (E09)."""
    names = re.compile(r"(?:\S*/)?(?:tini(?:-static)?|dumb-init|catatonit|docker-init)\Z")
    return bool(argv) and names.match(argv[0]) is not None and all(word.startswith("-") for word in argv[1:])


def _names_init(command: Command) -> bool:
    words = tuple(word.value or "" for word in command.words)
    words = words[1:] if words[:1] == ("exec",) else words
    return is_init(words) or is_supervisor(words) or any(_INIT_LINE.match(f"{word} ") for word in words)


def script_starts_init(head: bytes) -> bool:
    """Tell whether a script starts an init (I05)."""
    return _INIT_LINE.search(head.decode("utf-8", "replace")) is not None


def script_execs(head: bytes) -> bool | None:
    """Tell whether a shell script ends by replacing its shell (I19); None where that depends, or is not known.

    A program that is no shell script counts as one that does.
    """
    if head.startswith(b"\x7fELF") or (head.startswith(b"#!") and not _SHELL_SCRIPT.match(head)):
        return True
    text = re.sub(r"\\\r?\n", " ", head.decode("utf-8", "replace"))
    lines = [line.strip() for line in text.splitlines()]
    lines = [line for line in lines if line and not line.startswith("#")]
    if not lines:
        return None
    if execs(lines[-1]):
        return True
    # the end of a compound command, a here-document or a text over several lines: what runs last is not told by a line
    if _END_OF_COMPOUND.match(lines[-1]) or not isinstance(parse_shell(lines[-1]), Body) or "<<" in text:
        return None
    return False
