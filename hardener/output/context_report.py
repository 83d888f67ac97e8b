"""What `harden context` prints: a table for people, JSON for programs."""

from __future__ import annotations

import json
from typing import Any

from hardener.lookups.context_sizes import ContextSizes, Size
from hardener.output.escape import shown

#: how many of the largest entries the table has
ROWS = 15
_UNITS = ("B", "kB", "MB", "GB", "TB")


def table(found: ContextSizes) -> str:
    """Return the report as text."""
    rows = [("all", found.total), *found.entries[:ROWS]]
    cells = [("", "files", "size", "files", "size")]
    cells += [
        (shown(name), f"{size.files}", amount(size.size), f"{size.sent_files}", amount(size.sent_size))
        for name, size in rows
    ]
    widths = [max(len(row[i]) for row in cells) for i in range(5)]
    lines = [head(found), "", f"{'':{widths[0]}}  {'in the folder':>{widths[1] + widths[2] + 2}}  may be sent"]
    lines += ["  ".join([row[0].ljust(widths[0]), *map(str.rjust, row[1:], widths[1:])]).rstrip() for row in cells]
    more = len(found.entries) - ROWS
    if more > 0:
        lines.append(f"and {more} smaller")
    return "\n".join([*lines, *_secrets(found)]) + "\n"


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


def document(found: ContextSizes) -> str:
    """Return the report as JSON."""
    said = {
        "folder": found.folder,
        "dockerignore": found.ignore_file or None,
        **_size(found.total),
        "entries": [{"name": name, **_size(size)} for name, size in found.entries],
        "secrets": [{"path": one.path, "kind": one.kind, "sent": one.is_sent} for one in found.secrets],
    }
    return json.dumps(said, indent=2) + "\n"


def _size(size: Size) -> dict[str, Any]:
    return {
        "files": size.files,
        "bytes": size.size,
        "sent_files": size.sent_files,
        "sent_bytes": size.sent_size,
    }
