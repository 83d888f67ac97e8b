"""Code actions: the change of one finding, an ignore comment, an explanation, and all fixes of a level at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from lsprotocol import types

from hardener.engine.job import Outcome
from hardener.fast.records import dataclass
from hardener.lsp.diagnostics import diagnostic
from hardener.lsp.positions import Positions
from hardener.output.escape import shown
from hardener.rules.base import Finding, Safety
from hardener.text import Edit, newline_of

QUICK_FIX = types.CodeActionKind.QuickFix.value
FIX_ALL = "source.fixAll.harden"
FIX_ALL_HARDENING = "source.fixAll.harden.hardening"
KINDS = (QUICK_FIX, FIX_ALL, FIX_ALL_HARDENING)
EXPLAIN = "harden.explain"
#: longer messages are cut in titles
_TITLE = 80


@dataclass(frozen=True, slots=True)
class Asked:
    """What an editor asks actions for.

    Attributes:
        range: the lines that it is about.
        only: kinds that it wants; None for all.
        versioned: whether it takes edits for one version of a text.
    """

    range: types.Range
    only: tuple[str, ...] | None = None
    versioned: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """The text that actions are for; `comment` is what begins a comment in it, "" where it can hold none."""

    uri: str
    version: int | None
    positions: Positions
    comment: str = "#"


def wanted(asked: Asked) -> frozenset[str]:
    """Return the kinds of `KINDS` that an editor asks for.

    Kinds are a tree, so `source.fixAll` asks for all below it. What hardens is never given for that: an editor that
    fixes on save asks so, and a save must not change the running container. It is given for its own name alone, or
    where all actions are listed for the user to choose from.
    """
    if asked.only is None:
        return frozenset(KINDS)
    found = {kind for kind in (QUICK_FIX, FIX_ALL) for only in asked.only if _is_below(kind, only)}
    if {FIX_ALL_HARDENING, "source"} & set(asked.only):
        found.add(FIX_ALL_HARDENING)
    return frozenset(found)


def quick_fixes(outcome: Outcome, place: Place, asked: Asked) -> list[types.CodeAction]:
    """Return for each finding in the range its change, the comment that ignores its rule there, and its explanation."""
    if outcome.result is None:
        return []
    near = [finding for finding in outcome.result.findings if _touches(finding, asked.range, place.positions)]
    return [action for finding in near for action in _of_finding(finding, place, asked)]


def fix_all(kind: str, edits: Iterable[Edit], place: Place, asked: Asked) -> list[types.CodeAction]:
    """Return the action that makes all changes of a level; none where there is nothing to change."""
    made = tuple(edits)
    if not made:
        return []
    titles = {
        FIX_ALL: "harden: make all safe changes",
        FIX_ALL_HARDENING: "harden: make all safe and hardening changes",
    }
    return [types.CodeAction(titles[kind], kind=kind, edit=_change(made, place, asked))]


def ignore_comment(finding: Finding, positions: Positions, begins: str = "#") -> Edit:
    """Return the edit that puts `# harden: ignore[rule]` above the instruction of a finding."""
    text = positions.text
    start = positions.at(finding.line, 1)
    if start == 0 and text.startswith("\ufeff"):
        start = 1
    rest = text[start:]
    indent = rest[: len(rest) - len(rest.lstrip(" \t"))]
    return Edit(start, start, f"{indent}{begins} harden: ignore[{finding.rule}]{newline_of(text)}")


def _is_below(kind: str, parent: str) -> bool:
    return parent in ("", kind) or kind.startswith(parent + ".")


def _touches(finding: Finding, range_: types.Range, positions: Positions) -> bool:
    if finding.region is None:
        return False
    own = positions.region(finding.region)
    return own.start.line <= range_.end.line and range_.start.line <= own.end.line


def _of_finding(finding: Finding, place: Place, asked: Asked) -> Iterator[types.CodeAction]:
    told = [diagnostic(finding, place.uri, place.positions)]
    if finding.edits:
        yield types.CodeAction(
            _title(finding), kind=QUICK_FIX, diagnostics=told, edit=_change(finding.edits, place, asked),
            is_preferred=finding.safety is Safety.SAFE,
        )  # fmt: skip
    if place.comment:
        comment = _change((ignore_comment(finding, place.positions, place.comment),), place, asked)
        yield types.CodeAction(f"harden: ignore {finding.rule} here", kind=QUICK_FIX, diagnostics=told, edit=comment)
    arguments = [finding.rule, finding.refusal.spec] if finding.refusal else [finding.rule]
    title = f"harden: explain {finding.rule}"
    command = types.Command(title, EXPLAIN, arguments=list(arguments))
    yield types.CodeAction(title, kind=QUICK_FIX, diagnostics=told, command=command)


def _title(finding: Finding) -> str:
    """Return what the change of a finding is called: with its level where that is more than safe."""
    level = "" if finding.safety in (None, Safety.SAFE) else f" ({finding.safety.value})" if finding.safety else ""
    message = shown(finding.message)
    cut = message if len(message) <= _TITLE else message[: _TITLE - 1] + "…"
    return f"harden: {finding.rule}{level}: {cut}"


def _change(edits: Iterable[Edit], place: Place, asked: Asked) -> types.WorkspaceEdit:
    made = place.positions.edits(edits)
    if not asked.versioned:
        changes: Mapping[str, list[types.TextEdit]] = {place.uri: made}
        return types.WorkspaceEdit(changes=dict(changes))
    document = types.OptionalVersionedTextDocumentIdentifier(place.uri, place.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(document, list(made))])
