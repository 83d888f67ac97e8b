"""Whether the file name of a wheel fits an interpreter on Linux (PEP 425, 513, 600, 656)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.text import whole

_WHEEL = regex(r"[^/]+?-[^-/]+(?:-\d[^-/]*)?-(?P<python>[^-/]+)-(?P<abi>[^-/]+)-(?P<platform>[^-/]+)\.whl\Z")
_MANYLINUX = regex(r"manylinux_(\d+)_(\d+)_(\w+)\Z")
_MUSLLINUX = regex(r"musllinux_1_([0-2])_(\w+)\Z")
#: names from before PEP 600, with the version of glibc that they stand for
_OLD = {"manylinux1": (2, 5), "manylinux2010": (2, 12), "manylinux2014": (2, 17)}
#: architectures that images are built for; a wheel has to be there for each
MACHINES = ("x86_64", "aarch64")


@dataclass(frozen=True, slots=True)
class Interpreter:
    """A CPython 3 on Linux.

    Attributes:
        minor: 11 for Python 3.11; None where it is not known.
        libc: "glibc" or "musl".
        glibc: its version, where the C library is glibc.
        machines: the architectures that the image may be built for, as wheels name them.
    """

    minor: int | None
    libc: str
    glibc: tuple[int, int] = (2, 17)
    machines: tuple[str, ...] = MACHINES


def has_wheel(names: tuple[str, ...], python: Interpreter) -> bool:
    """Tell whether one of the files of a package is a wheel that an installer takes, on every architecture."""
    return all(any(_fits(name, python, machine) for name in names) for machine in python.machines)


def is_pure(names: tuple[str, ...]) -> bool:
    """Tell whether the wheels of a package hold no machine code."""
    return any(name.endswith("-none-any.whl") for name in names)


def _fits(name: str, python: Interpreter, machine: str) -> bool:
    match = _WHEEL.match(name)
    if match is None:
        return False
    languages, abis = match["python"].split("."), match["abi"].split(".")
    fitting = [abi for tag in languages for abi in abis if _runs(tag, abi, python.minor)]
    if not fitting:
        return False
    if match["platform"] == "any":
        return "none" in fitting
    return any(_is_of_platform(tag, python, machine) for tag in match["platform"].split("."))


def _runs(tag: str, abi: str, minor: int | None) -> bool:
    found = re.match(r"(py|cp)3(\d*)\Z", tag)
    if found is None:
        return False
    wanted = whole(found[2] or "0")
    if found[1] == "py":
        return abi == "none" and (wanted == 0 or (minor is not None and wanted <= minor))
    if minor is None:
        # the oldest Python that has images of its own for the releases that are known
        return abi == "abi3" and wanted <= 9
    return wanted <= minor if abi == "abi3" else wanted == minor and abi in ("none", f"cp3{minor}", f"cp3{minor}m")


def _is_of_platform(tag: str, python: Interpreter, machine: str) -> bool:
    if python.libc == "musl":
        musl = _MUSLLINUX.match(tag)
        return musl is not None and musl[2] == machine
    old, _, rest = tag.partition("_")
    if old in _OLD:
        return rest == machine and _OLD[old] <= python.glibc
    new = _MANYLINUX.match(tag)
    return new is not None and new[3] == machine and (whole(new[1]), whole(new[2])) <= python.glibc
