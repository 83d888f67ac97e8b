"""Shell form to exec form: the argument list that a shell would run, and where `exec ` can be put (E01-E14)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.shell.model import Body, Command, Opaque, Word
from hardener.shell.parse import parse_shell

#: Built-in commands and reserved words of sh, bash and busybox: there is no such program, or another one (E04).
BUILTINS = frozenset(
    """
    . : [ [[ ! { } alias bg bind break builtin caller case cd chdir command compgen complete compopt continue coproc
    declare dirs disown do done echo elif else enable esac eval exec exit export false fc fg fi for function getopts
    hash help history if in jobs kill let local logout mapfile popd printf pushd pwd read readarray readonly return
    select set shift shopt source suspend test then time times trap true type typeset ulimit umask unalias unset until
    wait while
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: Built-in commands that are programs too, and do the same as long as no backslash or option is in play (E06).
_PROGRAMS = frozenset(("echo", "false", "true"))
_GLOB = regex(r"[*?\[~{]")
#: a path below what a variable names, and what such a variable says
_BELOW = regex(r'"?\$(?:(\w+)|\{(\w+)\})"?(?:/[\w.+-]+)+"?\Z')
_FOLDER = regex(r"/[\w./+-]+\Z")


@dataclass(frozen=True, slots=True)
class SeveralCommands(Refusal):
    """A text is no argument list, since it is more than one command."""


def argv(text: str) -> tuple[str, ...] | Refusal:
    """Return what `sh -c text` runs when it is one command with literal words, else why not (E01-E06, E14).

    Args:
        text: the logical text of a CMD, ENTRYPOINT or HEALTHCHECK in shell form.
    """
    command = _single(text)
    if isinstance(command, Refusal):
        return command
    if command.assignments:
        return Refusal("E05", "an assignment before the command needs a shell", "write `exec` after the assignment")
    if command.redirects:
        return Refusal("E03", "a redirection needs a shell")
    values: list[str] = []
    for word in command.words:
        if word.value is None:
            return _expansion(word)
        values.append(word.value)
    same = values[0] in _PROGRAMS and not any("\\" in value or value.startswith("-") for value in values)
    return (None if same else _name_refusal(command)) or tuple(values)


def exec_prefix(text: str, variables: Mapping[str, str | None] = MappingProxyType({})) -> int | Refusal:
    """Return the offset where `exec ` goes before the last command of a `&&` list, or why it cannot (E03-E05, E11).

    Args:
        text: the logical text of a CMD or ENTRYPOINT in shell form.
        variables: values of the environment; a program below the folder that one of them names is no built-in command.
    """
    body = _readable(text)
    if isinstance(body, Refusal):
        return body
    if body.background:
        return Refusal("E03", "a background job needs its shell")
    if any(item.operator not in ("", "&&") for item in body.top):
        return Refusal("E11", "after `||` or `;` the last command may not be the long-running one")
    last = body.top[-1]
    if last.command is None or last.negated:
        return Refusal("E11", "the last element is not a simple command")
    if any("trap" in (command.name, command.words[0].raw) for command in body.commands if command.words):
        return Refusal("E11", "a trap needs its shell")
    command = last.command
    if not command.words:
        return Refusal("E05", "it only sets variables or redirects")
    refusal = None if _is_below(command.words[0].raw, variables) else _name_refusal(command)
    if refusal is not None:
        return refusal
    if command.name in body.functions:
        return Refusal("E13", f"`{command.name}` is a function of the shell")
    return command.words[0].start


def _readable(text: str) -> Body | Refusal:
    """Return the commands of a text that can be read and runs something."""
    body = parse_shell(text)
    refusal = _unreadable(body)
    if isinstance(body, Opaque) or refusal is not None or not body.top:
        return refusal or Refusal("E03", "it runs nothing")
    return body


def _single(text: str) -> Command | Refusal:
    """Return the one simple command that `text` is."""
    body = _readable(text)
    if isinstance(body, Refusal):
        return body
    if body.background:
        return Refusal("E03", "a background job needs a shell")
    if len(body.top) > 1:
        return SeveralCommands("E03", "more than one command needs a shell")
    if body.top[0].kind in ("pipeline", "subshell") or body.top[0].negated:
        return Refusal("E03", "a pipeline, `!` or `( )` needs a shell")
    command = body.top[0].command
    if command is None:
        return Refusal("E04", f"`{body.top[0].kind}` is syntax of the shell")
    if not command.words:
        code = "E05" if command.assignments else "E03"
        return Refusal(code, "it only sets variables or redirects")
    return command


def _unreadable(body: Body | Opaque) -> Refusal | None:
    if isinstance(body, Opaque):
        return Refusal("E03", f"cannot read it: {body.reason}")
    return Refusal("E03", "a here-document needs a shell") if body.heredoc else None


def _expansion(word: Word) -> Refusal:
    """Tell a variable from a wildcard."""
    if "$" not in word.raw and "`" not in word.raw and _GLOB.search(word.raw):
        return Refusal("E02", f"the shell expands `{word.raw[:40]}`", "write `exec` before the command")
    return Refusal("E01", f"the shell expands `{word.raw[:40]}` when the container starts", "write `exec` before it")


def _is_below(raw: str, variables: Mapping[str, str | None]) -> bool:
    """Tell whether a word is a path below a variable's value, a folder by an absolute path without blanks."""
    found = _BELOW.match(raw)
    return found is not None and _FOLDER.match(variables.get(found[1] or found[2]) or "") is not None


def _name_refusal(command: Command) -> Refusal | None:
    """Return why the first word does not certainly name a program."""
    name = command.name
    if name == "exec":
        return Refusal("E14", "it already begins with exec")
    if name is None:
        return Refusal("E14", f"`{command.words[0].raw[:40]}` may become anything, a built-in command too")
    if not name:
        return Refusal("E04", "the command has an empty name")
    if name in BUILTINS:
        return Refusal("E04", f"`{name}` is built into the shell")
    return None
