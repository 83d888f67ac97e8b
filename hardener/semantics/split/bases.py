"""The base image of the runtime stage: same distribution, release, libc and interpreter (B14, S02, S07, S16)."""

from __future__ import annotations

from dataclasses import replace

from hardener.errors import Refusal
from hardener.knowledge.images import BaseImage, base_image
from hardener.knowledge.tags import read_tag
from hardener.semantics.split.plan import Case
from hardener.syntax.reference import ImageReference

#: families with a slim variant, and whether its word stands before the release
_SLIM = {"node": False, "python": True, "ruby": True}


def smaller(reference: ImageReference, image: BaseImage) -> tuple[str, BaseImage] | Refusal | None:
    """Return the slim variant of an interpreter's image; None where the image has none or is it already."""
    before = _SLIM.get(image.family)
    if before is None:
        return None
    if reference.digest is not None and (
        image.release is None or (read_tag(reference.tag or "").version or ()) < (0, 0, 0)
    ):
        return Refusal(
            "B24", "the digest may be of another release than the slim tag is now", "name the release in the tag"
        )
    if reference.digest is not None and len(read_tag(reference.tag or "").version or ()) < 3:
        return Refusal("B24", "the digest may be of another version than the slim tag is now", "name the whole version")
    tag = _slim_tag(reference.tag, before)
    found = replace(reference, tag=tag, digest=None)
    known = base_image(found)
    if known is None or known.libc != image.libc or known.distro != image.distro or known.release != image.release:
        return Refusal("S02", f"there is no slim image that is known to match {reference}")
    return str(found), known


def interpreter_base(case: Case, family: str) -> tuple[str, BaseImage] | Refusal:
    """Return the image of a runtime stage that needs the interpreter: the slim variant, else the image itself."""
    written = case.stage.node.from_.text.split()[0]
    if case.image.family != family:
        return written, case.image
    if "$" in written:
        return Refusal("B03", "the image is named by an ARG", "write the tag into FROM")
    return smaller(case.reference, case.image) or (written, case.image)


def _slim_tag(tag: str | None, before: bool) -> str:
    if tag is None or tag == "latest":
        return "slim"
    parts = tag.split("-")
    suite = read_tag(parts[-1]).suite
    if before and suite and suite[0] == "debian":
        return "-".join([*parts[:-1], "slim", parts[-1]])
    return f"{tag}-slim"


def other(text: str) -> tuple[str, BaseImage] | Refusal:
    """Return an image by name with what is known of it."""
    reference = ImageReference.parse(text)
    image = base_image(reference) if reference else None
    if image is None:
        return Refusal("S16", f"{text} is not known")
    return text, image


def carried(before: BaseImage, after: BaseImage) -> tuple[str, ...]:
    """Return the parts of the configuration in which two images differ (B21)."""
    names = ("entrypoint", "cmd", "workdir", "shell", "default_user", "stopsignal", "volumes", "expose")
    return tuple(name for name in names if getattr(before, name) != getattr(after, name))
