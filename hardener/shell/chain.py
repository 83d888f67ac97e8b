"""How a shell body is written as one side of `LEFT && RIGHT`, so that it does what it did in a RUN of its own.

A body is taken over as it is, or put in `{ ...; }` (its list would fall apart, M01, M02) or in `( ... )` (what it does
to its shell must not reach the next body, M06, M07, M09, M11). What neither can save is refused.
"""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.shell.model import Body, Command

#: Built-in commands that change the shell they run in, or end it.
_STATEFUL = frozenset(
    """
    . alias break bg cd continue declare disown enable eval exit export fg getopts hash let local logout mapfile popd
    pushd read readarray readonly return set shift shopt source trap typeset ulimit umask unalias unset wait
    nvm conda mamba micromamba sdk pyenv rbenv module deactivate sudo su doas
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_SERVICES = frozenset("service pg_ctl pg_ctlcluster rc-service supervisord setsid start-stop-daemon".split())  # noqa: SIM905
_SELF_UPGRADES = (
    ("pip", r"(install|--upgrade)\b", r"pip(\Z|[=<>~!\[])"),
    ("npm", r"(install|i|update|up|add)\Z", r"npm(@|\Z)"),
)


@dataclass(frozen=True, slots=True)
class Wrap:
    """Write `prefix + text[start:end] + suffix`."""

    start: int
    end: int
    prefix: str = ""
    suffix: str = ""

    def apply(self, text: str) -> str:
        """Return the text to write."""
        return self.prefix + text[self.start : self.end] + self.suffix


def as_left(body: Body) -> Wrap | Refusal:
    """Return how `body` is written before `&& RIGHT` (M01-M11, M24, M25), or why it cannot be.

    A `;` or a comment at its end is left out of the span (M03, M05).
    """
    refusal = _refusal(body) or _left_refusal(body)
    if refusal is not None:
        return refusal
    start, end = body.top[0].start, body.top[-1].end
    if any(_is_stateful(command, body) for command in body.commands) or body.leaks or body.functions:
        return Wrap(start, end, "( ", " )")
    return _listed(body)


def as_right(body: Body) -> Wrap | Refusal:
    """Return how `body` is written after `LEFT &&` where nothing follows (M01, M02), or why it cannot be.

    It is the last thing that its shell does, so what it changes there reaches nothing. `set -e` counts in it because
    the last element of a `&&` list is not exempt from it (M08).
    """
    return _refusal(body) or _listed(body)


def _listed(body: Body) -> Wrap:
    start, end = body.top[0].start, body.top[-1].end
    if all(item.operator in ("", "&&") for item in body.top):
        return Wrap(start, end)
    return Wrap(start, end, "{ ", "; }")


def _refusal(body: Body) -> Refusal | None:
    """Return what forbids a body on either side."""
    if not body.top:
        return Refusal("M05", "the RUN runs nothing")
    if body.heredoc:
        return Refusal("M13", "the RUN contains a here-document")
    if body.background:
        return Refusal("M04", "a job that it starts with `&` would keep running during the next step")
    for command in body.commands:
        if "exec" in _names(command):
            return Refusal("M10", "`exec` replaces the shell, so nothing after it runs")
    return None


def _left_refusal(body: Body) -> Refusal | None:
    """Return what forbids a body before `&&`."""
    for command in body.commands:
        name = command.name or ""
        words = [word.value or "" for word in command.words[1:]]
        if "return" in _names(command) and not command.context.function:
            return Refusal("M09", "`return` outside a function differs between shells")
        if _relies_on_errexit(command, body):
            return Refusal(
                "M08", f"`{_shown(body, command)}` may switch `set -e` on, which the shell ignores on the left of `&&`"
            )
        if name.rpartition("/")[2] in _SERVICES or name.startswith("/etc/init.d/") or "--daemon" in words:
            return Refusal("M25", f"what `{_shown(body, command)}` starts would keep running during the next step")
        for tool, verb, operand in _SELF_UPGRADES:
            is_tool = re.fullmatch(rf"{tool}[\d.]*", name) is not None and words and re.match(verb, words[0])
            if is_tool and any(re.match(operand, word) for word in words[1:]):
                return Refusal("M24", f"`{name}` upgrades itself; a shell that already ran it may call the old one")
    return None


def _shown(body: Body, command: Command) -> str:
    return " ".join(body.text[command.start : command.end].split())[:40]


def _names(command: Command) -> tuple[str, ...]:
    """Return the name of the command, and of the one that `command` or `builtin` run for it."""
    words = iter(command.words)
    names: list[str] = []
    for word in words:
        names.append(word.raw if word.value is None else word.value)
        if names[-1] not in ("command", "builtin", "time", "-p", "--", "!"):
            break
    return tuple(names)


def _is_stateful(command: Command, body: Body) -> bool:
    """Whether the command changes the shell that reads the body; one in a subshell or a pipeline does not."""
    at = command.context
    if at.subshell or at.substitution or at.position is not None:
        return False
    if not command.words:
        return bool(command.assignments)
    names = _names(command)
    if names[-1] == "printf":
        return any(word.raw == "-v" for word in command.words)
    if names[0] == ":" and command.assignments:
        return True
    return command.words[len(names) - 1].value is None or names[-1] in _STATEFUL


def _relies_on_errexit(command: Command, body: Body) -> bool:
    """Whether the command may switch `set -e` on where that can make a difference, or is itself such a script (M08).

    In a body that is one list without compound commands it makes none: each failure ends the list anyway. But a
    sourced or evaluated text is a list of its own, and only left of `&&` was `-e` ignored in it before.
    """
    names = _names(command)
    name, words = names[-1] if names else "", command.words[len(names) :]
    if name in (".", "source", "eval"):
        return body.sequenced or command.context.after not in ("&&", "||") or command.context.position is not None
    if name == "trap":
        return any(word.value in ("ERR", "err", None) for word in words[1:])
    if name == "shopt":
        return body.sequenced and any(word.value in ("errexit", None) for word in words)
    if name != "set" or not body.sequenced:
        return False
    for word in words:
        if word.value is None or word.value == "errexit":
            return True
        if word.value in ("-", "--"):
            break
        if word.value.startswith("-") and "e" in word.value:
            return True
    return False
