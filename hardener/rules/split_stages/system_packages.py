"""Packages of the distribution: which of them only the build needs, and what the runtime stage installs (S09, S11)."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.knowledge.images import BaseImage
from hardener.knowledge.splitting import (
    by_release,
    common_libraries,
    is_build_only,
    needed_libraries,
    older_names,
    table,
)
from hardener.packages.commands import PackageCommand
from hardener.rules.split_stages.model import Call, Case, Target

#: what fetches and unpacks, often by way of another tool: of use to the build alone, unless the program starts it
_FETCHING = frozenset(
    """
    git unzip gnupg gnupg2 xz-utils bzip2 subversion mercurial openssh-client openssh lsb-release
    apt-transport-https software-properties-common apt-utils
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: the same, where a command of the build calls it; else somebody wants it in the container
_CALLED = frozenset(("curl", "wget", "rsync", "zip", "jq"))
#: families of languages that need no compiler when they run
_SCRIPTED = ("python", "node", "ruby", "php")
#: programs that write down which files there are: they run when the files are there
LISTS_FILES = frozenset(("ldconfig", "update-ca-certificates", "fc-cache"))
_OPTIONS_OF_GROUPS = ("-t", "--virtual")
_TAKES = ("del", "purge", "remove")
_UPGRADES = ("upgrade", "dist-upgrade", "full-upgrade")


@dataclass(frozen=True, slots=True)
class Sorted:
    """The packages of one stage.

    Attributes:
        dropped: by name: the build alone needs them.
        lasting: those of them that the RUN which installs them does not take away again.
        libraries: what takes their place.
        groups: names of apk's virtual packages that are deleted again.
        doubts: what is only likely of the libraries.
    """

    dropped: frozenset[str]
    lasting: frozenset[str]
    libraries: tuple[str, ...]
    groups: frozenset[str]
    doubts: tuple[str, ...] = ()


def sort_out(case: Case, target: Target, started: frozenset[str], *, certain: bool) -> Sorted | Refusal:
    """Return which installed packages the runtime stage can do without.

    Args:
        case: the stage.
        target: what the two stages are to be.
        started: programs that the image, its scripts and its sources start.
        certain: whether that is all they start.
    """
    dropped: set[str] = set()
    instead: list[str] = []
    doubts: dict[str, str] = {}
    groups, parts = _deleted_groups(case), dict(target.instead)
    image = target.image if target.image.distro == case.image.distro else case.image
    needed = {table("tools").get(name, name) for name in started} | started
    for call in case.calls:
        package = call.package
        if package is None or package.manager not in ("apt", "apk") or package.verb not in ("install", "add"):
            continue
        if any(word.value is None for word in package.operands):
            return Refusal("S09", "a variable names packages", "write their names")
        for name in package.packages:
            if _group(package) in groups and _group(package):
                dropped.add(name)
            elif name in parts and name not in needed:
                dropped.add(name)
                instead += parts[name].split()
            elif name in needed or started & set(table("provides").get(name, "").split()):
                continue
            elif name.startswith("default-jdk") and case.image.family.startswith(_SCRIPTED):
                continue  # a library starts Java, as pyspark does
            elif is_build_only(case.image, name):
                found = _libraries(case, image, name)
                if found is None and (likely := _likely(image, name)):
                    found = likely[0]
                    doubts.setdefault(likely[1], likely[2])
                if found is None:
                    return _unknown_libraries(case, image, name)
                dropped.add(name)
                instead += [*found, *_brought(case, name, is_plain=target.is_plain)]
            elif certain and (name in _FETCHING or (name in _CALLED and _is_called(case, name))):
                dropped.add(name)
    kept = tuple(dict.fromkeys(name for name in instead if name))
    return Sorted(frozenset(dropped), _lasting(case) & dropped, kept, groups, tuple(doubts.values()))


def _libraries(case: Case, image: BaseImage, name: str) -> tuple[str, ...] | None:
    """Return the libraries that take the place of a package that only the build needs; None where not known."""
    of_python = case.image.family.startswith("python") and name in ("python3-dev", "python-dev")
    if of_python or not name.endswith("-dev"):
        return ()  # what is built is linked with the Python of the image, not with that of the distribution
    return needed_libraries(image, name)


def _lasting(case: Case) -> frozenset[str]:
    """Return the packages that are installed and not taken away by the same RUN: the image keeps them."""
    found: set[str] = set()
    for step in case.steps:
        packages = [call.package for call in (step.calls if isinstance(step.calls, tuple) else ())]
        gone = {word.raw for package in packages if package and package.verb in _TAKES for word in package.operands}
        for package in packages:
            if package is not None and package.verb in ("install", "add") and _group(package) not in gone:
                found |= set(package.packages) - gone
    return frozenset(found)


def _is_called(case: Case, name: str) -> bool:
    """Tell whether a RUN calls a program, in a pipe or a subshell too."""
    texts = (case.model.logical(step.node).text for step in case.steps if step.node.name == "RUN")
    return any(re.search(rf"(?:^|[;&|({{`]|\b(?:then|do|else)\b)\s*{name}\s", text) for text in texts)


def _brought(case: Case, package: str, *, is_plain: bool) -> list[str]:
    """Return the libraries that a compiler brings along and that what it built may use."""
    if case.image.pkg_manager == "apk":
        return table("apk_brings").get(package, "").split()
    return [] if is_plain else table("brings").get(package, "").split()


def _likely(image: BaseImage, name: str) -> tuple[tuple[str, ...], str, str] | None:
    """Return the libraries that fit whatever release a tag means, and but for what: a key and a text; None for none."""
    older = older_names(image, name)
    if older:
        return older, "32 bits", f"32-bit ARM has no {older[0]} in trixie"
    common = common_libraries(image, name)
    return (common[0], name, f"{name} brings also {common[1]}") if common is not None else None


def _unknown_libraries(case: Case, image: BaseImage, name: str) -> Refusal:
    """Return why no libraries take the place of a -dev package, with the releases that the image may be of (S09)."""
    what = f"the libraries that programs built with {name} need"
    found = by_release(image, name)
    if len({libraries for _, libraries in found}) > 1:
        releases = " or ".join(release for release, _ in found)
        why = f"{case.reference} may be of {releases}, which differ in {what}"
        return Refusal("S09", why, "name the release in the tag, such as -bookworm")
    release = f"{image.distro} {image.release}" if image.release is not None else "this release"
    return Refusal(
        "S09", f"harden does not know {what} in {release}", "install the libraries by name beside the -dev package"
    )


def _deleted_groups(case: Case) -> frozenset[str]:
    """Return the groups and packages that `apk del` or `apt-get purge` takes away again."""
    gone: set[str] = set()
    for call in case.calls:
        package = call.package
        if package is not None and package.verb in _TAKES:
            gone |= {word.raw for word in package.operands}
    return frozenset(gone)


def _group(package: PackageCommand) -> str:
    """Return the name of the virtual package that `apk add` makes, "" for none."""
    argv = [word.raw for word in package.command.words]
    for option, value in itertools.pairwise(argv):
        if option in _OPTIONS_OF_GROUPS:
            return value
        if option.startswith("--virtual="):
            return option.partition("=")[2]
    return ""


def is_install(call: Call) -> bool:
    """Tell whether a command installs packages."""
    return call.package is not None and call.package.verb in ("install", "add")


def plain(call: Call) -> str:
    """Return a command on one line."""
    return " ".join(call.raw.split())


def reduced(call: Call, found: Sorted) -> str:
    """Return an installation without the packages that are dropped; "" where none remains or it installs none."""
    package = call.package
    if package is not None and package.verb in _UPGRADES:
        return plain(call)
    if package is None or not is_install(call) or _group(package) in found.groups - {""}:
        return ""
    start = call.command.start
    raw = call.raw
    for word, name in reversed(list(zip(package.operands, package.packages, strict=True))):
        if name in found.dropped:
            raw = raw[: word.start - start] + raw[word.end - start :]
    return " ".join(raw.split()) if set(package.packages) - found.dropped else ""


def with_packages(manager: str, installs: list[str], packages: tuple[str, ...]) -> list[str]:
    """Return the installations with more packages: behind those of the last one, else in one of their own."""
    if not packages:
        return installs
    names = " ".join(packages)
    if installs and not any(char in installs[-1] for char in "<>|;"):
        return [*installs[:-1], f"{installs[-1]} {names}"]
    head = "apk add --no-cache" if manager == "apk" else "apt-get install -y --no-install-recommends"
    return [*installs, f"{head} {names}"]


def whole_run(manager: str, installs: list[str], others: list[str], ahead: Sequence[str] = ()) -> str:
    """Return the body of a RUN that does what comes `ahead` of the packages, installs, and does what else there is."""
    if not installs:
        return " && ".join([*ahead, *others])
    if manager == "apk":
        return " && ".join([*ahead, *installs, *others])
    return " && ".join([*ahead, "apt-get update", *installs, "rm -rf /var/lib/apt/lists/*", *others])
