"""Names of files as the outputs for programs want them."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote


def uri(path: Path) -> str:
    """Return a relative reference, or a file URI for an absolute path; every byte of the name is in it."""
    return ("file://" if path.is_absolute() else "") + quote(os.fsencode(path))
