"""`python -m fuzz --hours 2`: tries all targets for a while, keeps its corpus in a folder, prints figures."""

from __future__ import annotations

import argparse
import importlib.util
import os
import subprocess
import sys
import time
from pathlib import Path

from fuzz.driven import by_hypothesis
from fuzz.store import Store
from fuzz.targets import TARGETS

#: one turn of a target, so that a run that is stopped has tried them all
TURN = 60.0


def main() -> int:
    """Run; return 1 where a fault was found, now or by an earlier run over the same folder."""
    chosen = _parser().parse_args()
    folder, seconds = Path(chosen.corpus), chosen.hours * 3600
    names = chosen.target or list(TARGETS)
    guided = not chosen.no_atheris and importlib.util.find_spec("atheris") is not None
    if not guided and not chosen.no_atheris:
        print("atheris is not installed: branches are not followed, inputs come from hypothesis alone", flush=True)
    until, number = time.monotonic() + seconds, chosen.seed
    while time.monotonic() < until:
        for name in names:
            turn = min(TURN, max(1.0, seconds / len(names)), until - time.monotonic())
            if turn <= 0:
                break
            _turn(name, folder, turn, number, guided=guided and number % 3 == 2)
            number += 1
    return _told(names, folder)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__)
    parser.add_argument("--hours", type=float, default=2.0, help="how long, all targets together (2)")
    parser.add_argument("--corpus", default="fuzz-corpus", help="folder of what is kept (fuzz-corpus)")
    parser.add_argument("--target", action="append", choices=list(TARGETS), help="only this one; may be repeated")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the chance")
    parser.add_argument("--no-atheris", action="store_true", help="do not follow branches")
    return parser


def _turn(name: str, folder: Path, seconds: float, number: int, *, guided: bool) -> None:
    if guided:
        command = [sys.executable, "-m", "fuzz.guided", name, str(folder), str(seconds)]
        environment = {**os.environ, "HARDEN_OFFLINE": "1"}
        with (folder / f"{name}.log").open("ab") as log:
            subprocess.run(command, stderr=log, check=False, env=environment)
        return
    store = Store(folder, TARGETS[name])
    by_hypothesis(store, seconds, number)
    store.figures()


def _told(names: list[str], folder: Path) -> int:
    """Print a line a target; return 1 where there is a fault."""
    faults = 0
    for name in names:
        figures = Store(folder, TARGETS[name]).figures()
        faults += figures["faults"]
        print(
            f"{name}: {figures['tries']:,} inputs tried, {figures['kept']:,} kept, {figures['faults']} kinds of faults"
        )
    print(f"faults lie in {folder}/<target>/faults" if faults else "no faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
