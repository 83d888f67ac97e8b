"""What `harden verify` adds to the default on sample applications: the table of what was measured."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "verify_adds.json"

_SECTION = """
## What `harden verify` adds to the default

{count} of the sample applications above, each verified on {date} by `python -m tests.applications.verify`, which runs
`harden verify --try-held-back --offline` with the environment that the application needs and no other option. A run by
default leaves {offered} changes to `--unsafe-fixes` there; {proved} changes were proved by running, those among them
that come up only beside others, and {dropped} rules were dropped. Images are stand-ins as above.

{table}

* `--help` alone is asked of a service that does not work without another, and whose compose file does not say so with
  `depends_on`: what is dropped there says little.
* no rewrite: places that are held back and that no rewrite is known for, so there is nothing to try; among them one for
  each base image without a digest, as the runs were offline.
* seconds: of the whole run, builds of the original included, on a busy machine with two processors.
"""


_HEAD = (
    "application", "asked", "kept that the default makes", "left to `--unsafe-fixes`", "proved by running",
    "not proved, and why", "no rewrite", "seconds",
)  # fmt: skip


def section() -> str:
    """Return the part of docs/measurements.md about them, "" where nothing was measured."""
    if not DATA.exists():
        return ""
    found = json.loads(DATA.read_text(encoding="utf-8"))
    rows: list[dict[str, Any]] = found["applications"]
    return _SECTION.format(
        count=len(rows),
        date=found["date"],
        **{what: sum(len(row[what]) for row in rows) for what in ("offered", "proved", "dropped")},
        table="\n".join([f"| {' | '.join(_HEAD)} |", "|---" * len(_HEAD) + "|", *map(_row, rows)]),
    )


def _row(row: dict[str, Any]) -> str:
    kept = [rule for rule in row["default"] if rule not in row["dropped"]]
    why = [f"{rule}: {'; '.join(failures)}".replace("|", "\\|") for rule, failures in row["dropped"].items()]
    cells = (
        row["application"],
        ", ".join(row["asked"]),
        ", ".join(kept) or "nothing",
        _counted(row["offered"]),
        _counted(row["proved"]),
        "; ".join(why) or "–",
        str(len(row["refused"])),
        f"{row['seconds']:.0f}",
    )
    return f"| {' | '.join(cells)} |"


def _counted(rules: Iterable[str]) -> str:
    found = Counter(rules)
    return ", ".join(f"{rule} ({count})" if count > 1 else rule for rule, count in sorted(found.items())) or "–"
