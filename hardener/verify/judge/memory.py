"""What earlier runs found: texts that were tried, known by all that decides what comes of them.

What is remembered as working is built and run again before it is reported; what is remembered as failing is left out
without another try.
"""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from hardener.lookups.build_context import BuildContext
from hardener.verify.container.engine import LABEL, Engine
from hardener.verify.model import Plan

if TYPE_CHECKING:
    from hardener.syntax.dockerignore.patterns import Dockerignore

_FORMAT = 1
#: seconds for which a try counts: networks and what they hold change
LIFETIME = 7 * 86400.0
#: a larger context is not read for this: files, and bytes
_FILES, _BYTES = 20_000, 256 << 20


class Entry(Protocol):
    """What a store keeps."""

    @property
    def value(self) -> object:
        """What was put there."""


class Store(Protocol):
    """Keeps values by question, from run to run; one that is damaged or too old is none."""

    def get(self, question: tuple[str, ...]) -> Entry | None:
        """Return what was kept for a question."""

    def put(self, question: tuple[str, ...], value: object, fetched: float) -> None:
        """Keep a value."""


@dataclass(frozen=True, slots=True)
class Remembered:
    """What came of a try: () where it worked, and the last lines of its log where it did not."""

    failures: tuple[str, ...]
    tail: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Memory:
    """Tries of one original under one plan.

    Args:
        store: None remembers nothing.
        key: of what all tries have in common.
    """

    store: Store | None = None
    key: str = ""

    def recall(self, text: str) -> Remembered | None:
        """Return what came of a text; None where it was not tried."""
        found = self.store.get(self._question(text)) if self.store is not None else None
        value = found.value if found is not None else None
        if not isinstance(value, dict):
            return None
        parts = [value.get(name) for name in ("failures", "tail")]
        if not all(isinstance(part, list) and all(isinstance(line, str) for line in part) for part in parts):
            return None
        return Remembered(tuple(parts[0] or ()), tuple(parts[1] or ()))

    def keep(self, text: str, failures: Sequence[str], tail: Sequence[str], now: float) -> None:
        """Remember what came of a text."""
        if self.store is not None:
            value = {"failures": list(failures), "tail": list(tail) if failures else []}
            self.store.put(self._question(text), value, now)

    def _question(self, text: str) -> tuple[str, ...]:
        return ("verify", self.key, sha256(text.encode("utf-8", "surrogateescape")).hexdigest())


def memory_of(
    store: Store | None, engine: Engine, image: str, given: Plan, plan: Plan, *, more: Sequence[object]
) -> Memory:
    """Return the memory of an original.

    What depends on things that cannot be read here is not remembered: secrets, options of the build or of the run,
    commands of this machine, a large context.

    Args:
        store: None remembers nothing.
        engine: where.
        image: the original's id; its layers and its configuration count.
        given: the plan of the person.
        plan: with the limits and probes that hold.
        more: what else decides.
    """
    if store is None or given.secrets or given.build_options or given.run_options or given.probe_commands:
        return Memory()
    context = digest_of(given.context, given.dockerfile)
    content = content_of(engine, image)
    if not context or not content:
        return Memory()
    limits = tuple(option for option in plan.run_options if not option.startswith("--network="))
    said = asdict(replace(plan, dockerfile=Path(plan.dockerfile.name), context=Path(), run_options=limits))
    parts = (_FORMAT, said, engine.program, engine.version, context, content, *more)
    return Memory(store, sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest())


def content_of(engine: Engine, image: str) -> str:
    """Return what makes an image what it is, "" where the engine does not say it."""
    found = engine.inspect(image, "image")
    layers = (found.get("RootFS") or {}).get("Layers")
    config = dict(found.get("Config") or {})
    config["Labels"] = {key: value for key, value in (config.get("Labels") or {}).items() if key != LABEL}
    return json.dumps([layers, config, found.get("Architecture")], sort_keys=True) if layers else ""


def digest_of(folder: Path, dockerfile: Path) -> str:
    """Return a digest of what the builder is sent, "" where that is too much or cannot be read.

    Names, modes and contents count, times and owners do not: the builder does not look at them either.
    """
    ignored = BuildContext(folder, dockerfile).ignore
    return "" if ignored.broken else digest_below(folder, ignored)


def digest_below(folder: Path, ignored: Dockerignore) -> str:
    """Return a digest of what lies in a folder and is not ignored, "" where that is too much or cannot be read."""
    whole, left = sha256(), _BYTES
    try:
        for count, name in enumerate(_files(folder, ignored)):
            if count >= _FILES:
                return ""
            path = folder / name
            status = path.lstat()
            left -= status.st_size
            if left < 0:
                return ""
            whole.update(repr((name, status.st_mode, _data(path, status.st_mode))).encode("utf-8", "surrogateescape"))
    except OSError:
        return ""
    return whole.hexdigest()


def _data(path: Path, mode: int) -> str:
    if stat.S_ISLNK(mode):
        return os.readlink(path)  # noqa: PTH115
    return sha256(path.read_bytes()).hexdigest() if stat.S_ISREG(mode) else ""


def _files(folder: Path, ignored: Dockerignore) -> Iterator[str]:
    """Yield the names of files and folders that are sent, in their order; links are not followed."""

    def is_sent(place: str, name: str) -> bool:
        path = os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118
        return not ignored.ignores(path) or ignored.has_exceptions(path)

    for place, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if is_sent(place, name))
        for name in sorted((*(name for name in files if is_sent(place, name)), *folders)):
            yield os.path.relpath(os.path.join(place, name), folder)  # noqa: PTH118
