"""Writes what a measured run says of growth into docs/fleet.md: `python -m tests.bot.growth LOG`.

LOG is what `python -m tests.bot.measure FOLDER COUNT` printed, also while it runs.
"""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from tests.corpus import ROOT

PAGE = ROOT / "docs" / "fleet.md"
BEGIN, END = "<!-- growth: begin -->", "<!-- growth: end -->"
#: rows of the table; the last line of a run is one too
_SHOWN = (100, 200, 300, 500, 700, 1000, 1500, 2000)


class Mark(NamedTuple):
    """Where a run was: seconds of wall time, and of a processor in the coordinator and in the workers."""

    done: int
    wall: float
    own: float
    workers: float
    memory: int
    load: float


def marks(log: str) -> list[Mark]:
    """Return the lines of a log that say where the run was, with its beginning."""
    rows = [line.split("\t")[1:] for line in log.splitlines() if line.startswith("mark\t")]
    found = [Mark(int(row[0]), *map(float, row[1:4]), int(row[4]), float(row[5])) for row in rows]
    return [Mark(0, 0, 0, 0, 0, 0), *found]


def table(found: list[Mark]) -> str:
    """Return the table: up to each row, and for the repositories since the row above."""
    rows = [one for one in found if one.done in (0, *_SHOWN) or one is found[-1]]
    lines = [
        "| repositories | wall | processor, each | since the row above | of that the coordinator | its memory | load |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for before, one in pairwise(rows):
        count, total = one.done - before.done, one.own + one.workers
        since = (total - before.own - before.workers) / count
        own = (one.own - before.own) / count * 1000
        lines.append(
            f"| {one.done:,} | {one.wall:,.0f} s ({one.done / one.wall * 60:.0f} a minute) | {total / one.done:.2f} s "
            f"| {since:.2f} s | {own:.1f} ms | {one.memory} MiB | {one.load:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Write the table."""
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    found = table(marks(Path(sys.argv[1]).read_text(encoding="utf-8")))
    PAGE.write_text(f"{head}{BEGIN}\n\n{found}\n\n{END}{tail}", encoding="utf-8")


if __name__ == "__main__":
    main()
