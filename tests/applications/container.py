"""One image: built, run, asked, restarted, asked again and stopped, by the engine at DOCKER_HOST."""

from __future__ import annotations

import http.client
import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import BoundedSemaphore
from time import monotonic, sleep
from typing import Any

from tests.applications.known import Application

#: every container, network and volume of a run has it
LABEL = "harden-applications"
#: builds side by side, however many applications run: they keep the processor busy
_BUILDS = BoundedSemaphore(2)
BESIDE: dict[str, list[str]] = {
    "redis": ["--network-alias", "redis", "redis:7"],
    "postgres": ["--network-alias", "db", "-e", "POSTGRES_PASSWORD=postgres", "-e", "POSTGRES_HOST_AUTH_METHOD=trust",
                 "-e", "POSTGRES_DB=example", "postgres:15"],
}  # fmt: skip
#: what differs between two runs of the same image
_ALWAYS = (
    (r'host: "[0-9a-f]+"|[Pp]ort \d+', ""),
    (r"127\.0\.0\.1:\d+", "ADDRESS"),
    (r"172\.\d+\.\d+\.\d+(:\d+)?", "IP"),
    (r"\d\d:\d\d:\d\d", "TIME"),
)
_VARIES = (
    (r"[0-9a-f]{8}-[0-9a-f-]{27}", "UUID"),
    (r"\d{4}-\d\d-\d\dT[\d:.]+Z?", "TIME"),
    # what Next.js calls each build
    (r'(?<=/_next/static/)[\w-]{21}(?=/)|(?<="buildId":")[\w-]+', "BUILD"),
    (r"\d+\.\d+(e[+-]?\d+)?|\b\d{3,}\b", "N"),
)
#: seconds until a container answers, and until its health check says something
_START, _HEALTH = 60, 120
#: seconds after which what does not listen counts as started
_GOES_ON = 8
#: what a program may leave behind where it has a home or not, or only where it may write beside its code
_BY_THE_WAY = r"(/.*)?/(__pycache__|\.npm|\.cache|\.config)(/|$)|/(tmp|root|home|run|proc|dev)(/|$)"


def docker(*words: str, limit: float = 900) -> subprocess.CompletedProcess[str]:
    """Run the client, and return what it said."""
    line = ["docker", *words]
    try:
        return subprocess.run(line, capture_output=True, text=True, errors="replace", timeout=limit, check=False)
    except subprocess.TimeoutExpired:
        return subprocess.CompletedProcess(line, 124, "", f"no end after {limit:.0f} seconds")


def built(one: Application, context: Path, tag: str) -> tuple[str, float]:
    """Build an image; return what went wrong ("" for nothing), and the seconds it took."""
    target = ["--target", one.target] if one.target else []
    where = ["-f", str(context / one.file), *target, str(context)]
    with _BUILDS:
        start = monotonic()
        done = docker("build", "-q", "--label", LABEL, "-t", tag, *where)
    return (done.stderr[-1500:] or "failed") if done.returncode else "", round(monotonic() - start, 1)


def run(one: Application, tag: str, name: str, context: Path) -> dict[str, Any]:
    """Start an image and return what was seen of it from the first answer to the end."""
    with _network(one, name) as options:
        socket = os.environ.get("DOCKER_HOST", "").removeprefix("unix://")
        more = [word.format(context=context, socket=socket) for word in one.options]
        started = docker("run", "-d", "--name", name, *options, *more, tag, *one.command)
        if started.returncode:
            return {"error": started.stderr[-300:]}
        up = _up(one, name)
        if up.startswith("ended "):
            log = docker("logs", name)
            return {"up": up, "said": _steady(log.stdout + log.stderr), "wrote": _wrote(name)}
        seen: dict[str, Any] = {"up": up, "answers": _answers(one, name)}
        seen["health"] = _health(name)
        seen |= {"uid": _uids(name), "wrote": _wrote(name)}
        docker("restart", "-t", "3", name)
        seen |= {"up again": _up(one, name), "answers again": _answers(one, name)}
        start = monotonic()
        docker("stop", name)
        seen["stop"] = round(monotonic() - start, 1)
        seen["exit"] = int(_inspected(name, "{{.State.ExitCode}}") or -1)
        log = docker("logs", "--tail", "30", name)
        return {**seen, "log": log.stdout + log.stderr}


def stand_in(tag: str, dockerfile: Path) -> None:
    """Build an image that stands in for one that the engine cannot have, unless it is there."""
    if docker("image", "inspect", tag).returncode:
        done = docker("build", "-q", "--label", LABEL, "-t", tag, "-f", str(dockerfile), str(dockerfile.parent))
        if done.returncode:
            raise RuntimeError(done.stderr)


def size(tag: str) -> int:
    """Return the bytes of an image, all layers."""
    return int(docker("image", "inspect", "-f", "{{.Size}}", tag).stdout)


@contextmanager
def _network(one: Application, name: str) -> Iterator[list[str]]:
    """A network with what runs beside an application; gives the options of its container."""
    docker("network", "create", "--label", LABEL, name)
    others = [f"{name}-{kind}" for kind in one.beside]
    options = ["--hostname", "app", "--label", LABEL, "--network", name]
    options += ["-p", f"127.0.0.1::{one.port}"] if one.port else []
    options += [word for key, value in one.environment.items() for word in ("-e", f"{key}={value}")]
    options += ["-v", f"{name}:{one.volume}"] if one.volume else []
    try:
        for kind, other in zip(one.beside, others, strict=True):
            docker("run", "-d", "--name", other, "--label", LABEL, "--network", name, *BESIDE[kind])
        sleep(6 if "postgres" in one.beside else 0)
        yield options
    finally:
        docker("rm", "-f", "-v", name, *others)
        docker("network", "rm", name)
        if one.volume:
            docker("volume", "rm", name)


def _inspected(name: str, template: str) -> str:
    return docker("inspect", "-f", template, name).stdout.strip()


def _until(seen: Callable[[], str], seconds: float) -> str:
    """Look until something is seen, and return it; "" after the seconds."""
    end = monotonic() + seconds
    while monotonic() < end:
        if found := seen():
            return found
        sleep(0.5)
    return ""


def _up(one: Application, name: str) -> str:
    """Wait for the first answer: "yes", "ended", or "" where there is none in time."""
    if not one.port:
        return _goes_on(name)

    def seen() -> str:
        if _inspected(name, "{{.State.Running}}") != "true":
            return "ended"
        return "yes" if _asked(name, one.port, ["GET", "/"])[0] else ""

    return _until(seen, _START)


def _answers(one: Application, name: str) -> list[list[Any]]:
    found: list[list[Any]] = []
    for request in one.ask:
        status, text = _asked(name, one.port, request)
        found.append([f"{request[0]} {request[1]}", status, _steady(text, varies=one.varies)])
    return found


def _steady(text: str, *, varies: bool = True) -> str:
    """Return a text without what differs between two runs of the same image."""
    for pattern, new in (*(_VARIES if varies else ()), *_ALWAYS):
        text = re.sub(pattern, new, text)
    return text


def _goes_on(name: str) -> str:
    """Wait a while for the end of a program: "yes" where it goes on, else "ended" with its exit code."""
    ended = _until(lambda: "" if _inspected(name, "{{.State.Running}}") == "true" else "ended", _GOES_ON)
    return f"ended {_inspected(name, '{{.State.ExitCode}}')}" if ended else "yes"


def _wrote(name: str) -> list[str]:
    """Return the files that a program made or changed in its container; folders may be there before."""
    paths = sorted(line[2:] for line in docker("diff", name).stdout.splitlines())
    folders = {path.rpartition("/")[0] for path in paths}
    files = [path for path in paths if path not in folders and not re.match(_BY_THE_WAY, path)]
    return [path for path in files if not _is_folder(name, path)]


def _is_folder(name: str, path: str) -> bool:
    """Tell whether a path of a container is a folder, by the head of the archive that the engine makes of it."""
    with subprocess.Popen(
        ["docker", "cp", f"{name}:{path}", "-"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as copying:
        head = copying.stdout.read(512) if copying.stdout else b""
        copying.terminate()
    return head[156:157] == b"5"


def _asked(name: str, port: int, request: list[str | dict[str, str]]) -> tuple[int, str]:
    """Return status and body; 0 and the error where there is no answer."""
    method, path, *rest = map(str, request[:4])
    body, headers = (rest[0], {"Content-Type": rest[1]}) if rest else (None, {})
    for more in request[4:]:
        headers |= more if isinstance(more, dict) else {}
    words = docker("port", name, f"{port}/tcp").stdout.split()
    if not words:
        return 0, "no port"
    connection = http.client.HTTPConnection("127.0.0.1", int(words[0].rpartition(":")[2]), timeout=20)
    try:
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        return response.status, response.read().decode("latin-1")
    except (OSError, http.client.HTTPException) as problem:
        return 0, type(problem).__name__
    finally:
        connection.close()


def _health(name: str) -> str:
    """Return what the health check says after its start: "" where the image has none."""
    if _inspected(name, "{{if .State.Health}}yes{{end}}") != "yes":
        return ""

    def seen() -> str:
        status = _inspected(name, "{{.State.Health.Status}}")
        return "" if status == "starting" else status

    return _until(seen, _HEALTH) or "starting"


def _uids(name: str) -> str:
    lines = docker("top", name, "-eo", "uid,pid,comm").stdout.splitlines()[1:]
    return "+".join(sorted({line.split()[0] for line in lines}))
