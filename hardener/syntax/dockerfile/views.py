"""What the instructions say, down to the word: read once for a node, and kept with it.

`escape` is the escape character of the file. Values are as written, quotes and variables included.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.syntax.dockerfile.continuations import Logical, logical
from hardener.syntax.dockerfile.nodes import Add, Copy, ExecForm, Expose, From, Healthcheck, Instruction, Probe
from hardener.syntax.dockerfile.words import opens_heredoc, words_of
from hardener.text import whole

if TYPE_CHECKING:
    from hardener.syntax.dockerfile.mounts import Mount

_BLANKS = regex(r"[\t\v\f\r ]+")
_ADDRESS = regex(r"[a-z][a-z0-9+.-]*:|[\w.-]+@[\w.-]+:|github\.com/", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class FromWords:
    """FROM: the image or stage as written, the name of the stage in lower case, the platform."""

    image: str
    name: str | None
    platform: str | None


@dataclass(frozen=True, slots=True)
class CopyWords:
    """COPY or ADD.

    Attributes:
        sources: what is copied, heredocs left out.
        target: the last word; "" where there is none.
        heredocs: the words that open a heredoc.
        from_: the stage or image of `--from`, None for the build context.
    """

    sources: tuple[str, ...]
    target: str
    heredocs: tuple[str, ...]
    from_: str | None
    chown: str | None
    chmod: str | None
    link: bool


@dataclass(frozen=True, slots=True)
class Port:
    """One word of EXPOSE: a port of the container, or a range. A number is None where a variable stands for it."""

    first: int | None
    last: int | None
    protocol: str


@dataclass(frozen=True, slots=True)
class HealthcheckWords:
    """HEALTHCHECK.

    Attributes:
        is_none: it is `NONE`, which switches off the check of the base image.
        text: what a shell reads, "" for the exec form.
        argv: the words of the exec form, None for the shell form.
        interval, timeout, start_period, start_interval: seconds; None where the default of the engine counts.
        retries: None where the default counts.
    """

    is_none: bool
    text: str = ""
    argv: tuple[str, ...] | None = None
    interval: float | None = None
    timeout: float | None = None
    start_period: float | None = None
    start_interval: float | None = None
    retries: int | None = None

    @property
    def command(self) -> str:
        """What is run, in words."""
        return self.text if self.argv is None else " ".join(self.argv)


def logical_line(node: Instruction, escape: str) -> Logical:
    """Return the arguments of an instruction as one logical line, joined once for a node."""
    return node.remembered(_logical_line, escape)


def _logical_line(node: Instruction, escape: str) -> Logical:
    return logical(node.text, escape)


def text_of(node: Instruction, escape: str) -> str:
    """Return the arguments of an instruction as one line."""
    return logical_line(node, escape).text


def words(node: Instruction, escape: str) -> tuple[str, ...]:
    """Return the words of FROM, COPY, ADD, EXPOSE, VOLUME or SHELL: BuildKit splits at blanks even inside quotes."""
    return node.remembered(_words, escape)


def _words(node: Instruction, escape: str) -> tuple[str, ...]:
    text = text_of(node, escape)
    if isinstance(node.arguments, ExecForm):
        return tuple(json.loads(text))
    return tuple(_BLANKS.split(text)) if text else ()


def pairs(node: Instruction, escape: str) -> tuple[tuple[str, str | None], ...]:
    """Return the name=value pairs of ENV, LABEL or ARG; the old form `name value` gives one (P32).

    The value is None for an ARG without a default.
    """
    return node.remembered(_pairs, escape)


def _pairs(node: Instruction, escape: str) -> tuple[tuple[str, str | None], ...]:
    text = text_of(node, escape)
    found = words_of(text, escape)
    if node.name != "ARG" and found and "=" not in found[0]:
        name, *rest = _BLANKS.split(text, maxsplit=1)
        return ((name, rest[0] if rest else ""),)
    return tuple((name, value if equals else None) for name, equals, value in (word.partition("=") for word in found))


def from_words(node: From, escape: str) -> FromWords:
    """Return what FROM says."""
    return node.remembered(_from_words, escape)


def _from_words(node: From, escape: str) -> FromWords:
    found = words(node, escape)
    name = found[2].lower() if len(found) == 3 and found[1].lower() == "as" else None
    return FromWords(found[0] if found else "", name, node.flag("platform"))


def copy_words(node: Copy | Add, escape: str) -> CopyWords:
    """Return what COPY or ADD says."""
    return node.remembered(_copy_words, escape)


def _copy_words(node: Copy | Add, escape: str) -> CopyWords:
    *before, target = words(node, escape) or ("",)
    heredocs = tuple(word for word in before if opens_heredoc(word))
    sources = tuple(word for word in before if word not in heredocs) if heredocs else tuple(before)
    link = node.flag("link")
    return CopyWords(
        sources, target, heredocs, node.flag("from"), node.flag("chown"), node.flag("chmod"),
        link is not None and link.lower() != "false",
    )  # fmt: skip


def ports(node: Expose, escape: str) -> tuple[Port, ...]:
    """Return the ports of the container that EXPOSE names."""
    return node.remembered(_ports, escape)


def _ports(node: Expose, escape: str) -> tuple[Port, ...]:
    found = []
    for word in words(node, escape):
        # `[ip:][host:]container[/protocol]`; a `:` inside a variable leaves no number either
        numbers, _, protocol = word.strip("\"'").rpartition(":")[2].partition("/")
        first, _, last = (part if part.isdecimal() else "" for part in numbers.partition("-"))
        start = whole(first) if first else None
        end = start if "-" not in numbers else whole(last) if last else None
        found.append(Port(start, end, protocol.lower() or "tcp"))
    return tuple(found)


def healthcheck_words(node: Healthcheck, escape: str) -> HealthcheckWords:
    """Return what HEALTHCHECK says; an option that BuildKit refuses is left out."""
    return node.remembered(_healthcheck_words, escape)


def _healthcheck_words(node: Healthcheck, escape: str) -> HealthcheckWords:
    probe, text = node.arguments, text_of(node, escape)
    if not isinstance(probe, Probe):
        return HealthcheckWords(text.strip().upper() == "NONE")
    if probe.kind.upper() == "NONE":
        return HealthcheckWords(True)
    from hardener.syntax.dockerfile import values  # few files have options of a check

    def seconds(name: str) -> float | None:
        return values.seconds_of(node.flag(name))

    retries = node.flag("retries") or "0"
    command = text[len(probe.kind) :].strip()
    is_exec = isinstance(probe.form, ExecForm)
    return HealthcheckWords(
        False, "" if is_exec else command, tuple(json.loads(command)) if is_exec else None,
        seconds("interval"), seconds("timeout"), seconds("start-period"), seconds("start-interval"),
        int(retries) or None if values.retries_fault(retries) is None else None,
    )  # fmt: skip


def is_address(source: str) -> bool:
    """Tell whether a source of ADD is, or may be, an address: a URL, or a Git repository."""
    return _ADDRESS.match(source.strip("\"'")) is not None


def mounts(node: Instruction) -> tuple[Mount, ...]:
    """Return the mounts of a RUN, those with broken quotes left out."""
    if not node.flags:
        return ()
    return node.remembered(_mounts, "")


def _mounts(node: Instruction, _escape: str) -> tuple[Mount, ...]:
    from hardener.syntax.dockerfile.mounts import read_mount

    found = []
    for flag in node.flags:
        if flag.name == "mount":
            try:
                found.append(read_mount(flag.value))
            except ValueError:
                continue
    return tuple(found)
