"""The most memory that a container held, as its control group counts it: of this machine, or asked inside of it."""

from __future__ import annotations

import contextlib
from pathlib import Path

from hardener.verify.container import kernel
from hardener.verify.container.start import Container

_GROUPS = Path("/sys/fs/cgroup")
#: below a control group: of version 2 (Linux 5.19 and later), and of version 1
_FILES = {"": "memory.peak", "memory": "memory/memory.max_usage_in_bytes"}


def memory_peak(container: Container, main: int, groups: Path = _GROUPS) -> int | None:
    """Return bytes, page cache included; None where they cannot be read.

    Args:
        container: it is up.
        main: its first process, as the engine's host counts.
        groups: where the control groups of this machine are mounted.
    """
    here = kernel.read_here(main, "cgroup") if kernel.is_here(main) else None
    found = _here(here, groups) if here else None
    if found is not None:
        return found
    for name in _FILES.values():
        done = container.execute("cat", f"{_GROUPS}/{name}")
        if done is not None and done.code == 0:
            return _number(done.out)
    return None


def _here(text: str, groups: Path) -> int | None:
    """Return what the control group says that a /proc/<pid>/cgroup names."""
    for line in text.splitlines():
        parts = line.split(":", 2)
        if len(parts) < 3 or parts[1] not in _FILES:
            continue
        group = parts[2].strip("/")
        if not group or ".." in group.split("/"):
            continue  # the whole machine, or one that is not seen from here
        folder, _, name = _FILES[parts[1]].rpartition("/")
        with contextlib.suppress(OSError):
            return _number((groups / folder / group / name).read_text(encoding="utf-8"))
    return None


def _number(text: str) -> int | None:
    said = text.strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 19 else None
