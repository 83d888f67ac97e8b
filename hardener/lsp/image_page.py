"""What is told of an image: the facts that harden has of it, and what its registry said earlier."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from hardener.knowledge.facts import Unknown
from hardener.knowledge.images import BaseImage, base_image
from hardener.lsp.pages import code, plain
from hardener.syntax.image_reference import ImageReference

if TYPE_CHECKING:
    from hardener.lsp.remembered import Remembered

#: says what is remembered of an image, without asking anybody
Known = Callable[[ImageReference], "Remembered"]
_DAY = 86400


def image_page(reference: ImageReference, known: Remembered, now: float | None = None) -> str:
    """Return what is known of an image.

    Args:
        reference: as the file has it.
        known: what registries said of it earlier.
        now: in seconds since the epoch.
    """
    image = base_image(reference)
    rows = [f"**{plain(reference.familiar)}**", "", *_pinned(reference, known)]
    rows += _said(known, time.time() if now is None else now)
    rows += (
        _facts(image) if image is not None else ["* harden does not know this image: rules that depend on it hold back"]
    )
    return "\n".join(rows)


def _pinned(reference: ImageReference, known: Remembered) -> Iterator[str]:
    if reference.digest:
        yield f"* pinned to {code(reference.digest)}"
        return
    yield "* not pinned: " + ("the tag can move" if reference.tag else "no tag, so `latest`, which can move")
    if known.digest:
        yield f"* remembered digest: {code(known.digest)}"


def _said(known: Remembered, now: float) -> Iterator[str]:
    """Yield what its registry said; an age only where the image says when it was made."""
    if known.made:
        days = max(0, int((now - known.made) // _DAY))
        day = datetime.fromtimestamp(known.made, UTC).date()
        yield f"* made on {day}, {days} day{'' if days == 1 else 's'} ago"
    if known.size:
        yield f"* a pull transfers {known.size / 1e6:.1f} MB (compressed layers)"
    if known.user is not None:
        yield f"* user of its configuration: {code(known.user or 'root')}"


def _facts(image: BaseImage) -> Iterator[str]:
    release = f" {image.release}" if image.release else ""
    yield f"* distribution: {(image.distro or 'not known') + release}"
    user = image.default_user
    known = user if isinstance(user, str) else "root" if image.runs_as_root else "not known"
    yield f"* user: {code(known)}"
    if image.app_user is not None:
        yield f"* has the user {code(image.app_user.name)} ({image.app_user.uid}:{image.app_user.gid}) for applications"
    yield f"* package manager: {image.pkg_manager or 'none'}"
    if image.libc:
        yield f"* C library: {image.libc}"
    yield f"* shell: {_yes(image.has_shell)}, bash: {_yes(image.bash)}"
    yield f"* curl: {_yes(image.has_curl)}, wget: {_yes(image.has_wget)}"
    yield f"* certificates: {_yes(image.has_ca_certificates)}"
    for name in ("entrypoint", "cmd"):
        words = getattr(image, name)
        if words and not isinstance(words, Unknown):
            yield f"* {name}: {code(' '.join(words))}"
    if image.archive_moved:
        yield "* the package archive of this release has moved from its usual address"
    for note in image.notes:
        yield f"* {plain(note)}"


def _yes(known: bool | None) -> str:
    return {True: "yes", False: "no", None: "not known"}[known]
