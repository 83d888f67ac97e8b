"""The report for programs: JSON, and CSV with a line a repository."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from hardener.bot.report.summary import NAMES, STATES, Summary
from hardener.output.escape import shown, valid


def as_json(report: Summary) -> str:
    """Return all of the report as one JSON object."""
    rows = [
        {"repository": row.name, "left": row.left, "ready": row.ready, "held_back": row.held, "errors": row.errors,
         "images": list(row.images), "requests": row.requests, "url": row.url, "at": row.at}
        for row in report.rows
    ]  # fmt: skip
    document: dict[str, Any] = {
        "version": 1,
        "repositories": rows,
        "requests": report.states,
        "merge_rate": report.rate,
        "fixed": report.fixed,
        "over_time": [
            {"at": p.at, "opened": p.opened, "merged": p.merged, "declined": p.declined, "fixed": p.fixed}
            for p in report.points
        ],
        "reasons": [
            {"id": spec, "rule": rule, "text": valid(text), "findings": count, "repositories": homes}
            for spec, rule, text, count, homes in report.reasons
        ],
        "images": [{"image": valid(image), "repositories": count} for image, count in report.images],
    }
    return json.dumps(document, indent=2) + "\n"


def as_csv(report: Summary) -> str:
    """Return the repositories as CSV; no cell can be a formula of a spreadsheet."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(["repository", "left", *NAMES, "ready", "held back", "errors", "images", *STATES, "url"])
    for row in report.rows:
        left = [row.left.get(name, 0) for name in NAMES]
        states = [row.requests.get(state, 0) for state in STATES]
        texts = [row.name, row.total, *left, row.ready, row.held, row.errors, " ".join(row.images), *states, row.url]
        writer.writerow([_cell(value) if isinstance(value, str) else value for value in texts])
    return out.getvalue()


def _cell(text: str) -> str:
    plain = valid(shown(text))
    return f"'{plain}" if plain.startswith(("=", "+", "-", "@")) else plain
