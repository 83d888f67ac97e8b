"""The `git clone` commands of a RUN: what they fetch, into which folder, and with which options."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, join, normpath
from typing import NamedTuple

from hardener.fast.patterns import regex
from hardener.image.runs import RunBody, places
from hardener.shell import Command, Word
from hardener.shell.invocation import invocation_of

#: options of `git clone` that a depth goes with, and those of them that take the next word
_PLAIN = frozenset(
    """
    -q --quiet -v --verbose --progress --single-branch --recursive --recurse-submodules --shallow-submodules --no-tags
    --no-hardlinks
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_VALUED = frozenset(("-b", "--branch", "-c", "--config", "-j", "--jobs"))
#: who wrote one of these has decided how much is fetched
_DECIDED = ("--depth", "--shallow-since", "--shallow-exclude", "--filter", "--no-single-branch", "--mirror", "--bare")
#: hosts that are known to serve clones without history, by HTTPS and SSH
_HOSTS = (
    "github.com", "gitlab.com", "bitbucket.org", "codeberg.org", "git.sr.ht", "gitee.com", "git.kernel.org",
    "gitlab.freedesktop.org", "gitlab.gnome.org", "salsa.debian.org", "invent.kde.org", "gitlab.kitware.com",
    "gitlab.alpinelinux.org", "gitlab.inria.fr", "framagit.org", "hf.co", "huggingface.co",
)  # fmt: skip
_HOST = "|".join(map(re.escape, _HOSTS))
_SERVED = regex(rf"(?:(?:https|ssh|git\+ssh)://(?:[^/@]*@)?|[\w.-]+@)(?:www\.)?(?:{_HOST})[:/]")
#: an address, and not a folder, of which git takes no depth
_ADDRESS = regex(r"(?:https?|ssh|git|git\+ssh|file)://|[\w.-]+@[\w.-]+:|\$")


class Clone(NamedTuple):
    """One `git clone` of a whole history.

    Attributes:
        command: where it stands.
        verb: the word `clone`.
        address: as written, quotes removed.
        folder: the whole path of the new folder; "" where it cannot be told.
        unknown: an option that harden does not know; "" for none.
    """

    command: Command
    verb: Word
    address: str
    folder: str
    unknown: str

    @property
    def is_served(self) -> bool:
        """Whether the server is known to serve a clone without its history."""
        return _SERVED.match(self.address) is not None

    @property
    def name(self) -> str:
        """What a message calls it."""
        return basename(self.address.rstrip("/")).removesuffix(".git")[:40]


def clones(run: RunBody, where: str | None) -> Iterator[Clone]:
    """Yield the clones of a RUN that fetch a whole history from a server.

    Args:
        run: what it does.
        where: the folder that it starts in; None where that is not known.
    """
    folders = folders_of(run, where)
    for command in run.body.commands:
        call = invocation_of(command)
        if call is None or call.program != "git" or call.is_open:
            continue
        words = command.words[call.rest :]
        if words and words[0].raw == "clone":
            found = _clone(command, words, folders.get(command.start))
            if found is not None:
                yield found


def folders_of(run: RunBody, where: str | None) -> dict[int, str | None]:
    """Return the folder that each command of the top level runs in, by where it begins; None where it is not known.

    What stands in a subshell or behind something that may change the folder is not in the answer.
    """
    # a folder that is not known stands for itself: what is joined to it stays relative
    found = places(run.body, "." if where is None else where)
    return {command.start: folder if folder.startswith("/") else None for command, folder in found}


def resolved(word: Word, folder: str | None) -> str:
    """Return the whole path that a word names; "" where it cannot be told."""
    value = word.value
    if not value or (not value.startswith("/") and folder is None):
        return ""
    return normpath(join(folder or "/", value))


def _clone(command: Command, words: tuple[Word, ...], where: str | None) -> Clone | None:
    operands: list[Word] = []
    unknown = ""
    rest = iter(words[1:])
    for word in rest:
        name = word.raw.partition("=")[0]
        if word.raw == "--":
            operands.extend(rest)
        elif name in _DECIDED:
            return None
        elif name in _VALUED:
            if "=" not in word.raw:
                next(rest, None)
        elif word.raw.startswith("-"):
            unknown = unknown or ("" if name in _PLAIN else word.raw)
        else:
            operands.append(word)
    if not 1 <= len(operands) <= 2:
        return None
    address = operands[0].raw.strip("\"'")
    if not _ADDRESS.match(address):
        return None
    return Clone(command, words[0], address, _folder(operands, address, where), unknown)


def _folder(operands: list[Word], address: str, where: str | None) -> str:
    if len(operands) == 2:
        return resolved(operands[1], where)
    name = re.split("[/:]", address.rstrip("/"))[-1].removesuffix(".git")
    return "" if where is None or not re.fullmatch(r"[\w.-]+", name) else normpath(join(where, name))
