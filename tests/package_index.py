"""Package indexes of Debian and Ubuntu, read by apt, and what apt would bring of one release.

Debian's signatures are checked with the keyring that every Debian has. Ubuntu's are checked where its keyring is
installed too (the package ubuntu-keyring); what was read without is said in the head of the files that are made of it.
"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

#: releases by what tags call them; Ubuntu's with the name that its archive has
DEBIAN = {name: name for name in ("bullseye", "bookworm", "trixie")}
UBUNTU = {
    "16.04": "xenial", "18.04": "bionic", "20.04": "focal", "22.04": "jammy", "24.04": "noble", "26.04": "resolute",
}  # fmt: skip
_MIRRORS = {"Debian": "http://deb.debian.org/debian", "Ubuntu": "http://archive.ubuntu.com/ubuntu"}
_UBUNTU_KEYRING = Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg")
Package = dict[str, str]
_FIELDS = frozenset({"Package", "Depends", "Pre-Depends", "Recommends", "Provides", "Priority", "Essential", "Section"})


def debian() -> dict[str, Release]:
    """Return the releases of Debian, fetched by apt: main, as packages of the base images come from there."""
    return {name: _fetched([f"deb {_MIRRORS['Debian']} {suite} main"]) for name, suite in DEBIAN.items()}


def ubuntu() -> dict[str, Release]:
    """Return the releases of Ubuntu, fetched by apt: main and universe, as they were released and with updates."""
    option = f"signed-by={_UBUNTU_KEYRING}" if _UBUNTU_KEYRING.exists() else "trusted=yes"
    return {
        name: _fetched(
            [
                f"deb [arch=amd64 {option}] {_MIRRORS['Ubuntu']} {suite}{pocket} main universe"
                for pocket in ("", "-updates")
            ]
        )
        for name, suite in UBUNTU.items()
    }


def source(*distros: str) -> str:
    """Return what the head of a file says of where it comes from."""
    names = {"Debian": f"Debian {', '.join(DEBIAN)} main", "Ubuntu": f"Ubuntu {', '.join(UBUNTU)} main and universe"}
    unsigned = "" if _UBUNTU_KEYRING.exists() or "Ubuntu" not in distros else " (Ubuntu's signatures not checked)"
    day = datetime.now(UTC).date().isoformat()
    return f"{'; '.join(names[one] for one in distros)}, apt-cache dumpavail, {day}{unsigned}"


def _fetched(lines: list[str]) -> Release:
    with tempfile.TemporaryDirectory() as folder:
        return Release(_index(lines, Path(folder)))


def _index(lines: list[str], folder: Path) -> dict[str, Package]:
    """Return the packages of lines of a sources.list by name, of each the version that apt would take."""
    (folder / "lists" / "partial").mkdir(parents=True)
    (folder / "status").touch()
    (folder / "sources.list").write_text("\n".join([*lines, ""]))
    places = {
        "Dir::Etc::SourceList": "sources.list", "Dir::Etc::SourceParts": "none", "Dir::State::Lists": "lists",
        "Dir::Cache": "cache", "Dir::State::status": "status",
    }  # fmt: skip
    options = [word for key, name in places.items() for word in ("-o", f"{key}={folder / name}")]
    options += ["-o", "Acquire::Languages=none"]
    subprocess.run(["apt-get", *options, "update"], check=True, stdout=subprocess.DEVNULL)
    shown = subprocess.run(["apt-cache", *options, "dumpavail"], check=True, capture_output=True, text=True).stdout
    return {package["Package"]: package for package in packages(shown)}


def packages(text: str) -> Iterator[Package]:
    """Yield the packages of an index in the format of dpkg's control files."""
    for block in text.split("\n\n"):
        rows = (line.partition(": ") for line in block.split("\n") if line[:1].isalpha())
        found = {key: value for key, _, value in rows if key in _FIELDS}
        if "Package" in found:
            # Ubuntu puts the component before the section: universe/utils
            found["Section"] = found.get("Section", "").rpartition("/")[2]
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
        self._needs: dict[str, list[str]] = {}
        self._asks: dict[str, list[list[str]]] = {}
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
            waiting += self.needs(name)
        return found

    def needs(self, name: str) -> list[str]:
        """Return what apt takes for the dependencies of a package."""
        if name not in self._needs:
            package = self.known[name]
            every = groups(f"{package.get('Depends', '')},{package.get('Pre-Depends', '')}")
            self._needs[name] = [one for group in every if (one := self.chosen(group)) is not None]
        return self._needs[name]

    def direct(self, name: str) -> list[str]:
        """Return what apt takes for the dependencies of a package, but for those that it needs to be unpacked."""
        every = groups(self.known[name].get("Depends", ""))
        return [one for group in every if (one := self.chosen(group)) is not None]

    def asks(self, name: str) -> list[list[str]]:
        """Return what a package recommends, each with its alternatives."""
        if name not in self._asks:
            self._asks[name] = groups(self.known[name].get("Recommends", ""))
        return self._asks[name]

    def recommended(self, name: str) -> set[str]:
        """Return what an installation brings beside its closure, because something in it recommends that."""
        closure = self.closure([name])
        there = closure | self.base
        return {
            chosen
            for member in closure - self.base
            for group in self.asks(member)
            if not any(n in there or not there.isdisjoint(self.providers.get(n, ())) for n in group)
            and (chosen := self.chosen(group)) is not None
        }


def groups(field: str) -> list[list[str]]:
    """Return the alternatives of each entry of a field such as `a (>= 1) | b, c`."""
    return [[re.split(r"[\s(:\[]", word.strip(), maxsplit=1)[0] for word in entry.split("|")]
            for entry in field.split(",") if entry.strip()]  # fmt: skip
