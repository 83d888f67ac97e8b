"""The options of a run over files, for click and for a plain command line."""

from __future__ import annotations

from pathlib import Path

from hardener.cli.choices import CHOICES, Choices
from hardener.cli.options import giving, option, read
from hardener.engine.result import Options
from hardener.errors import OptionError
from hardener.fast.records import dataclass, replace
from hardener.output.reporter import FORMATS, WITH_EDITS

#: `--fail-level`: what still stands is counted up to this one
FAIL_LEVELS = ("none", "safe", "hardening", "unsafe", "held-back")
_COLOURS = ("auto", "always", "never")
_OPTIONS = (
    option("--diff", "mode", flag="diff", default="diff", help="Show the change as a diff (the default)."),
    option("--write", "mode", flag="write", help="Make the change in the files."),
    option("--check", "mode", flag="check", help="Only name the files that would change."),
    option("-i", "--interactive", "mode", flag="interactive", help="Go through the changes and ask about each."),
    option("--stdin-filename", metavar="NAME", help="File name to report for standard input."),
    option("--jobs", kind=int, metavar="N", help="Processes for many files (one per processor)."),
    option("-q", "--quiet", flag=True, help="Print only diffs and errors."),
    option("-v", "--verbose", flag=True, help="Print each place on its own, with code and level."),
    option("--color", kind=_COLOURS, default="auto", help="Colour what is printed."),
    option("--output-format", kind=tuple(FORMATS), default="text", help="Format of the report."),
    option("--output-file", kind=Path, metavar="PATH", help="Write the report to this file."),
    option("--statistics", flag=True, help="Also count the findings of each rule."),
    option("--fail-level", kind=FAIL_LEVELS, help="Exit with 1 for findings up to this level."),
    option("--exit-zero", flag=True, help="Exit with 0 whatever is found; errors still give 2."),
)
_BASELINE = (
    option("--baseline", kind=Path, metavar="FILE", help="Leave the findings of this file alone; only new ones count."),
    option(
        "--write-baseline", kind=Path, metavar="FILE", help="Record what is found now in this file, change nothing."
    ),
    option("--no-baseline", flag=True, help="Do not use the baseline that the configuration names."),
    option("--no-cache", flag=True, help="Work everything out anew and remember nothing of this run."),
)


#: Gives the main command what `harden update` does not have: its findings are of one rule alone.
baseline_options = giving(_BASELINE)
#: Gives a command the options of a run over files; with `choice_options` they are the fields of `Settings`.
run_options = giving(_OPTIONS)


@dataclass(frozen=True, slots=True)
class Settings(Choices):
    """The options as they were given."""

    mode: str
    stdin_filename: str | None
    jobs: int | None
    quiet: bool
    verbose: bool
    color: str
    output_format: str
    output_file: Path | None
    statistics: bool
    fail_level: str | None
    exit_zero: bool
    baseline: Path | None = None
    write_baseline: Path | None = None
    no_baseline: bool = False
    no_cache: bool = False

    def check(self) -> None:
        """Refuse options that exclude each other; see `Choices.check`."""
        Choices.check(self)
        if self.baseline and self.no_baseline:
            raise OptionError("use --baseline or --no-baseline, not both")
        if self.mode == "interactive" and (self.output_format != "text" or self.output_file is not None):
            raise OptionError("--interactive shows the changes itself: it takes no --output-format or --output-file")
        if self.write_baseline and (self.baseline or self.mode in ("write", "interactive")):
            raise OptionError("--write-baseline changes no Dockerfile and compares with nothing: give it alone")

    def options(self, path: Path) -> Options:
        """Return how the file at `path` is to be rewritten; see `Choices.options`."""
        chosen = Choices.options(self, path)
        told = self.verbose or self.output_format.startswith("json")
        return replace(chosen, with_edits=self.output_format in WITH_EDITS, with_settled=told, other_files=True)


def read_plain(arguments: list[str]) -> tuple[tuple[str, ...], Settings] | None:
    """Return the paths and settings of a plain command line; None where click has to read it."""
    found = read(arguments, _OPTIONS + _BASELINE + CHOICES)
    return (found[0], Settings(**found[1])) if found else None
