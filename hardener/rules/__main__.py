"""`python -m hardener.rules` writes `_index.py`, what is said of each rule without loading it."""

from __future__ import annotations

import json
from pathlib import Path

from hardener.rules import Listed, all_rules, compose_rules, definition_rules, listed, manifest_rules

INDEX = Path(__file__).with_name("_index.py")
_HEAD = '''"""The rules in the order in which they run: the fields of `Listed`.

Made from the rules by `python -m hardener.rules`; do not edit.
"""

from __future__ import annotations

ROWS: tuple[tuple[str, str, bool, bool, str, str, str, str], ...] = (
'''
_TAIL = """#: code and name of the rules for other files
OTHERS: tuple[tuple[str, str], ...] = (
"""


def index() -> str:
    """Return the text of `_index.py`."""
    rows = "".join(_row(listed(rule)) for rule in all_rules())
    rules = (*compose_rules(), *manifest_rules(), *definition_rules())
    others = "".join(f"    ({_literal(rule.code)}, {_literal(rule.name)}),\n" for rule in rules)
    return f"{_HEAD}{rows})\n\n{_TAIL}{others})\n"


def _row(of: Listed) -> str:
    said = (of.code, of.name, of.opt_in, of.asks_registry, of.module, of.kind)
    fields = (*said, " ".join(sorted(of.acts_on)), "|".join(of.words))
    return "".join(["    (\n", *(f"        {_literal(field)},\n" for field in fields), "    ),\n"])


def _literal(field: str | bool) -> str:
    return json.dumps(field, ensure_ascii=False) if isinstance(field, str) else repr(field)


if __name__ == "__main__":
    INDEX.write_text(index(), encoding="utf-8")
