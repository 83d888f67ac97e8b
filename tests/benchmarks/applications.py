"""Sample applications of known organisations, built and run before and after: the table of what was measured."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "applications.json"

_SECTION = """\

## Sample applications of others

{count} sample applications, each built and run on {date} as found, as `harden --write --offline` leaves its folder, and
as it does with `--unsafe-fixes`, by `python -m tests.applications`: asked over HTTP, written to where they take a POST,
restarted, asked again, stopped. All answered alike, in status and body; one that misses another service (home_app) with
the same error. Base images that the test registry lacks were replaced in all copies, Alpine among them; all are
stand-ins as above, those of PHP and Ruby made for this run alone.

{table}

* size, rebuild, stop, exit, uid: as found → default → `--unsafe-fixes`; the last is missing where it changes
  nothing more.
* rebuild, stop: one measurement each, on two busy cores: below a second they say nothing.
* exit: what the engine reports after `docker stop`: 137 killed after 10 seconds, 143 ended by SIGTERM. npm turns the
  signal into 1. A program that sends itself the signal again after its shutdown (Sinatra) ends with 0 as PID 1 only,
  where the signal has no effect, and with 143 behind an init.
* uid: of all processes in the container. health: what a health check that is there at the end says after its start.
"""

_HEAD = (
    "application", "language", "what changed", "with `--unsafe-fixes` also", "size, MB", "rebuild, s", "stop, s",
    "exit", "uid", "health",
)  # fmt: skip


def section() -> str:
    """Return the part of docs/measurements.md about sample applications."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = found["applications"]
    return _SECTION.format(count=len(rows), date=found["date"], table="\n".join(_table(rows)))


def _table(rows: list[dict[str, Any]]) -> list[str]:
    return [f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|", *map(_row, rows)]


def _row(row: dict[str, Any]) -> str:
    sides: dict[str, dict[str, Any]] = row["sides"]
    default = sides["default"]["changes"]
    besides = [rule for rule in sides.get("unsafe", {}).get("changes", []) if rule not in default]
    last = sides.get("unsafe", sides["default"])
    cells = (
        row["application"],
        row["language"],
        ", ".join(default) or "nothing",
        ", ".join(besides) or ("–" if "unsafe" in row["levels"] else "not run"),
        _each(sides, lambda side: f"{side['size'] / 1e6:.0f}"),
        *(_each(sides, lambda side, key=key: str(side[key])) for key in ("rebuild", "stop", "exit", "uid")),
        last["health"] or "–",
    )
    return f"| {' | '.join(cells)} |"


def _each(sides: dict[str, dict[str, Any]], said: Callable[[dict[str, Any]], str]) -> str:
    return " → ".join(map(said, sides.values()))
