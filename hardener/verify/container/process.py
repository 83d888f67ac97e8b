"""Child processes with limits: a deadline, and a ceiling on what is kept of their output."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from hardener.errors import VerifyError

#: How much of an output is kept: its head, and its tail.
HEAD, TAIL = 1024 * 1024, 64 * 1024
#: How much of an output goes to a log file.
LOG_LIMIT = 16 * 1024 * 1024
#: How long a child may take to end after it was told to.
PATIENCE = 5.0
#: Seconds between two looks at whether somebody cancelled.
_GLANCE = 0.1


@dataclass(frozen=True, slots=True)
class Done:
    """A process that has ended.

    Attributes:
        code: its exit code; -1 where it was stopped at the deadline.
        out: standard output, in the middle cut out where it is long.
        err: standard error, likewise; "" where both went to one place.
        seconds: how long it took.
        timed_out: whether the deadline ended it.
        truncated: whether a part of the output is missing.
    """

    code: int
    out: str
    err: str
    seconds: float
    timed_out: bool = False
    truncated: bool = False

    @property
    def text(self) -> str:
        """Both outputs."""
        return self.out + self.err


@dataclass(slots=True)
class _Sink:
    """Takes an output without end and keeps its head and its tail."""

    log: IO[bytes] | None = None
    head: bytearray = field(default_factory=bytearray)
    tail: bytearray = field(default_factory=bytearray)
    total: int = 0
    error: OSError | None = None

    def drain(self, source: IO[bytes]) -> None:
        """Read to the end, which may come after that of the child: what it started may hold the other side."""
        with source:
            while chunk := os.read(source.fileno(), 65536):
                self._log(chunk)
                self.total += len(chunk)
                room = HEAD - len(self.head)
                self.head += chunk[: max(room, 0)]
                self.tail += chunk[max(room, 0) :]
                del self.tail[:-TAIL]

    def _log(self, chunk: bytes) -> None:
        if self.log is None or self.error is not None or self.total > LOG_LIMIT:
            return
        try:
            self.log.write(chunk)
        except OSError as error:  # a full disk: the child must not block on a pipe that nobody reads
            self.error = error

    @property
    def truncated(self) -> bool:
        return self.total > len(self.head) + len(self.tail)

    def text(self) -> str:
        gap = b"\n[...]\n" if self.truncated else b""
        return (bytes(self.head) + gap + bytes(self.tail)).decode("utf-8", "replace")


def run(
    argv: Sequence[str],
    *,
    timeout: float,
    log: Path | None = None,
    env: Mapping[str, str] | None = None,
    shell: bool = False,
    cancel: threading.Event | None = None,
) -> Done:
    """Run a program to its end or to its deadline, and return what it said.

    Args:
        argv: program and arguments; with `shell` one command line.
        timeout: seconds until it is stopped with all that it started.
        log: a file that gets both outputs as they come; standard error is then part of `out`.
        env: variables besides those of this process.
        shell: let the shell read the command line.
        cancel: the program is stopped, as at its deadline, once this is set.

    Raises:
        VerifyError: the program is not there, or the log cannot be written.
    """
    started = time.monotonic()
    try:
        with contextlib.ExitStack() as stack:
            sink = _Sink(stack.enter_context(log.open("ab", buffering=0)) if log else None)
            errors = _Sink()
            child = subprocess.Popen(
                argv[0] if shell else argv,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT if log else subprocess.PIPE,
                env={**os.environ, **env} if env else None,
                shell=shell,
                # Ctrl-C comes to us alone: we stop the child, and clean up after it has ended
                start_new_session=True,
            )
            timed_out = _wait(child, sink, errors, timeout, cancel)
    except OSError as error:
        raise VerifyError(f"{log or argv[0]}: {error.strerror}") from None
    if sink.error is not None:
        raise VerifyError(f"{log}: cannot be written: {sink.error.strerror}")
    code = -1 if timed_out else child.returncode
    seconds = time.monotonic() - started
    return Done(code, sink.text(), errors.text(), seconds, timed_out, sink.truncated or errors.truncated)


def _wait(
    child: subprocess.Popen[bytes], sink: _Sink, errors: _Sink, timeout: float, cancel: threading.Event | None
) -> bool:
    """Read the outputs until the child ends; return whether the deadline, or who cancelled it, ended it."""
    pipes = [(child.stdout, sink), (child.stderr, errors)]
    readers = [threading.Thread(target=s.drain, args=(p,), daemon=True) for p, s in pipes if p is not None]
    for reader in readers:
        reader.start()
    timed_out = False
    try:
        timed_out = not _ends(child, timeout, cancel)
    finally:
        if child.poll() is None:
            stop(child)
        for reader in readers:
            reader.join(PATIENCE)
    return timed_out


def _ends(child: subprocess.Popen[bytes], timeout: float, cancel: threading.Event | None) -> bool:
    """Wait for the end of a child; return whether it came before the deadline and before it was cancelled."""
    deadline = time.monotonic() + timeout
    while cancel is None or not cancel.is_set():
        left = deadline - time.monotonic()
        try:
            child.wait(left if cancel is None else min(left, _GLANCE))
        except subprocess.TimeoutExpired:
            if left <= _GLANCE or cancel is None:
                return False
        else:
            return True
    return False


def stop(child: subprocess.Popen[bytes]) -> None:
    """End a child and what it started: politely first, so that `docker build` cancels what the engine does."""
    for number in (signal.SIGINT, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(PATIENCE)
            return
