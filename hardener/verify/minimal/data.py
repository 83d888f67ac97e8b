"""What came of --minimal as plain data, for the report."""

from __future__ import annotations

from typing import Any

from hardener.verify.judge.measure import Image
from hardener.verify.minimal.run import Minimal
from hardener.verify.report.gone import gone


def as_data(found: Minimal, full: Image) -> dict[str, Any]:
    """Return it; `full` is the image that the stage was made of."""
    image, text = found.image, found.written
    parts = gone(full.content.sizes, image.content.sizes) if image is not None else ()
    return {
        "problem": found.problem,
        "base": found.base,
        "stage": text.stage if text is not None else "",
        "dockerfile": text.text if text is not None and not found.problem else None,
        "size": image.size if image is not None else None,
        "files": image.content.files if image is not None else None,
        "gone": [{"path": part.path, "bytes": part.size, "files": part.files} for part in parts],
        "packages": found.packages[0],
        "packages_gone": list(found.packages[1]),
        "rounds": found.rounds,
        "notes": list(found.notes),
        "tail": list(found.tail),
    }
