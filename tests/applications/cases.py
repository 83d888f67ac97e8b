"""Build and run a folder of cases before and after, as `python -m tests.applications` does with sample applications.

python -m tests.applications.cases FOLDER [--stand-ins] [--jobs N] [--keep FOLDER] [NAME …]

FOLDER holds a folder for each case, with its Dockerfiles (Dockerfile*, *.Dockerfile) beside their build context. What
cannot be seen from the files is in cases.json: port, requests, what compose gives, files that the context lacks,
whether its package-lock.json is a sketch for which npm makes a whole one. A case without a row goes on or ends. NAME:
only cases whose name holds it. A line for each: "same", "differs" with what does, or "cannot": as found it does not
build or start, so nothing can be compared.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.applications.__main__ import LEVELS, measured
from tests.applications.container import LABEL, docker, stand_in
from tests.applications.known import LIST, Application, copied, with_images

ROWS = Path(__file__).parent / "cases.json"
#: a port is what a row has to say first: without one a program is not asked
_PLAIN: dict[str, Any] = {"project": ".", "context": ".", "port": 0, "ask": []}


@dataclass(frozen=True, slots=True)
class Case:
    """One Dockerfile of a folder of cases.

    Attributes:
        application: how it is built, run and asked.
        why: why it is not run; "": it is.
        sketch: whether npm has to make the lock file.
    """

    application: Application
    why: str = ""
    sketch: bool = False


def cases(folder: Path) -> dict[str, Case]:
    """Return every Dockerfile of a folder of cases by its name."""
    rows = json.loads(ROWS.read_text(encoding="utf-8"))
    languages = json.loads(LIST.read_text(encoding="utf-8"))["replace"] | rows["replace"]
    found: dict[str, Case] = {}
    for dockerfile in sorted({*folder.glob("*/Dockerfile*"), *folder.glob("*/*.Dockerfile")}):
        case = dockerfile.parent.name
        name = case if dockerfile.name == "Dockerfile" else f"{case}/{dockerfile.name}"
        row = {**_PLAIN, "language": _language(case, dockerfile), **rows["cases"].get(name, {})}
        why, sketch = row.pop("not run", ""), row.pop("sketch", False)
        one = Application(repository=case, file=dockerfile.name, **row)
        found[name] = Case(with_images(one, languages), why, sketch)
    return found


def _language(case: str, dockerfile: Path) -> str:
    """Return whose images stand in for those of a Dockerfile: the language that its bases name."""
    text = dockerfile.read_bytes().decode("utf-8", errors="replace").lower()
    bases = " ".join(line for line in text.splitlines() if line.lstrip().startswith("from "))
    named = {"golang:": "Go", "node:": "Node", "python:": "Python", "php:": "PHP", "ubuntu:": "Ubuntu"}
    return next((language for base, language in named.items() if base in bases), case)


def with_lock(one: Application, folder: Path, to: Path) -> Path:
    """Copy a case whose lock file is a sketch, let npm make a whole one, and return the folder that holds the copy."""
    context = copied(one, folder, to / one.repository, stand_ins=False)
    if context is None:
        raise FileNotFoundError(one.repository)
    (context / "package-lock.json").unlink(missing_ok=True)
    npm = ["npm", "install", "--package-lock-only", "--ignore-scripts"]
    done = docker("run", "--rm", "--label", LABEL, "-v", f"{context}:/case", "-w", "/case", "node:20-slim", *npm)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return to


def verdict(result: dict[str, Any]) -> tuple[str, str]:
    """Return what a result of `measured` says of a case ("same", "differs" or "cannot"), and why."""
    wrong = str(result["wrong"])
    if not wrong:
        changes = {rule for seen in result["sides"].values() for rule in seen["changes"]}
        return "same", ", ".join(sorted(changes)) or "nothing changed"
    return ("differs" if len(result.get("sides", {})) > 1 else "cannot"), wrong


def main() -> None:
    """Run what the command line asks for; exit 1 where a case differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.applications.cases")
    parser.add_argument("folder", type=Path)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--stand-ins", action="store_true")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_intermixed_args()
    work = asked.keep or Path(tempfile.mkdtemp(prefix="cases"))
    chosen = {name: row for name, row in cases(asked.folder).items() if not asked.names or _named(name, asked.names)}
    for tag, name in json.loads(LIST.read_text(encoding="utf-8"))["images"] if asked.stand_ins else []:
        stand_in(tag, LIST.parent / "images" / f"{name}.Dockerfile")

    def one_case(name: str) -> str:
        case = chosen[name]
        one = case.application
        folder = with_lock(one, asked.folder, work / "whole") if case.sketch else asked.folder
        result: dict[str, Any] = {"wrong": case.why}
        if not case.why:
            result = measured(one, folder, work, list(LEVELS), stand_ins=asked.stand_ins)
        kind, said = verdict(result)
        print(f"{kind:8}{name}: {' '.join(said.split())}", flush=True)
        if (work / one.slug).is_dir():
            (work / one.slug / "seen.json").write_text(json.dumps(result, indent=1), encoding="utf-8")
        return kind

    with ThreadPoolExecutor(asked.jobs) as pool:
        counts = Counter(pool.map(one_case, chosen))
    print(", ".join(f"{number} {kind}" for kind, number in counts.items()))
    sys.exit(1 if counts["differs"] else 0)


def _named(name: str, words: list[str]) -> bool:
    return any(word in name for word in words)


if __name__ == "__main__":
    main()
