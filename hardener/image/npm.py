"""The version of npm that an image has (C16, U03)."""

from __future__ import annotations

import re

from hardener.image.model import Model, StageModel
from hardener.text import whole

#: release of a distribution: major version of its npm
_NPM_OF = {
    "bullseye": 7,
    "bookworm": 9,
    "trixie": 9,
    "20.04": 6,
    "22.04": 8,
    "24.04": 9,
    "focal": 6,
    "jammy": 8,
    "noble": 9,
}


def npm_version(model: Model, stage: StageModel) -> int | None:
    """Return the major version of npm in an image, the least that it can be; None where it is not known."""
    root = stage.root
    for link in stage.chain:
        for instruction in link.node.body:
            fixed = re.search(r"\bnpm@(\d+)\b", instruction.text)
            if fixed:
                return whole(fixed[1])
            setup = re.search(r"setup_(\d+)\.x", instruction.text)
            if setup:
                return _npm_of_node(whole(setup[1]))
    reference, image = root.reference, root.image
    if reference is not None and reference.repository.endswith("/library/node"):
        match = re.match(r"(\d+)", reference.tag or "")
        return _npm_of_node(whole(match[1])) if match else 9
    if image is None or image.distro not in ("debian", "ubuntu"):
        return None
    release = image.release or image.release_floor
    return _NPM_OF.get(release or "")


def _npm_of_node(major: int) -> int:
    return (
        10 if major >= 20 else 8 if major >= 16 else 7 if major == 15 else 6 if major >= 10 else 5 if major >= 8 else 3
    )
