"""Kills the bot at random points and starts it again until it is done: `python -m tests.bot.killing COUNT [--workers]`.

COUNT repositories lie at a forge on this machine, cloned and pushed to by git over HTTP. With `--workers` they are
hardened by two workers of a dask scheduler, of which one is killed too. In the end each repository has exactly one
request: nothing is lost, and nothing is there twice.
"""

from __future__ import annotations

import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bot.git_server import TOKEN, git
from tests.bot.github_server import Forge, check_said
from tests.bot.working import FILES

#: how many calls the forge has had since the start, and how many seconds more
Point = tuple[int, float]


def points(chance: random.Random, count: int, most: int) -> list[Point]:
    """Return points to kill at, each after at most so many calls."""
    return [(chance.randint(1, most), chance.uniform(0, 0.3)) for _ in range(count)]


def started(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    """Start a part of dask, without a token."""
    env = {key: value for key, value in os.environ.items() if "TOKEN" not in key}
    command = [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)


def address(log: Path) -> str:
    """Return the address that a scheduler told of."""
    for _ in range(600):
        found = re.search(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@contextmanager
def cluster(folder: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Give the address of a scheduler, and its two workers."""
    logs = [folder / f"{name}.log" for name in ("scheduler", "one", "two")]
    running = [started(logs[0], "scheduler", "--port", "0")]
    try:
        url = address(logs[0])
        running += [started(log, "worker", url, "--no-nanny", "--nthreads", "1") for log in logs[1:]]
        yield url, running[1:]
    finally:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert TOKEN not in "".join(log.read_text() for log in logs)


class Killer:
    """Runs the bot over an organisation, and kills it.

    Args:
        forge: that has the repositories of "acme".
        folder: for the ledger.
        more: options of the bot.
    """

    def __init__(self, forge: Forge, folder: Path, *more: str) -> None:
        self.forge = forge
        self.ledger = folder / "ledger.sqlite"
        self.command = [
            sys.executable, "-m", "hardener", "bot", "run", "--api", forge.url, "--offline", "--org", "acme",
            "--ledger", str(self.ledger), "--label", "docker", "--limit", "100000", *more,
        ]  # fmt: skip
        self.env = {**os.environ, "HARDEN_BOT_TOKEN": TOKEN}

    def kill_after(self, point: Point) -> bool:
        """Run it until the forge had some calls, and a moment longer; tell whether it had to be killed.

        Calls are counted, and not seconds: a fast machine is done before a slow one has begun.
        """
        calls, pause = point
        until = len(self.forge.said) + calls
        process = subprocess.Popen(self.command, env=self.env, start_new_session=True, stdout=subprocess.DEVNULL)
        while process.poll() is None and len(self.forge.said) < until:
            time.sleep(0.005)
        try:
            process.wait(pause)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            return True
        return False

    def to_the_end(self) -> str:
        """Run it until it ends, and return what it said."""
        done = subprocess.run(self.command, env=self.env, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        assert TOKEN not in done.stdout + done.stderr
        return done.stdout

    def token_is_nowhere(self) -> None:
        """Assert that no file of the ledger holds the token."""
        files = self.ledger.parent.glob(f"{self.ledger.name}*")
        assert TOKEN.encode() not in b"".join(path.read_bytes() for path in files)


def once_each(forge: Forge, names: list[str]) -> None:
    """Assert that each repository has one request, one branch with one commit, and that nothing else is there."""
    opened = [(method, path) for method, path, _, _, status, _ in forge.said if (method, status) == ("POST", 201)
              and path.endswith("/pulls")]  # fmt: skip
    assert len(opened) == len(names), "each request was opened once"
    assert sorted(one["repo"] for one in forge.requests) == sorted(names)
    for one in forge.requests:
        assert (one["state"], one["labels"], one["comments"]) == ("open", ["docker"], [])
        bare = forge.root / f"{one['repo']}.git"
        assert git(bare, "for-each-ref", "--format=%(refname)").split() == ["refs/heads/harden/all", "refs/heads/main"]
        assert git(bare, "rev-list", "--count", "main..harden/all") == "1"


def labels_sent(forge: Forge) -> int:
    """Return how often labels were put on a request."""
    return sum(path.endswith("/labels") and bool(json.loads(body)) for _, path, _, body, _, _ in forge.said if body)


def kill_often(forge: Forge, folder: Path, names: list[str], kills: list[Point], *, workers: bool = False) -> int:
    """Kill the bot at each of some points, start it until it is done, and return how often it was killed."""
    if not workers:
        return _killed(Killer(forge, folder, "--jobs", "4"), forge, names, kills)
    with cluster(folder) as (url, running):
        killer = Killer(forge, folder, "--jobs", "4", "--scheduler", url)
        half = len(kills) // 2
        count = sum(map(killer.kill_after, kills[:half]))
        os.killpg(running[0].pid, signal.SIGKILL)
        return count + _killed(killer, forge, names, kills[half:])


def _killed(killer: Killer, forge: Forge, names: list[str], kills: list[Point]) -> int:
    count = sum(map(killer.kill_after, kills))
    killer.to_the_end()
    once_each(forge, names)
    writes = forge.writes()
    killer.to_the_end()
    assert forge.writes() == writes, "one more run writes nothing"
    killer.token_is_nowhere()
    return count


def main() -> None:
    """Kill it, and say how often."""
    count, workers = int(sys.argv[1]), "--workers" in sys.argv
    chance, begun = random.Random(17), time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        forge = Forge(folder / "forge")
        names = [f"acme/r{number:03}" for number in range(count)]
        for one in names:
            forge.repository(one, FILES)
        kills = points(chance, 12, 150)
        killed = kill_often(forge, folder, names, kills, workers=workers)
        print(f"{count} repositories, killed {killed} times: one request each, after {time.monotonic() - begun:.0f} s")
        print(
            f"{len(forge.requests)} requests, labels put on {labels_sent(forge)} times, {check_said(forge)} calls held"
        )
        forge.close()


if __name__ == "__main__":
    main()
