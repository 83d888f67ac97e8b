"""Packages of the distribution: which of them only the build needs, and what the runtime stage installs (S09, S11)."""

from __future__ import annotations

from dataclasses import dataclass

from hardener.errors import Refusal
from hardener.knowledge.splitting import is_build_only, libraries, table, words
from hardener.semantics.packages import PackageCommand
from hardener.semantics.split.plan import Call, Case

#: what fetches and unpacks: of use to the build alone, unless the program or a script starts it
_FETCHING = frozenset(
    "curl wget git unzip gnupg gnupg2 xz-utils bzip2 rsync subversion mercurial openssh-client zip lsb-release "
    "apt-transport-https software-properties-common apt-utils jq".split()
)
_OPTIONS_OF_GROUPS = ("-t", "--virtual")


@dataclass(frozen=True, slots=True)
class Sorted:
    """The packages of one stage.

    Attributes:
        dropped: by name: the build alone needs them.
        libraries: what takes their place.
        groups: names of apk's virtual packages that are deleted again.
    """

    dropped: frozenset[str]
    libraries: tuple[str, ...]
    groups: frozenset[str]


def sort_out(case: Case, started: frozenset[str], certain: bool) -> Sorted | Refusal:
    """Return which installed packages the runtime stage can do without.

    Args:
        case: the stage.
        started: programs that the image, its scripts and its sources start.
        certain: whether that is all they start.
    """
    dropped: set[str] = set()
    instead: list[str] = []
    groups = _deleted_groups(case)
    needed = {table("tools").get(name, name) for name in started} | started
    for call in case.calls:
        package = call.package
        if package is None or package.manager not in ("apt", "apk") or package.verb not in ("install", "add"):
            continue
        if any(word.raw.startswith("$") or word.value is None for word in package.operands):
            return Refusal("S09", "packages are named by a variable", "write their names")
        for name in package.packages:
            if _group(package) in groups and _group(package):
                dropped.add(name)
            elif name in needed:
                continue
            elif is_build_only(case.image, name):
                found = libraries(case.image, name) if name.endswith("-dev") else ()
                if found is None:
                    why = "libraries that programs built with {} need are not known"
                    return Refusal("S09", f"the {why.format(name)} for this release", _allow(case))
                dropped.add(name)
                brings = "brings" if case.image.pkg_manager == "apt" else "apk_brings"
                instead += [*found, *table(brings).get(name, "").split()]
            elif certain and name in _FETCHING:
                dropped.add(name)
    kept = tuple(dict.fromkeys(name for name in instead if name))
    return Sorted(frozenset(dropped), kept, groups)


def _allow(case: Case) -> str:
    if case.image.release is None and case.image.distro == "debian":
        return "name the release in the tag, such as -bookworm"
    return "install the libraries by name beside the -dev package"


def _deleted_groups(case: Case) -> frozenset[str]:
    """Return the groups and packages that `apk del` or `apt-get purge` takes away again."""
    gone: set[str] = set()
    for call in case.calls:
        package = call.package
        if package is not None and package.verb in ("del", "purge", "remove"):
            gone |= {word.raw for word in package.operands}
    return frozenset(gone)


def _group(package: PackageCommand) -> str:
    """Return the name of the virtual package that `apk add` makes, "" for none."""
    argv = [word.raw for word in package.command.words]
    for option, value in zip(argv, argv[1:], strict=False):
        if option in _OPTIONS_OF_GROUPS:
            return value
        if option.startswith("--virtual="):
            return option.partition("=")[2]
    return ""


def reduced(call: Call, sorted_: Sorted) -> str:
    """Return an installation without the packages that are dropped; "" where none remains or it installs none."""
    package = call.package
    if package is None or package.verb not in ("install", "add") or _group(package) in sorted_.groups - {""}:
        return ""
    names = package.packages
    gone = {id(word) for word, name in zip(package.operands, names, strict=True) if name in sorted_.dropped}
    if len(gone) == len(names):
        return ""
    return " ".join(word.raw for word in package.command.words if id(word) not in gone)


def installation(case_manager: str, packages: tuple[str, ...]) -> str:
    """Return the command that installs packages, without what it fetched lists of before."""
    if case_manager == "apk":
        return f"apk add --no-cache {' '.join(packages)}"
    return f"apt-get install -y --no-install-recommends {' '.join(packages)}"


def whole_run(case_manager: str, installs: list[str], others: list[str]) -> str:
    """Return the body of a RUN that installs and then does what else there is to do."""
    if not installs:
        return " && ".join(others)
    if case_manager == "apk":
        return " && ".join([*installs, *others])
    return " && ".join(["apt-get update", *installs, "rm -rf /var/lib/apt/lists/*", *others])


def only_built_with(names: frozenset[str]) -> frozenset[str]:
    """Return those of the packages that are compilers and headers."""
    compilers = words("build_only", "apt") | words("build_only", "apk")
    return frozenset(name for name in names if name.endswith("-dev") or name in compilers)
