"""The output for people: the diffs, what they mean file by file, what is left, and one line with what to do next."""

from __future__ import annotations

from hardener.engine.batch import Outcome
from hardener.engine.result import Result
from hardener.output.block import block, not_asked
from hardener.output.diff import unified_diff
from hardener.output.escape import shown, shown_error
from hardener.output.reporter import Run
from hardener.output.style import wrapped
from hardener.output.totals import Totals, counted, statistics


class Text:
    """The output `text`."""

    def begin(self, run: Run) -> None:
        """Keep how the run is to be told."""
        self._run = run
        self._outcomes: list[Outcome] = []

    def file(self, outcome: Outcome) -> None:
        """Print the diff, or the name of a file that would change."""
        self._outcomes.append(outcome)
        result = outcome.result
        if result is None:
            return
        if self._run.mode == "diff":
            style = self._run.style
            self._run.out(unified_diff(result, colour=style.colour, escape=style.terminal))
        elif self._run.mode == "check" and result.changed:
            self._run.out(f"would change {shown(str(outcome.job.path))}\n")

    def end(self, totals: Totals) -> None:
        """Print the blocks of the files, the errors and the summary."""
        run = self._run
        if not run.quiet:
            for outcome in self._outcomes:
                self._block(outcome)
            self._besides(totals)
        for result in self._results():
            for line in fault_lines(result):
                run.note(f"{line}\n")
        tell_errors(run, self._outcomes, totals)
        if not run.quiet and not run.piped:
            run.note(wrapped(summary(totals, run.mode), "", 2, run.style.width))

    def _block(self, outcome: Outcome) -> None:
        if outcome.result is None:
            return
        run = self._run
        printed = block(outcome.result, run.style, wrote=run.mode == "write", verbose=run.verbose)
        if printed:
            say = run.out if outcome.job.data is None else run.aside
            say(f"\n{printed}" if outcome.result.changed or len(self._outcomes) > 1 else printed)

    def _besides(self, totals: Totals) -> None:
        """Print what is said once for all files."""
        run = self._run
        say = run.aside if run.piped else run.out
        pins = [] if run.verbose else not_asked(self._results())
        if pins:
            say(wrapped(", ".join(pins), "  pins: not asked (--offline): ", 8, run.style.width))
        if run.statistics and totals.rules:
            say(f"\n{statistics(totals)}")
        if not run.piped and totals.rules:
            say("\n")

    def _results(self) -> list[Result]:
        return [outcome.result for outcome in self._outcomes if outcome.result is not None]


def fault_lines(result: Result) -> list[str]:
    """Return a line for each pass of ours that failed its proof and was dropped: a bug, to be reported."""
    name = shown(result.filename or "<text>")
    return [
        f"{name}: internal fault in {fault.rule}, its change was dropped: {shown('; '.join(fault.reasons))}; "
        "please report it with this file"
        for fault in result.faults
    ]


def tell_errors(run: Run, outcomes: list[Outcome], totals: Totals) -> None:
    """Print the errors of files and those of the whole run beside the report."""
    failed = [shown_error(o.error, str(o.job.path)) for o in outcomes if o.error]
    for error in (*failed, *map(shown_error, totals.errors[totals.failed :])):
        run.note(f"error: {error}\n")


def summary(totals: Totals, mode: str) -> str:
    """Return the last line of a run: what came of it, and what to type next."""
    held = totals.held_back - totals.not_asked
    parts = [counted(totals.changes, "change") + (" made" if mode == "write" else " to make")]
    parts += [f"{totals.offered} offered"] * bool(totals.offered)
    parts += [f"{held} held back"] * bool(held)
    parts += [f"{counted(totals.not_asked, 'pin')} not asked for"] * bool(totals.not_asked)
    parts += [counted(len(totals.errors), "error")] * bool(totals.errors)
    hints = "; ".join(_hints(totals, mode))
    return f"{_files(totals, mode)}: {', '.join(parts)}." + (f" {hints}." if hints else "")


def _files(totals: Totals, mode: str) -> str:
    files = counted(totals.files, "file")
    if totals.files < 2:
        return files
    return f"{files}, {totals.changed} " + ("changed" if mode == "write" else "would change")


def _hints(totals: Totals, mode: str) -> list[str]:
    """Return what to type next."""
    hints = []
    if totals.changes and mode != "write":
        hints.append("`harden --write` makes them")
    elif totals.offered and not totals.changes:
        hints.append("`harden verify` tries what is offered")
    if totals.example is not None:
        hints.append(f"`harden --explain {totals.example.rule}` says more")
    return hints
