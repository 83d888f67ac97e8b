"""The exception tree of harden.

    HardenError                    everything that harden raises on purpose
    ├── SourceError                a text that cannot be read: file, line, column, offending line
    │   ├── DockerfileSyntaxError      the text is no Dockerfile
    │   └── YamlSyntaxError            the text is no YAML, or more than is read of it
    ├── YamlEditError              a change that cannot be written into a YAML text without touching more of it
    ├── ConfigError                a harden.toml or [tool.harden] that cannot be used
    ├── OptionError                options that exclude each other or name what does not exist
    ├── InputError                 a path that cannot be read or written
    ├── RegistryError              a registry that did not answer as the OCI distribution spec says
    └── VerifyError                an image that could not be built, run or compared

`Refusal` is not an exception: it is the value that a precondition returns when it does not hold.
"""

from __future__ import annotations

from typing import Any

from hardener.fast.records import dataclass


class HardenError(Exception):
    """Base of all errors that harden raises on purpose. The text is meant for people."""


class SourceError(HardenError):
    """A text cannot be read.

    Args:
        message: what is wrong, without the place.
        filename: as the user named it; None for text without a file.
        line: from 1.
        column: from 1, in characters.
        source_line: the offending physical line, without its newline.
    """

    def __init__(self, message: str, *, filename: str | None, line: int, column: int, source_line: str) -> None:
        self.message = message
        self.filename = filename
        self.line = line
        self.column = column
        self.source_line = source_line
        quoted = f"\n    {source_line[:200]}" if source_line.strip() else ""
        super().__init__(f"{filename or '<text>'}:{line}:{column}: {message}{quoted}")


class DockerfileSyntaxError(SourceError):
    """The text cannot be read as a Dockerfile."""


class YamlSyntaxError(SourceError):
    """The text cannot be read as YAML: it is none, or passes a bound (depth, length, aliases)."""


class YamlEditError(HardenError):
    """A change cannot be written into a YAML text without touching what it does not name; the text says why."""


class UnusableError(Exception):
    """What BuildKit would refuse about an instruction: stays inside the checks, which give it a place and a file.

    Args:
        node: the instruction, None for the whole file.
        message: what is wrong, and what would be right.
        word: the part of the text that is wrong; "" for the keyword.
        is_foreign: whether the file may be no Dockerfile at all.
    """

    def __init__(self, node: Any, message: str, word: str = "", is_foreign: bool = False) -> None:
        super().__init__(message)
        self.node, self.message, self.word, self.is_foreign = node, message, word, is_foreign


class ConfigError(HardenError):
    """A configuration file that cannot be used; the text names file and key."""


class OptionError(HardenError):
    """Options of the command that exclude each other, or name what does not exist."""


class InputError(HardenError):
    """A path that cannot be read or written; the text names it and says what to do."""


class RegistryError(HardenError):
    """A registry did not answer as the OCI distribution spec says; never holds a credential."""


class VerifyError(HardenError):
    """Images could not be built, run or compared: no engine, an original that does not work, a full disk."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a precondition does not hold.

    Attributes:
        spec: id of the reason, such as "M08"; rules/reasons.md says what it means.
        reason: what was found, in a plain clause ("the body relies on set -e").
        allow: what would allow the rewrite, if anything.
    """

    spec: str
    reason: str
    allow: str = ""

    def __str__(self) -> str:
        return f"{self.reason} [{self.spec}]" + (f"; {self.allow}" if self.allow else "")


@dataclass(frozen=True, slots=True)
class Settled:
    """Why a rule has nothing to do at a place where nothing is wrong."""

    reason: Refusal
