"""The base image of the runtime stage: same distribution, release, libc and interpreter (B14, S02, S07, S16)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.knowledge.images import BaseImage, base_image
from hardener.knowledge.slim import slim_variant
from hardener.knowledge.tags import read_tag
from hardener.project.context import Lookup
from hardener.rules.split_stages.model import Case
from hardener.syntax.image_reference import ImageReference

#: families with a slim variant of the same distribution
_FULL = frozenset(("node", "python", "ruby"))
_WORDS = {None: "slim", "latest": "slim", "lts": "lts-slim", "current": "current-slim"}


def smaller(reference: ImageReference, image: BaseImage) -> tuple[str, BaseImage] | Refusal | None:
    """Return the slim variant of an interpreter's image; None where the image has none or is it already."""
    if image.family not in _FULL:
        return None
    version = read_tag(reference.tag or "").version or ()
    if reference.digest is not None and (image.release is None or len(version) < 3):
        return Refusal(
            "B24",
            "the digest may be of another version or release than the slim tag is now",
            "name the whole version and the release in the tag",
        )
    plain = replace(reference, digest=None)
    # `latest` and `lts` have a slim tag too, of the same release
    found = slim_variant(plain) or (replace(plain, tag=_WORDS[plain.tag]) if plain.tag in _WORDS else None)
    known = base_image(found) if found else None
    if known is None or known.libc != image.libc or known.distro != image.distro or known.release != image.release:
        return Refusal("S02", f"harden knows no slim image that matches {reference}")
    return str(found), known


def interpreter_base(case: Case, family: str) -> tuple[str, BaseImage] | Refusal:
    """Return the image of a runtime stage that needs the interpreter: the slim variant, else the image itself."""
    written = case.written
    if case.image.family != family:
        return written, case.image
    if "$" in written:
        return Refusal("B03", "an ARG names the image", "write the tag into FROM")
    reference = case.reference
    now = case.model.facts.get(Lookup("digest", f"{reference.repository}:{reference.tag or 'latest'}"))
    if reference.digest is not None and now == reference.digest:
        reference = replace(reference, digest=None)  # it is what the tag names now, as our own pin is
    return smaller(reference, case.image) or (written, case.image)


def other(text: str) -> tuple[str, BaseImage] | Refusal:
    """Return an image by name with what is known of it."""
    reference = ImageReference.parse(text)
    image = base_image(reference) if reference else None
    if image is None:
        return Refusal("S16", f"harden does not know the image {text}")
    return text, image
