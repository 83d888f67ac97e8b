"""The proof after every change of a YAML file: it says what was meant, and nothing else happened (Z01, Z04, Z07)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Generic, TypeVar

from hardener.errors import YamlEditError, YamlSyntaxError
from hardener.fast.records import dataclass
from hardener.project.yaml_file import YamlFile
from hardener.rules._yaml_rule import YamlRule
from hardener.syntax.yaml import comments_of
from hardener.syntax.yaml.changes import Change, applied, edit_of
from hardener.text import apply_edits

M = TypeVar("M", bound=YamlFile)


@dataclass(frozen=True, slots=True)
class Attempt(Generic[M]):
    """What came of making changes.

    Attributes:
        model: the new file; None where it could not be written, or failed the proof.
        refusal: why it cannot be written without touching more.
        faults: what the proof found: a bug of ours.
    """

    model: M | None
    refusal: str = ""
    faults: tuple[str, ...] = ()


def attempt(
    model: M, read: Callable[[str, str | None], M], changes: tuple[Change, ...], rule: type[YamlRule]
) -> Attempt[M]:
    """Return the file with changes that a rule wants, written and read again."""
    text = model.text
    try:
        for change in changes:
            now = model if text == model.text else read(text, model.name)
            text = apply_edits(text, [edit_of(now.documents[change.document], change)])
    except YamlEditError as error:
        return Attempt(None, refusal=str(error))
    except YamlSyntaxError as error:
        return Attempt(None, faults=(_unreadable(error),))
    return proved(model, read, text, changes, rule)


def proved(
    model: M, read: Callable[[str, str | None], M], text: str, changes: tuple[Change, ...], rule: type[YamlRule]
) -> Attempt[M]:
    """Return the file of a text that changes were written into, if it says what they mean and nothing else."""
    try:
        values = _meant(model, changes)
        new = read(text, model.name)
    except YamlEditError as error:
        return Attempt(None, refusal=str(error))
    except YamlSyntaxError as error:
        return Attempt(None, faults=(_unreadable(error),))
    found = tuple(_faults(model, new, values, changes, rule))
    return Attempt(None if found else new, faults=found)


def _unreadable(error: YamlSyntaxError) -> str:
    return f"the result does not parse: {error.message} (line {error.line}) [Z01]"


def _meant(model: YamlFile, changes: Iterable[Change]) -> list[object]:
    """Return the values of the documents as the changes want them."""
    values = list(model.values)
    for change in changes:
        values[change.document] = applied(values[change.document], change)
    return values


def _faults(
    before: YamlFile, after: YamlFile, values: list[object], changes: tuple[Change, ...], rule: type[YamlRule]
) -> Iterable[str]:
    if list(after.values) != values:
        yield "the file says something else than was meant [Z04]"
    unannounced = {rule.key_of(change) for change in changes} - set(rule.keys)
    if unannounced:
        yield f"it changed {', '.join(sorted(unannounced))} unannounced [Z04]"
    if _comments(before) - _comments(after):
        yield "a comment was lost [Z07]"
    if _newlines(before.text) not in ("mixed", "none", _newlines(after.text)):
        yield "the newline style changed [Z07]"


def _comments(model: YamlFile) -> Counter[str]:
    return Counter(model.text[span.start : span.end] for span in comments_of(model.documents))


def _newlines(text: str) -> str:
    crlf, all_of_them = text.count("\r\n"), text.count("\n")
    if not all_of_them:
        return "none"
    return "lf" if not crlf else "crlf" if crlf == all_of_them else "mixed"
