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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.verify.container.engine import Engine, last_line
from hardener.verify.container.process import run
from hardener.verify.container.start import Container, create
from hardener.verify.judge.observe import Expected, watch
from hardener.verify.model import Plan

#: Where the tracer lies in the container.
PLACE = "/.harden-trace"
#: What it writes: of the program, and of the health check.
MAIN, HEALTH = "calls", "health"
_CALL = regex(r"^\d+ +(?:<\.\.\. )?([a-z_][a-z0-9_]*)(?:\(| resumed)", re.MULTILINE)
#: What strace wrote is read up to this many lines of this length.
_LINES, _LINE = 5_000_000, 16_384
#: Names are all that counts: no strings.
_NAMES_ALONE = ("-s", "0")
_LIBRARY = regex(r"(/\S+)")


T = TypeVar("T")
#: makes something of the folder that strace wrote to
Read = Callable[[Path], frozenset[T]]
#: a folder of this machine with the tracer, and how it is started in a container
_Packed = tuple[Path, Sequence[str]]


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
        return self.see(_NAMES_ALONE, names_in)

    def see(self, flags: Sequence[str], read: Read[T]) -> frozenset[T]:
        """Return what a run shows, from the start to the stop, with the commands that end and the health check.

        Args:
            flags: of strace: what it writes.
            read: gets the folder with the files `MAIN` and, if there is a health check, `HEALTH`; the image ran with
                that folder open to it. It returns () where they say nothing.

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
            found = self._traced(self.plan, (folder, tracer), (*entry, *words), flags, read)
            alone = replace(self.plan, probes=(), probe_commands=(), ports=(), settle=self.plan.wait)
            for words in self.plan.run_commands:
                found |= self._traced(alone, (folder, tracer), (*entry, *words), flags, read)
        return found

    def _traced(
        self, plan: Plan, packed: _Packed, program: Sequence[str], given: Sequence[str], read: Read[T]
    ) -> frozenset[T]:
        folder, tracer = packed
        flags = ["-D", "-f", "-qq", *given, "-e", "signal=none", "-o", f"{PLACE}/out/{MAIN}"]
        options = ("--entrypoint", tracer[0], "--cap-add", "SYS_PTRACE")
        arguments = [*tracer[1:], *flags, *program]
        container = create(self.engine, self.image, plan, options=options, arguments=arguments)
        try:
            done = self.engine.call("cp", f"{folder}/trace", f"{container.name}:{PLACE}")
            if done.code:
                raise TraceError(f"the tracer could not be put into the container: {last_line(done.err)}")
            seen = watch(container, plan, self.expected, brief=True, before_stop=lambda c: _health(c, tracer, given))
            if seen.state == "not started":
                raise TraceError(f"the traced container does not start: {seen.error}")
            found = _read(container, folder, read)
        finally:
            with contextlib.suppress(Exception):
                container.remove()
        if not found:
            raise TraceError(f"strace saw nothing: {last_line(seen.errors)}")
        return found


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
    return [f"{PLACE}/lib/{loader}", "--library-path", f"{PLACE}/lib", f"{PLACE}/strace"]


def _health(container: Container, tracer: Sequence[str], flags: Sequence[str]) -> None:
    """Run the HEALTHCHECK under the tracer: under a profile it has to work as well."""
    test = (container.inspect()["Config"].get("Healthcheck") or {}).get("Test") or []
    if not test or test[0] == "NONE":
        return
    command = ["/bin/sh", "-c", test[1]] if test[0] == "CMD-SHELL" else test[1:]
    container.execute(*tracer, "-f", "-qq", *flags, "-o", f"{PLACE}/out/{HEALTH}", *command, timeout=40)


def names_in(folder: Path) -> frozenset[str]:
    """Return the calls in what strace wrote to `folder`."""
    matches = (_CALL.match(line) for name in (MAIN, HEALTH) for line in lines_of(folder / name))
    return frozenset(match[1] for match in matches if match and not match[1].startswith("syscall_"))


def lines_of(path: Path) -> Iterator[str]:
    """Yield what strace wrote to a file, nothing where there is none.

    The image ran with the folder open to it: what is no regular file of this folder itself was put there by others.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError:  # not there, or a link
        return
    with os.fdopen(descriptor, encoding="utf-8", errors="replace") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return
        left = _LINES
        while left and (line := file.readline(_LINE)):
            left -= 1
            yield line


def _read(container: Container, folder: Path, read: Read[T]) -> frozenset[T]:
    target = folder / f"out-{time.monotonic_ns()}"
    done = container.engine.call("cp", f"{container.name}:{PLACE}/out", str(target))
    if done.code:
        raise TraceError(f"what strace saw could not be read: {last_line(done.err)}")
    found = read(target)
    shutil.rmtree(target, ignore_errors=True)
    return found


def machine_of(engine: Engine, image: str) -> str:
    """Return an image's architecture as Python names it."""
    name = str(engine.inspect(image, "image").get("Architecture", ""))
    return {"amd64": "x86_64", "arm64": "aarch64"}.get(name, name)
