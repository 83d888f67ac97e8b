"""Make data/libraries_debian.txt and libraries_ubuntu.txt from package indexes: `python -m tests.package_libraries`.

Run by hand as tests.package_facts is. They list the -dev packages of the releases with the libraries that they bring:
what a program that was built with them needs when it runs. Those of Debian leave out what libraries.json names. A name
that only one other package provides is listed too, as apt takes that package for it.
"""

from __future__ import annotations

import itertools
import json
import re
import sys

from tests.package_facts import DATA, LEFT_OUT
from tests.package_index import DEBIAN, Release, debian, source, ubuntu

#: releases of Ubuntu that are built on today
UBUNTU = ("20.04", "22.04", "24.04", "26.04")
#: sections that have libraries too
_WITH_LIBRARIES = frozenset(("python", "php", "ruby", "interpreters", "database", "science", "net"))
#: of sections with libraries, what is none
_NO_LIBRARY = re.compile(r".*-(dev|data|common|doc|bin|utils|tools|perl|dbg|plugins?)\Z")
#: libraries that the base images of Debian have
_EVERYWHERE = frozenset(("libc6", "libgcc-s1", "libstdc++6"))
#: what every build has, and what brings no library that one links
_OF_THE_COMPILER = re.compile(
    r"(libc6|linux-libc|libcrypt|libstdc\+\+-\d+|libgcc-\d+|libgfortran-\d+|python3?[\d.]*)-dev\Z"
)
#: names for other packages of the archive alone, and desktops, which no image of an application builds
_INTERNAL = re.compile(
    r"(gir1\.2|lua5\.\d|guile|ruby|ocaml|lib(kf|kpim|kdecorations|plasma|lomiri|unity|ukui|dde|deepin|dtk|mate|xfce|cinnamon"
    r"|budgie|gala|granite|switchboard|wingpanel|evas|ecore|edje|efl|eina|elementary|gnome|evolution|camel|e(book|cal)"
    r"|epc|ghc|ocaml|coq|llvm|mlir|clang|casa|android|magick.*-\d|openvdb|vtk\d+-qt|itk|qt)|qt6?|kwin|k[a-z]+5"
    r"|postgresql-server|boost|gnunet|ros|sugar|android|casacore|apertium|cairo-dock|caja|baloo|budgie|breeze|xfce"
    r"|gnome|mate|plasma|nemo|nautilus)|.*-[0-9a-f]{5,}|.*(kf[56]|abi)-|lib(absl|boost)[\w.+-]*\d\.\d\d"
)


def libraries(release: Release, name: str) -> list[str] | None:
    """Return the packages with the libraries of a -dev package; None where the release has no such package.

    Those are what it depends on itself: a library that is linked by way of another one comes with that. A package that
    names none only brings other -dev packages, whose libraries count, or headers.
    """
    package = release.taken_for(name)
    if package is None:
        return None
    seen, waiting = {package}, [package]
    while waiting:
        needs = [chosen for one in waiting for chosen in _needs(release, one)]
        found = sorted({one for one in needs if _is_library(release, one)})
        if found and _EVERYWHERE.issuperset(found):
            return []  # an archive of objects alone
        if found:
            return [one for one in found if one not in _EVERYWHERE]
        waiting = [one for one in dict.fromkeys(needs) if one not in seen and _is_for_builds(release, one)]
        seen |= set(waiting)
    return []


def _is_for_builds(release: Release, name: str) -> bool:
    """Tell whether a package holds headers, by its section too: krb5-multidev and libmariadb-dev-compat do."""
    section = release.known[name].get("Section", "") if name in release.known else ""
    return (name.endswith("-dev") or section == "libdevel") and not _OF_THE_COMPILER.match(name)


def _needs(release: Release, name: str) -> list[str]:
    return release.direct(name) if name in release.known else []


def _is_library(release: Release, name: str) -> bool:
    section = release.known[name].get("Section", "") if name in release.known else ""
    shared = name.startswith("lib") and section in (
        "python",
        "php",
        "ruby",
        "interpreters",
        "database",
        "science",
        "net",
    )
    return (section in ("libs", "oldlibs") or shared) and not _NO_LIBRARY.match(name)


def names(releases: list[Release], listed: frozenset[str]) -> list[str]:
    """Return the names of -dev packages to list, sorted: those that images are built with."""
    every = {name for release in releases for name in (*release.known, *release.providers) if name.endswith("-dev")}
    return sorted(name for name in every - listed if not LEFT_OUT.match(name) and not _INTERNAL.match(name))


def lines(releases: list[Release], listed: frozenset[str]) -> list[str]:
    """Return a line a package: its name, and the libraries by release.

    A release without the package has `-`, one with the same libraries as the release before it `=`; where all agree,
    the libraries stand once.
    """
    made: list[str] = []
    for name in names(releases, listed):
        found = [libraries(release, name) for release in releases]
        cells = ["-" if one is None else " ".join(one) for one in found]
        if set(cells) == {"-"}:
            continue
        short = [cells[0], *("=" if one == before != "-" else one for before, one in itertools.pairwise(cells))]
        made.append(f"{name}: {cells[0]}".rstrip() if len(set(cells)) == 1 else f"{name}: {' | '.join(short)}")
    return made


def main() -> None:
    """Fetch the indexes and write the files."""
    known = json.loads((DATA / "libraries.json").read_text(encoding="utf-8"))["releases"]
    listed = frozenset.intersection(*(frozenset(known[release]) for release in DEBIAN))
    newer = {name: release for name, release in ubuntu().items() if name in UBUNTU}
    _write("debian", " | ".join(DEBIAN), source("Debian"), lines(list(debian().values()), listed))
    _write("ubuntu", " | ".join(newer), source("Ubuntu"), lines(list(newer.values()), frozenset()))


def _write(distro: str, releases: str, said: str, found: list[str]) -> None:
    target = DATA / f"libraries_{distro}.txt"
    head = f"# {releases}: {said}; made by python -m tests.package_libraries"
    target.write_text("\n".join([head, *found, ""]), encoding="ascii")
    sys.stdout.write(f"{target.name}: {len(found)} lines, {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
