"""The report of `harden context` as one HTML page: treemaps of what is there and what may be sent, table, secrets."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.lookups.context_sizes import ContextSizes, Size
from hardener.output.context_report import ROWS, amount, head
from hardener.output.escape import html as escape
from hardener.output.escape import shown
from hardener.verify.report.frame import page
from hardener.verify.report.pictures import figure, treemap


def html(found: ContextSizes, after: ContextSizes | None = None) -> str:
    """Return the page of a build context; `after` is it with the .dockerignore that harden would write."""
    sent = sum(one.is_sent for one in found.secrets)
    mood = "verdict reduced" if sent else "verdict"
    parts = [
        f'<p class="{mood}">{escape(head(found))}</p>',
        figure(f"In the folder: {amount(found.total.size)}", _picture(found, is_sent=False), wide=True),
        figure(f"May be sent: {amount(found.total.sent_size)}", _picture(found, is_sent=True), wide=True),
        _after(after),
        _table(found),
        _secrets(found),
    ]
    return page(f"harden context: {shown(found.folder)}", parts)


def _after(after: ContextSizes | None) -> str:
    if after is None:
        return ""
    caption = f"After harden: {amount(after.total.sent_size)} may be sent"
    return figure(caption, _picture(after, is_sent=True), wide=True)


def _picture(found: ContextSizes, *, is_sent: bool) -> str:
    sized = [(shown(name), *_counted(size, is_sent=is_sent)) for name, size in found.entries]
    sized.sort(key=lambda one: (-one[1], one[0]))
    return treemap([(name, size, f"{amount(size)}, {files} file{'s' * (files != 1)}") for name, size, files in sized])


def _counted(size: Size, *, is_sent: bool) -> tuple[int, int]:
    return (size.sent_size, size.sent_files) if is_sent else (size.size, size.files)


def _table(found: ContextSizes) -> str:
    rows = [_row("all", found.total), *(_row(shown(name), size) for name, size in found.entries[:ROWS])]
    more = len(found.entries) - ROWS
    rest = f'<p class="soft">and {more} smaller</p>' if more > 0 else ""
    heads = "".join(f"<th>{name}</th>" for name in ("", "in the folder", "may be sent"))
    return f"<h2>The largest</h2><table><tr>{heads}</tr>{''.join(rows)}</table>{rest}"


def _row(name: str, size: Size) -> str:
    cells = (f"{amount(size.size)}, {size.files}", f"{amount(size.sent_size)}, {size.sent_files}")
    return f"<tr><th>{escape(name)}</th>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _secrets(found: ContextSizes) -> str:
    kinds = (("May be sent, and may hold a secret", True), ("Kept out, and may hold a secret", False))
    return "".join(
        _list(title, [f"{shown(one.path)} ({one.kind})" for one in found.secrets if one.is_sent is is_sent])
        for title, is_sent in kinds
    )


def _list(title: str, lines: Iterable[str]) -> str:
    items = "".join(f"<li>{escape(line)}</li>" for line in lines)
    return f"<h2>{title}</h2><ul>{items}</ul>" if items else ""
