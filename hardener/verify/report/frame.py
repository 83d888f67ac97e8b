"""The frame of an HTML report: one page that needs nothing else, and that a phone can show."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable

from hardener.output.escape import html as escape

_STYLE = """
:root{--ink:#1b1f24;--soft:#59636e;--line:#d5dae0;--card:#f6f7f9;--old:#9aa5b1;--new:#1f7a4d;--bad:#b3261e;--page:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8eaed;--soft:#a0a9b3;--line:#3a4149;--card:#22272d;--old:#6b7682;
--new:#4cc38a;--bad:#ff8a80;--page:#16191d}}
*{box-sizing:border-box}
body{margin:0 auto;max-width:60rem;padding:1rem;color:var(--ink);background:var(--page);
font:16px/1.5 system-ui,sans-serif;overflow-wrap:anywhere}
h1{font-size:1.3rem;margin:.2rem 0}h2{font-size:1.05rem;margin:1.6rem 0 .5rem}
p{margin:.4rem 0}.soft{color:var(--soft);font-size:.9rem}
.verdict{border-left:.35rem solid var(--new);background:var(--card);padding:.6rem .8rem;margin:.8rem 0}
.reduced{border-color:var(--bad)}
.picture{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr))}
figure{margin:0;padding:.7rem .8rem;border:1px solid var(--line);border-radius:.5rem}
figcaption{font-weight:600;margin-bottom:.4rem}
figure.wide{margin-top:1rem}svg{display:block;overflow:hidden}
svg text{fill:var(--ink);font-size:.85rem}svg .soft,svg tspan.soft{fill:var(--soft)}
svg .bad{fill:var(--bad);font-weight:600}
svg .track{fill:var(--card)}svg .old{fill:var(--old)}svg .new{fill:var(--new)}svg .other{opacity:.7}
svg .part{fill:var(--card);stroke:var(--line)}svg .tick{fill:none;stroke:var(--page);stroke-width:2}
table{width:100%;border-collapse:collapse;font-size:.95rem}
th,td{text-align:left;vertical-align:top;padding:.35rem .5rem;border-bottom:1px solid var(--line)}
th:first-child{width:34%}.better{color:var(--new);font-weight:600}.worse{color:var(--bad);font-weight:600}
pre{overflow-x:auto;overflow-wrap:normal;background:var(--card);border-radius:.4rem;padding:.7rem;font-size:.82rem;
line-height:1.4;white-space:pre}
.add{color:var(--new)}.del{color:var(--bad)}
@media(max-width:30rem){th:first-child{width:30%}table{font-size:.85rem}th,td{padding:.3rem .25rem}}
"""


def page(title: str, parts: Iterable[str]) -> str:
    """Return a whole page.

    Args:
        title: its heading, not yet escaped.
        parts: of the body, as HTML; empty ones are left out.
    """
    title = escape(title)
    head = [
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        f'<meta http-equiv="Content-Security-Policy" content="{_policy()}">',
        f"<title>{title}</title><style>{_STYLE}</style></head><body>",
        f"<h1>{title}</h1>",
    ]
    return "\n".join([*head, *(part for part in parts if part), "</body></html>\n"])


def _policy() -> str:
    """Return what a browser lets the page do, whatever got into it: be shown, in its own style."""
    own = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"


def dropped(entries: Iterable[tuple[str, Iterable[str]]]) -> str:
    """Return the part on what was dropped: (why, last lines of the log) each."""
    blocks = []
    for reason, tail in entries:
        log = escape("\n".join(tail))
        blocks.append(f"<p>{escape(reason)}</p>" + (f"<pre>{log}</pre>" if log else ""))
    return "<h2>Dropped, and why</h2>" + "".join(blocks) if blocks else ""


def change(diff: str) -> str:
    """Return the part with the diff, "" without one."""
    if not diff:
        return ""
    classes = {"+": "add", "-": "del"}
    lines = [
        f'<span class="{classes[line[0]]}">{escape(line)}</span>' if line[:1] in classes else escape(line)
        for line in diff.rstrip("\n").split("\n")
    ]
    return "<h2>The change</h2><pre>" + "\n".join(lines) + "</pre>"
