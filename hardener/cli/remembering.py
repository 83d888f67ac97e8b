"""A run that is recorded, and kept for the next one that is given the same: see `hardener.cli.remembered`."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Callable
from typing import Any

from hardener.cli.remembered import FORMAT, LIMIT, answer_of, is_private
from hardener.fast.recording import CODE, FAILED, NAMES, STATUS, TEXT, Recording, mark_of, status_of
from hardener.fast.sha256 import hexdigest

#: what changed less long before it was read may change again without a sign: its content is compared, not its times
_YOUNG_NS = 2_000_000_000
#: times of files come from a clock that may be this much behind
_TICK_NS = 20_000_000
#: questions of a run that are kept at the most
_ROWS = 300_000
#: entries and bytes in the folder; the oldest go first
_ENTRIES, _BYTES = 200, 128 << 20
#: loaded where the time of day decides
_BY_TIME = "hardener.registry.newest"
_PROGRESS = "\r\x1b[2K"


class Tee:
    """A stream that passes on what is written and keeps it.

    Args:
        real: the stream.
        name: what the pieces are marked with.
        pieces: gets them.
    """

    def __init__(self, real: Any, name: bytes, pieces: list[tuple[bytes, bytes]]) -> None:
        self._real, self._name, self._pieces = real, name, pieces

    @property
    def buffer(self) -> Tee:
        """The stream of bytes below."""
        return Tee(self._real.buffer, self._name, self._pieces)

    def write(self, written: Any) -> int:
        """Write text or bytes; what shows progress, and is gone at the end, is not kept."""
        done: int = self._real.write(written)
        data = written.encode(self._real.encoding, self._real.errors) if isinstance(written, str) else bytes(written)
        if not (isinstance(written, str) and written.startswith(_PROGRESS)):
            self._pieces.append((self._name, data))
        return done

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


def remembering(folder: str, key: str, run: Callable[[], int | None]) -> int | None:
    """Return what `run` returns, and keep what it printed where all is known that it depends on."""
    pieces: list[tuple[bytes, bytes]] = []
    streams = sys.stdout, sys.stderr
    began = time.time()
    record = Recording()
    record.start()
    sys.stdout, sys.stderr = Tee(streams[0], b"o", pieces), Tee(streams[1], b"e", pieces)
    try:
        code = run()
    finally:
        record.stop()
        sys.stdout, sys.stderr = streams
    if code in (0, 1, 2) and not any(b"internal error" in data for _, data in pieces):
        sys.stdout.flush()
        sys.stderr.flush()
        entry = _entry(record, began, code, pieces)
        if entry is not None:
            _write(folder, key, entry)
    return code


def _entry(record: Recording, began: float, code: int, pieces: list[tuple[bytes, bytes]]) -> bytes | None:
    """Return what is kept of a run; None for one whose record is not whole."""
    if _BY_TIME in sys.modules:
        record.refuse("the age of images counts")
    rows = rows_of(record, int(began * 1e9))
    if rows is None:
        return None
    output = b"".join(data for _, data in pieces)
    chunks = b" ".join(name + str(len(data)).encode() for name, data in pieces)
    head = f"{code} {record.until} {began} {len(rows)}".encode() + (b" " + chunks if chunks else b"")
    rest = head + b"\n" + rows + output
    return b"\n".join((FORMAT, hexdigest(rest).encode(), rest)) if len(rest) < LIMIT // 2 else None


def rows_of(record: Recording, began: int) -> bytes | None:
    """Return the questions of a run with their answers; None where a later run could not tell that one has changed.

    Args:
        record: of the run.
        began: when it did, in nanoseconds since the epoch.
    """
    record.add_modules()
    for path in [path for path, kind in record.rows if kind == NAMES]:
        _add_links(record, path, began)
    found: list[bytes] = []
    for (path, kind), noted in record.rows.items():
        if kind.endswith(FAILED):
            continue
        if kind == CODE and (noted.startswith("!") or int(noted.partition(":")[2]) > began - _TICK_NS):
            return None
        mark, answer = ("", noted) if kind not in (NAMES, TEXT) else _content(record, path, kind, began) or ("", None)
        if answer is None or record.unusable or len(found) > _ROWS * 4:
            return None
        found += (path, kind.encode(), mark.encode(), answer.encode("utf-8", "surrogateescape"))
    return b"\0".join(found) if not record.unusable else None


def _content(record: Recording, path: bytes, kind: str, began: int) -> tuple[str, str] | None:
    """Return the mark and the content of a file or folder; None where it may not be what the run has read."""
    before = record.rows[path, kind]
    answer, failed = answer_of(path, kind), record.rows.get((path, kind + FAILED))
    if mark_of(path) != before or (answer != failed if failed else answer.startswith("!")):
        return None
    if answer.startswith("kind") and path != b"/dev/null":
        return None
    changed = 0 if before.startswith("!") else max(map(int, before.split(":")[3:]))
    if changed > began - _TICK_NS and path != b"/dev/null":
        return None
    return ("" if not changed or changed > began - _YOUNG_NS else before), answer


def _add_links(record: Recording, folder: bytes, began: int) -> None:
    """Note what the links in a folder lead to: who lists it is told whether that is a folder."""
    try:
        with os.scandir(folder) as entries:
            links = [entry.path for entry in entries if entry.is_symlink()]
    except OSError:
        return
    for link in links:
        mark = mark_of(link)
        if not mark.startswith("!") and int(mark.rpartition(":")[2]) > began - _TICK_NS:
            record.refuse("what a link leads to changed meanwhile")
        record.rows.setdefault((link, STATUS), status_of(link, follow=True))


def _write(folder: str, key: str, data: bytes) -> None:
    """Write an entry in one step; a folder that cannot be used is no error."""
    unfinished = os.path.join(folder, f".{key}.{os.getpid()}")  # noqa: PTH118
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)  # noqa: PTH103
        if not is_private(folder):
            return
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            os.replace(unfinished, os.path.join(folder, key))  # noqa: PTH105, PTH118
        except OSError:
            os.unlink(unfinished)  # noqa: PTH108
            raise
        _prune(folder)
    except OSError:
        return


def _prune(folder: str) -> None:
    """Remove the entries that were used least lately, and what killed runs left."""
    with os.scandir(folder) as entries:
        found = [(entry.stat(follow_symlinks=False), entry) for entry in entries]
    left = sorted(((s.st_mtime, s.st_size, e) for s, e in found if stat.S_ISREG(s.st_mode)), key=lambda row: -row[0])
    size, hour = 0, time.time() - 3600
    for place, (used, length, entry) in enumerate(left):
        size += length
        if place >= _ENTRIES or size > _BYTES or (entry.name.startswith(".") and used < hour):
            os.unlink(entry.path)  # noqa: PTH108
