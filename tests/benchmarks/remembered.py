"""How long the second run over unchanged files takes: `python -m tests.benchmarks.remembered FOLDER… [--times N]`.

Each folder, or file, is run without a cache, with an empty one and with the result of the run before, offline, and the
three outputs are compared. Seconds of processor time of the whole process and those that it starts, medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

_RUNS = (("--no-cache",), (), ())


def measured(place: Path, options: tuple[str, ...], cache: str) -> tuple[float, bytes]:
    """Return the seconds of a run and what it printed."""
    env = {**os.environ, "HARDEN_OFFLINE": "1", "HARDEN_CACHE_DIR": cache}
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "hardener", "--isolated", *options, str(place)]
    done = subprocess.run(command, capture_output=True, check=False, env=env)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, done.stdout + done.stderr + str(done.returncode).encode()


def row(place: Path, times: int) -> str:
    """Return a row of the table."""
    found: tuple[list[float], ...] = ([], [], [])
    for _ in range(times):
        with tempfile.TemporaryDirectory() as cache:
            runs = [measured(place, options, cache) for options in _RUNS]
        if len({printed for _, printed in runs}) != 1:
            raise SystemExit(f"{place}: the outputs differ")
        for seconds, (spent, _) in zip(found, runs, strict=True):
            seconds.append(spent)
    none, first, second = map(statistics.median, found)
    return f"| {place.name} | {none:.3f} | {first:.3f} | {second:.3f} | {none / second:.0f} |"


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("places", nargs="+", type=Path)
    parser.add_argument("--times", type=int, default=5)
    given = parser.parse_args()
    print("| run over | without a cache, s | first run, s | second run, s | times as fast |\n|---|---:|---:|---:|---:|")
    for place in given.places:
        print(row(place.resolve(), given.times), flush=True)


if __name__ == "__main__":
    main()
