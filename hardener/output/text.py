"""The output for people: the diffs, what they mean file by file, what is left, and one line with what to do next."""

from __future__ import annotations

from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.output.block import block, not_asked
from hardener.output.diff import unified_diff
from hardener.output.escape import shown
from hardener.output.reporter import Run
from hardener.output.style import wrapped
from hardener.output.summary import fault_lines, summary, tell_errors
from hardener.output.totals import Totals, statistics


class Text:
    """The output `text`."""

    tells_errors = True

    def begin(self, run: Run) -> None:
        """Keep how the run is to be told."""
        self._run = run
        self._outcomes: list[Outcome] = []
        self._printed = False

    def file(self, outcome: Outcome) -> None:
        """Print the diff, or the name of a file that would change."""
        self._outcomes.append(outcome)
        result = outcome.result
        if result is None:
            return
        if self._run.mode == "diff":
            style = self._run.style
            self._say(unified_diff(result, colour=style.colour, escape=style.terminal))
        elif self._run.mode == "check":
            own = [str(outcome.job.path)] * result.changed
            for name in (*own, *(change.place for change in result.changes)):
                self._say(f"would change {shown(name)}\n")

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
        tell_errors(run.note, self._outcomes, totals)
        if not run.quiet and not run.piped:
            run.note(f"{summary(totals, run.mode, run.command, pins_are_told=not run.verbose)}\n")

    def _block(self, outcome: Outcome) -> None:
        if outcome.result is None:
            return
        run = self._run
        printed = block(outcome.result, run.style, wrote=run.mode == "write", verbose=run.verbose)
        if printed:
            gap = "\n" * self._printed
            self._say(gap + printed, beside=outcome.job.data is not None)

    def _besides(self, totals: Totals) -> None:
        """Print what is said once for all files."""
        run = self._run
        pins = [] if run.verbose else not_asked(self._results())
        if pins:
            what = "moved" if run.command == "harden update" else "pinned"
            self._say(wrapped(", ".join(pins), f"  not {what} (--offline): ", 8, run.style.width), beside=run.piped)
        if run.statistics and totals.rules:
            self._say("\n" * self._printed + statistics(totals), beside=run.piped)
        if not run.piped and self._printed:
            self._say("\n")

    def _say(self, text: str, *, beside: bool = False) -> None:
        """Print; what belongs to standard input goes beside its diff or text."""
        self._printed = self._printed or text != ""
        (self._run.aside if beside else self._run.out)(text)

    def _results(self) -> list[Result]:
        return [outcome.result for outcome in self._outcomes if outcome.result is not None]
