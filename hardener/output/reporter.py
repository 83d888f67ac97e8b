"""What an output is, and which there are.

A new output is one module beside this one, with a class that is a `Reporter`, and one row in `FORMATS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from hardener.engine.job import Outcome
from hardener.fast.records import dataclass
from hardener.output.style import PLAIN, Style
from hardener.output.totals import Totals

#: `--output-format`: name of each output, its module in this package and its class; imported when it is asked for
FORMATS: dict[str, tuple[str, str]] = {
    "text": ("text", "Text"),
    "concise": ("concise", "Concise"),
    "json": ("json_document", "JsonDocument"),
    "json-lines": ("json_lines", "JsonLines"),
    "sarif": ("sarif", "Sarif"),
    "github": ("github", "GitHub"),
    "gitlab": ("gitlab", "GitLab"),
    "checkstyle": ("checkstyle", "Checkstyle"),
    "junit": ("junit", "JUnit"),
    "markdown": ("markdown", "Markdown"),
}

#: those that show the edits of each finding, which the engine works out when asked
WITH_EDITS = frozenset({"json", "json-lines", "sarif"})


@dataclass(frozen=True, slots=True)
class Run:
    """What a reporter is told at the beginning.

    Attributes:
        out: takes what is reported.
        note: takes what stands beside it, for people: standard error.
        mode: "diff", "write" or "check".
        command: that was run: "harden" or "harden update".
        quiet, verbose, statistics: as the options say.
        piped: standard input is among the files.
        aside: takes what is said of standard input beside its diff or text.
        style: of the texts in `out`.
    """

    out: Callable[[str], None]
    note: Callable[[str], None]
    aside: Callable[[str], None]
    mode: str = "diff"
    command: str = "harden"
    quiet: bool = False
    verbose: bool = False
    statistics: bool = False
    piped: bool = False
    style: Style = PLAIN


class Reporter(Protocol):
    """Says what a run found; `begin` comes first, then `file` for each file in order, then `end`.

    Attributes:
        tells_errors: it shows errors to people itself; else they are printed beside the report.
    """

    tells_errors: bool

    def begin(self, run: Run) -> None:
        """Take what is known before the first file."""

    def file(self, outcome: Outcome) -> None:
        """Take what came of a file: a result or an error."""

    def end(self, totals: Totals) -> None:
        """Take the counts and the errors of the whole run."""


def reporter(name: str) -> Reporter:
    """Return a new reporter of the output `name`, one of `FORMATS`."""
    from importlib import import_module

    module, kind = FORMATS[name]
    made: Reporter = getattr(import_module(f"hardener.output.{module}"), kind)()
    return made
