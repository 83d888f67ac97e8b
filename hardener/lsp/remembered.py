"""What harden remembers of images from earlier runs; no registry is asked for what is shown."""

from __future__ import annotations

from pathlib import Path

from hardener.errors import HardenError
from hardener.fast.records import dataclass, replace
from hardener.image.pulled_images import question
from hardener.knowledge.configuration import Configuration
from hardener.lookups.registries import Online
from hardener.lsp.analysis import Chooser
from hardener.lsp.settings import EditorSettings
from hardener.rules.base import Lookup
from hardener.syntax.image_reference import ImageReference


@dataclass(frozen=True, slots=True)
class Remembered:
    """What registries said of an image.

    Attributes:
        digest: that its tag names, or that it is pinned to; "" where nobody asked.
        user: that its configuration sets, "" for none; None where nobody asked.
        made: when, in seconds since the epoch; 0 where nobody asked, or the image does not say.
        size: the bytes that a pull transfers; 0 likewise.
    """

    digest: str = ""
    user: str | None = None
    made: float = 0
    size: int = 0


def remembered(choose: Chooser, folder: Path, image: ImageReference) -> Remembered:
    """Return what harden knows of an image without asking anybody.

    Args:
        choose: what the command line says.
        folder: where the configuration is looked for.
        image: as the file has it.
    """
    try:
        configured = choose(EditorSettings(), None).online(folder)
        if configured is None:
            return Remembered(image.digest or "")
        online = Online(replace(configured.settings, offline=True))
        try:
            return _known(online, image)
        finally:
            online.close()
    except HardenError:
        return Remembered(image.digest or "")


def _known(online: Online, image: ImageReference) -> Remembered:
    name = question(image)
    tag = Lookup("digest", name)
    digest = image.digest or online.ask([tag]).get(tag)
    if not isinstance(digest, str):
        return Remembered()
    asked = Lookup("image", f"{name}@{digest}")
    said = online.ask([asked]).get(asked)
    made = said.made if isinstance(said, Configuration) else 0
    # where `harden update` has asked that
    made = made or online.made(replace(image, digest=digest))
    if not isinstance(said, Configuration):
        return Remembered(digest, made=made)
    return Remembered(digest, said.user, made, said.size)
