"""Which packages an installation brings along only because they are recommended, at its place in the file (C06)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.packages.commands import PackageCommand
from hardener.syntax.dockerfile.nodes import Run

if TYPE_CHECKING:
    from hardener.knowledge.recommends import Recommends
    from hardener.knowledge.recommends_lists import Archive

#: the option that leaves recommended packages out
FLAGS = {
    "apt": "--no-install-recommends",
    "dnf": "--setopt=install_weak_deps=False",
    "microdnf": "--setopt=install_weak_deps=0",
    "zypper": "--no-recommends",
}
#: such an option means that somebody has thought about it already
_DECIDED = ("install-recommends", "install_weak_deps", "--recommends", "--no-recommends")
_OTHER_USE = ("-d", "--download-only", "-s", "--simulate", "--dry-run", "--print-uris", "--only-upgrade")
_OLD_DEBIAN = ("squeeze", "wheezy", "jessie", "stretch", "buster", "6", "7", "8", "9", "10")


def installs(command: PackageCommand) -> bool:
    """Tell whether a command installs packages with a manager that knows recommended ones."""
    is_install = command.manager in FLAGS and command.verb in ("install", "in")
    return is_install and bool(command.operands or command.is_open) and not command.has(*_OTHER_USE)


def is_decided(command: PackageCommand) -> bool:
    """Tell whether an option says what happens to recommended packages."""
    return any(map(command.mentions, _DECIDED))


def verdict(install: PackageCommand, present: frozenset[str], text: str, place: Archive | None) -> Recommends:
    """Return what becomes of the recommended packages of an `apt-get install`.

    Args:
        install: the command.
        present: packages that are there before it.
        text: everything that the file does.
        place: where the packages come from, None where nobody can tell.
    """
    from hardener.knowledge.recommends import Recommends, without_recommends

    found = without_recommends(install.packages, text, present, place)
    return Recommends(found.keep, found.lost, found.unused, tuple(n for n in found.unknown if _may_recommend(n, place)))


def archive_of(stage: StageModel) -> Archive | None:
    """Return where the packages of a stage come from; None where there is no list of that."""
    from hardener.knowledge.recommends_lists import archive

    image = stage.image
    return archive(image.distro, image.release, image.release_floor) if image is not None else None


def _may_recommend(name: str, place: Archive | None) -> bool:
    """Tell whether a package without facts by this name may recommend something: not `name-`, which removes it."""
    from hardener.knowledge.recommends import recommended

    if name.endswith("-") and recommended(name.removesuffix("-"), place) is not None:
        return False
    return recommended(name.partition(":")[0].removesuffix("-"), place) != ""


def brought(command: PackageCommand, present: frozenset[str], text: str, place: Archive | None) -> frozenset[str]:
    """Return what an installation brings and matters to later ones, whether the option has been added or not."""
    if command.manager != "apt" or not installs(command):
        return frozenset()
    from hardener.knowledge.recommends import matters

    kept = () if is_decided(command) else verdict(command, present, text, place).keep
    return frozenset(filter(matters, (*command.packages, *kept)))


def present_packages(model: Model, stage: StageModel, until: Run, text: str) -> frozenset[str]:
    """Return the packages that instructions before `until` bring, and the certificates if the image has them."""
    table = model.memo.get(("present packages", stage.index))
    if table is None:
        table = model.memo["present packages", stage.index] = _present_before_each(model, stage, text)
    present: frozenset[str] = table[until]
    return present


def _present_before_each(model: Model, stage: StageModel, text: str) -> dict[Run, frozenset[str]]:
    """Return what is there before each RUN of a stage, in one walk over the chain of stages."""
    has_certificates = stage.image is not None and bool(stage.image.has_ca_certificates)
    found = frozenset({"ca-certificates"} if has_certificates else ())
    table: dict[Run, frozenset[str]] = {}
    place = archive_of(stage)
    for part in reversed(stage.chain):
        for instruction in part.node.body:
            if not isinstance(instruction, Run):
                continue
            table[instruction] = found
            run = read_run(model, part, instruction)
            for command in run.commands if run is not None else ():
                more = brought(command, found, text, place)
                found = found if more <= found else found | more
    return table


def unsuited_base(stage: StageModel) -> str:
    """Return why the facts may not hold for the base image, "" where they do."""
    image = stage.image
    age = (image.release or image.release_floor) if image is not None else None
    if image is None or age is None or image.distro not in ("debian", "ubuntu"):
        return "cannot tell the release of the base image"
    if image.distro == "ubuntu" and archive_of(stage) is None:
        from hardener.knowledge.recommends_lists import UBUNTU

        return f"ubuntu {age} may recommend other packages than Ubuntu {UBUNTU[0]} to {UBUNTU[-1]}"
    if age in _OLD_DEBIAN:
        from hardener.knowledge.recommends import release

        return f"{image.distro} {age} may recommend other packages than {release()}"
    return ""
