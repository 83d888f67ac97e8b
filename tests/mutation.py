"""Mutation testing: makes small faults in a copy of the checkout, one at a time, and looks whether the tests see them.

`python -m tests.mutation [PART ...] --each 40` tries that many faults of each part, chosen by a seed, with the
tests that a row of `mutation.json` names, and prints each that survived as a diff. Survivors that mean the same to
every caller are in the same file, with the reason; a row there that does not name one fault is an error.
`--page` writes what was tried into docs/trust.md.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests.corpus import ROOT
from tests.mutants import Mutant, mutants, written
from tests.mutation_forks import ENDS, JOB

DATA = ROOT / "tests" / "mutation.json"
PAGE = ROOT / "docs" / "trust.md"
_BLOCK = re.compile(r"(<!-- mutation: begin -->\n).*(<!-- mutation: end -->)", re.DOTALL)
_PYTEST = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider"]
#: seconds that tests may take which start with a fault
_ANEW = 600


def copied(folder: Path) -> Path:
    """Copy what git knows of the checkout into a folder."""
    names = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    )
    for name in filter(None, names.stdout.decode().split("\0")):
        source, target = ROOT / name, folder / name
        if source.is_file() or source.is_symlink():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target, follow_symlinks=False)
    return folder


def _environment(folder: Path) -> dict[str, str]:
    # no byte code of a source that is there for seconds: a time and a size do not tell it from the next one
    return os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}


def outcome(folder: Path, name: str, mutant: Mutant, tests: list[str]) -> str:
    """Return what the tests make of a fault in a process that starts with it: "survived", "killed" or "timed out"."""
    path = folder / name
    source = path.read_bytes()
    path.write_bytes(mutant.of(source))
    try:
        with subprocess.Popen(
            [*_PYTEST, *tests], cwd=folder, env=_environment(folder), start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        ) as process:  # fmt: skip
            try:
                return "killed" if process.wait(_ANEW) else "survived"
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                return "timed out"
    finally:
        path.write_bytes(source)


def difference(source: bytes, mutant: Mutant, name: str) -> str:
    """Return a fault as a diff without context."""
    old, new = source.decode().splitlines(), mutant.of(source).decode().splitlines()
    lines = difflib.unified_diff(old, new, name, f"{name} ({mutant.function}: {mutant.kind})", lineterm="", n=0)
    return "\n".join(lines)


def key(source: bytes, mutant: Mutant, name: str) -> dict[str, str]:
    """Return what names a fault when lines move: its file, function, line, and what it replaces by what."""
    old = source[mutant.start : mutant.end].decode()
    line = source[source.rfind(b"\n", 0, mutant.start) + 1 :].decode().partition("\n")[0].strip()
    return {"file": name, "function": mutant.function, "line": line, "old": old, "new": mutant.text}


def stale(known: list[dict[str, str]], root: Path = ROOT) -> list[dict[str, str]]:
    """Return the rows of faults that mean the same which do not name one fault, such as where the code has changed."""
    left = []
    for file in sorted({row["file"] for row in known}):
        source = (root / file).read_bytes() if (root / file).exists() else b""
        faults = [key(source, mutant, file) for mutant in written(source)]
        left += [row for row in known if row["file"] == file and faults.count(_named(row)) != 1]
    return left


def _named(row: dict[str, str]) -> dict[str, str]:
    return {field: text for field, text in row.items() if field != "why"}


def forks(folder: Path, tests: list[str], chosen: list[tuple[str, Mutant]], place: Path) -> list[str]:
    """Return how each fault ends, tried by processes that one start of pytest forks (`tests.mutation_forks`).

    Raises:
        SystemExit: the tests fail without a fault.
    """
    job, ends = place / "job.json", place / "ends"
    job.write_text(json.dumps([{"file": name, "mutant": asdict(mutant)} for name, mutant in chosen]), encoding="utf-8")
    base = ["-p", "tests.mutation_forks", f"--basetemp={place / 'pytest'}"]
    given = _environment(folder) | {JOB: str(job), ENDS: str(ends)}
    run = subprocess.run([*_PYTEST, *base, *tests], cwd=folder, env=given, capture_output=True, check=False)
    found = [json.loads(line)["end"] for line in ends.read_bytes().splitlines()] if ends.exists() else []
    if len(found) != len(chosen):
        raise SystemExit(f"{' '.join(tests)}:\n{run.stdout.decode()}{run.stderr.decode()}")
    return found


def drawn(part: str, files: list[str], each: int, seed: int = 1) -> tuple[list[tuple[str, Mutant]], int]:
    """Return faults of a part, chosen by a seed, and how many there are; a larger number adds to a smaller."""
    every = [(name, mutant) for name in files for mutant in mutants((ROOT / name).read_bytes())]
    mixed = random.Random(f"{part} {seed}").sample(every, len(every))
    return sorted(mixed[:each], key=lambda row: (row[0], row[1].start)), len(every)


def tried(part: str, row: dict[str, list[str]], each: int, seed: int, known: list[dict[str, str]]) -> dict[str, int]:
    """Try faults of a part and return how many ended how."""
    files = sorted({path.relative_to(ROOT).as_posix() for glob in row["files"] for path in ROOT.glob(glob)})
    chosen, possible = drawn(part, files, each, seed)
    without = [_named(row) for row in known]
    differ = [(name, mutant) for name, mutant in chosen if key((ROOT / name).read_bytes(), mutant, name) not in without]
    counts: Counter[str] = Counter({"possible": possible, "the same": len(chosen) - len(differ)})
    with tempfile.TemporaryDirectory() as place:
        folder = copied(Path(place) / "harden")
        ends = forks(folder, row["tests"], differ, Path(place))
        for (name, mutant), end in zip(differ, ends, strict=True):
            told = end if end != "anew" else outcome(folder, name, mutant, row["tests"])
            counts[told if told != "not called" else "survived"] += 1
            if told in ("survived", "not called"):
                source = (ROOT / name).read_bytes()
                print("" if told == "survived" else "no test calls it:")
                print(difference(source, mutant, name))
                print(json.dumps(key(source, mutant, name), ensure_ascii=False), flush=True)
    return dict(counts)


def table(figures: dict[str, dict[str, int]]) -> str:
    """Return the figures as a table of Markdown."""
    ends = ("killed", "timed out", "survived", "the same")
    rows = [
        "| part | possible | tried | killed | timed out | survived | mean the same | seen |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for name, counts in figures.items():
        numbers = [counts.get(end, 0) for end in ends]
        cells = " | ".join(map(str, [counts["possible"], sum(numbers), *numbers]))
        rows.append(f"| `{name}` | {cells} | {_share(counts)} |")
    total = Counter({end: sum(counts.get(end, 0) for counts in figures.values()) for end in ends})
    seen = total["killed"] + total["timed out"]
    differ = seen + total["survived"]
    return "\n".join(
        [*rows, "", f"Seen by the tests: {seen} of {differ} that mean something else ({_share(total)}).", ""]
    )


def _share(counts: Mapping[str, int]) -> str:
    seen = counts.get("killed", 0) + counts.get("timed out", 0)
    differ = seen + counts.get("survived", 0)
    return f"{100 * seen / differ:.0f} %" if differ else "none"


def keep(name: str, counts: dict[str, int]) -> None:
    """Keep the figures of a part, and write all that are kept into docs/trust.md."""
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    data["figures"][name] = counts
    data["figures"] = {part: data["figures"][part] for part in data["parts"] if part in data["figures"]}
    DATA.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    block = f"\n{table(data['figures'])}\n"
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}{block}{found[2]}", page), encoding="utf-8")


def main() -> None:
    """Try faults, print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("parts", nargs="*", help="rows of mutation.json, by default all")
    parser.add_argument("--each", type=int, default=40, help="how many faults of a part (40)")
    parser.add_argument("--seed", type=int, default=1, help="which sample; another one shows what nobody looked at (1)")
    parser.add_argument("--page", action="store_true", help="keep the figures, and write them into docs/trust.md")
    chosen = parser.parse_args()
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    if rows := stale(data["same"]):
        raise SystemExit("\n".join(["These rows of `same` do not name one fault:", *map(json.dumps, rows)]))
    figures: dict[str, dict[str, int]] = {}
    for part in chosen.parts or data["parts"]:
        figures[part] = tried(part, data["parts"][part], chosen.each, chosen.seed, data["same"])
        if chosen.page:
            keep(part, figures[part])
    print(table(figures))


if __name__ == "__main__":
    main()
