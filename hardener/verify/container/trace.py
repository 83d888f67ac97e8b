"""The system calls of a container: strace goes into it with its libraries, so that any image and any engine will do.

The tracer runs beside the program (`strace -D`): the program keeps PID 1, its user, and its signals.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import stat
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.verify.container.engine import Engine, last_line
from hardener.verify.container.process import run
from hardener.verify.container.start import Container, create
from hardener.verify.judge.observe import Expected, watch
from hardener.verify.model import Plan

#: Where the tracer lies in the container.
_PLACE = "/.harden-trace"
_CALL = regex(r"^\d+ +(?:<\.\.\. )?([a-z_][a-z0-9_]*)(?:\(| resumed)", re.MULTILINE)
#: What strace wrote is read up to this many lines of this length.
_LINES, _LINE = 5_000_000, 4_096
_LIBRARY = regex(r"(/\S+)")


class TraceError(VerifyError):
    """System calls cannot be seen here; the text says why."""


@dataclass(frozen=True, slots=True)
class Tracer:
    """Runs an image under strace.

    Args:
        engine: where.
        image: its id.
        plan: how to run and what to ask; its commands that end are traced too.
        expected: as for `observe`.
        config: the image configuration.
        machine: of the engine, as Python names it.
    """

    engine: Engine
    image: str
    plan: Plan
    expected: Expected
    config: dict[str, Any]
    machine: str

    def system_calls(self) -> frozenset[str]:
        """Return the names of the system calls that the image made while it was asked and stopped.

        Raises:
            TraceError: there is no strace here that would run there.
            EngineError: the engine failed.
        """
        if self.machine != platform.machine():
            raise TraceError(f"the engine runs {self.machine} and the strace of this machine {platform.machine()}")
        if any(option.startswith("--entrypoint") for option in self.plan.run_options):
            raise TraceError("--run-option=--entrypoint takes the place that the tracer needs")
        entry = self.config.get("Entrypoint") or ()
        with tempfile.TemporaryDirectory(prefix="harden-trace-") as name:
            folder = Path(name)
            tracer = _pack(folder)
            words = self.plan.arguments or self.config.get("Cmd") or ()
            found = self._traced(self.plan, folder, tracer, (*entry, *words))
            alone = replace(self.plan, probes=(), probe_commands=(), ports=(), settle=self.plan.wait)
            for words in self.plan.run_commands:
                found |= self._traced(alone, folder, tracer, (*entry, *words))
        return found

    def _traced(self, plan: Plan, folder: Path, tracer: Sequence[str], program: Sequence[str]) -> frozenset[str]:
        # names are all that counts: no strings, no signals
        flags = ["-D", "-f", "-qq", "-s", "0", "-e", "signal=none", "-o", f"{_PLACE}/out/calls"]
        options = ("--entrypoint", tracer[0], "--cap-add", "SYS_PTRACE")
        arguments = [*tracer[1:], *flags, *program]
        container = create(self.engine, self.image, plan, options=options, arguments=arguments)
        try:
            done = self.engine.call("cp", f"{folder}/trace", f"{container.name}:{_PLACE}")
            if done.code:
                raise TraceError(f"the tracer could not be put into the container: {last_line(done.err)}")
            seen = watch(container, plan, self.expected, brief=True, before_stop=lambda c: _health(c, tracer))
            if seen.state == "not started":
                raise TraceError(f"the traced container does not start: {seen.error}")
            names = _names(container, folder)
        finally:
            with contextlib.suppress(Exception):
                container.remove()
        if not names:
            raise TraceError(f"strace saw nothing: {last_line(seen.errors)}")
        return names


def _pack(folder: Path) -> list[str]:
    """Put strace, its libraries and their loader into `folder`; return how it is started in a container."""
    strace = shutil.which("strace")
    if strace is None:
        raise TraceError("strace is not installed on this machine")
    place = folder / "trace"
    (place / "lib").mkdir(parents=True)
    (place / "out").mkdir()
    (place / "out").chmod(0o1777)
    shutil.copy(strace, place / "strace")
    loader = ""
    for line in run(("ldd", strace), timeout=20).out.splitlines():
        if found := _LIBRARY.search(line.partition("=>")[2] or line):
            shutil.copy(found[1], place / "lib")
            if "ld-" in found[1] or "ld64" in found[1]:
                loader = Path(found[1]).name
    if not loader:
        raise TraceError(f"{strace} has no loader of its own")
    for path in (place, *place.rglob("*")):
        path.chmod(path.stat().st_mode | 0o555)
    return [f"{_PLACE}/lib/{loader}", "--library-path", f"{_PLACE}/lib", f"{_PLACE}/strace"]


def _health(container: Container, tracer: Sequence[str]) -> None:
    """Run the HEALTHCHECK under the tracer: under a profile it has to work as well."""
    test = (container.inspect()["Config"].get("Healthcheck") or {}).get("Test") or []
    if not test or test[0] == "NONE":
        return
    command = ["/bin/sh", "-c", test[1]] if test[0] == "CMD-SHELL" else test[1:]
    container.execute(*tracer, "-f", "-qq", "-s", "0", "-o", f"{_PLACE}/out/health", *command, timeout=40)


def names_in(folder: Path) -> frozenset[str]:
    """Return the calls in what strace wrote to `folder`.

    The image ran with that folder open to it: what is no regular file of this folder itself was put there by others.
    """
    names: set[str] = set()
    for name in ("calls", "health"):
        try:
            descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:  # not there, or a link
            continue
        with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
            if not stat.S_ISREG(os.fstat(descriptor).st_mode):
                continue
            left = _LINES
            while left and (line := file.readline(_LINE)):
                left -= 1
                if match := _CALL.match(line):
                    names.add(match[1])
    return frozenset(names)


def _names(container: Container, folder: Path) -> frozenset[str]:
    target = folder / f"out-{time.monotonic_ns()}"
    done = container.engine.call("cp", f"{container.name}:{_PLACE}/out", str(target))
    if done.code:
        raise TraceError(f"what strace saw could not be read: {last_line(done.err)}")
    names = names_in(target)
    shutil.rmtree(target, ignore_errors=True)
    return frozenset(name for name in names if not name.startswith("syscall_"))
