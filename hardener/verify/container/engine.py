"""The container engine behind its command line: Docker with BuildKit, or Podman.

All that a run makes carries the label `dev.harden.verify=<run id>`; only what carries it is ever removed.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.verify.container.process import Done, run

#: The label on images, containers and networks.
LABEL = "dev.harden.verify"
#: Programs that are tried, in this order.
PROGRAMS = ("docker", "podman")
#: What an engine says when it is gone, or when its disk is full: no fault of the image.
_GONE = regex(
    r"cannot connect to the docker daemon|error during connect|is the docker daemon running|connect: connection refused"
    r"|cannot connect to podman|http2: client connection lost|closing transport|unexpected EOF"
    r"|failed to (?:receive|read) status|the docker daemon is shutting down|code = Unavailable"
    r"|error reading from server|failed to solve: Unavailable",
    re.IGNORECASE,
)
_FULL = regex(r"no space left on device|disk quota exceeded", re.IGNORECASE)


class EngineError(VerifyError):
    """The engine failed, not the image: it is gone, or its disk is full."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One engine and one run.

    Attributes:
        program: name or path of its command, such as "docker".
        run_id: the value of the label.
        host: where published ports are reached.
        publish: the address that ports are published on.
        version: of the engine.
    """

    program: str
    run_id: str
    host: str = "127.0.0.1"
    publish: str = "127.0.0.1"
    version: str = ""

    @property
    def label(self) -> str:
        """The label with its value."""
        return f"{LABEL}={self.run_id}"

    @property
    def is_podman(self) -> bool:
        """Whether this is Podman: a few options differ."""
        return "podman" in os.path.basename(self.program)  # noqa: PTH119

    def call(self, *arguments: str, timeout: float = 60, env: Mapping[str, str] | None = None) -> Done:
        """Run one command of the engine, whatever it returns.

        Raises:
            EngineError: the engine does not answer.
        """
        done = run((self.program, *arguments), timeout=timeout, env=env)
        if done.timed_out:
            raise EngineError(f"`{self.program} {arguments[0]}` did not end within {timeout:.0f} s")
        if done.code:
            self.check(done.err)
        return done

    def ask(self, *arguments: str, timeout: float = 60) -> str:
        """Run one command that has to succeed and return what it prints.

        Raises:
            EngineError: it failed.
        """
        done = self.call(*arguments, timeout=timeout)
        if done.code:
            raise EngineError(f"`{self.program} {arguments[0]}` failed: {last_line(done.err)}")
        return done.out

    def check(self, text: str) -> None:
        """Tell failures of the engine from failures of the image, by what was printed.

        Raises:
            EngineError: `text` says that the engine is gone or that its disk is full.
        """
        if found := _GONE.search(text):
            raise EngineError(f"the container engine went away: {_line_with(text, found)}")
        if found := _FULL.search(text):
            raise EngineError(f"the container engine's disk is full: {_line_with(text, found)}")

    def inspect(self, name: str, kind: str = "container") -> dict[str, Any]:
        """Return what the engine knows of a container or an image, {} where there is none."""
        done = self.call(kind, "inspect", name)
        if done.code:
            return {}
        found = json.loads(done.out)
        return dict(found[0]) if found else {}

    def clean(self) -> tuple[str, ...]:
        """Remove all that carries the label; return what could not be removed."""
        mine = f"label={self.label}"
        failed: list[str] = []
        try:
            containers = self.ask("ps", "-aq", "--no-trunc", "--filter", mine).split()
            if containers:
                done = self.call("rm", "-f", "-v", *containers)
                failed += _not_removed(done)
            images = sorted(set(self.ask("images", "-q", "--no-trunc", "--filter", mine).split()))
            if images:
                done = self.call("rmi", "-f", *images, timeout=120)
                failed += _not_removed(done)
            networks = self.ask("network", "ls", "-q", "--no-trunc", "--filter", mine).split()
            if networks:
                failed += _not_removed(self.call("network", "rm", *networks))
            volumes = self.ask("volume", "ls", "-q", "--filter", mine).split()
            if volumes:
                failed += _not_removed(self.call("volume", "rm", "-f", *volumes))
        except VerifyError as error:
            failed.append(str(error))
        return tuple(failed)


def _not_removed(done: Done) -> list[str]:
    """Return the complaints of a removal; what another process removed meanwhile is none."""
    lines = done.err.splitlines() if done.code else []
    return [line for line in lines if "no such" not in line.lower() and "already in progress" not in line]


def find(program: str | None, run_id: str) -> Engine:
    """Return the engine that answers.

    Args:
        program: the command to use; None tries Docker, then Podman.
        run_id: names all that the run makes.

    Raises:
        VerifyError: none answers; the text says what each one said.
    """
    said = []
    for name in (program,) if program else PROGRAMS:
        if shutil.which(name) is None:
            said.append(f"{name}: not installed")
            continue
        done = run((name, "version", "--format", "{{json .}}"), timeout=20)
        version = _version(done.out) if done.code == 0 else ""
        if version:
            host, publish = _addresses(name)
            return Engine(name, run_id, host, publish, version)
        said.append(f"{name}: {'no answer' if done.timed_out else last_line(done.text)}")
    raise VerifyError(f"no container engine answers ({'; '.join(said)}); start one or set DOCKER_HOST")


def _version(printed: str) -> str:
    try:
        found = json.loads(printed)
    except ValueError:
        return ""
    for side in ("Server", "Client"):
        if side == "Client" and "ApiVersion" in found.get("Client", {}):
            return ""  # a Docker client without its engine
        if version := (found.get(side) or {}).get("Version"):
            return str(version)
    return ""


def _addresses(program: str) -> tuple[str, str]:
    """Return the host that published ports are reached at, and the address to publish them on."""
    endpoint = os.environ.get("DOCKER_HOST", "") if "docker" in program else os.environ.get("CONTAINER_HOST", "")
    if not endpoint and "docker" in program:
        done = run((program, "context", "inspect", "--format", "{{.Endpoints.docker.Host}}"), timeout=20)
        endpoint = done.out.strip() if done.code == 0 else ""
    parts = urlsplit(endpoint)
    host = parts.hostname or ""
    if parts.scheme not in ("tcp", "ssh", "http", "https") or host in ("", "localhost", "127.0.0.1", "::1"):
        return "127.0.0.1", "127.0.0.1"
    return host, "0.0.0.0"


def last_line(text: str) -> str:
    """Return the last line that says something, "no message" where none does."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no message"


def last_lines(text: str, count: int = 12) -> tuple[str, ...]:
    """Return the last lines that say something, each of 300 characters at most."""
    lines = [line.rstrip() for line in text.splitlines() if line.strip()]
    return tuple(line[:300] for line in lines[-count:])


def _line_with(text: str, found: re.Match[str]) -> str:
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    return text[start : end if end >= 0 else len(text)].strip()[:300]
