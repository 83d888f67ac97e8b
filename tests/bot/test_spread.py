"""`--scheduler`: jobs on a dask cluster of this machine, one of whose workers is killed."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardener.bot.rewriting import Order
from hardener.bot.spread import Spread, packed, unpack_and_rewrite
from hardener.errors import HardenError
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.working import FILES


def started(log: Path, *arguments: str) -> subprocess.Popen[bytes]:
    env = {key: value for key, value in os.environ.items() if "TOKEN" not in key}
    command = [sys.executable, "-m", "dask", *arguments, "--host", "127.0.0.1", "--dashboard-address", "127.0.0.1:0"]
    with log.open("wb") as out:
        return subprocess.Popen(command, env=env, stdout=out, stderr=out, start_new_session=True)


def address(log: Path) -> str:
    for _ in range(300):
        found = re.search(r"Scheduler at: +(tcp://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


@pytest.mark.slow
def test_a_killed_worker(forge: Forge, tmp_path: Path) -> None:
    names = [f"acme/r{n}" for n in range(4)]
    for name in names:
        forge.repository(name, FILES)
    logs = [tmp_path / name for name in ("scheduler.log", "one.log", "two.log", "three.log")]
    running = [started(logs[0], "scheduler", "--port", "0")]
    try:
        url = address(logs[0])
        running += [started(log, "worker", url, "--no-nanny", "--nthreads", "1") for log in logs[1:3]]
        command = [sys.executable, "-m", "hardener", "bot", "run", "--api", forge.url, "--offline", "--jobs", "4",
                   "--scheduler", url, "--org", "acme", "--ledger", str(tmp_path / "l")]  # fmt: skip
        bot = subprocess.Popen(
            command, env={**os.environ, "HARDEN_BOT_TOKEN": TOKEN}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True,
        )  # fmt: skip
        until = time.monotonic() + 30
        while not forge.requests and time.monotonic() < until:  # in the middle of it
            time.sleep(0.02)
        os.killpg(running[1].pid, signal.SIGKILL)
        said, _ = bot.communicate(timeout=60)
        assert bot.returncode == 0, said
    finally:
        for process in running:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
    assert sorted(one["repo"] for one in forge.requests) == names
    assert TOKEN not in said + "".join(log.read_text() for log in logs if log.exists())


def test_what_is_sent_is_the_checkout_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    monkeypatch.setenv("HARDEN_BOT_TOKEN", TOKEN)
    folder = tmp_path / "checkout"
    (folder / ".git").mkdir(parents=True)
    (folder / ".git" / "config").write_text(TOKEN)
    (folder / "sub").mkdir()
    for name, text in FILES.items():
        (folder / name).write_text(str(text))
    (folder / "out").symlink_to("/etc/passwd")
    (folder / "in").symlink_to("sub")
    files = packed(folder)
    assert files is not None
    import gzip

    assert TOKEN.encode() not in gzip.decompress(files)
    order = {"order": {name: getattr(Order(offline=True), name) for name in Order.__slots__},
             "bounds": {"time": 60, "processor": 60, "memory": 2 << 30}}  # fmt: skip
    answer = json.loads(unpack_and_rewrite(files, b"", json.dumps(order)))
    (group,) = answer["groups"]
    assert [change[0] for change in group["changes"]] == ["Dockerfile", ".dockerignore"]
    monkeypatch.setattr("hardener.bot.spread._SIZE", 10)
    assert packed(folder) is None


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "tcp://", "tcp://10.1.2.3:8786", "localhost:8786"])
def test_other_machines_need_tls(url: str) -> None:
    with pytest.raises(HardenError, match="--scheduler"):
        Spread(url)
