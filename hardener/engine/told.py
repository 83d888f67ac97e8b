"""What is told of what a rule found: where it stands in the file as it was given, and whether it is news there."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from hardener.engine.origins import Origins
from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.model import Model
from hardener.rules.base import Finding, Rule

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
    kept = []
    for finding in findings:
        places = [place for place in (finding.place, *finding.also) if place is not None]
        froms = [origins.of(place) for place in places]
        if finding.change is not None or not any(origin.made for origin in froms):
            kept.append(finding)
        elif rule.about_image:
            # about what the rule itself has made it has nothing to say
            if finding.refusal is None or all(done.rule != rule.name for done in applied):
                kept.append(finding)
        else:
            sources = {source for origin in froms for source in origin.sources}
            said = [known for known in at_first(rule) if known.place in sources]
            # it speaks of what the file has, not of what was put beside it
            alike = [known for known in said if (known.refusal is None) == (finding.refusal is None)]
            kept += [replace(finding, message=known.message) for known in alike[:1]] or [finding][: len(said)]
    return kept


def follows_a_change(
    rule: type[Rule], finding: Finding, origins: Origins, applied: list[Finding], at_first: AtFirst
) -> bool:
    """Tell whether a rule holds back only from what it has made of an instruction itself; arguments as above."""
    changed = any(done.rule == rule.name and done.line == finding.line for done in applied)
    if finding.refusal is None or not changed:
        return False
    said = [known for known in at_first(rule) if origins.region(known.place).line == finding.line]
    return all(known.refusal is None or known.refusal.spec != finding.refusal.spec for known in said)


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
