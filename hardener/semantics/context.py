"""What a rule can know of a file in the build context; reading it is the engine's work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ContextFile:
    """A file or folder of the build context.

    Attributes:
        path: relative to the build context, with `/`.
        head: its first bytes (at most 64 KiB); b"" for a folder.
        mode: its permission bits.
        size: in bytes.
        is_dir: whether it is a folder.
    """

    path: str
    head: bytes
    mode: int
    size: int
    is_dir: bool
