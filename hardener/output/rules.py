"""The rules as documentation: a table, one page, or all pages as Markdown."""

from __future__ import annotations

from hardener.output.reasons import linked
from hardener.rules import every_rule
from hardener.rules.base import AnyRule

_INTRODUCTION = (
    "The level is that of a change that harden can show to be right; what it cannot prove is unsafe "
    "([levels](index.md#levels)). This page is made by `python -m hardener.output.rules > docs/rules.md`."
)


def page(rule: type[AnyRule]) -> str:
    """Return the documentation page of a rule: its docstring."""
    import inspect

    effects = ", ".join(rule.announced()) or "nothing (it only reports)"
    head = f"{rule.name} ({rule.code}), level {rule.safety.value}, changes {effects}"
    return f"{head}\n\n{inspect.cleandoc(rule.__doc__ or '')}\n"


def table() -> str:
    """Return one line a rule: code, name, level, summary."""
    rows = [(r.code, r.name, r.safety.value, _summary(r)) for r in every_rule()]
    widths = [max(len(row[i]) for row in rows) for i in range(3)]
    return "".join(
        "  ".join([*(cell.ljust(width) for cell, width in zip(row, widths, strict=False)), row[3]]) + "\n"
        for row in sorted(rows)
    )


def markdown() -> str:
    """Return docs/rules.md."""
    import inspect

    rules = sorted(every_rule(), key=lambda r: r.code)
    parts = [f"# Rules\n\n{_INTRODUCTION}\n", _index(rules)]
    for rule in rules:
        body = inspect.cleandoc(rule.__doc__ or "").replace("\n## ", "\n### ")
        effects = ", ".join(rule.announced()) or "nothing (it only reports)"
        parts.append(
            f"## {rule.code} {rule.name}\n\nLevel: {rule.safety.value}. Changes: {effects}.\n\n{linked(body)}\n"
        )
    return "\n".join(parts)


def _index(rules: list[type[AnyRule]]) -> str:
    """Return the table at the head of the page: each rule with a link to its text."""
    rows = [f"| [{r.code}](#{r.code.lower()}-{r.name}) | {r.name} | {r.safety.value} | {_summary(r)} |" for r in rules]
    return "\n".join(["| code | rule | level | what it does |", "|---|---|---|---|", *rows]) + "\n"


def _summary(rule: type[AnyRule]) -> str:
    return (rule.__doc__ or "").strip().splitlines()[0]


if __name__ == "__main__":
    print(markdown(), end="")
