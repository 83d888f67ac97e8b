"""`python -m hardener.rules` writes `_index.py`, what is said of each rule without loading it."""

from __future__ import annotations

from pathlib import Path

from hardener.rules import Listed, all_rules, listed

INDEX = Path(__file__).with_name("_index.py")
_HEAD = '''"""The rules in the order in which they run: the fields of `Listed`.

Made from the rules by `python -m hardener.rules`; do not edit.
"""

from __future__ import annotations

ROWS: tuple[tuple[str, str, bool, bool, str, str, str], ...] = (
'''


def index() -> str:
    """Return the text of `_index.py`."""
    return _HEAD + "".join(f"    {_row(listed(rule))},\n" for rule in all_rules()) + ")\n"


def _row(of: Listed) -> str:
    fields = (of.code, of.name, of.opt_in, of.asks_registry, of.module, of.kind, " ".join(sorted(of.acts_on)))
    return repr(fields).replace("'", '"')


if __name__ == "__main__":
    INDEX.write_text(index(), encoding="utf-8")
