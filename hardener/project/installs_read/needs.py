"""What an installation reads of the build context: manifests, lock files, settings (C15)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.packages.installs import Install
from hardener.project.context import Files
from hardener.project.node.package_json import inside
from hardener.project.texts import joined


@dataclass(frozen=True, slots=True)
class Needs:
    """What an installation reads and writes, as paths of the context.

    Attributes:
        paths: files and folders that it reads, the manifest first.
        writes: folders that it fills: a COPY after it must not bring them.
        may_write: folders that it fills in some settings only.
    """

    paths: tuple[str, ...]
    writes: tuple[str, ...] = ()
    may_write: tuple[str, ...] = ()


#: reads the needs of one tool
Reader = Callable[[Files, Install, str], "Needs | Refusal"]


def held_back(reason: str, allow: str = "copy the files that it reads before the installation, by hand") -> Refusal:
    """Return why the sources cannot be copied after an installation."""
    return Refusal("C15", reason, allow)


#: a word of a settings file that may name a file: `./x`, `a/b`, or all of a value
_WORD = regex(r"""(?:^|[\s="':,\[])((?:\.{1,2}/)?[\w@.-]+(?:/[\w@.-]+)*)(?=["'\s,\])]|$)""", re.MULTILINE)


def named_in(files: Files, paths: Iterable[str]) -> list[str] | Refusal:
    """Return the files and folders of the context that settings files name (an offline mirror, a certificate)."""
    found = []
    for path in paths:
        folder = path.rpartition("/")[0]
        for word in _WORD.findall(files.text(path) or ""):
            place = inside(folder, word)
            if place.startswith(".."):
                if word.startswith("../"):
                    return held_back(f"{path} names {word}, which is not in the build context")
            elif place not in (".", folder) and ("/" in word or "." in word) and files.has(place):
                found.append(place)
    return found


def present(files: Files, folder: str, names: Iterable[str]) -> list[str]:
    """Return the paths of those files and folders that are there."""
    return [joined(folder, name) for name in names if files.has(joined(folder, name))]
