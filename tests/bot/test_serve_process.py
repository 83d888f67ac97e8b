"""`harden bot serve` as a process: from a delivery to a request, killed and started again, asked to end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.bot.git_server import TOKEN
from tests.bot.github_server import Forge
from tests.bot.test_review import opened
from tests.bot.test_serve import SECRET, push, signed
from tests.bot.working import FILES, KEY, pem


class Server:
    """The process, and deliveries to it."""

    def __init__(self, forge: Forge, ledger: Path, *more: str, **given: str) -> None:
        command = [sys.executable, "-m", "hardener", "bot", "serve", "--listen", "127.0.0.1:0", "--api", forge.url,
                   "--offline", "--ledger", str(ledger), *more]  # fmt: skip
        env = {**os.environ, "HARDEN_BOT_TOKEN": TOKEN, "HARDEN_BOT_WEBHOOK_SECRET": SECRET, **given}
        self.process = subprocess.Popen(command, env=env, stderr=subprocess.PIPE, text=True, start_new_session=True)
        assert self.process.stderr is not None
        self.first = self.process.stderr.readline()
        self.port = json.loads(self.first)["port"]

    def __call__(self, content: Any, delivery: str, name: str = "push") -> str:
        body = json.dumps(content).encode()
        headers = {
            "X-GitHub-Event": name,
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": f"sha256={signed(body)}",
        }
        return httpx.post(f"http://127.0.0.1:{self.port}/webhook", content=body, headers=headers).text.strip()

    def page(self, name: str) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}/{name}")

    def is_idle(self) -> bool:
        text = self.page("metrics").text
        return "harden_bot_queue_waiting 0\n" in text and "harden_bot_queue_begun 0\n" in text

    def end(self, how: int) -> str:
        os.killpg(self.process.pid, how) if how == signal.SIGKILL else self.process.send_signal(how)
        _, said = self.process.communicate(timeout=40)
        return self.first + said


def wait(what: Any) -> None:
    ends = time.monotonic() + 40
    while not what():
        assert time.monotonic() < ends, "it took too long"
        time.sleep(0.05)


@pytest.mark.slow
def test_killed_and_started_again(forge: Forge, tmp_path: Path) -> None:
    names = [f"acme/r{n}" for n in range(3)]
    for name in names:
        forge.repository(name, FILES)
    one = Server(forge, tmp_path / "l")
    assert [one(push(name), name) for name in names] == ["taken"] * 3
    wait(lambda: forge.requests)  # in the middle of it
    one.end(signal.SIGKILL)
    two = Server(forge, tmp_path / "l", "--jobs", "1")
    assert [two(push(name), name) for name in names] == ["seen"] * 3
    assert two.page("readyz").text == "ready\n"
    wait(two.is_idle)
    said = two.end(signal.SIGTERM)
    assert two.process.returncode == 0
    assert sorted(request["repo"] for request in forge.requests) == names
    lines = [json.loads(line) for line in said.splitlines()]
    assert lines[0]["event"] == "start"
    assert (lines[-1]["event"], lines[-1]["put_back"]) == ("end", 0)
    assert SECRET not in said
    assert TOKEN not in said
    assert TOKEN.encode() not in b"".join(path.read_bytes() for path in tmp_path.glob("l*"))


@pytest.mark.slow
def test_a_flood_and_what_is_no_http(forge: Forge, tmp_path: Path) -> None:
    forge.repository("acme/shop", FILES)
    server = Server(forge, tmp_path / "l", "--queue", "5", "--max-body", "4096", "--jobs", "1")
    again = subprocess.run(
        [sys.executable, "-m", "hardener", "bot", "serve", "--ledger", str(tmp_path / "l")], capture_output=True,
        text=True, check=False, env={**os.environ, "HARDEN_BOT_TOKEN": TOKEN, "HARDEN_BOT_WEBHOOK_SECRET": SECRET},
    )  # fmt: skip
    assert again.returncode == 2
    assert "another harden bot serve works with this ledger" in again.stderr
    told = [server(push(f"gone/r{n}"), str(n)) for n in range(40)]
    assert "full" in told
    assert set(told) <= {"taken", "full"}
    assert httpx.post(f"http://127.0.0.1:{server.port}/webhook", content=b"x" * 5000).status_code == 413
    for nonsense in (
        b"\0" * 100,
        b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 9000,
        b"POST /webhook HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ):
        with socket.create_connection(("127.0.0.1", server.port)) as connection:
            connection.sendall(nonsense)
    assert server.page("healthz").text == "ok\n"
    server.end(signal.SIGTERM)
    assert server.process.returncode == 0


@pytest.mark.slow
def test_checks_of_an_app(app: Forge, tmp_path: Path) -> None:
    app.now = time.time()
    key = tmp_path / "app.pem"
    key.write_text(pem(KEY))
    app.repository("acme/web", {"package.json": FILES["package.json"], "server.js": FILES["server.js"]})
    one = opened(app, {"Dockerfile": FILES["Dockerfile"]}, name="acme/web")
    server = Server(
        app, tmp_path / "l", "--review", "check", "--fail-level", "hardening", "--no-requests",
        HARDEN_BOT_APP_ID="4711", HARDEN_BOT_APP_KEY_FILE=str(key),
    )  # fmt: skip
    home = {"ref": "main", "repo": {"full_name": "acme/web"}}
    told = {"action": "opened", "number": 1, "pull_request": {"head": {**home, "ref": "feature"}, "base": home}}
    assert server(told, "1", "pull_request") == "taken"
    wait(lambda: app.checks and server.is_idle())
    assert (app.checks[0]["conclusion"], app.checks[0]["head_sha"]) == ("failure", one["sha"])
    again = {"action": "rerequested", "check_run": {"external_id": app.checks[0]["external_id"]}}
    assert server({**again, "repository": {"full_name": "acme/web"}}, "2", "check_run") == "taken"
    wait(lambda: len(app.checks) == 2 and server.is_idle())
    said = server.end(signal.SIGTERM)
    assert server.process.returncode == 0
    assert '"task": "recheck 1"' in said
    assert not any(token in said for token in app.tokens)
    assert all(request["title"] == "t" for request in app.requests), "none of its own"


def test_mistakes_are_told(tmp_path: Path) -> None:
    def said(*arguments: str, **more: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "hardener", "bot", "serve", "--ledger", str(tmp_path / "l"), *arguments],
            capture_output=True, text=True, check=False, env={**os.environ, "HARDEN_BOT_TOKEN": TOKEN, **more},
        )  # fmt: skip
        assert done.returncode == 2
        return done.stderr

    assert "HARDEN_BOT_WEBHOOK_SECRET" in said(HARDEN_BOT_WEBHOOK_SECRET="short")
    assert "HOST:PORT" in said("--listen", "8000")
    assert "works as a GitHub App" in said("--review", "check")
    assert "works as a GitHub App" in said("--review", "check", "--forge", "gitlab", HARDEN_BOT_APP_ID="4711")
    assert "goes with --review check" in said("--review", "--fail-level", "safe")
    assert "goes with --review" in said("--no-requests")
