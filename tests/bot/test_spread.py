"""`--scheduler`: jobs on a dask cluster of this machine, one of whose workers is killed."""

from __future__ import annotations

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from hardener.bot.rewriting import Order
from hardener.bot.spread import Spread, packed, unpack_and_rewrite
from hardener.errors import HardenError
from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.killing import Killer, cluster, once_each
from tests.bot.working import FILES


@pytest.mark.slow
def test_a_killed_worker(forge: Forge, tmp_path: Path) -> None:
    names = [f"acme/r{n}" for n in range(4)]
    for name in names:
        forge.repository(name, FILES)
    with cluster(tmp_path) as (url, workers):
        killer = Killer(forge, tmp_path, "--jobs", "4", "--scheduler", url)
        with ThreadPoolExecutor(1) as pool:
            said = pool.submit(killer.to_the_end)
            until = time.monotonic() + 30
            while not forge.requests and time.monotonic() < until:  # in the middle of it
                time.sleep(0.02)
            os.killpg(workers[0].pid, signal.SIGKILL)
            said.result(60)
    once_each(forge, names)


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
