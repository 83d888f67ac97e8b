"""From what a run found to what is printed: the reporter that was asked for, its streams, its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from hardener.cli.settings import FAIL_LEVELS, Settings
from hardener.engine import files
from hardener.engine.job import Outcome
from hardener.output.reporter import Run, reporter
from hardener.output.style import Style
from hardener.output.summary import tell_errors
from hardener.output.totals import Totals
from hardener.rules.base import Safety

#: the place of a level in `FAIL_LEVELS`
_ORDER = {Safety.SAFE: 1, Safety.HARDENING: 2, Safety.UNSAFE: 3, None: 4}
#: columns that a line has at least
_NARROWEST = 40


def report(outcomes: list[Outcome], totals: Totals, settings: Settings, command: str, *, piped: bool) -> None:
    """Print what a run found, or write it to `--output-file`.

    Args:
        outcomes: what came of each file.
        totals: of the run.
        settings: the options.
        command: that was run: "harden" or "harden update".
        piped: standard input is among the files.

    Raises:
        InputError: the file cannot be written.
    """
    pieces: list[str] = []
    out: Callable[[str], None] = emit if settings.output_file is None else pieces.append
    run = Run(
        out=out,
        note=note,
        aside=note if settings.output_file is None else out,
        mode=settings.mode,
        command=command,
        quiet=settings.quiet,
        verbose=settings.verbose,
        statistics=settings.statistics,
        piped=piped,
        style=style_of(settings.color, settings.output_file),
    )
    chosen = reporter(settings.output_format)
    chosen.begin(run)
    for outcome in outcomes:
        chosen.file(outcome)
    if not chosen.tells_errors:
        tell_errors(run.note, outcomes, totals)
    chosen.end(totals)
    sys.stdout.flush()
    if settings.output_file is not None:
        files.create(settings.output_file, "".join(pieces).encode("utf-8", "surrogateescape"))


def exit_code(outcomes: list[Outcome], totals: Totals, settings: Settings) -> int:
    """Return 2 after an error, 1 where something stands that counts, else 0."""
    if totals.errors:
        return 2
    if settings.exit_zero or settings.fail_level == "none":
        return 0
    wrote = settings.mode == "write"
    if settings.fail_level is None:
        return int(totals.changed > 0 and not wrote)
    most = FAIL_LEVELS.index(settings.fail_level)
    found = [finding for o in outcomes if o.result is not None for finding in o.result.findings]
    return int(any(_ORDER[f.safety] <= most for f in found if not (f.applied and wrote)))


def tell(line: str) -> None:
    """Print a line to standard error."""
    sys.stderr.write(line + "\n")


def emit(printed: str) -> None:
    """Print to standard output, bytes that are no UTF-8 as they are."""
    sys.stdout.buffer.write(printed.encode("utf-8", "surrogateescape"))


def note(text: str) -> None:
    """Print to standard error, after what standard output was given."""
    sys.stdout.flush()
    sys.stderr.write(text)


def style_of(choice: str, file: Path | None) -> Style:
    """Return what standard output can show; a file is no terminal."""
    terminal = file is None and sys.stdout.isatty()
    return Style(
        width=_width(terminal=terminal),
        colour=_is_coloured(choice, terminal=terminal, to_file=file is not None),
        links=terminal and choice != "never" and os.environ.get("TERM", "dumb") != "dumb",
        terminal=terminal,
    )


def _width(*, terminal: bool) -> int:
    """Return the columns of a line: of COLUMNS, else of the terminal; a pipe gets whole lines, for grep."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return max(int(named), _NARROWEST)
    try:
        return max(os.get_terminal_size(sys.stdout.fileno()).columns, _NARROWEST) if terminal else sys.maxsize
    except OSError:
        return sys.maxsize


def _is_coloured(choice: str, *, terminal: bool, to_file: bool) -> bool:
    """Tell whether the output gets colours: the option first, then NO_COLOR, FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR") or to_file:
        return False
    return bool(os.environ.get("FORCE_COLOR")) or (terminal and os.environ.get("TERM") != "dumb")
