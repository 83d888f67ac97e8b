"""Writes the figures into docs/trust.md: `python -m fuzz.page FOLDER`, the folder that `python -m fuzz` kept."""

from __future__ import annotations

import argparse
import json
import re
from pathlib import Path

from fuzz.found import FIXED
from fuzz.target import ROOT
from fuzz.targets import TARGETS
from hardener import Options
from tests.corpus import WILD, usable
from tests.metamorphic import CHANGES, over
from tests.test_rules import CASES, options

PAGE = ROOT / "docs" / "trust.md"
_BLOCK = re.compile(r"(<!-- figures: begin -->\n).*(<!-- figures: end -->)", re.DOTALL)


def figures(folder: Path, *, is_quick: bool) -> str:
    """Return the tables; a quick one leaves out what takes minutes."""
    rows = ["| target | inputs tried | kinds of faults found and fixed | left |", "|---|---:|---:|---:|"]
    for name in TARGETS:
        path = folder / name / "figures.json"
        known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {"tries": 0}
        left = len(list((folder / name / "faults").glob("*-input")))
        fixed = sum(one.target == name for one in FIXED)
        rows.append(f"| {name} | {known['tries']:,} | {fixed} | {left} |")
    if is_quick:
        return "\n".join(["", *rows, "", ""])
    rows += [
        "",
        "| changes that mean nothing | files | tried on each | decisions that differ |",
        "|---|---:|---:|---:|",
    ]
    own = [(case.stem, case.read_bytes(), options(case)) for case in CASES]
    rows.append(f"| our own cases | {len(own):,} | {len(CHANGES)} | {len(list(over(own)))} |")
    wild = [(sample.id, sample.data, Options()) for sample in usable(WILD)]
    if wild:
        rows.append(f"| real Dockerfiles | {len(wild):,} | {len(CHANGES)} | {len(list(over(wild)))} |")
    return "\n".join(["", *rows, "", ""])


def main() -> None:
    """Write them."""
    parser = argparse.ArgumentParser(prog="python -m fuzz.page", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--quick", action="store_true", help="the fuzzing alone, without tests.metamorphic")
    chosen = parser.parse_args()
    block = figures(chosen.folder, is_quick=chosen.quick)
    page = PAGE.read_text(encoding="utf-8")
    PAGE.write_text(_BLOCK.sub(lambda found: f"{found[1]}{block}{found[2]}", page), encoding="utf-8")


if __name__ == "__main__":
    main()
