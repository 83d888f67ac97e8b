"""What several outputs say alike: the last line, errors, faults of our own."""

from __future__ import annotations

from collections.abc import Callable

from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.output.escape import shown, shown_error
from hardener.output.totals import Totals, can_verify, counted


def fault_lines(result: Result) -> list[str]:
    """Return a line for each pass of ours that failed its proof and was dropped: a bug, to be reported."""
    name = shown(result.filename or "<text>")
    return [
        f"{name}: internal fault in {fault.rule}, its change was dropped: {shown('; '.join(fault.reasons))}; "
        "please report it with this file"
        for fault in result.faults
    ]


def tell_errors(note: Callable[[str], None], outcomes: list[Outcome], totals: Totals) -> None:
    """Give `note` the errors of files and those of the whole run."""
    failed = [shown_error(o.error, str(o.job.path)) for o in outcomes if o.error]
    for error in (*failed, *map(shown_error, totals.errors[totals.failed :])):
        note(f"error: {error}\n")


def summary(totals: Totals, mode: str, command: str = "harden", *, pins_are_told: bool = False) -> str:
    """Return the last line of a run: what came of it, and what to type next.

    Args:
        totals: of the run.
        mode: "diff", "write" or "check".
        command: that was run.
        pins_are_told: those that only wait for a registry have a line of their own, and do not count as held back.
    """
    held = totals.held_back - (totals.not_asked if pins_are_told else 0)
    if totals.errors and not totals.files:
        return f"{counted(len(totals.errors), 'error')}; nothing was changed."
    parts = [counted(totals.changes, "change") + (" made" if mode == "write" else " to make")]
    parts += [f"{totals.offered} offered"] * bool(totals.offered)
    parts += [f"{held} held back"] * bool(held)
    parts += [counted(len(totals.errors), "error")] * bool(totals.errors)
    hints = "; ".join(_hints(totals, mode, command))
    return f"{_files(totals, mode)}: {', '.join(parts)}." + (f" {hints}." if hints else "")


def _files(totals: Totals, mode: str) -> str:
    files = counted(totals.files, "file")
    if totals.files < 2:
        return files
    return f"{files}, {totals.changed} " + ("changed" if mode == "write" else "would change")


def _hints(totals: Totals, mode: str, command: str) -> list[str]:
    """Return what to type next."""
    hints = []
    if totals.changes and mode != "write":
        hints.append(f"`{command} --write` makes {'it' if totals.changes == 1 else 'them'}")
    elif totals.offered and not totals.changes:
        tried = any(rule.offered for rule in totals.rules if can_verify(rule.code))
        hints.append(f"{'`harden verify` tries' if tried else '--unsafe-fixes applies'} what is offered")
    if totals.example:
        hints.append(f"`harden --explain {totals.example}` says more")
    return hints
