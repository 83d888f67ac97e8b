"""open-permissions (HD313)."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.runs import commands_body
from hardener.rules.base import Rule, Safety
from hardener.shell import Command
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run

I = TypeVar("I", bound=Instruction)  # noqa: E741

_PROGRAMS = frozenset(("chmod", "install", "mkdir"))
#: a mode that lets everybody write; with the sticky bit (1777), as for /tmp, nobody removes the files of others
_OPEN = regex(r"(?:0?[0246])?[0-7][0-7][2367]\Z")
_OPEN_WORDS = regex(r"(?:\A|,)(?:[ugo]*[oa][ugoa]*)[+=][rwxXst]*w")
_OPTION = regex(r"(?:-m|--mode=)([0-7]+)\Z")
_MESSAGE = "a program that is broken into can change what others run or read"
_ALLOW = "give it to the user that writes there, with mode 755 or 644"


class OpenPermissions(Rule):
    """Do not let everybody write.

    ## What it does
    Reports modes that let each user write, such as 777, 666, `a+w` and `o+w`: in `chmod`, `mkdir -m` and `install -m`,
    and in `--chmod` of COPY and ADD. A folder with the sticky bit (1777) is fine.

    ## Why
    A program that is broken into can then change what others run or read, and a start script becomes a way to root.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    COPY app /app
    RUN chmod -R 777 /app
    ```
    is reported, and
    ```dockerfile
    FROM debian:trixie-slim
    COPY app /app
    RUN chmod -R 755 /app
    ```
    is not.

    ## Fix safety
    There is no rewrite: the files do not show which user has to write there (C29).

    ## When it only reports
    - C29: always
    """

    code = "HD313"
    name = "open-permissions"
    safety = Safety.SAFE
    effects = frozenset[Effect]()

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Report the first mode of a RUN that lets everybody write."""
        stage = self.model.holder(original) if any(name in original.code for name in _PROGRAMS) else None
        body = commands_body(self.model, stage, original) if stage is not None else None
        found = next(filter(None, map(_opened, body.commands)), "") if body is not None else ""
        return self._told(original, updated, found)

    def leave_Copy(self, original: Copy, updated: Copy) -> Copy:
        """Report a COPY that lets everybody write."""
        return self._flag(original, updated)

    def leave_Add(self, original: Add, updated: Add) -> Add:
        """Report an ADD that lets everybody write."""
        return self._flag(original, updated)

    def _flag(self, original: I, updated: I) -> I:
        mode = original.flag("chmod") if original.flags else None
        return self._told(original, updated, f"--chmod={mode}" if mode and _is_open(mode) else "")

    def _told(self, original: I, updated: I, found: str) -> I:
        if not found:
            return updated
        return self.report(original, updated, Refusal("C29", f"`{found}` lets each user write", _ALLOW), _MESSAGE)


def _is_open(mode: str) -> bool:
    return _OPEN.match(mode) is not None or _OPEN_WORDS.search(mode) is not None


def _opened(command: Command) -> str:
    """Return what a command does to let everybody write, in short; "" where it does not."""
    call = invocation_of(command)
    if call is None or call.program not in _PROGRAMS:
        return ""
    words = [word.raw if word.value is None else word.value for word in command.words[call.rest :]]
    if call.program == "chmod":
        mode = next((word for word in words if not (word.startswith("-") and _OPEN_WORDS.search(word) is None)), "")
        return f"chmod {mode}" if _is_open(mode) else ""
    joined = [match[1] for match in map(_OPTION.match, words) if match is not None]
    apart = [after for word, after in pairwise(words) if word in ("-m", "--mode")]
    mode = next(filter(_is_open, [*joined, *apart]), "")
    return f"{call.program} -m {mode}" if mode else ""
