"""BuildKit's own parser (PyPI `dockerfile`, frontend of 2023) as the oracle of the syntax tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest


def instructions(data: bytes, folder: Path) -> list[Any] | None:
    """Return the instructions that BuildKit's parser reads, None where it refuses the text."""
    dockerfile = pytest.importorskip("dockerfile", reason="the oracle has no wheel for this machine")
    path = folder / "oracle.Dockerfile"
    path.write_bytes(data)
    try:
        return list(dockerfile.parse_file(str(path)))
    except (dockerfile.GoParseError, UnicodeDecodeError):  # of a message that was cut inside of a character
        return None
