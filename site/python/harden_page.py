"""What the page asks: files in, the diff and the findings out, as `harden` says them in a folder with these files."""

from __future__ import annotations

import json
import os
import shutil
from itertools import count
from pathlib import Path
from typing import Any

from hardener.cli.jobs import jobs_of
from hardener.cli.settings import read_plain
from hardener.engine.batch import Outcome, run_all
from hardener.engine.together import together
from hardener.errors import HardenError
from hardener.output.json_document import file_data
from hardener.output.totals import totals_of

#: each run has a folder of its own below it: harden remembers what it read of a folder, as nothing changes in a command
_ROOM = Path("/runs")
_numbers = count()
_FILES = 100
_SIZE = 2_000_000
#: files of one form that harden reads; a typing error in one is shown, not only what harden then cannot tell
_JSON = frozenset(("package.json", "package-lock.json", "composer.json"))


class RefusedError(Exception):
    """A file that the page does not take; the text says why."""


def answer(asked: str) -> str:
    """Return as JSON what harden says.

    Args:
        asked: JSON of {"files": {name: text}, "unsafe": bool}.
    """
    given = json.loads(asked)
    try:
        _put(given["files"])
        outcomes, errors = _run(unsafe=bool(given.get("unsafe")))
    except (HardenError, RefusedError) as error:
        return json.dumps({"files": [], "errors": [{"message": str(error)}], "summary": {}})
    totals = totals_of(outcomes, [error["message"] for error in errors])
    summary = {"changes": totals.changes, "offered": totals.offered, "held_back": totals.held_back}
    return json.dumps({
        "files": [_file(outcome) for outcome in outcomes],
        "errors": errors + _misspelt(given["files"]),
        "summary": summary,
    })  # fmt: skip


def _put(files: dict[str, str]) -> None:
    """Make a folder with these files the current one, and remove the one before."""
    if len(files) > _FILES or sum(map(len, files.values())) > _SIZE:
        raise RefusedError(f"more than {_FILES} files, or more than {_SIZE:,} characters in all")
    os.chdir("/")
    shutil.rmtree(_ROOM, ignore_errors=True)
    folder = _ROOM / str(next(_numbers)) / "project"
    folder.mkdir(parents=True)
    for name, text in files.items():
        parts = name.split("/")
        if any(part in ("", ".", "..") or len(part) > 200 for part in parts) or "\0" in name or len(parts) > 20:
            raise RefusedError(f"{name!r}: name a file below this folder, such as app/package.json")
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text.encode("utf-8", "replace"))
        except OSError:
            raise RefusedError(f"{name!r}: another file has the name of its folder, or of the file") from None
    os.chdir(folder)


def _run(*, unsafe: bool) -> tuple[list[Outcome], list[dict[str, Any]]]:
    """Run what `harden --offline .` runs."""
    read = read_plain(["--offline", *["--unsafe-fixes"] * unsafe, "."])
    assert read is not None
    paths, settings = read
    problems: list[str] = []
    outcomes = together(run_all(jobs_of(paths, settings, problems), 1))
    return outcomes, [{"message": problem} for problem in problems]


def _file(outcome: Outcome) -> dict[str, Any]:
    """Return what came of a file, with its new text and the place of what is wrong in it."""
    unread = outcome.unread
    return {
        **file_data(outcome, "diff"),
        "code": outcome.result.code if outcome.result is not None and outcome.result.changed else None,
        "unread": unread and {"line": unread.line, "column": unread.column, "message": unread.message},
    }


def _misspelt(files: dict[str, str]) -> list[dict[str, Any]]:
    """Return where a file is no JSON that has to be."""
    found = []
    for name, text in files.items():
        if name.rpartition("/")[2] in _JSON:
            try:
                json.loads(text)
            except json.JSONDecodeError as error:
                place = {"file": name, "line": error.lineno, "column": error.colno}
                found.append({"message": f"{name}:{error.lineno}:{error.colno}: this is no JSON: {error.msg}", **place})
            except RecursionError:
                found.append({"message": f"{name}: nested too deeply", "file": name, "line": 1, "column": 1})
    return found
