"""Mutation testing: makes small faults in a copy of the checkout, one at a time, and looks whether the tests see them.

`python -m tests.mutation [PART ...] --each 20` tries that many faults of each file, chosen by a fixed seed, with the
tests that a row of `mutation.json` names, and prints each that survived as a diff. Survivors that mean the same to
every caller are in the same file, with the reason. `--page` writes what was tried into docs/trust.md.
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
import time
from collections import Counter
from pathlib import Path
from typing import Any

from tests.corpus import ROOT
from tests.mutants import Mutant, mutants

DATA = ROOT / "tests" / "mutation.json"
PAGE = ROOT / "docs" / "trust.md"
_BLOCK = re.compile(r"(<!-- mutation: begin -->\n).*(<!-- mutation: end -->)", re.DOTALL)
#: how often as long as without a fault the tests may take, and seconds besides
_SLOWER, _BESIDES = 3, 10


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


def outcome(folder: Path, tests: list[str], limit: float) -> str:
    """Return what the tests make of a copy: "survived", "killed" or "timed out"."""
    command = [sys.executable, "-m", "pytest", "-q", "-x", "-n", "0", "-p", "no:cacheprovider", *tests]
    # no byte code of a source that is there for seconds: a time and a size do not tell it from the next one
    given = os.environ | {"PYTHONPATH": str(folder), "PYTHONDONTWRITEBYTECODE": "1"}
    with subprocess.Popen(
        command, cwd=folder, env=given, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            return "killed" if process.wait(limit) else "survived"
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return "timed out"


def difference(source: bytes, mutant: Mutant, name: str) -> str:
    """Return a fault as a diff without context."""
    old, new = source.decode().splitlines(), mutant.of(source).decode().splitlines()
    lines = difflib.unified_diff(old, new, name, f"{name} ({mutant.function}: {mutant.kind})", lineterm="", n=0)
    return "\n".join(lines)


def key(source: bytes, mutant: Mutant, name: str) -> dict[str, str]:
    """Return what names a fault when lines move: its file, function, and what it replaces by what."""
    old = source[mutant.start : mutant.end].decode()
    return {"file": name, "function": mutant.function, "old": old, "new": mutant.text}


def tried(folder: Path, name: str, tests: list[str], each: int, known: list[dict[str, str]]) -> dict[str, int]:
    """Try faults of a file and return how many ended how.

    Raises:
        SystemExit: the tests fail without a fault.
    """
    path, source = folder / name, (ROOT / name).read_bytes()
    every = mutants(source)
    chosen = random.Random(f"{name} 1").sample(every, min(each, len(every)))
    begin = time.monotonic()
    if outcome(folder, tests, 600) != "survived":
        raise SystemExit(f"the tests of {name} fail without a fault: {' '.join(tests)}")
    limit = _SLOWER * (time.monotonic() - begin) + _BESIDES
    counts: Counter[str] = Counter(possible=len(every))
    without = [{field: row[field] for field in ("file", "function", "old", "new")} for row in known]
    for mutant in chosen:
        if key(source, mutant, name) in without:
            counts["the same"] += 1
            continue
        path.write_bytes(mutant.of(source))
        for compiled in path.parent.glob(f"__pycache__/{path.stem}.*"):
            compiled.unlink()
        end = outcome(folder, tests, limit)
        counts[end] += 1
        if end == "survived":
            print(difference(source, mutant, name), flush=True)
            print(json.dumps(key(source, mutant, name)), flush=True)
    path.write_bytes(source)
    return dict(counts)


def table(figures: dict[str, dict[str, int]]) -> str:
    """Return the figures as a table of Markdown."""
    ends = ("killed", "timed out", "survived", "the same")
    rows = [
        "| file | possible | tried | killed | timed out | survived | mean the same |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name, counts in sorted(figures.items()):
        numbers = [counts.get(end, 0) for end in ends]
        cells = " | ".join(map(str, [counts["possible"], sum(numbers), *numbers]))
        rows.append(f"| `{name}` | {cells} |")
    total = {end: sum(counts.get(end, 0) for counts in figures.values()) for end in ends}
    differ = sum(total.values()) - total["the same"]
    seen = total["killed"] + total["timed out"]
    share = f"{100 * seen / differ:.0f} %" if differ else "none"
    return "\n".join([*rows, "", f"Seen by the tests: {seen} of {differ} that mean something else ({share}).", ""])


def keep(name: str, counts: dict[str, int]) -> None:
    """Keep the figures of a file, and write all that are kept into docs/trust.md."""
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    data["figures"][name] = counts
    DATA.write_text(json.dumps(data, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    block = f"\n{table(data['figures'])}\n"
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}{block}{found[2]}", page), encoding="utf-8")


def main() -> None:
    """Try faults, print and keep the figures."""
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("parts", nargs="*", help="rows of mutation.json, by default all")
    parser.add_argument("--each", type=int, default=20, help="how many faults of a file (20)")
    parser.add_argument("--page", action="store_true", help="keep the figures, and write them into docs/trust.md")
    chosen = parser.parse_args()
    data: dict[str, Any] = json.loads(DATA.read_text(encoding="utf-8"))
    figures: dict[str, dict[str, int]] = {}
    with tempfile.TemporaryDirectory() as place:
        folder = copied(Path(place) / "harden")
        for part in chosen.parts or data["parts"]:
            row = data["parts"][part]
            for path in sorted(path for glob in row["files"] for path in ROOT.glob(glob)):
                name = path.relative_to(ROOT).as_posix()
                if not mutants(path.read_bytes()):
                    continue
                figures[name] = tried(folder, name, row["tests"], chosen.each, data["same"])
                if chosen.page:
                    keep(name, figures[name])
    print(table(figures))


if __name__ == "__main__":
    main()
