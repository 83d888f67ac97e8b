"""Command lines that one program runs side by side: `concurrently` and `run-p`."""

from __future__ import annotations

import re
from posixpath import basename

from hardener.errors import Refusal
from hardener.rules.healthcheck.probe import Health
from hardener.shell import Body, parse_shell

#: options of concurrently that take a value
_VALUED = frozenset(
    """
    -m --max-processes -n --names --name-separator -s --success -p --prefix -c --prefix-colors -l --prefix-length -t
    --timestamp-format --default-input-target --restart-tries --restart-after --kill-signal --ks --hide
    --kill-timeout --teardown --cwd --shell
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_MANAGERS = ("npm", "yarn", "pnpm", "bun")


def side_by_side(words: tuple[str, ...]) -> tuple[tuple[str, ...], ...] | None:
    """Return the command lines that a program runs at the same time; () where they cannot be told.

    None says that it is no such program.
    """
    name = basename(words[0]) if words else ""
    if name == "run-p":
        scripts = [word for word in words[1:] if not word.startswith("-")]
        plain = all(re.fullmatch(r"[\w:.-]+", word) for word in scripts)
        return tuple(("npm", "run", script) for script in scripts) if plain else ()
    if name != "concurrently":
        return None
    lines = [_line(text) for text in _operands(words[1:])]
    return tuple(line for line in lines if line is not None) if None not in lines else ()


def one_of(lines: tuple[tuple[str, ...], ...], found: list[Health | Refusal | None]) -> Health | Refusal:
    """Return how the one service among programs that run side by side can be asked."""
    refusal = next((one for one in found if isinstance(one, Refusal)), None)
    services = [one for one in found if isinstance(one, Health)]
    if refusal is not None or len(services) == 1:
        return refusal or Health(services[0].answers, services[0].argv, prepares=True)
    if services:
        return Refusal("H10", "several services run side by side", "write a HEALTHCHECK")
    return Refusal("H03", "cannot tell which of the programs that run side by side answers", "write a HEALTHCHECK")


def _operands(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts that concurrently is to run, without its options and what stands behind `--`."""
    found, rest = [], iter(words)
    for word in rest:
        if word == "--":
            break
        if word in _VALUED:
            next(rest, None)
        elif not word.startswith("-"):
            found.append(word)
    return tuple(found)


def _line(text: str) -> tuple[str, ...] | None:
    """Return the words of one plain command; None for several, such as `cd web && npm start`."""
    manager, sign, script = text.partition(":")
    if sign and manager in _MANAGERS:
        return (manager, "run", script) if re.fullmatch(r"[\w:.-]+", script) else None
    body = parse_shell(re.sub(r"\{[@*\d]\}", "", text))
    if not isinstance(body, Body) or len(body.commands) != 1 or body.background:
        return None
    return tuple(word.raw if word.value is None else word.value for word in body.commands[0].words) or None
