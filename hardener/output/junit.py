"""JUnit's XML: a suite a file; what would change fails, what is offered or held back is skipped."""

from __future__ import annotations

from hardener.engine.job import Outcome
from hardener.engine.result import Result
from hardener.fast.records import dataclass
from hardener.output.escape import shown_error, xml
from hardener.output.findings import CHANGED, sentence, status
from hardener.output.reporter import Run
from hardener.output.totals import Totals
from hardener.rules.base import Finding


@dataclass(frozen=True, slots=True)
class _Case:
    """One test: its name, how it ended ("" for well, else the element), what is said of it."""

    name: str
    end: str = ""
    text: str = ""


class JUnit:
    """The output `junit`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Begin with no suite."""
        self._run = run
        self._suites: list[tuple[str, list[_Case]]] = []

    def file(self, outcome: Outcome) -> None:
        """Take a file."""
        result = outcome.result
        cases = [_Case("harden", "error", outcome.error)] if result is None else self._cases(result)
        self._suites.append((str(outcome.job.path), cases))

    def end(self, totals: Totals) -> None:
        """Print the document."""
        besides = [_Case("harden", "error", text) for text in totals.errors[totals.failed :]]
        suites = [*self._suites, *[("harden", besides)] * bool(besides)]
        counts = _counts([case for _, cases in suites for case in cases])
        body = "".join(_suite(name, cases) for name, cases in suites)
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        self._run.out(f'{head}<testsuites name="harden" {counts}>\n{body}</testsuites>\n')

    def _cases(self, result: Result) -> list[_Case]:
        # what is written is no failure any more
        fails = "failure" if self._run.mode != "write" else ""
        cases = [
            _Case(f"{f.code} {f.rule} {_place(f)}", fails if status(f) == CHANGED else "skipped", sentence(f))
            for f in result.findings
        ]
        return cases or [_Case("harden")]


def _place(finding: Finding) -> str:
    return f"{finding.file} line {finding.line}".lstrip()


def _suite(name: str, cases: list[_Case]) -> str:
    body = "".join(_case(name, case) for case in cases)
    return f'  <testsuite name="{xml(name)}" {_counts(cases)}>\n{body}  </testsuite>\n'


def _case(suite: str, case: _Case) -> str:
    start = f'    <testcase classname="{xml(suite)}" name="{xml(case.name)}" time="0"'
    if not case.end:
        return f"{start}/>\n"
    return f'{start}>\n      <{case.end} message="{xml(shown_error(case.text, suite, " | "))}"/>\n    </testcase>\n'


def _counts(cases: list[_Case]) -> str:
    ends = [case.end for case in cases]
    numbers = {"failures": "failure", "errors": "error", "skipped": "skipped"}
    return " ".join([f'tests="{len(cases)}"', *(f'{name}="{ends.count(end)}"' for name, end in numbers.items())])
