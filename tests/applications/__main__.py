"""Build and run sample applications before and after, and write the table's data.

python -m tests.applications CHECKOUTS [--stand-ins] [--default] [--jobs N] [--keep FOLDER] [WORD …]

CHECKOUTS holds the repositories of known.json as owner/name or owner+name; what is missing is left out. WORD: only
applications whose name holds it. --stand-ins: replace base images that the test registry lacks, in all copies.
--default: without the run at --unsafe-fixes. --keep: where the copies stay, with what was seen beside them.
`python -m tests.benchmarks.examples --render` writes the page from the data.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.applications.container import built, docker, run, size, stand_in
from tests.applications.known import LIST, Application, applications, copied, edit
from tests.benchmarks.applications import DATA

LEVELS: dict[str, list[str] | None] = {"found": None, "default": [], "unsafe": ["--unsafe-fixes"]}
#: what must be alike
SAME = ("error", "up", "said", "answers", "wrote", "up again", "answers again")
KILLED = 137


def measured(one: Application, checkouts: Path, work: Path, levels: list[str], *, stand_ins: bool) -> dict[str, Any]:
    """Build and run an application at some levels; return what was seen at each, and what differs."""
    sides: dict[str, Any] = {}
    for level in levels:
        context = copied(one, checkouts, work / one.slug / level, stand_ins=stand_ins)
        if context is None:
            return {"wrong": "not in the checkouts"}
        changes = _hardened(work / one.slug / level, context / one.file, LEVELS[level])
        if level == "unsafe" and _alike(work / one.slug / "default", work / one.slug / level):
            continue
        sides[level] = {"changes": changes, **_seen(one, context, f"{one.slug}-{level}")}
        if level == "found" and (wrong := _unfit(sides[level])):
            return {"wrong": wrong, "sides": sides}
    return {"wrong": "; ".join(differences(sides)), "sides": sides}


def _hardened(folder: Path, dockerfile: Path, options: list[str] | None) -> list[str]:
    """Harden a folder with options, and return the rules that changed a Dockerfile of it; None: as found."""
    if options is None:
        return []
    line = [sys.executable, "-m", "hardener", "--write", "--offline", "--isolated", "--output-format", "json"]
    done = subprocess.run([*line, *options, str(folder)], capture_output=True, text=True, check=False)
    files = [file for file in json.loads(done.stdout)["files"] if Path(file["path"]).resolve() == dockerfile.resolve()]
    return sorted({finding["rule"] for file in files for finding in file["findings"] if finding["applied"]})


def _alike(one: Path, other: Path) -> bool:
    return not subprocess.run(["diff", "-rq", str(one), str(other)], capture_output=True, check=False).returncode


def _seen(one: Application, context: Path, name: str) -> dict[str, Any]:
    tag = f"harden-applications/{name}"
    wrong, _ = built(one, context, tag)
    if wrong:
        return {"build": wrong}
    try:
        seen = {"build": "", "size": size(tag), **run(one, tag, f"ha-{name}", context)}
        if not one.edit:
            return seen
        edit(one, context)
        wrong, seconds = built(one, context, tag)
        return {**seen, "rebuild": seconds, "rebuild error": wrong}
    finally:
        docker("rmi", "-f", tag)


def _unfit(seen: dict[str, Any]) -> str:
    """Return why an application as found says nothing."""
    if seen["build"]:
        return f"as found: build: {seen['build'][-200:]}"
    said = seen.get("error") or seen.get("said") or seen.get("log", "")
    return "" if seen.get("up") in {"yes", "ended 0"} else f"as found: {seen.get('up')}: {said[-200:]}"


def differences(sides: dict[str, Any]) -> list[str]:
    """Return what a level answers, builds or ends otherwise than what was found."""
    found = sides["found"]
    wrong: list[str] = []
    for level, seen in sides.items():
        if seen["build"] or seen.get("rebuild error"):
            wrong.append(f"{level}: build: {seen['build'] or seen['rebuild error']}")
            continue
        wrong += [f"{level}: {key}" for key in SAME if seen.get(key) != found.get(key)]
        if seen.get("health") not in (None, "", "healthy") and level != "found":
            wrong.append(f"{level}: {seen.get('health')}")
        if seen.get("exit") == KILLED != found.get("exit"):
            wrong.append(f"{level}: killed at the end")
    return wrong


def _row(one: Application, sides: dict[str, Any], levels: list[str]) -> dict[str, Any]:
    kept = ("changes", "size", "rebuild", "stop", "exit", "uid", "health")
    said = {level: {key: seen[key] for key in kept} for level, seen in sides.items()}
    return {"application": one.name, "language": one.language, "levels": levels, "sides": said}


def _written(found: dict[str, dict[str, Any]]) -> None:
    rows = sorted(found.values(), key=lambda row: str(row["application"]).lower())
    said = {"date": f"{datetime.now(UTC):%Y-%m-%d}", "applications": rows}
    DATA.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")


def main() -> None:
    """Measure what the command line asks for; say what differs, and keep the rows of what does not."""
    parser = argparse.ArgumentParser(prog="python -m tests.applications")
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--stand-ins", action="store_true")
    parser.add_argument("--default", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_intermixed_args()
    chosen = [one for one in applications() if not asked.words or any(word in one.name for word in asked.words)]
    work = asked.keep or Path(tempfile.mkdtemp(prefix="applications"))
    levels = [level for level in LEVELS if not (asked.default and level == "unsafe")]
    found = {row["application"]: row for row in json.loads(DATA.read_text(encoding="utf-8"))["applications"]}

    for tag, name in json.loads(LIST.read_text(encoding="utf-8"))["images"] if asked.stand_ins else []:
        stand_in(tag, LIST.parent / "images" / f"{name}.Dockerfile")

    def one_row(one: Application) -> None:
        result = measured(one, asked.checkouts, work, levels, stand_ins=asked.stand_ins)
        print(f"{one.name}: {result['wrong'] or 'alike'}", flush=True)
        if (work / one.slug).is_dir():
            (work / one.slug / "seen.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
        if not result["wrong"]:
            found[one.name] = _row(one, result["sides"], levels)
            _written(found)

    with ThreadPoolExecutor(asked.jobs) as pool:
        list(pool.map(one_row, chosen))


if __name__ == "__main__":
    main()
