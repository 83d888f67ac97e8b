"""Make data/recommends_none.txt and recommends_some.txt from package indexes: `python -m tests.package_facts`.

Run by hand on a machine with apt and mirrors of Debian and Ubuntu. The first lists the packages that bring nothing that
matters by being recommended: neither they nor what they depend on recommend anything, in any release that has them, but
what the base images have anyway, and what recommends.json calls neutral. A name that only one package provides stands
for it, as it does for apt. Sections that no image installs from are left out.
The second has those for which all that is recommended is named by recommends.json as kept, or as needed by who calls
it: of Debian with what that is in any of the releases, of Ubuntu by release. The packages of recommends.json have a
line of Ubuntu's where they differ from Debian 12 there, and what their dependencies do not bring in Ubuntu is said.
"""

from __future__ import annotations

import itertools
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from tests.package_index import Release, debian, source, ubuntu

DATA = Path(__file__).parent.parent / "hardener" / "knowledge" / "data"
NONE, SOME = DATA / "recommends_none.txt", DATA / "recommends_some.txt"
SECTIONS = frozenset(
    """admin comm database devel editors graphics httpd interpreters java libdevel libs mail misc net perl php python
    shells text utils vcs video web""".split()  # noqa: SIM905 (a table of words reads better)
)
#: programs of desktops, languages that vendor their packages, other architectures, documentation
LEFT_OUT = re.compile(
    r"(golang|librust|libghc|node|r-cran|r-bioc|haskell|linux|elpa|task|dict|fonts?|xfonts|uwsgi|asterisk"
    r"|oem|firefox|thunderbird|librte|libjs|rime|fcitx5?|ibus|osmo|globus|ros|gobjc|gobjc\+\+|gdc|gm2|gnat|gccgo|forensics|kde|gnome|akonadi|sugar|lcmaps)-"
    r"|.*-(doc|dbg|dbgsym|l10n|data|examples|locales|mode|el|themes?|java|clojure|ocaml|ocaml-dev|cross|qml)\Z"
    r"|.*-(mips|riscv|ppc64|s390|sparc|hppa|m68k|alpha|sh4|ia64|arm|aarch64|powerpc|x32|i686)"
    r"|lib(kf[56]|qt[56]?|akonadi|kpim|gnustep|plasma|boost[\d.]+-tools)"
)
#: names that only other packages use: interfaces, and versions of modules
NO_PACKAGE = re.compile(
    r"-(abi|api|types|sequence|interface|plugin|theme)s?(-|\Z)|-[0-9a-f]{5,}(-|\Z)|\A(dh|python3?\.\d|lua5|pypy|ruby|php|perl"
    r"|lib.*-perl\Z|aspell|hunspell|mythes|wordlist|kodi|wxperl|virtual|r-|lib.*\d(t64)?\Z)"
)


def recommending(releases: Iterable[Release], neutral: frozenset[str], listed: frozenset[str]) -> dict[str, set[str]]:
    """Return what matters of what is recommended for each package, in all releases that have it together."""
    all_of = list(releases)
    names = {name for release in all_of for name in _names(release)}
    return {
        name: set[str]().union(*(r.recommended(taken) for r in all_of if (taken := r.taken_for(name)))) - neutral
        for name in sorted(names - listed)
    }


def _names(release: Release) -> Iterator[str]:
    """Yield the names that images install: of packages, and those that only one package provides."""
    for name in (*release.known, *(name for name in release.providers if not NO_PACKAGE.search(name))):
        taken = release.taken_for(name)
        if taken is not None and release.known[taken].get("Section", "") in SECTIONS and not LEFT_OUT.match(name):
            yield name


def none(found: dict[str, set[str]]) -> list[str]:
    """Return the packages for which nothing that matters is recommended."""
    return [name for name, drops in found.items() if not drops]


def some(found: dict[str, set[str]], judged: frozenset[str]) -> list[str]:
    """Return lines `dropped …: package …` of the packages for which only what has been judged is recommended."""
    return _grouped((" ".join(sorted(drops)), name) for name, drops in found.items() if drops and drops <= judged)


class Ubuntu(NamedTuple):
    """What the releases of Ubuntu say.

    Attributes:
        none: packages for which no release recommends anything that matters.
        rows: lines `cell | cell …: package …`, a cell for each release, or one where all agree.
        absent: lines `name: package …` of what Debian's packages bring by depending on it, and Ubuntu's do not.
    """

    none: list[str]
    rows: list[str]
    absent: list[str]


def by_release(releases: Mapping[str, Release], facts: dict[str, Any]) -> Ubuntu:
    """Return what is recommended in each release of Ubuntu.

    Packages that only the oldest has are left out. A release without a package counts as all that have it. A cell
    is `-` where something that nobody has judged is recommended, and `=` where it is as in the release before. Packages
    of recommends.json have all that is recommended.
    """
    judged, neutral = frozenset(facts["keep"]) | facts["needed_if"].keys(), frozenset(facts["neutral"])
    said = {**dict.fromkeys(itertools.chain(*map(str.split, facts["none"])), ""), **facts["drops"]}
    none_, rows = list[str](), list[tuple[str, str]]()
    recent = list(releases.values())[1:]
    for name in sorted({name for release in recent for name in _names(release)} | said.keys()):
        found = [r.recommended(taken) - neutral if (taken := r.taken_for(name)) else None for r in releases.values()]
        every = set[str]().union(*filter(None, found))
        if (
            name in said
            and all(one in (None, set(said[name].split()) - neutral) for one in found)
            and any(one is not None for one in found)
        ):
            continue
        if name not in said and not every:
            none_.append(name)
            continue
        is_there = any(one is not None for one in found)
        full = [every if one is None else one for one in found]
        cells = [" ".join(sorted(one)) if is_there and (name in said or one <= judged) else "-" for one in full]
        if name in said or set(cells) != {"-"}:
            rows.append((_short(cells), name))
    lost = {word for head, _ in rows for word in head.split()} | judged
    return Ubuntu(none_, _grouped(rows), _grouped(_not_brought(releases.values(), facts["brings"], lost)))


def _short(cells: list[str]) -> str:
    if len(set(cells)) == 1:
        return cells[0]
    return " | ".join([cells[0], *("=" if one == before else one for before, one in itertools.pairwise(cells))])


def _not_brought(releases: Iterable[Release], brings: dict[str, str], lost: set[str]) -> Iterator[tuple[str, str]]:
    """Yield what a package does not bring in some release though it does in Debian 12, and the package."""
    for package, words in sorted(brings.items()):
        closures = [release.closure([taken]) for release in releases if (taken := release.taken_for(package))]
        yield from ((name, package) for name in words.split() if name in lost and any(name not in c for c in closures))


def _grouped(rows: Iterable[tuple[str, str]]) -> list[str]:
    lines: dict[str, list[str]] = {}
    for head, name in rows:
        lines.setdefault(head, []).append(name)
    return [f"{head}: {' '.join(names)}" for head, names in sorted(lines.items())]


def shared(debian_: list[str], ubuntu_: list[str]) -> list[str]:
    """Return the names of two lists under headings, those of both once."""
    one, other = set(debian_), set(ubuntu_)
    parts = {"both": one & other, "Debian": one - other, "Ubuntu": other - one}
    return [line for head, names in parts.items() for line in (f"# {head}", *sorted(names))]


def main() -> None:
    """Fetch the indexes and write both files."""
    facts = json.loads((DATA / "recommends.json").read_text(encoding="utf-8"))
    listed = frozenset({*facts["drops"], *itertools.chain(*map(str.split, facts["none"]))})
    found = recommending(debian().values(), frozenset(facts["neutral"]), listed)
    of_ubuntu = by_release(ubuntu(), facts)
    of_debian = some(found, frozenset(facts["keep"]) | facts["needed_if"].keys())
    head = f"# {source('Debian', 'Ubuntu')}; made by python -m tests.package_facts"
    rows = ["# Debian", *of_debian, "# Ubuntu", *of_ubuntu.rows, "# not brought in Ubuntu", *of_ubuntu.absent]
    for target, lines in ((NONE, shared(none(found), of_ubuntu.none)), (SOME, rows)):
        target.write_text("\n".join([head, *lines, ""]), encoding="ascii")
        sys.stdout.write(f"{target.name}: {len(lines)} lines, {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
