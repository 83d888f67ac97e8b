"""Sample applications of known organisations, built and run before and after: the table of what was measured."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "applications.json"

_SECTION = """\

## Sample applications of others

{count} sample applications, each built and run on {date} as found, and as `harden --write --offline` leaves its folder:
asked over HTTP, written to where they take a POST, restarted, asked again, stopped. All answered alike before and
after, in status and body; one that misses another service (home_app) with the same error. Base images that the test
registry lacks were replaced in both copies, Alpine among them; all are stand-ins as above, those of PHP and Ruby made
for this run alone. flask, flask-redis, apache-php and nginx-nodejs-redis of docker/awesome-compose also ran under
`docker compose up` with their compose files as found and as changed.

{table}

* rebuild, stop: one measurement each, on two busy cores: below a second they say nothing. –: the cache was shared.
* exit: what the engine reports after `docker stop`: 137 killed after 10 seconds, 143 ended by SIGTERM. npm turns the
  signal into 1. A program that sends itself the signal again after its shutdown (Sinatra) ends with 0 as PID 1 only,
  where the signal has no effect, and with 143 behind an init.
* uid: of all processes in the container.
"""


def section() -> str:
    """Return the part of docs/measurements.md about sample applications."""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = found["applications"]
    return _SECTION.format(count=len(rows), date=found["date"], table="\n".join(_table(rows)))


def _table(rows: list[dict[str, Any]]) -> list[str]:
    head = "| application | language | what changed | size, MB | rebuild, s | stop, s | exit | uid |"
    return [head, "|---|---|---|---|---|---|---|---|", *map(_row, rows)]


def _row(row: dict[str, Any]) -> str:
    where = row["repository"] + ("" if row["folder"] == "." else f" {row['folder']}")
    sizes = tuple(f"{size / 1e6:.0f}" for size in row["size"])
    rebuild = _change(row["rebuild"]) if row["rebuild"] else "–"
    changes = ", ".join(row["changes"]) or "nothing"
    cells = (_change(sizes), rebuild, _change(row["stop"]), _change(row["exit"]), _change(row["uid"]))
    return f"| {where} | {row['language']} | {changes} | {' | '.join(cells)} |"


def _change(pair: Any) -> str:
    before, after = pair
    return f"{before} → {after}"
