"""What registries answered, on disk: one file for each question, safe under parallel runs.

A file is written beside its place and moved there, so a reader sees all of it or none, and two writers leave one whole
answer. A cache that cannot be read or written is no error: the registry is asked. What others could have written is no
answer: a repository that is checked out where the cache is looked for must not say what a tag means.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path

from hardener.fast.recording import recording
from hardener.fast.records import dataclass
from hardener.fast.sha256 import hexdigest
from hardener.registry.folders import cache_folder
from hardener.registry.model import Clock, RegistrySettings

_FORMAT = 1
#: answers older than this are deleted
_KEPT_FOR = 90 * 86400


@dataclass(frozen=True, slots=True)
class Cached:
    """An answer and when it was given, in seconds since the epoch."""

    value: object
    fetched: float


class Cache:
    """Answers by question; a question is a tuple of words.

    Args:
        folder: made when first written to, for its owner alone.
        lifetime: seconds for which an answer counts; None for ever, as offline.
        clock: what time it is.
    """

    def __init__(self, folder: Path, lifetime: float | None, clock: Clock) -> None:
        self.folder = folder
        self.lifetime = lifetime
        self._clock = clock

    def get(self, question: tuple[str, ...], *, lasting: bool = False) -> Cached | None:
        """Return the answer to `question`, None without one that still counts.

        Args:
            question: what was asked.
            lasting: the answer cannot change, as of a digest.
        """
        try:
            content = json.loads(self._read(self._path(question)))
            if content["format"] != _FORMAT or content["question"] != list(question):
                return None
            value, fetched = content["value"], float(content["fetched"])
        except (OSError, ValueError, TypeError, KeyError, RecursionError):
            return None
        age = self._clock.time() - fetched
        counts = lasting or self.lifetime is None or -60 <= age <= self.lifetime  # clocks of two machines may differ
        record = recording()
        if record is not None and self.lifetime is not None and not lasting:
            record.until = min(record.until, fetched + self.lifetime)
        return Cached(value, fetched) if counts else None

    def _read(self, path: Path) -> bytes:
        """Return what the file of an answer holds.

        Raises:
            OSError: it cannot be read, or somebody else may have written it.
        """
        if os.name != "posix":
            return path.read_bytes()
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not (_is_own(os.lstat(self.folder), stat.S_IFDIR) and _is_own(os.fstat(handle), stat.S_IFREG)):
                raise PermissionError(path)
            return file.read()

    def put(self, question: tuple[str, ...], value: object, fetched: float) -> None:
        """Keep the answer to `question`; `value` is something that JSON can hold."""
        import threading

        path = self._path(question)
        content = {"format": _FORMAT, "question": question, "fetched": fetched, "value": value}
        unfinished = path.with_name(f".{path.name}.{os.getpid()}.{threading.get_ident()}")
        try:
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            unfinished.unlink(missing_ok=True)  # of a process that died here
            handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(handle, "wb") as file:
                file.write(json.dumps(content).encode())
            unfinished.replace(path)
        except OSError:
            return

    def prune(self) -> int:
        """Delete what is too old even for an offline run; return how many answers that were."""
        oldest, gone = self._clock.time() - _KEPT_FOR, 0
        try:
            for entry in os.scandir(self.folder):
                if entry.stat().st_mtime < oldest:
                    Path(entry.path).unlink(missing_ok=True)
                    gone += 1
        except OSError:
            return gone
        return gone

    def _path(self, question: tuple[str, ...]) -> Path:
        return self.folder / f"{hexdigest(json.dumps(question).encode())}.json"


def _is_own(found: os.stat_result, kind: int) -> bool:
    """Tell whether something is of a kind, belongs to this user, and nobody else may write it or what lies in it."""
    return stat.S_IFMT(found.st_mode) == kind and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def open_cache(settings: RegistrySettings, clock: Clock) -> Cache | None:
    """Return the cache that the settings ask for, None without one."""
    if not settings.use_cache:
        return None
    folder = settings.cache_dir or cache_folder(settings.env)
    if settings.offline and not os.path.isdir(folder):  # noqa: PTH112 (pathlib raises where it may not look)
        return None  # there is nothing to read, and nothing will be written
    return Cache(folder, None if settings.offline else settings.lifetime, clock)
