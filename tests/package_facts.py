"""Make data/recommends_none.txt and recommends_some.txt from Debian's indexes: `python -m tests.package_facts`.

Run by hand on a machine with apt and a Debian mirror. It lists the packages that bring nothing that matters by being
recommended: neither they nor what they depend on recommend anything, in any release that has them, but what the base
images of Debian have anyway, and what recommends.json calls neutral. A name that only one package provides stands for
it, as it does for apt. Sections that no image installs from are left out.
The second list has those for which all that is recommended is named by recommends.json as kept, or as needed by who
calls it, with what that is in any of the releases.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

RELEASES = ("bullseye", "bookworm", "trixie")
MIRROR = "http://deb.debian.org/debian"
DATA = Path(__file__).parent.parent / "hardener" / "knowledge" / "data"
NONE, SOME = DATA / "recommends_none.txt", DATA / "recommends_some.txt"
SECTIONS = frozenset(
    """admin comm database devel editors graphics httpd interpreters java libdevel libs mail misc net perl php python
    shells text utils vcs video web""".split()  # noqa: SIM905 (a table of words reads better)
)
#: programs of desktops, languages that vendor their packages, other architectures, documentation
LEFT_OUT = re.compile(
    r"(golang|librust|libghc|node|r-cran|r-bioc|haskell|linux-(image|headers)|elpa|task|dict|fonts?|xfonts|uwsgi|asterisk"
    r"|rime|fcitx5?|ibus|osmo|globus|ros|gobjc|gobjc\+\+|gdc|gm2|gnat|gccgo|forensics|kde|gnome|akonadi|sugar|lcmaps)-"
    r"|.*-(doc|dbg|dbgsym|l10n|data|examples|locales|mode|el|themes?|java|clojure|ocaml|ocaml-dev|cross|qml)\Z"
    r"|.*-(mips|riscv|ppc64|s390|sparc|hppa|m68k|alpha|sh4|ia64|arm|aarch64|powerpc|x32|i686)"
    r"|lib(kf[56]|qt[56]?|akonadi|kpim|gnustep|plasma|boost[\d.]+-tools)"
)
#: names that only other packages use: interfaces, and versions of modules
NO_PACKAGE = re.compile(
    r"-(abi|api|types|sequence|interface|plugin|theme)s?(-|\Z)|-[0-9a-f]{5,}(-|\Z)|\A(dh|python3?\.\d|lua5|pypy|ruby|php|perl"
    r"|lib.*-perl\Z|aspell|hunspell|mythes|wordlist|kodi|wxperl|virtual|r-|lib.*\d(t64)?\Z)"
)
Package = dict[str, str]
_FIELDS = frozenset({"Package", "Depends", "Pre-Depends", "Recommends", "Provides", "Priority", "Essential", "Section"})


def index(release: str, folder: Path) -> dict[str, Package]:
    """Return the packages of a release by name, fetched by apt into `folder`."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text(f"deb {MIRROR} {release} main\n")
    places = {
        "Dir::Etc::SourceList": "sources.list", "Dir::Etc::SourceParts": "none", "Dir::State::Lists": "lists",
        "Dir::Cache": "cache", "Dir::State::status": "status",
    }  # fmt: skip
    options = [word for key, name in places.items() for word in ("-o", f"{key}={folder / name}")]
    subprocess.run(["apt-get", *options, "update"], check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(["apt-cache", *options, "dumpavail"], check=True, capture_output=True, text=True).stdout
    return {package["Package"]: package for package in packages(shown)}


def packages(text: str) -> Iterator[Package]:
    """Yield the packages of an index in the format of dpkg's control files."""
    for block in text.split("\n\n"):
        rows = (line.partition(": ") for line in block.split("\n") if line[:1].isalpha())
        found = {key: value for key, _, value in rows if key in _FIELDS}
        if "Package" in found:
            yield found


class Release:
    """What apt would bring of one release."""

    def __init__(self, known: dict[str, Package]) -> None:
        self.known = known
        self.providers: dict[str, list[str]] = {}
        for name, package in sorted(known.items()):
            for group in groups(package.get("Provides", "")):
                for provided in group:
                    self.providers.setdefault(provided, []).append(name)
        required = (n for n, p in known.items() if p.get("Priority") == "required" or p.get("Essential") == "yes")
        self.base = self.closure({*required, "apt"})

    def taken_for(self, name: str) -> str | None:
        """Return the package that apt installs for a name: itself, else the only one that provides it."""
        if name in self.known:
            return name
        providers = set(self.providers.get(name, ()))
        return providers.pop() if len(providers) == 1 else None

    def chosen(self, group: list[str]) -> str | None:
        """Return the package that apt takes for alternatives: the first that is there, else who provides one."""
        real = (name for name in group if name in self.known)
        return next(real, None) or next((self.providers[n][0] for n in group if n in self.providers), None)

    def closure(self, names: Iterable[str]) -> set[str]:
        """Return packages with all that they depend on."""
        found, waiting = set[str](), list(names)
        while waiting:
            name = waiting.pop()
            if name in found or name not in self.known:
                continue
            found.add(name)
            package = self.known[name]
            for group in groups(f"{package.get('Depends', '')},{package.get('Pre-Depends', '')}"):
                waiting += filter(None, [self.chosen(group)])
        return found

    def recommended(self, name: str) -> set[str]:
        """Return what an installation brings beside its closure, because something in it recommends that."""
        closure = self.closure([name])
        there = closure | self.base
        return {
            chosen
            for member in closure - self.base
            for group in groups(self.known[member].get("Recommends", ""))
            if not any(n in there or not there.isdisjoint(self.providers.get(n, ())) for n in group)
            and (chosen := self.chosen(group)) is not None
        }


def groups(field: str) -> list[list[str]]:
    """Return the alternatives of each entry of a field such as `a (>= 1) | b, c`."""
    return [[re.split(r"[\s(:\[]", word.strip(), maxsplit=1)[0] for word in entry.split("|")]
            for entry in field.split(",") if entry.strip()]  # fmt: skip


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
    lines: dict[str, list[str]] = {}
    for name, drops in found.items():
        if drops and drops <= judged:
            lines.setdefault(" ".join(sorted(drops)), []).append(name)
    return [f"{drops}: {' '.join(names)}" for drops, names in sorted(lines.items())]


def main() -> None:
    """Fetch the indexes and write both files."""
    facts = json.loads((DATA / "recommends.json").read_text(encoding="utf-8"))
    listed = {*facts["drops"], *(name for line in facts["none"] for name in line.split())}
    with tempfile.TemporaryDirectory() as folder:
        releases = [Release(index(name, Path(folder) / name)) for name in RELEASES]
    found = recommending(releases, frozenset(facts["neutral"]), frozenset(listed))
    day = datetime.now(UTC).date().isoformat()
    head = f"# Debian {', '.join(RELEASES)} main, apt-cache dumpavail, {day}; made by python -m tests.package_facts"
    for target, lines in (
        (NONE, none(found)),
        (SOME, some(found, frozenset(facts["keep"]) | facts["needed_if"].keys())),
    ):
        target.write_text("\n".join([head, *lines, ""]), encoding="utf-8")
        sys.stdout.write(f"{target.name}: {len(lines)} lines, {target.stat().st_size} bytes\n")


if __name__ == "__main__":
    main()
