"""The LALR(1) driver: tokens in, tree out. The tables come from grammar/dockerfile.lark (see `generate`)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hardener.errors import DockerfileSyntaxError
from hardener.syntax.dockerfile import nodes
from hardener.syntax.dockerfile._tables import END, RULES, START, STATES
from hardener.syntax.dockerfile.lexer import Lexer
from hardener.text import decode

#: Far beyond what people and generators write; more is meant to keep us busy.
MAX_LINES, MAX_INSTRUCTIONS = 100_000, 60_000
#: Rules that stand for a sequence or a bare text instead of a node.
_VALUES: dict[str, Callable[..., Any]] = {
    "bom": lambda token: token,
    "no_bom": lambda: "",
    "no_footer": lambda: (),
    "footer": lambda _mark, *items: _flat(items),
    "heredocs": lambda *items: _flat(items),
    **dict.fromkeys(("header", "preamble", "stages", "body", "leading", "flags"), lambda *items: _flat(items)),
    "stage": lambda _mark, from_, body: nodes.Stage(from_, body),  # the mark stands for no text
}


def _flat(items: tuple[Any, ...]) -> tuple[Any, ...]:
    """Join what a `x*` of the grammar gathered."""
    return tuple(items[0]) if items else ()


def _class_of(rule: str) -> Any:
    name = "".join(part.capitalize() for part in rule.rstrip("_").split("_"))
    return getattr(nodes, name)


def _builder(kind: str) -> Callable[..., Any] | None:
    if kind in ("*", "1"):
        return None
    builder: Callable[..., Any] = _VALUES.get(kind) or _class_of(kind)
    return builder


_ACTIONS = tuple((origin, size, kind, _builder(kind)) for origin, size, kind in RULES if not origin.startswith("$"))


def parse(source: str | bytes, filename: str | None = None) -> nodes.Dockerfile:
    """Read a Dockerfile into a tree whose `code` is the very text.

    Args:
        source: the text, or its bytes (UTF-8; other bytes survive).
        filename: for error messages.

    Raises:
        DockerfileSyntaxError: BuildKit's parser would refuse the text, or it is beyond all bounds.
    """
    text = decode(source) if isinstance(source, bytes) else source
    if text.count("\n") > MAX_LINES:
        raise _beyond(f"{MAX_LINES:,} lines", filename)
    states: list[int] = [START]
    values: list[Any] = []
    for kind, value in Lexer(text, filename).tokens():
        _reduce(states, values, kind)
        states.append(STATES[states[-1]][kind])
        values.append(value)
    _reduce(states, values, "$END")
    tree = values[0]
    assert isinstance(tree, nodes.Dockerfile)
    if sum(1 for _ in tree.instructions) > MAX_INSTRUCTIONS:
        raise _beyond(f"{MAX_INSTRUCTIONS:,} instructions", filename)
    return tree


def _beyond(what: str, filename: str | None) -> DockerfileSyntaxError:
    message = f"more than {what}: too many to look at"
    return DockerfileSyntaxError(message, filename=filename, line=1, column=1, source_line="")


def _reduce(states: list[int], values: list[Any], symbol: str) -> None:
    """Apply the rules that end before `symbol`."""
    state = states[-1]
    while state != END:
        action = STATES[state].get(symbol)
        if action is None:
            raise AssertionError(f"the lexer gave {symbol} where the grammar has no place for it")
        if action >= 0:
            return
        origin, size, kind, build = _ACTIONS[-1 - action]
        if size == 0:
            values.append(build() if build is not None else None)
        elif build is not None:
            values[-size:] = [build(*values[-size:])]
        elif kind != "1":  # "*": a list, begun by one or made longer by one more
            if size == 1:
                values[-1] = [values[-1]]
            else:
                more = values.pop()
                values[-1].append(more)
        if size:
            del states[-size:]
        state = STATES[states[-1]][origin]
        states.append(state)
