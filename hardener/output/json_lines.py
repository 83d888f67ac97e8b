"""A JSON object a line: the run, each file as soon as it is told, the summary."""

from __future__ import annotations

import json
from typing import Any

from hardener.engine.job import Outcome
from hardener.output.json_document import end_data, file_data, run_data
from hardener.output.reporter import Run
from hardener.output.totals import Totals


class JsonLines:
    """The output `json-lines`."""

    tells_errors = False

    def begin(self, run: Run) -> None:
        """Print the first line."""
        self._run = run
        self._line("run", run_data(run))

    def file(self, outcome: Outcome) -> None:
        """Print the line of a file."""
        self._line("file", file_data(outcome, self._run.mode))

    def end(self, totals: Totals) -> None:
        """Print the last line."""
        self._line("summary", end_data(totals))

    def _line(self, kind: str, data: dict[str, Any]) -> None:
        self._run.out(json.dumps({"type": kind, **data}) + "\n")
