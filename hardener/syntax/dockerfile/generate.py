"""Turn grammar/dockerfile.lark into the tables that `parser` runs on, with Lark's own LALR(1) analysis.

Run it after a change of the grammar: `python -m hardener.syntax.dockerfile.generate`. Lark takes about as long to
import as hadolint takes for a whole file, so nothing of it is needed at start-up; a test holds the tables in step.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

TABLES = Path(__file__).with_name("_tables.py")


def grammar_path(name: str) -> Path:
    """Return where a grammar lies in a checkout; a wheel holds the tables that were made of it."""
    return Path(__file__).parents[3] / "grammar" / name


def tables() -> tuple[list[tuple[str, int, str]], list[dict[str, int]], int, int]:
    """Return (rules, states, start state, end state).

    A rule is (origin, size, what to do: a node's name, "*" to join lists, "1" to pass its child on). In a state, a
    terminal or an origin maps to a state to go to (0 or more) or to a rule to reduce by (-1 - its number).
    """
    from lark import Lark
    from lark.lexer import Lexer
    from lark.parsers.lalr_analysis import Shift

    class _NoLexer(Lexer):
        def __init__(self, conf: Any) -> None:
            pass

        def lex(self, *_: Any) -> Any:
            raise NotImplementedError

    text = grammar_path("dockerfile.lark").read_text(encoding="utf-8")
    lark = Lark(text, parser="lalr", lexer=_NoLexer, start="dockerfile", maybe_placeholders=False)
    table = lark.parser.parser._parse_table
    numbers = {rule: at for at, rule in enumerate(lark.rules)}
    rules = []
    for rule in lark.rules:
        origin = str(rule.origin.name)
        kind = "*" if origin.startswith("__") else "1" if rule.options.expand1 else str(rule.alias or origin)
        rules.append((origin, len(rule.expansion), kind))
    # Lark numbers states by the order of sets: number them by a walk, so that the output is always the same
    order = [table.start_states["dockerfile"]]
    for state in order:
        for _, (action, argument) in sorted(table.states[state].items()):
            if action is Shift and argument not in order:
                order.append(argument)
    states = []
    for state in order:
        row = {}
        for symbol, (action, argument) in sorted(table.states[state].items()):
            row[str(symbol)] = order.index(argument) if action is Shift else -1 - numbers[argument]
        states.append(row)
    return rules, states, 0, order.index(table.end_states["dockerfile"])


def module_text() -> str:
    """Return the text of the generated module."""
    rules, states, start, end = tables()
    lines = [
        '"""LALR(1) tables of grammar/dockerfile.lark: made by `python -m hardener.syntax.dockerfile.generate`."""',
        "",
    ]
    lines += ["# fmt: off", "RULES: tuple[tuple[str, int, str], ...] = ("]
    lines += [f'    ("{origin}", {size}, "{kind}"),' for origin, size, kind in rules]
    lines += [")", "STATES: tuple[dict[str, int], ...] = ("]
    for row in states:
        cells = ", ".join(f'"{symbol}": {value}' for symbol, value in row.items())
        lines.append(f"    {{{cells}}},")
    return "\n".join([*lines, ")", f"START = {start}", f"END = {end}", "# fmt: on", ""])


if __name__ == "__main__":
    TABLES.write_text(module_text(), encoding="utf-8")
