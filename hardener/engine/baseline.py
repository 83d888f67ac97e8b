"""A baseline: the findings that a repository begins with. They are left alone, and only new ones count.

What harden may change depends on what else it changes. So both making a baseline and comparing with it go on until
nothing that is known is applied any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping

from hardener.engine.fingerprints import Key, counted, keys_of
from hardener.engine.result import Options, Result
from hardener.engine.selection import may_act, selected
from hardener.fast.records import dataclass, field, replace
from hardener.rules import every_rule
from hardener.rules.base import Finding

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

#: rule and line of findings that are not to be applied
Skipped = frozenset[tuple[str, int]]
#: runs the rules over one file, without what is skipped
Runner = Callable[[Skipped], Result]


@dataclass(frozen=True, slots=True)
class FileBaseline:
    """What is known of one file.

    Attributes:
        folder: in which the baseline lies.
        known: how often each finding was there.
        is_made: the findings are not compared, but recorded.
    """

    folder: Path
    known: Mapping[Key, int] = field(default_factory=dict)
    is_made: bool = False


@dataclass(frozen=True, slots=True)
class Compared:
    """A file beside its baseline.

    Attributes:
        result: with the new findings and their changes alone.
        known: the findings that the baseline has.
        gone: (rule, how many) that the baseline has and the file has no more, by rule.
        recorded: where the baseline is made: how often each finding is there.
    """

    result: Result
    known: tuple[Finding, ...] = ()
    gone: tuple[tuple[str, int], ...] = ()
    recorded: Mapping[Key, int] = field(default_factory=dict)


def beside(run: Runner, baseline: FileBaseline, options: Options) -> Compared:
    """Run the rules over a file and compare what they find with its baseline, or record it.

    Args:
        run: the run over the file.
        baseline: of the file.
        options: of the run.
    """
    return _recorded(run, baseline.folder) if baseline.is_made else _compared(run, baseline, options)


def _recorded(run: Runner, folder: Path) -> Compared:
    """Record what is found while changes are made, and what is found when none is."""
    found: dict[Key, int] = {}
    result, _ = _untouched(run, folder, found)
    return Compared(result, result.findings, recorded=found)


def _untouched(run: Runner, folder: Path, seen: dict[Key, int]) -> tuple[Result, Skipped]:
    """Return what is found when nothing is changed, and what has to be skipped for that; all of it is `seen`."""
    skipped: Skipped = frozenset()
    while True:
        result = run(skipped)
        for key, count in counted(keys_of(result, folder)).items():
            seen[key] = max(seen.get(key, 0), count)
        more = {(f.rule, f.line) for f in result.applied} - skipped
        if not more:
            return result, skipped
        skipped |= more


def _compared(run: Runner, baseline: FileBaseline, options: Options) -> Compared:
    """Tell by the file as it is what is known, and leave that alone."""
    seen: dict[Key, int] = {}
    untouched, _ = _untouched(run, baseline.folder, seen)
    at_first = _known(untouched, keys_of(untouched, baseline.folder), baseline.known)
    skipped: Skipped = frozenset((finding.rule, finding.line) for finding in at_first)
    while True:
        result = run(skipped)
        known = _known(result, keys_of(result, baseline.folder), baseline.known)
        more = {(f.rule, f.line) for f in known if f.applied} - skipped
        if not more:
            break
        skipped |= more
    known = _with_moved(result, [finding for finding in known if not finding.applied], at_first)
    new = tuple(finding for finding in result.findings if finding not in known)
    return Compared(replace(result, findings=new), tuple(known), _gone(seen, baseline.known, options))


def _with_moved(result: Result, known: list[Finding], at_first: list[Finding]) -> list[Finding]:
    """Return what is known with what a new change has joined with another instruction.

    There it is shown at another line, and a rule may say something else about it.
    """
    left = Counter(finding.rule for finding in at_first)
    left.subtract(finding.rule for finding in known)
    found = list(known)
    for finding in result.findings:
        if not finding.applied and finding not in known and left[finding.rule] > 0:
            left[finding.rule] -= 1
            found.append(finding)
    return found


def _known(result: Result, keys: list[Key], known: Mapping[Key, int]) -> list[Finding]:
    """Return the findings that a baseline has; of several alike the first ones.

    What one rule finds at one line is known as a whole or not at all: it can only be left alone as a whole.
    """
    left = dict(known)
    places: dict[tuple[str, str, int], list[int]] = {}
    for index, finding in enumerate(result.findings):
        places.setdefault((finding.rule, finding.file, finding.line), []).append(index)
    found: list[Finding] = []
    for indexes in places.values():
        wanted = counted(keys[index] for index in indexes)
        if all(left.get(key, 0) >= count for key, count in wanted.items()):
            found += [result.findings[index] for index in indexes]
            left |= {key: left[key] - count for key, count in wanted.items()}
    return found


def _gone(seen: Mapping[Key, int], known: Mapping[Key, int], options: Options) -> tuple[tuple[str, int], ...]:
    """Return what is no longer found of the rules that this run would have found it with."""
    told = told_rules(options)
    gone: dict[str, int] = {}
    for key, count in known.items():
        missing = count - seen.get(key, 0)
        if missing > 0 and key[0] in told:
            gone[key[0]] = gone.get(key[0], 0) + missing
    return tuple(sorted(gone.items()))


def told_rules(options: Options) -> frozenset[str]:
    """Return the names of the rules whose findings a run shows all of; what waits for a registry may come and go."""
    rules = [rule for rule in selected(every_rule(), options) if rule.is_always_told or may_act(rule, options)]
    return frozenset(rule.name for rule in rules if options.answers or not rule.asks_registry)
