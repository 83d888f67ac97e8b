"""The run over a YAML file: rule after rule, each on the text that the earlier ones left, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

from hardener.engine.result import LEVELS, Fault, Options, Result, Step
from hardener.engine.selection import OF_OPTIONS, answer_of, may_act, selected
from hardener.engine.yaml_places import ignores, region_of, unneeded
from hardener.engine.yaml_proof import Attempt
from hardener.engine.yaml_together import attempt_alone, attempt_together, grouped
from hardener.errors import Refusal, YamlSyntaxError
from hardener.fast.records import dataclass, field, replace
from hardener.project.context import REMOTE, Answers, Files, Lookup
from hardener.project.yaml_file import YamlFile
from hardener.rules import known_names
from hardener.rules._yaml_rule import Proposal, YamlRule
from hardener.rules.base import Finding, Safety
from hardener.text import Edit, minimal_edits

M = TypeVar("M", bound=YamlFile)

#: bounds against runs without end
MAX_ROUNDS = 20
MAX_QUESTIONS = 20
#: how often changes that wait for others are tried together, before each is tried alone
MAX_GROUPS = 8
#: characters that are read again for all proofs of a file together
MAX_PROVED = 1_600_000
#: services or containers of a file: with more, a run may take over 5 s of processor time
MAX_PARTS = 400

_Tried = tuple[Finding, Proposal]


@dataclass(slots=True)
class YamlRun(Generic[M]):
    """A run over one file.

    Attributes:
        source, filename: the file as it was given.
        first: what it says.
        every: the rules for its kind.
        read: reads a text of its kind.
        options: what may be done.
        model: the file as the rules left it.
    """

    source: str
    filename: str | None
    first: M
    every: tuple[type[YamlRule], ...]
    read: Callable[[str, str | None], M]
    options: Options
    model: M = field(init=False)
    facts: Answers = field(default_factory=Answers)
    asked: set[Lookup] = field(default_factory=set)
    unanswered: set[Lookup] = field(default_factory=set)
    applied: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    #: (line of the comment, rule) of the ignore comments that kept a finding away
    served: set[tuple[int, str]] = field(default_factory=set)
    #: what failed its proof is not tried again
    failed: set[tuple[str, tuple[str, ...], str]] = field(default_factory=set)
    #: (rule, place) of what was changed: about what it made itself a rule has nothing to say
    done: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)
    #: characters that were read for proofs
    proved: int = 0

    def __post_init__(self) -> None:
        if self.first.parts > MAX_PARTS:
            message = f"more than {MAX_PARTS} services or containers: too many to look at; divide the file"
            raise YamlSyntaxError(message, filename=self.filename, line=1, column=1, source_line="")
        self.model = self.first

    def questions(self) -> frozenset[Lookup]:
        """Return what the rules will ask of registries about the file as it is."""
        for rule in selected(self.every, self.options):
            if rule.asks_registry:
                self.planned(rule)
        return frozenset(self.unanswered)

    def result(self) -> Result:
        """Return what came of all rules."""
        rules, seen = selected(self.every, self.options), {self.source}
        pending: list[Finding] = []
        for _ in range(MAX_ROUNDS):
            before = self.model
            pending = [finding for rule in rules for finding in self._pass(rule)]
            if self.model is before:
                break
            if self.model.text in seen:
                return self._gave_up()
            seen.add(self.model.text)
        else:
            return self._gave_up()
        findings = tuple(sorted(dict.fromkeys([*self.applied, *pending]), key=lambda f: (f.line, f.code)))
        known = known_names()
        warnings = tuple(unneeded(self.first, known, {rule.name for rule in rules}, self.served))
        return Result(
            self.filename, self.source, self.model.text, findings, tuple(self.steps), tuple(self.faults), warnings,
            frozenset(self.unanswered),
        )  # fmt: skip

    def _gave_up(self) -> Result:
        """Return the file as it was: two rules undo each other."""
        names = ", ".join(sorted({step.rule for step in self.steps}))
        fault = Fault(names, (f"rules keep undoing each other: {names} [Z02]",), self.source)
        return Result(self.filename, self.source, self.source, faults=(*self.faults, fault))

    def planned(self, rule: type[YamlRule]) -> list[Proposal]:
        """Return what a rule proposes for the present text, once nothing more can be learned."""
        found: list[Proposal] = []
        for _ in range(MAX_QUESTIONS):
            files = Files(self.facts)
            found = list(rule.plan(self.model, files))
            new = [lookup for lookup in files.wanted if lookup not in self.asked]
            if not may_act(rule, self.options):  # no registry is asked for what is not done
                new = [lookup for lookup in new if lookup.kind not in REMOTE]
            if not self.options.image_facts:
                new = [lookup for lookup in new if lookup.kind not in ("image", "system")]
            self.asked.update(new)
            answers = {lookup: self._resolve(lookup) for lookup in new}
            known = {lookup: answer for lookup, answer in answers.items() if answer is not None}
            if not known:
                break
            self.facts = Answers(self.facts, known)
        return found

    def _resolve(self, lookup: Lookup) -> object | None:
        if lookup.kind in OF_OPTIONS:
            return answer_of(self.options, lookup, self.unanswered)
        if lookup.kind == "built":
            return self.options.find_built(lookup.key) if self.options.find_built else None
        return self.options.beside(lookup) if self.options.beside else None

    def _pass(self, rule: type[YamlRule]) -> list[Finding]:
        """Run one rule: make the changes that hold, one after the other, and return the findings not applied."""
        pending = []
        before = self.model
        silent = not (rule.is_always_told or may_act(rule, self.options))
        tried = [
            (self._finding(rule, proposal), proposal)
            for proposal in self.planned(rule)
            if not (proposal.refusal is not None and (rule.name, proposal.path) in self.done)
            and not self._is_ignored(rule, proposal)
        ]
        for finding, proposal in self._all_tried(rule, tried):
            if finding.applied:
                self.applied.append(finding)
                self.done.add((rule.name, proposal.path))
            elif not (silent and finding.refusal is not None):
                pending.append(finding)
        if self.model is not before:
            self.steps.append(Step(rule.name, self.model.text))
        return pending

    def _finding(self, rule: type[YamlRule], proposal: Proposal) -> Finding:
        safety = None if proposal.refusal else Safety.UNSAFE if proposal.doubt else rule.safety
        region = region_of(self.first, proposal.path, proposal.document)
        return Finding(
            rule.code, rule.name, region.line, proposal.message, safety, proposal.refusal, region=region,
            doubt=proposal.doubt,
        )  # fmt: skip

    def _all_tried(self, rule: type[YamlRule], tried: list[_Tried]) -> list[_Tried]:
        """Return findings with what came of their changes, those that are made and then those that are only shown."""
        came: dict[int, Finding] = {}
        new = [
            one
            for one in tried
            if one[0].refusal is None and (rule.name, one[1].path, one[1].message) not in self.failed
        ]
        for wanted in (True, False):
            findings = {id(proposal): finding for finding, proposal in new if self._is_wanted(finding) is wanted}
            for proposal, made in self._made(rule, [p for _, p in new if id(p) in findings], keep=wanted):
                came[id(proposal)] = self._told(rule, findings[id(proposal)], proposal, made)
        return [(came.get(id(proposal), finding), proposal) for finding, proposal in tried]

    def _made(
        self, rule: type[YamlRule], proposals: list[Proposal], *, keep: bool
    ) -> Iterator[tuple[Proposal, Attempt[M] | None]]:
        """Yield proposals with what came of their changes, as many as can be at once; None beyond what is proved.

        Args:
            rule: that makes them.
            proposals: in their order.
            keep: whether the file stays as they leave it.
        """
        waiting = proposals
        for _ in range(MAX_GROUPS):
            if not waiting:
                return
            group, waiting, refused = grouped(self.model, waiting)
            yield from ((proposal, Attempt(None, refusal=why)) for proposal, why in refused)
            if not group.proposals:
                break
            yield from self._proved(rule, list(zip(group.proposals, group.edits, strict=True)), keep=keep)
        for proposal in waiting:
            yield proposal, self._alone(rule, proposal, keep=keep)

    def _proved(
        self, rule: type[YamlRule], group: list[tuple[Proposal, tuple[Edit, ...]]], *, keep: bool
    ) -> Iterator[tuple[Proposal, Attempt[M] | None]]:
        """Yield what came of proposals that are written at once; where that does not hold, of halves of them."""
        if len(group) == 1:
            yield group[0][0], self._alone(rule, group[0][0], keep=keep)
            return
        self.proved += len(self.model.text)
        if self.proved > MAX_PROVED:
            yield from ((proposal, None) for proposal, _ in group)
            return
        made = attempt_together(self.model, self.read, group, rule)
        if made.model is not None:
            self.model = made.model if keep else self.model
            yield from ((proposal, made) for proposal, _ in group)
            return
        half = len(group) // 2
        for part in (group[:half], group[half:]):
            now, waiting, refused = grouped(self.model, [proposal for proposal, _ in part])
            yield from ((proposal, Attempt[M](None, refusal=why)) for proposal, why in refused)
            if now.proposals:
                yield from self._proved(rule, list(zip(now.proposals, now.edits, strict=True)), keep=keep)
            yield from ((proposal, self._alone(rule, proposal, keep=keep)) for proposal in waiting)

    def _alone(self, rule: type[YamlRule], proposal: Proposal, *, keep: bool) -> Attempt[M] | None:
        """Return what came of one proposal; None beyond what is proved."""
        self.proved += len(self.model.text) * len(proposal.changes)
        if self.proved > MAX_PROVED:
            return None
        made = attempt_alone(self.model, self.read, proposal, rule)
        if keep and made.model is not None:
            self.model = made.model
        return made

    def _told(self, rule: type[YamlRule], finding: Finding, proposal: Proposal, made: Attempt[M] | None) -> Finding:
        """Return a finding with what came of its change."""
        if made is None:
            refusal = Refusal(
                "K23", "the file is too long for so many changes", "write the others, and run harden again"
            )
            return replace(finding, safety=None, refusal=refusal, doubt="")
        if made.faults:
            self.faults.append(Fault(rule.name, made.faults, self.model.text))
            self.failed.add((rule.name, proposal.path, proposal.message))
            return finding
        if made.model is None:
            refusal = Refusal("K23", f"cannot change this place alone: {made.refusal}", "change it by hand")
            return replace(finding, safety=None, refusal=refusal, doubt="")
        edits = self._edits(rule, proposal) if self.options.with_edits else ()
        return replace(finding, applied=self._is_wanted(finding), edits=edits)

    def _is_wanted(self, finding: Finding) -> bool:
        """Tell whether a finding is applied: its level is allowed, and nobody asked to leave its line alone."""
        allowed = LEVELS[: LEVELS.index(self.options.level) + 1]
        return finding.safety in allowed and (finding.rule, finding.line) not in self.options.skip

    def _edits(self, rule: type[YamlRule], proposal: Proposal) -> tuple[Edit, ...]:
        """Return the edits that make a change alone, in the file as it was given; () where it cannot be alone."""
        self.proved += len(self.source) * len(proposal.changes)
        if self.proved > MAX_PROVED:
            return ()
        alone = attempt_alone(self.first, self.read, proposal, rule).model
        return minimal_edits(self.source, alone.text) if alone is not None else ()

    def _is_ignored(self, rule: type[YamlRule], proposal: Proposal) -> bool:
        lines = ignores(self.first, proposal.path, proposal.document, {rule.name, rule.code})
        self.served.update((line, rule.name) for line in lines)
        return bool(lines)
