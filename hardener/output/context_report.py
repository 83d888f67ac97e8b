"""What `harden context` prints: a table for people, JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from hardener.lookups.context_sizes import ContextSizes, Size
from hardener.output.escape import shown

#: how many of the largest entries the table has
ROWS = 15
_UNITS = ("B", "kB", "MB", "GB", "TB")


def table(found: ContextSizes, after: ContextSizes | None = None) -> str:
    """Return the report as text.

    Args:
        found: what lies there, and what may be sent now.
        after: the same with the .dockerignore that harden would write; None where it would write none.
    """
    later = dict(after.entries) if after is not None else {}
    rows = [("all", found.total, after.total if after is not None else None)]
    rows += [(name, size, later.get(name)) for name, size in found.entries[:ROWS]]
    cells = [("", *("files", "size") * (3 if after is not None else 2))]
    for name, size, new in rows:
        cell = (shown(name), f"{size.files}", amount(size.size), f"{size.sent_files}", amount(size.sent_size))
        cells.append(cell if new is None else (*cell, f"{new.sent_files}", amount(new.sent_size)))
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    titles = ("in the folder", "may be sent", "after harden")[: len(widths) // 2]
    for number, title in enumerate(titles):  # no pair of columns is narrower than what stands above it
        widths[2 * number + 2] = max(widths[2 * number + 2], len(title) - 2 - widths[2 * number + 1])
    pairs = [widths[i] + widths[i + 1] + 2 for i in range(1, len(widths), 2)]
    lines = [head(found), *([after_line(after)] if after is not None else []), ""]
    lines.append("  ".join([" " * widths[0], *map(str.rjust, titles, pairs)]).rstrip())
    lines += ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells]
    more = len(found.entries) - ROWS
    if more > 0:
        lines.append(f"and {more} smaller")
    return "\n".join([*lines, *_secrets(found)]) + "\n"


def after_line(after: ContextSizes) -> str:
    """Return in a line how much may be sent once harden has written .dockerignore."""
    return f"with the .dockerignore that harden writes: {amount(after.total.sent_size)} may be sent"


def head(found: ContextSizes) -> str:
    """Return in a line how much may be sent, and whether there is a .dockerignore."""
    ignore = f"{shown(found.ignore_file)} is in force" if found.ignore_file else "there is no .dockerignore"
    return f"{shown(found.folder)}: {amount(found.total.sent_size)} of {amount(found.total.size)} may be sent; {ignore}"


def _secrets(found: ContextSizes) -> list[str]:
    sent = [one for one in found.secrets if one.is_sent]
    kept = len(found.secrets) - len(sent)
    lines = [""] if found.secrets else []
    if sent:
        lines += ["may be sent, and may hold a secret:", *(f"  {shown(one.path)}  ({one.kind})" for one in sent)]
    if kept:
        lines.append(f"kept out, and may hold a secret: {kept} file{'s' * (kept > 1)}")
    return lines


def amount(size: int) -> str:
    """Return bytes as a person reads them."""
    number, unit = float(size), 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{size} B" if not unit else f"{number:.3g} {_UNITS[unit]}"


def document(found: ContextSizes, after: ContextSizes | None = None) -> str:
    """Return the report as JSON; `after` as for `table`."""
    said = {
        "folder": found.folder,
        "dockerignore": found.ignore_file or None,
        **_size(found.total),
        "entries": [{"name": name, **_size(size)} for name, size in found.entries],
        "secrets": [{"path": one.path, "kind": one.kind, "sent": one.is_sent} for one in found.secrets],
        "after_harden": None if after is None else _after(after),
    }
    return json.dumps(said, indent=2) + "\n"


def _after(after: ContextSizes) -> dict[str, Any]:
    return {
        "sent_files": after.total.sent_files,
        "sent_bytes": after.total.sent_size,
        "secrets_sent": [one.path for one in after.secrets if one.is_sent],
    }


def _size(size: Size) -> dict[str, Any]:
    return {
        "files": size.files,
        "bytes": size.size,
        "sent_files": size.sent_files,
        "sent_bytes": size.sent_size,
    }
