"""What a rule for YAML files is: proposals, each a place, a sentence, and the changes of the file's values.

A rule never writes text. It says which key gets which value; the engine writes that in the style of the file, and the
text read again has to say what was meant and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, ClassVar

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.rules.base import AnyRule
from hardener.syntax.yaml.changes import Change


@dataclass(frozen=True, slots=True)
class Proposal:
    """One place where a rule applies.

    Attributes:
        message: what is wrong and why, a plain sentence without a final stop.
        path: the keys that lead to the place; where nothing is written there yet, the nearest key above is shown.
        document: the index of its document.
        changes: of the file's values; () with a refusal.
        refusal: why it is held back; None where it is not.
        doubt: what cannot be proved from the files, which makes it unsafe whatever the rule's level.
    """

    message: str
    path: tuple[str, ...]
    document: int = 0
    changes: tuple[Change, ...] = ()
    refusal: Refusal | None = None
    doubt: str = ""


class YamlRule(AnyRule):
    """Base of all rules for YAML files."""

    language = "yaml"
    #: what it may change, as `key_of` names it
    keys: ClassVar[tuple[str, ...]] = ()

    @classmethod
    def announced(cls) -> tuple[str, ...]:
        """Return the keys that it may change; keys that it sets together are one in `keys`."""
        return tuple(sorted({part for key in cls.keys for part in key.split(",")}))

    @classmethod
    def key_of(cls, change: Change) -> str:
        """Return the key that a change is announced as."""
        raise NotImplementedError

    @classmethod
    def plan(cls, model: Any, files: Files) -> Iterator[Proposal]:
        """Yield what the rule would do, worked out from the file and what is known besides; pure.

        It is asked again when there are answers in `files`, until it wants nothing new.
        """
        raise NotImplementedError
