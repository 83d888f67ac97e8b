"""A mark beside the data of a service: where it stays, the data stays."""

from __future__ import annotations

import tarfile
from io import BytesIO
from pathlib import Path

from hardener.verify.container.process import run
from hardener.verify.container.start import Container

#: a file with this name is put beside the data of the original and has to be there afterwards
MARK = "harden-verify-was-here"


def put(container: Container, place: str, folder: Path) -> bool:
    """Put the mark into a folder of a container; return whether it is there."""
    file = folder / MARK
    file.write_text("harden verify\n", encoding="utf-8")
    return container.engine.call("cp", str(file), f"{container.name}:{place.rstrip('/')}/{MARK}").code == 0


def is_marked(container: Container, place: str) -> bool:
    """Tell whether the mark is in a folder of a container."""
    line = (container.engine.program, "cp", f"{container.name}:{place.rstrip('/')}/{MARK}", "-")
    done = run(line, timeout=60)
    if done.code:
        return False
    try:
        with tarfile.open(fileobj=BytesIO(done.out.encode()), mode="r|") as archive:
            return any(member.name == MARK for member in archive)
    except tarfile.TarError:
        return False
