"""Measures the bot: `python -m tests.bot.measure FOLDER COUNT [--forge]`, where FOLDER holds checkouts.

Without `--forge`: checkouts as they are, as `harden bot run --local` has them. With it: each is a repository of a forge
on this machine, cloned and pushed to by git over HTTP. Checkouts are taken again from the first where COUNT is more.
"""

from __future__ import annotations

import cProfile
import os
import pstats
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardener.bot.dry import every_local
from hardener.bot.git.command import Git
from hardener.bot.ledger import Ledger
from hardener.bot.policy import Policy
from hardener.bot.rewriting import Order, rewrite_here
from hardener.bot.worker import rewrite_apart
from hardener.fast.records import replace
from tests.bot.git_server import git
from tests.bot.github_server import Forge
from tests.bot.working import bench, go

_JOBS = 2
#: repositories between two lines of where it is
_STEP = 100


def timed(real: Callable[..., Any], spent: list[float]) -> Callable[..., Any]:
    """Return a function that adds the seconds of each call to `spent`."""

    def call(*arguments: Any, **given: Any) -> Any:
        begun = time.perf_counter()
        try:
            return real(*arguments, **given)
        finally:
            spent.append(time.perf_counter() - begun)

    return call


def used() -> float:
    """Return the seconds of a processor that this process and those that it waited for have used."""
    found = os.times()
    return found.user + found.system + found.children_user + found.children_system


def marked(done: int, wall: float) -> str:
    """Return a line of where a run is: the processor seconds of this process, and of those that it waited for."""
    times, load = os.times(), os.getloadavg()
    own, apart = times.user + times.system, times.children_user + times.children_system
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return f"mark\t{done}\t{wall:.1f}\t{own:.2f}\t{apart:.2f}\t{memory}\t{load[0]:.1f}"


def local(folders: list[Path], root: Path) -> None:
    """Harden checkouts."""
    ledger, failed, begun = Ledger(root / "ledger.sqlite"), 0, time.perf_counter()
    for done, one in enumerate(every_local(folders, Policy(offline=True), ledger, _JOBS), 1):
        failed += one.failed
        if done % _STEP == 0:
            print(marked(done, time.perf_counter() - begun), flush=True)
    print(f"failed: {failed}")
    ledger.close()
    print(f"ledger {sum(one.stat().st_size for one in root.iterdir()) // 1024} KiB")


def with_forge(folders: list[Path], root: Path) -> None:
    """Open requests in repositories; what makes them is not counted."""
    forge, names = Forge(root / "forge"), []
    for number, folder in enumerate(folders):
        names.append(f"acme/r{number}")
        bare = forge.repository(names[-1], {})
        git(bare, f"--work-tree={folder}", "add", "-A", ".")
        commit = git(bare, "commit-tree", git(bare, "write-tree"), "-m", "all")
        git(bare, "update-ref", "refs/heads/main", commit)
    spent_git, spent_apart = list[float](), list[float]()
    on = replace(bench(forge, limit=100_000), rewrite=timed(rewrite_apart, spent_apart))
    real_git = Git.run
    setattr(Git, "run", timed(real_git, spent_git))  # noqa: B010
    wall, processor = time.perf_counter(), used()
    told = go(on, *names)
    wall, processor = time.perf_counter() - wall, used() - processor
    setattr(Git, "run", real_git)  # noqa: B010
    print(f"failed: {sum(one.failed for one in told)}, opened: {len(forge.requests)}")
    said(len(folders), wall, processor)
    every = wall * _JOBS
    print(f"git {sum(spent_git) / every:.0%}, hardening {sum(spent_apart) / every:.0%} of the time of {_JOBS} jobs")
    forge.close()


def said(count: int, wall: float, processor: float) -> None:
    """Print how fast it was, how busy the machine is, and the most memory that this process took."""
    print(f"{count} in {wall:.0f} s: {count / wall * 60:.0f} a minute; {processor / count:.2f} s of a processor each")
    load, memory = os.getloadavg(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"load {load[0]:.1f} {load[1]:.1f} {load[2]:.1f}, memory {memory} MiB, {time.strftime('%F %R')}", flush=True)


def shares(folders: list[Path], root: Path) -> None:
    """Print what the time of the hardening of some checkouts goes to, in this process."""
    empty = root / "empty"
    empty.mkdir()
    begun = time.perf_counter()
    for _ in range(5):
        rewrite_apart(empty, Order(offline=True))
    start = (time.perf_counter() - begun) / 5
    profile = cProfile.Profile()
    for folder in folders:
        os.chdir(folder)
        profile.runcall(rewrite_here, Order(offline=True))
    stats = pstats.Stats(profile)
    found = {(Path(file).name, name): values[3] for (file, _, name), values in stats.stats.items()}  # type: ignore[attr-defined]
    total = found["rewriting.py", "rewrite_here"]
    print(f"start of a worker {start:.2f} s; hardening {total / len(folders):.2f} s each under the profiler")
    for (file, name), seconds in sorted(found.items(), key=lambda one: -one[1])[:60]:
        print(f"  {seconds / total:6.1%} {file} {name}")


def main() -> None:
    """Measure."""
    folder, count = Path(sys.argv[1]).absolute(), int(sys.argv[2])
    checkouts = sorted(one for one in folder.iterdir() if one.is_dir())
    chosen = [checkouts[number % len(checkouts)] for number in range(count)]
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        if "--shares" in sys.argv:
            shares(chosen, root)
        elif "--forge" in sys.argv:
            with_forge(chosen, root)
        else:
            wall, processor = time.perf_counter(), used()
            local(chosen, root)
            said(count, time.perf_counter() - wall, used() - processor)


if __name__ == "__main__":
    main()
