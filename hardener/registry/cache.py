"""What registries answered, on disk: one file for each question, safe under parallel runs.

A file is written beside its place and moved there, so a reader sees all of it or none, and two writers leave one whole
answer. A cache that cannot be read or written is no error: the registry is asked.
"""

from __future__ import annotations

import json
import os
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
            content = json.loads(self._path(question).read_bytes())
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


def open_cache(settings: RegistrySettings, clock: Clock) -> Cache | None:
    """Return the cache that the settings ask for, None without one."""
    if not settings.use_cache:
        return None
    folder = settings.cache_dir or cache_folder(settings.env)
    if settings.offline and not os.path.isdir(folder):  # noqa: PTH112 (pathlib raises where it may not look)
        return None  # there is nothing to read, and nothing will be written
    return Cache(folder, None if settings.offline else settings.lifetime, clock)
