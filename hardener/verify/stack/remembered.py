"""The memory of a compose file: tries of its texts, known by all that decides what comes of them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path

from hardener.syntax.dockerignore.patterns import Dockerignore
from hardener.verify.judge.memory import Memory, Store, content_of, digest_below
from hardener.verify.stack.model import Stack
from hardener.verify.stack.project import Project

_FORMAT = 1
#: what copies of mounts leave out
_COPIED = Dockerignore.parse("**/.git")


def stack_memory(store: Store | None, project: Project, stack: Stack, more: Sequence[object]) -> Memory:
    """Return the memory of an original whose services run.

    Files with secrets or configurations, mounts that are too large to read, and what the engine says nothing of are not
    remembered.

    Args:
        store: None remembers nothing.
        project: that was started.
        stack: the original, as it was started.
        more: what else decides.
    """
    if store is None or stack.data.get("secrets") or stack.data.get("configs"):
        return Memory()
    engine = project.engine
    images = [
        (service, content_of(engine, str(engine.inspect(container.name).get("Image") or "")))
        for service, container in sorted(project.containers().items())
    ]
    mounts = [_mounted(source) for source, _ in stack.folders]
    if not images or not all(content for _, content in images) or not all(mounts):
        return Memory()
    said = [  # Compose labels what it builds with the name of the project
        _plain(json.dumps(part, sort_keys=True, default=str), project, stack.folders) for part in (stack.data, images)
    ]
    parts = (_FORMAT, engine.program, engine.version, said, mounts, *more)
    return Memory(store, sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest())


def _plain(text: str, project: Project, folders: Iterable[tuple[Path, Path]]) -> str:
    """Return what is started without what differs from run to run: its id, and where its copies lie."""
    for number, (_, copy) in enumerate(folders):
        text = text.replace(json.dumps(str(copy))[1:-1], f"<mount {number}>")
    return text.replace(json.dumps(str(project.folder))[1:-1], "<folder>").replace(project.engine.run_id, "<run>")


def _mounted(source: Path) -> str:
    """Return a digest of what is mounted, "" where it is too much or cannot be read."""
    try:
        if source.is_file():
            return sha256(source.read_bytes()).hexdigest()
    except OSError:
        return ""
    return digest_below(source, _COPIED) if source.is_dir() else "nothing"
