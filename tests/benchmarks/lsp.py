"""`harden lsp` over the protocol: its start, formatting on save and problems after a key, on a file of 200 lines.

`python -m tests.benchmarks.lsp` prints the figures. The client is plain JSON over pipes, so that it costs nothing.
Beside the time of the clock stands that of the server's processor: on a busy machine it is the one to compare (Linux).
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

#: requests of each kind; the first ones warm up, as an editor's first save does
ROUNDS, WARM = 60, 5
#: how often a server is started
STARTS = 9
_STAGE = """\
FROM node:22-slim AS stage{n}
# what stage {n} needs
WORKDIR /srv/app{n}
ENV NODE_ENV=production \\
    PORT=80{n}0
RUN apt-get update && \\
    apt-get install -y --no-install-recommends curl git && \\
    rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --omit=dev
COPY src/ src/
RUN echo one > /srv/one{n}
RUN echo two > /srv/two{n}

EXPOSE 80{n}0
LABEL org.example.stage="{n}" \\
      org.example.kind="bench"
USER node
HEALTHCHECK CMD curl -f http://localhost:80{n}0/ || exit 1
CMD ["node", "src/main.js"]
"""


def dockerfile() -> str:
    """Return a file of 200 lines: ten stages."""
    return "".join(_STAGE.format(n=number) for number in range(10))


class Client:
    """One editor: sends a request and waits for its answer."""

    def __init__(self, folder: Path) -> None:
        command = [sys.executable, "-m", "hardener", "lsp", "--isolated"]
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.number = 0

    def request(self, method: str, params: Any) -> Any:
        """Return the result of a request."""
        self.number += 1
        self._send({"id": self.number, "method": method, "params": params})
        return next(message for message in self._messages() if message.get("id") == self.number)["result"]

    def notify(self, method: str, params: Any) -> None:
        """Send what is not answered."""
        self._send({"method": method, "params": params})

    def processor(self) -> float:
        """Return the milliseconds of processor time that the server has used."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text().split()[0]) for task in tasks) / 1e6

    def close(self) -> None:
        """End the server."""
        self.request("shutdown", None)
        self.notify("exit", None)
        self.process.wait(10)

    def _send(self, message: dict[str, Any]) -> None:
        assert self.process.stdin is not None
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
        self.process.stdin.flush()

    def _messages(self) -> Iterator[Any]:
        assert self.process.stdout is not None
        while line := self.process.stdout.readline():
            if line.lower().startswith(b"content-length:"):
                size = int(line.split(b":")[1])
                while self.process.stdout.readline().strip():
                    pass
                yield json.loads(self.process.stdout.read(size))


def measure() -> dict[str, list[float]]:
    """Return the milliseconds of each start and request, by kind."""
    kinds = ("start", "format", "problems", "start, processor", "format, processor", "problems, processor")
    times: dict[str, list[float]] = {kind: [] for kind in kinds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        path = folder / "Dockerfile"
        text = dockerfile()
        path.write_text(text)
        for _ in range(STARTS - 1):
            _start(folder, times).close()
        client = _start(folder, times)
        client.notify("initialized", {})
        item = {"uri": path.as_uri(), "languageId": "dockerfile", "version": 1, "text": text}
        client.notify("textDocument/didOpen", {"textDocument": item})
        for version in range(2, ROUNDS + WARM + 2):
            _round(client, path.as_uri(), version, f"{text}# {version}\n", times)
        client.close()
    return {kind: found if kind.startswith("start") else found[WARM:] for kind, found in times.items()}


def _start(folder: Path, times: dict[str, list[float]]) -> Client:
    """Start a server and wait for its first answer."""
    begun = time.perf_counter()
    client = Client(folder)
    can = {"textDocument": {"diagnostic": {}}, "workspace": {}}
    client.request("initialize", {"processId": None, "rootUri": folder.as_uri(), "capabilities": can})
    times["start"].append((time.perf_counter() - begun) * 1000)
    times["start, processor"].append(client.processor())
    return client


def _round(client: Client, uri: str, version: int, text: str, times: dict[str, list[float]]) -> None:
    document = {"uri": uri}
    change = {"textDocument": {**document, "version": version}, "contentChanges": [{"text": text}]}
    options = {"tabSize": 4, "insertSpaces": True}
    client.notify("textDocument/didChange", change)
    for kind, method, params in (
        ("format", "textDocument/formatting", {"textDocument": document, "options": options}),
        ("problems", "textDocument/diagnostic", {"textDocument": document}),
    ):
        begun, used = time.perf_counter(), client.processor()
        client.request(method, params)
        times[kind].append((time.perf_counter() - begun) * 1000)
        times[f"{kind}, processor"].append(client.processor() - used)


def report() -> None:
    """Print the figures."""
    for kind, found in measure().items():
        middle = statistics.median(found)
        high = sorted(found)[max(0, round(len(found) * 0.95) - 1)]
        print(f"{kind}: median {middle:.1f} ms, 95th percentile {high:.1f} ms ({len(found)} times)")


if __name__ == "__main__":
    report()
