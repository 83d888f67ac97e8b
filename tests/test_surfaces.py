"""What text of a repository can do where it is shown: a table of attacks against each surface that people look at.

The reporters of a run have their own (`test_reporters`), the report of verify too (`test_verify_untrusted`).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest

from hardener.bot import dashboard, texts
from hardener.bot.history import Seen
from hardener.bot.rewriting import Change, Group, Note
from hardener.bot.serve.log import Log
from hardener.bot.template import Template
from hardener.engine.compose import harden_compose
from hardener.engine.result import Options
from hardener.errors import Refusal
from hardener.lookups.context_sizes import ContextSizes, Secret, Size
from hardener.lsp import pages
from hardener.output import context_report
from hardener.output.findings import CHANGED, HELD_BACK, OFFERED
from hardener.output.reporter import FORMATS
from hardener.rules.base import Finding, Safety
from hardener.verify.report import frame, pictures
from hardener.verify.report.context import html as context_page
from tests.test_reporters import outcome, told

ATTACKS = {
    "terminal": "\x1b]0;x\x07\x1b[2J\x9b31m",
    "direction": "\u202e\u2066\u200f\u2028",
    "line": "x\r\n::error::forged\n\n# forged\n| forged |",
    "script": "</title></style></script><script>alert(1)</script><img src=x onerror=alert(1)>",
    "attribute": "\"' onmouseover=alert(1) x='",
    "markdown": "[a](javascript:alert(1)) ![a](http://x) <!-- --> </details> @all #1 | `` ``` @all",
    "command": "::set-env name=X::y\n##[group]x ##vso[task.setvariable variable=X]y\n/merge",
    "bytes": "a\udce9\udcff\ufffe",
    "formula": "=HYPERLINK(1)",
    "mark": "<!-- harden dashboard --> <!-- harden nothing-left -->",
}
_LINES = "\n\r\t"
_STATES = (CHANGED, HELD_BACK, OFFERED)


def _context(evil: str) -> ContextSizes:
    size = Size(1, 1000, 1, 1000)
    return ContextSizes(evil, evil, size, ((evil, size), (f"{evil}/", size)), (Secret(evil, "a key", is_sent=True),))


def _group(evil: str) -> Group:
    notes = tuple(
        Note(evil, 1, "HD101", "merge-run", s, evil, "M08", evil, evil) for s in (CHANGED, HELD_BACK, OFFERED)
    )
    return Group(evil, (Change(evil, b"a", b"b"),), notes, ("k",), (evil,), images=(evil,))


def _dashboard(evil: str) -> str:
    return dashboard.body([Seen("a/b", 1, evil, "open", evil, 1, 1.0, None)], [_group(evil)])


def _log(evil: str) -> str:
    lines: list[str] = []
    Log((), lines.append).say("told", what=evil, repository=evil)
    return "".join(lines)


def _finding_line(evil: str) -> str:
    refusal = Refusal("M08", evil, evil)
    return pages.finding_line(Finding("HD101", "merge-run", 1, evil, None, refusal))


def _parts(evil: str) -> list[str]:
    """Return each part of a report of verify, with text of a container in every place."""
    return [
        frame.dropped([(evil, [evil])]),
        frame.change(f"+{evil}"),
        pictures.figure(evil, pictures.treemap([(evil, 5.0, evil)])),
        pictures.bars([pictures.Bar("before", [pictures.Piece(1.0, evil)], evil, is_bad=True)]),
        pictures.routes([(evil, True, evil)]),
    ]


def _by_template(evil: str) -> str:
    style = texts.Style(Template("$title: $files $repository", "x"), evil)
    return texts.title(_group(evil), style)


PLAIN: dict[str, Callable[[str], str]] = {
    "context": lambda evil: context_report.table(_context(evil), _context(evil)),
    "commit": lambda evil: texts.message(_group(evil)),
    "title": lambda evil: texts.title(_group(evil)),
    "log": _log,
    "title by a template": _by_template,
}
MARKDOWN: dict[str, Callable[[str], str]] = {
    "request": lambda evil: texts.body(_group(evil)),
    "dashboard": _dashboard,
    "editor": _finding_line,
    "editor, code": pages.code,
}
HTML: dict[str, Callable[[str], str]] = {
    "context": lambda evil: context_page(_context(evil), _context(evil)),
    "verify": lambda evil: frame.page(evil, _parts(evil)),
}


def _is_clean(text: str) -> bool:
    """Tell whether a text has no character that a terminal or a page would not show as itself."""
    text.encode()
    return all(char.isprintable() or char in _LINES for char in text.replace("\u200b", ""))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("surface", PLAIN)
def test_lines_of_text(surface: str, attack: str) -> None:
    made, harmless = PLAIN[surface](ATTACKS[attack]), PLAIN[surface]("x")
    assert _is_clean(made)
    assert made.count("\n") == harmless.count("\n"), "a line was forged"


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("surface", MARKDOWN)
def test_markdown(surface: str, attack: str) -> None:
    made, harmless = MARKDOWN[surface](ATTACKS[attack]), MARKDOWN[surface]("x")
    assert _is_clean(made)
    assert made.count("\n") == harmless.count("\n"), "a line was forged"
    bare = re.sub(r"(?<![`\\])(`+)(?!`).*?(?<!`)\1(?!`)", "", made)
    assert not re.search(r"(?<!\\)<(?:script|img)|(?<!\\)\]\((?:javascript|http://x)", bare)
    assert surface.startswith("editor") or not re.search(r"(?<!\w)@all", bare)  # an editor mentions nobody
    assert bare.count("<!--") == harmless.count("<!--")
    assert bare.count("</details>") == harmless.count("</details>")


class Elements(HTMLParser):
    """The elements of a page with the names of their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("surface", HTML)
def test_pages(surface: str, attack: str) -> None:
    made, harmless = HTML[surface](ATTACKS[attack]), HTML[surface]("x")
    assert _is_clean(made)
    of_labels = {"text"}  # a label may have no room
    elements = [one for one in Elements(made).found if one[0] not in of_labels]
    assert elements == [one for one in Elements(harmless).found if one[0] not in of_labels]
    assert "default-src 'none'" in made


@pytest.mark.parametrize("attack", [name for name in ATTACKS if name != "bytes"])
@pytest.mark.parametrize("form", FORMATS)
def test_names_of_services(form: str, attack: str) -> None:
    # a name in double quotes: YAML's escapes bring characters that the file itself does not hold
    text = f"services:\n  {json.dumps(ATTACKS[attack])}:\n    image: redis\n    ports: ['6379:6379']\n"
    result = harden_compose(text, "compose.yaml", Options(Safety.UNSAFE))
    assert result.findings
    out, notes = told(form, [outcome(result)])
    assert _is_clean(out)
    assert not re.search(r"^(?:::(?:error::forged|set-env)|##\[|# forged|\| forged)", out + notes, re.M)
