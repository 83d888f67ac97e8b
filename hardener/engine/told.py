"""What is told of what a rule found: where it stands in the file as it was given, and whether it is news there."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache

from hardener.engine.origins import Origins
from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.model import Model
from hardener.rules.base import Finding, Rule
from hardener.syntax.dockerfile.nodes import Instruction

#: what a rule finds in the file as it was given
AtFirst = Callable[[type[Rule]], list[Finding]]
_NO_START = "the file has neither CMD nor ENTRYPOINT"


def located(findings: Iterable[Finding], origins: Origins) -> list[Finding]:
    """Return each finding with its place in the file as it was given."""
    found = []
    for finding in findings:
        region = finding.region or origins.region(finding.place)
        others = dict.fromkeys(origins.region(place) for place in finding.also) if finding.also else {}
        related = tuple(other for other in others if other != region)
        found.append(replace(finding, line=region.line, region=region, related=related))
    return found


def lines_of(finding: Finding, origins: Origins) -> set[int]:
    """Return the lines of the file as it was given that a finding stands at: of all that was joined there."""
    if finding.region is not None or finding.place is None:
        return {located([finding], origins)[0].line}
    sources = origins.of(finding.place).sources
    return {origins.region(finding.place).line, *(origins.region(one).line for one in sources)}


def own_findings(
    rule: type[Rule], findings: list[Finding], origins: Origins, applied: list[Finding], at_first: AtFirst
) -> list[Finding]:
    """Return the findings without those that are there only because of what the run made: they are part of a change.

    Args:
        rule: that found them.
        findings: in the present tree.
        origins: of its instructions.
        applied: what was done so far.
        at_first: what a rule finds in the file as it was given.
    """
    acted = cache(lambda: any(done.rule == rule.name for done in applied))
    known_at = cache(lambda: _by_place(at_first(rule)))
    kept = []
    for finding in findings:
        places = [place for place in (finding.place, *finding.also) if place is not None]
        froms = [origins.of(place) for place in places]
        if finding.change is not None or not any(origin.made for origin in froms):
            kept.append(finding)
        elif rule.about_image:
            # about what the rule itself has made it has nothing to say
            if finding.refusal is None or not acted():
                kept.append(finding)
        else:
            sources = dict.fromkeys(source for origin in froms for source in origin.sources)
            said = [known for source in sources for known in known_at().get(source, ())]
            # it speaks of what the file has, not of what was put beside it
            alike = [known for known in said if (known.refusal is None) == (finding.refusal is None)]
            kept += [replace(finding, message=known.message) for known in alike[:1]] or [finding][: len(said)]
    return kept


def _by_place(findings: list[Finding]) -> dict[Instruction | None, list[Finding]]:
    found: dict[Instruction | None, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.place, []).append(finding)
    return found


def without_followers(
    rule: type[Rule], findings: list[Finding], origins: Origins, applied: list[Finding], at_first: AtFirst
) -> list[Finding]:
    """Return the findings without those that a rule holds back only from what it has made of an instruction itself.

    Args:
        rule: that found them; the other arguments are those of `own_findings`.
    """
    changed = {done.line for done in applied if done.rule == rule.name}
    if not changed:
        return findings
    refused = cache(lambda: _refused_at(at_first(rule), origins))
    return [
        finding
        for finding in findings
        if finding.refusal is None or finding.line not in changed or (finding.line, finding.refusal.spec) in refused()
    ]


def _refused_at(findings: list[Finding], origins: Origins) -> set[tuple[int, str]]:
    """Return the lines at which a rule held back from the file as it was given, each with the id of the reason."""
    return {(origins.region(f.place).line, f.refusal.spec) for f in findings if f.refusal is not None}


def unneeded(rules: Iterable[type[Rule]], model: Model) -> list[Finding]:
    """Return why the file needs nothing of rules that found nothing in it.

    Args:
        rules: that found nothing.
        model: of the file as it was given, so that each reason speaks of what stands there.
    """
    if not model.stages:
        return []
    final = model.stages[-1]
    starts = final.cmd.stage is not None or final.entrypoint.stage is not None
    found = []
    for rule in rules:
        places = rule.settled(model) if starts or not rule.about_start else ((final.node.from_, _NO_START),)
        found += [
            Finding(rule.code, rule.name, 0, "nothing to do", None, Refusal("Z11", why), is_settled=True, place=place)
            for place, why in places
        ]
    return found
