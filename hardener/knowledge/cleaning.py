"""How the files that a package manager fetched are removed again (C01, C02, C18)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass


@dataclass(frozen=True, slots=True)
class Cleaning:
    """The cleaning of one package manager.

    Attributes:
        verbs: what fetches.
        what: what that leaves behind, in words.
        commands: what removes it; each a simple command that succeeds where there is nothing to remove.
        done: found in the text after the last command that fetches: it is removed already.
        places: parts of the paths where a cache mount keeps the files out of the image.
        doubt: why the files may be more than a cache, "" where they are one.
    """

    verbs: frozenset[str]
    what: str
    commands: tuple[str, ...]
    done: re.Pattern[str]
    places: tuple[str, ...]
    doubt: str = ""


def _cleaning(verbs: str, what: str, commands: str, done: str, places: str, *, doubt: str = "") -> Cleaning:
    names = frozenset(verbs.split(","))
    return Cleaning(names, what, tuple(commands.split(" && ")), regex(done), tuple(places.split()), doubt)


_RPM = "install,update,upgrade,makecache,groupinstall,localinstall,reinstall"
_RPM_DONE = r"\bclean +(-\S+ +)*(all|metadata)|/var/cache/"
_CONDA = "install,create,update,env create,env update"
_CONDA_DONE = r"\b(micro)?(conda|mamba) +clean\b|/pkgs\b"

CLEANINGS = {
    "apt": _cleaning(
        "update",
        "package lists",
        "rm -rf /var/lib/apt/lists/*",
        r"/var/lib/apt\b|\bdist-?clean\b",
        "/var/lib/apt /var/cache/apt",
    ),
    "yum": _cleaning(_RPM, "cache", "yum clean all && rm -rf /var/cache/yum", _RPM_DONE, "/var/cache"),
    "dnf": _cleaning(_RPM, "cache", "dnf clean all", _RPM_DONE, "/var/cache"),
    "microdnf": _cleaning(_RPM, "cache", "microdnf clean all", _RPM_DONE, "/var/cache"),
    "tdnf": _cleaning(_RPM, "cache", "tdnf clean all", _RPM_DONE, "/var/cache"),
    "zypper": _cleaning(
        "install,in,refresh,ref,update,up,dup,patch",
        "cache",
        "zypper clean -a",
        r"zypper +(-\S+ +)*(clean|cc)\b|/var/cache/",
        "/var/cache",
    ),
    "npm": _cleaning(
        "install,i,ci,add", "download cache", "npm cache clean --force", r"\bnpm +cache\b|\.npm\b|/root/\.\*", ".npm"
    ),
    "yarn": _cleaning(
        "install,add",
        "download cache",
        "yarn cache clean",
        r"\byarn +cache\b|/\.?cache/|\.yarn\b",
        "yarn .cache",
        doubt="with Yarn 2 and later the cache may hold the packages themselves",
    ),
    "conda": _cleaning(_CONDA, "package cache", "conda clean -afy", _CONDA_DONE, "pkgs"),
    "mamba": _cleaning(_CONDA, "package cache", "mamba clean --all -f -y", _CONDA_DONE, "pkgs"),
    "composer": _cleaning(
        "install,require,update,create-project",
        "download cache",
        "composer clear-cache",
        r"clear-?cache|\.composer|/cache",
        "cache composer",
    ),
}
#: such an option says that nothing is fetched, or that it goes elsewhere
ELSEWHERE = (
    "--no-cache",
    "--cache",
    "--cache-folder",
    "--cache-dir",
    "--dry-run",
    "--offline",
    "--cacheonly",
    "--help",
)
