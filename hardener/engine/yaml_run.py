"""The run over a YAML file: rule after rule, each on the text that the earlier ones left, until nothing changes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

from hardener.engine.result import LEVELS, Fault, Options, Result, Step
from hardener.engine.selection import OF_OPTIONS, answer_of, may_act, selected
from hardener.engine.yaml_places import ignores, region_of, unneeded
from hardener.engine.yaml_proof import attempt
from hardener.errors import Refusal
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
#: characters that are read again for all proofs of a file together: each change of a file has it read once
MAX_PROVED = 12_000_000


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
        for proposal in self.planned(rule):
            is_own = proposal.refusal is not None and (rule.name, proposal.path) in self.done
            if is_own or self._is_ignored(rule, proposal):
                continue
            finding = self._tried(rule, self._finding(rule, proposal), proposal)
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

    def _tried(self, rule: type[YamlRule], finding: Finding, proposal: Proposal) -> Finding:
        """Return a finding with what came of its change; the model is the new one where the change was made."""
        key = rule.name, proposal.path, proposal.message
        if finding.refusal is not None or key in self.failed:
            return finding
        self.proved += len(self.model.text) * len(proposal.changes)
        if self.proved > MAX_PROVED:
            refusal = Refusal(
                "K23", "the file is too long for so many changes", "write the others, and run harden again"
            )
            return replace(finding, safety=None, refusal=refusal, doubt="")
        made = attempt(self.model, self.read, proposal.changes, rule)
        if made.faults:
            self.faults.append(Fault(rule.name, made.faults, self.model.text))
            self.failed.add(key)
            return finding
        if made.model is None:
            refusal = Refusal("K23", f"cannot change this place alone: {made.refusal}", "change it by hand")
            return replace(finding, safety=None, refusal=refusal, doubt="")
        edits = self._edits(rule, proposal) if self.options.with_edits else ()
        if self._is_wanted(finding):
            self.model = made.model
            return replace(finding, applied=True, edits=edits)
        return replace(finding, edits=edits)

    def _is_wanted(self, finding: Finding) -> bool:
        """Tell whether a finding is applied: its level is allowed, and nobody asked to leave its line alone."""
        allowed = LEVELS[: LEVELS.index(self.options.level) + 1]
        return finding.safety in allowed and (finding.rule, finding.line) not in self.options.skip

    def _edits(self, rule: type[YamlRule], proposal: Proposal) -> tuple[Edit, ...]:
        """Return the edits that make a change alone, in the file as it was given; () where it cannot be alone."""
        alone = attempt(self.first, self.read, proposal.changes, rule).model
        return minimal_edits(self.source, alone.text) if alone is not None else ()

    def _is_ignored(self, rule: type[YamlRule], proposal: Proposal) -> bool:
        lines = ignores(self.first, proposal.path, proposal.document, {rule.name, rule.code})
        self.served.update((line, rule.name) for line in lines)
        return bool(lines)
