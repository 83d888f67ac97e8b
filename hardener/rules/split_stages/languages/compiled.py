"""What compiled languages share: their small base images, and which path a program that is started has (S14, S16)."""

from __future__ import annotations

import posixpath
import re

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.files import is_within
from hardener.knowledge.images import BaseImage, base_image
from hardener.knowledge.slim import slim_variant
from hardener.knowledge.tags import read_tag
from hardener.rules.split_stages.model import Call, Case
from hardener.rules.split_stages.runtime_base import other

#: the release that the newest tags of the official images stand for
_NEWEST = "trixie"
_PLAIN = frozenset(("debian", "debian-slim", "alpine"))
#: releases of Alpine that old tags may mean, and that get no fixes any more
_UNFIXED = frozenset(f"3.{minor}" for minor in range(20))


def is_plain_image(case: Case) -> bool:
    """Tell whether the image is one of Debian, Ubuntu or Alpine, to which a file adds its tools as packages."""
    return case.image.family in _PLAIN or case.image.family.startswith("ubuntu")


def slim(case: Case, *, static: bool) -> tuple[str, BaseImage] | Refusal:
    """Return the small image of the same distribution; for a static binary any release of it will do."""
    alpine = case.image.distro == "alpine"
    release = case.image.release or (case.image.release_floor if static else None)
    if static and alpine and case.image.release is None and release in _UNFIXED:
        release = "3.20"
    if release is None:
        example = "-alpine3.20" if alpine else "-bookworm"
        spec = "S15" if alpine else "S16"
        return Refusal(spec, "cannot tell the release of the image", f"name it in the tag, such as {example}")
    return other(f"alpine:{release}" if alpine else f"debian:{release}-slim")


def named_release(case: Case) -> tuple[str, str] | Refusal | None:
    """Return the build image with its release in the tag, and that release, so that both stages have one glibc (S16).

    None where the tag names it already.
    """
    image, reference = case.image, case.reference
    if image.release is not None:
        return None
    written = case.written
    if image.distro != "debian" or reference.digest is not None or "$" in written:
        return Refusal("S16", "cannot tell the release of the image", "name it in the tag, such as -bookworm")
    version = read_tag(reference.tag or "").version
    release = _NEWEST if version is None or len(version) < 2 else image.release_floor
    if release not in ("bullseye", "bookworm", _NEWEST):
        return Refusal("S16", "cannot tell the release of the image", "name it in the tag, such as -bookworm")
    tag = release if reference.tag in (None, "latest") else f"{reference.tag}-{release}"
    return str(replace(reference, tag=tag)), release


def same_release(case: Case) -> tuple[str, BaseImage]:
    """Return Debian's slim image of the same tag, which has the same packages; the image itself where there is none."""
    written = case.written
    found = None if "$" in written else slim_variant(case.reference)
    known = base_image(found) if found is not None else None
    return (written, case.image) if known is None else (str(found), known)


def started_in(case: Case, folder: str) -> tuple[str, ...]:
    """Return the absolute paths of the programs that the image starts and that lie in a folder."""
    found = (
        posixpath.normpath(posixpath.join(case.stage.end.workdir or "/", p[0])) for p in case.programs if "/" in p[0]
    )
    return tuple(dict.fromkeys(path for path in found if is_within(path, folder)))


def known_folder(call: Call) -> str | Refusal:
    """Return the folder that a command runs in."""
    if call.folder is None:
        return Refusal("S22", f"cannot tell in which folder `{call.name}` runs", "use WORKDIR without variables")
    return call.folder


def installed(case: Case) -> frozenset[str]:
    """Return the packages of the distribution that the stage installs."""
    managers = ("apt", "apk")
    found = (call.package for call in case.calls if call.package is not None and call.package.manager in managers)
    return frozenset(name for package in found if package.verb in ("install", "add") for name in package.packages)


def started_tool(case: Case, call: Call) -> Refusal | None:
    """Return why a tool that `cargo install` or `dotnet tool install` brings is needed when the image runs (S11).

    A tool is looked for by the first part of its name: `diesel_cli` brings `diesel`.
    """
    names = [word.value or "" for word in call.package.operands] if call.package is not None else []
    texts = [*case.project.run_texts(case.programs), *(" ".join(program) for program in case.programs)]
    for name in names:
        stem = re.split(r"[-_@]", re.sub(r"^(dotnet|cargo)-", "", name))[0]
        if not stem or any(re.search(rf"(?<!\w){re.escape(stem)}(?!\w)", text) for text in texts):
            return Refusal("S11", f"the image may start {name or 'a tool'}, which is installed here", "copy it by hand")
    return None
