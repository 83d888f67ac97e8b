"""Changes one by one: each is offered as what it adds to those that were accepted, by a run over the file.

A choice is a rule at a line of the file as it was given. What is shown is what is written: the run with all that was
accepted before and this one, proved as any run is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hardener.engine.result import LEVELS, Result
from hardener.fast.records import dataclass, replace
from hardener.rules.base import Finding, Safety
from hardener.text import newline_of

#: a rule and a line: what is accepted or declined as a whole
Spot = tuple[str, int]
#: runs the rules over a text, without what is skipped
Runner = Callable[[str, frozenset[Spot]], Result]


@dataclass(frozen=True, slots=True)
class Offer:
    """A change to decide on.

    Attributes:
        spot: what is decided.
        findings: the places that it is about.
        trial: the run with what was accepted and this one.
        lost: the rules of accepted changes that it takes the place of.
    """

    spot: Spot
    findings: tuple[Finding, ...]
    trial: Result
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choice:
    """What was decided of one file so far.

    Attributes:
        source: the text that is rewritten: as given, with the ignore comments that were asked for.
        current: the run with what was accepted.
        accepted, declined: what was decided.
        seen: what the runs applied unless it was skipped.
    """

    source: str
    current: Result
    accepted: frozenset[Spot] = frozenset()
    declined: frozenset[Spot] = frozenset()
    seen: frozenset[Spot] = frozenset()


def begin(run: Runner, source: str, declined: Iterable[Spot] = ()) -> Choice:
    """Return the choice before the first question; `declined` are not asked about."""
    known = frozenset(declined)
    result, seen = _settled(run, source, frozenset(), known)
    return Choice(source, result, declined=known, seen=seen)


def offers(run: Runner, choice: Choice, level: Safety, refused: frozenset[str] = frozenset()) -> Offer | None:
    """Return the next change to decide on; None when there is none that can be made.

    Args:
        run: the run over the file.
        choice: what was decided.
        level: what may be changed.
        refused: rules that are not asked about.
    """
    for spot, findings in _open(choice, level, refused).items():
        trial, _ = _settled(run, choice.source, choice.accepted | {spot}, choice.seen)
        if _text(trial) != _text(choice.current):
            lost = _applied(choice.current) - _applied(trial)
            return Offer(spot, findings, trial, tuple(sorted({rule for rule, _ in lost})))
    return None


def accept(run: Runner, choice: Choice, spot: Spot) -> Choice:
    """Return the choice with one more change."""
    accepted = choice.accepted | {spot}
    result, seen = _settled(run, choice.source, accepted, choice.seen)
    return replace(choice, current=result, accepted=accepted, seen=seen)


def decline(choice: Choice, spot: Spot) -> Choice:
    """Return the choice without a change, which is not asked about again."""
    return replace(choice, declined=choice.declined | {spot})


def ignore(run: Runner, choice: Choice, offer: Offer) -> Choice | None:
    """Return the choice with a comment by which the rule leaves the place alone; None where a comment does not help.

    What was accepted has to stand as before.
    """
    rule, line = offer.spot
    source = _commented(choice.source, rule, line)

    def moved(spots: frozenset[Spot]) -> frozenset[Spot]:
        return frozenset((name, at + (at >= line)) for name, at in spots)

    accepted = moved(choice.accepted)
    result, seen = _settled(run, source, accepted, moved(choice.seen))
    still = any((f.rule, f.line) == (rule, line + 1) and f.refusal is None for f in result.findings)
    if still or _applied(result) != moved(_applied(choice.current)):
        return None
    return Choice(source, result, accepted, moved(choice.declined), seen)


def remaining(choice: Choice, level: Safety, known: frozenset[Spot], refused: frozenset[str]) -> int:
    """Return how many changes could still be made, without what was known at first and the rules that are refused."""
    return len(_open(replace(choice, declined=known), level, refused))


def _settled(
    run: Runner, source: str, accepted: frozenset[Spot], seen: frozenset[Spot]
) -> tuple[Result, frozenset[Spot]]:
    """Return the run that applies what was accepted and nothing else, and all that had to be skipped for it."""
    while True:
        result = run(source, seen - accepted)
        more = _applied(result) - seen - accepted
        if not more:
            return result, seen
        seen |= more


def _applied(result: Result) -> frozenset[Spot]:
    return frozenset((finding.rule, finding.line) for finding in result.applied if not finding.goes_along)


def _open(choice: Choice, level: Safety, refused: frozenset[str]) -> dict[Spot, tuple[Finding, ...]]:
    """Return what could be changed and is not decided, in the order of the file."""
    allowed = LEVELS[: LEVELS.index(level) + 1]
    found: dict[Spot, tuple[Finding, ...]] = {}
    for finding in choice.current.offered:
        spot = finding.rule, finding.line
        decided = spot in choice.declined or spot in choice.accepted or finding.rule in refused
        if finding.safety in allowed and not decided and not finding.goes_along:
            found[spot] = (*found.get(spot, ()), finding)
    return found


def _text(result: Result) -> tuple[object, ...]:
    return result.code, result.changes


def _commented(source: str, rule: str, line: int) -> str:
    """Return the text with an ignore comment above a line."""
    lines = source.split("\n")
    below = lines[line - 1]
    indent = below[: len(below) - len(below.lstrip(" \t"))]
    comment = f"{indent}# harden: ignore[{rule}]" + newline_of(source).removesuffix("\n")
    return "\n".join([*lines[: line - 1], comment, *lines[line - 1 :]])
