"""The begin and the end of a verification: an id, a folder for logs, and nothing left behind, whatever ends it."""

from __future__ import annotations

import contextlib
import os
import secrets
import signal
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from hardener.errors import VerifyError
from hardener.verify.container.engine import Engine, find

_SIGNALS = (signal.SIGTERM, signal.SIGHUP)


class Terminated(KeyboardInterrupt):
    """The process was told to end by a signal other than Ctrl-C's; `number` is the signal's."""

    def __init__(self, number: int) -> None:
        self.number = number
        super().__init__(f"signal {number}")


@contextlib.contextmanager
def lifetime(
    program: str | None, logs: Path | None, warn: Callable[[str], None], last: contextlib.ExitStack | None = None
) -> Iterator[tuple[Engine, Path]]:
    """Yield an engine and a folder for logs, and remove all that was made in the engine when the block ends.

    Args:
        program: the engine's command, None to find one.
        logs: the folder; None makes one for temporary files.
        warn: gets a line about what could not be removed.
        last: is closed before anything is removed: what it ends would make more.

    Raises:
        VerifyError: no engine answers, or the folder cannot be made.
        Terminated: a signal ended the block.
    """
    engine = find(program, run_id=secrets.token_hex(6))
    folder = _folder(logs, engine.run_id)
    before = {number: signal.signal(number, _terminate) for number in _SIGNALS}
    interrupted = False
    try:
        yield engine, folder
    except KeyboardInterrupt:
        interrupted = True
        raise
    finally:
        # from here on a second Ctrl-C must not stop the cleaning
        interrupt = signal.signal(signal.SIGINT, signal.SIG_IGN)
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        try:
            with contextlib.suppress(OSError):
                (last or contextlib.ExitStack()).close()
            _clean(engine, warn)
        finally:
            # who was interrupted is about to end: another Ctrl-C must not spoil the exit code
            for number, handler in {} if interrupted else {signal.SIGINT: interrupt, **before}.items():
                signal.signal(number, handler)


def _folder(logs: Path | None, run_id: str) -> Path:
    folder = logs or Path(tempfile.gettempdir()) / f"harden-verify-{os.getuid()}"
    folder = folder / run_id
    try:
        folder.mkdir(parents=True, mode=0o700)
    except OSError as error:
        raise VerifyError(f"{folder}: cannot be made: {error.strerror}; give a folder with --logs") from None
    return folder


def _terminate(number: int, _: FrameType | None) -> None:
    raise Terminated(number)


def _clean(engine: Engine, warn: Callable[[str], None]) -> None:
    failed = engine.clean()
    for line in failed:
        warn(f"not removed: {line}")
    if failed:
        warn(
            f"once the engine answers: {engine.program} ps -aq --filter label={engine.label} | "
            f"xargs -r {engine.program} rm -f; {engine.program} images -q --filter label={engine.label} | "
            f"xargs -r {engine.program} rmi -f; {engine.program} network ls -q --filter label={engine.label} | "
            f"xargs -r {engine.program} network rm; {engine.program} volume ls -q --filter label={engine.label} | "
            f"xargs -r {engine.program} volume rm"
        )
