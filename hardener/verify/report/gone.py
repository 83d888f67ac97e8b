"""Which files the hardened image no longer has, gathered by folder. Pure."""

from __future__ import annotations

import heapq
import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field

#: folders are opened until there are this many parts
PARTS = 40


@dataclass(frozen=True, slots=True)
class Gone:
    """Files that are gone.

    Attributes:
        path: of a file, or of the folder that they all lay in; it may hold others that are still there.
        size: of all of them, in bytes.
        files: how many.
    """

    path: str
    size: int
    files: int


@dataclass(slots=True)
class _Folder:
    path: str
    size: int = 0
    files: int = 0
    below: dict[str, _Folder] = field(default_factory=dict)

    def add(self, parts: list[str], size: int) -> None:
        node = self
        for part in parts:
            node.size += size
            node.files += 1
            node = node.below.setdefault(part, _Folder(posixpath.join(node.path, part)))
        node.size += size
        node.files += 1


def gone(before: Mapping[str, int], after: Mapping[str, int], most: int = PARTS) -> tuple[Gone, ...]:
    """Return what is gone, the largest part first.

    Args:
        before, after: the files of both images: their sizes by path.
        most: how many parts there may be.
    """
    root = _Folder("/")
    for path, size in before.items():
        if path not in after:
            root.add(path.strip("/").split("/"), size)
    if not root.files:
        return ()
    done: list[_Folder] = []
    # the largest is opened first; the path makes the order of equal ones certain
    waiting = [(-root.size, root.path, root)]
    while waiting:
        _, _, largest = heapq.heappop(waiting)
        if largest.below and len(done) + len(waiting) + len(largest.below) <= most:
            for node in largest.below.values():
                heapq.heappush(waiting, (-node.size, node.path, node))
        else:
            done.append(largest)
    return tuple(Gone(node.path, node.size, node.files) for node in sorted(done, key=lambda n: (-n.size, n.path)))
