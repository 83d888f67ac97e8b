"""Commands added to the end of a RUN body so that they run if, and only if, all of it succeeded.

`LIST && x` is right for every list of `&&`, `||` and `;` without `set -e`: the operators associate to the left, so x
runs when the status of LIST is 0 and the status of LIST is kept otherwise (M01, M02). Under `set -e` the left of
`&&` ignores errexit inside compound commands (M08), and `; x` hides the failure of `a && b` before it: each is used
where it is right.
"""

from __future__ import annotations

import re

from hardener.errors import Refusal
from hardener.shell import Body, Item, parse_shell
from hardener.syntax.dockerfile.continuations import Logical, logical
from hardener.syntax.dockerfile.writer import Style


def append_commands(raw: str, commands: tuple[str, ...], style: Style, shell: tuple[str, ...] | None) -> str | Refusal:
    """Return the body `raw` of a RUN with `commands` at its end, in its own formatting, or why that cannot be.

    Args:
        raw: the text of the RUN, continuations and comments included.
        commands: simple commands.
        style: of the file.
        shell: the SHELL in force, None where it is not known.
    """
    line = logical(raw, style.escape)
    body = parse_shell(line.text)
    if not isinstance(body, Body) or not body.top:
        return Refusal("M28", "cannot read the shell text")
    refusal = _never_reached(body)
    if refusal is not None:
        return refusal
    operator = _operator(body, shell)
    if isinstance(operator, Refusal):
        return operator
    last = body.top[-1]
    joint = _joint(raw, line, last, operator, style)
    at = line.raw_end(last.end)
    new = raw[:at] + "".join(joint + command for command in commands) + raw[at:]
    again = parse_shell(logical(new, style.escape).text)
    if not isinstance(again, Body) or len(again.commands) != len(body.commands) + len(commands):
        return Refusal("M05", "a command added at the end would not run by itself")
    return new


def _never_reached(body: Body) -> Refusal | None:
    """Return why a command at the end might not run although all before it succeeded."""
    if body.heredoc:
        return Refusal("M13", "the RUN contains a here-document")
    if body.background:
        return Refusal("M04", "a command is left running in the background")
    for command in body.commands:
        inner = command.context.subshell or command.context.substitution
        if command.name == "exec" and not inner and len(command.words) > 1:
            return Refusal("M10", "`exec` ends the shell: what follows would never run")
        if command.name in ("exit", "return") and not inner:
            return Refusal("M09", "`exit` ends the RUN early")
        if command.name == "set" and any(re.match(r"-[a-z]*f|noglob", word.raw) for word in command.words[1:]):
            return Refusal("M07", "`set -f` keeps the shell from expanding `*`")
    return None


def _operator(body: Body, shell: tuple[str, ...] | None) -> str | Refusal:
    """Return "&&" or ";", whichever keeps the status of the body (M08)."""
    sets = [c for c in body.commands if c.name == "set"]
    by_shell = any(re.match(r"-[a-z]*e[a-z]*\Z|errexit", word) for word in (shell or ())[1:])
    by_set = any(re.match(r"-[a-zA-Z]*e|errexit", word.raw) for c in sets for word in c.words[1:])
    if not by_shell and not by_set:
        return "&&"
    if body.functions:
        return Refusal("M08", "the RUN relies on `set -e`, which the shell ignores in a function on the left of `&&`")
    last = body.top[-1]
    inside = [c for c in body.commands if last.start <= c.start and c.end <= last.end]
    first = body.top[0].command
    always = by_shell or (first is not None and first.name == "set" and first in sets)
    always = always and not any(word.raw.startswith("+") for c in sets for word in c.words[1:])
    if always and last.operator in (";", "\n") and last.command is not None and last.command.plain:
        return ";"
    nested = any(c.context.inside or c.context.subshell or c.context.substitution for c in inside)
    if nested or not inside or any(c.name in ("eval", ".", "source", None) and c.words for c in inside):
        return Refusal("M08", "the RUN relies on `set -e`, which the shell ignores on the left of `&&`")
    return "&&"


def _joint(raw: str, line: Logical, last: Item, operator: str, style: Style) -> str:
    """Return what goes before each new command: on a line of its own where the body has several lines."""
    head = raw[: line.raw_end(last.end)]
    lines = head.split("\n")
    if len(lines) == 1:
        return " && " if operator == "&&" else "; "
    leading = [match[1] for match in (re.match(r"([ \t]*)&&", text) for text in lines[1:]) if match]
    if operator == "&&" and leading:
        return " " + style.continuation(leading[-1]) + "&& "
    number = max(1, raw.count("\n", 0, line.raw(last.start)))
    indent = re.match(r"[ \t]*", lines[number])
    place = style.continuation(indent[0] if indent and indent[0] else "    ")
    return (" && " if operator == "&&" else "; ") + place
