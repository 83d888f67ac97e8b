"""The run: rule after rule, each on the tree that the earlier ones left, until nothing changes."""

from __future__ import annotations

import re
from collections.abc import Callable

from hardener.engine.discovery import names_definition, names_yaml
from hardener.engine.origins import Origins
from hardener.engine.proof import faults, proved
from hardener.engine.result import LEVELS, Fault, Options, Resolver, Result, Step
from hardener.engine.selection import BUILDS, OF_OPTIONS, answer_of, base_questions, may_act, selected_rules
from hardener.engine.told import lines_of, located, own_findings, unneeded, without_followers
from hardener.engine.warnings import warnings_of
from hardener.errors import DockerfileSyntaxError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field, replace
from hardener.image.model import Model
from hardener.project.context import Answers
from hardener.rules.base import REMOTE, Finding, Lookup, Rule
from hardener.syntax.dockerfile.checks import check, kind_hint
from hardener.syntax.dockerfile.nodes import Dockerfile
from hardener.syntax.dockerfile.parser import parse
from hardener.text import decode

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.file_change import FileChange

#: A bound against a run without end, not a judgement: that two rules undo each other is seen by a text that comes back.
MAX_ROUNDS = 100
_FROM = regex(r"(?im)^\s*FROM\s")
#: How often a rule may ask for more because of what it was answered.
MAX_QUESTIONS = 40


def harden(source: str | bytes, *, filename: str | None = None, options: Options | None = None) -> Result:
    """Rewrite one Dockerfile; a compose file, a bake file, one of a dev container or of Kubernetes by its `filename`.

    Args:
        source: its text or bytes.
        filename: for messages.
        options: what may be done; the default is all rules up to `Safety.HARDENING`.

    Raises:
        DockerfileSyntaxError: BuildKit would refuse the file.
        YamlSyntaxError: the compose file or the manifest cannot be read.
    """
    chosen = options or Options()
    if chosen.reads_compose(filename):
        from hardener.engine.compose import harden_compose

        return harden_compose(source, filename, chosen)
    if filename is not None and names_yaml(filename):
        from hardener.engine.manifests import harden_manifests, is_manifest

        if is_manifest(source, filename):
            return harden_manifests(source, filename, chosen)
        text = decode(source) if isinstance(source, bytes) else source
        if not _FROM.search(text):
            return Result(filename, text, text, warnings=_misnamed(text))
    if filename is not None and names_definition(filename):
        from hardener.engine.definitions import harden_definitions

        return harden_definitions(source, filename, chosen)
    text = decode(source) if isinstance(source, bytes) else source
    tree = _parsed(text, filename)
    run = _Run(text, tree, chosen, filename)
    if run.model.has_custom_frontend:
        note = "`# syntax=` names another frontend than docker/dockerfile: harden changes nothing [P45]"
        return Result(filename, text, text, warnings=((1, note),), tree=tree)
    check(tree, filename)
    return run.result()


def _misnamed(text: str) -> tuple[tuple[int, str], ...]:
    """Return that a YAML file of another kind may be one that is named otherwise; () for all that nobody would take."""
    if re.search(r"(?m)^services:[ \t]*\r?$", text) is None:
        return ()
    return ((1, "harden tells compose files by their names (compose*.yaml, docker-compose*.yaml): it changes nothing"),)


def _parsed(text: str, filename: str | None) -> Dockerfile:
    """Return the tree of a text; an error says what a text that is no Dockerfile looks like."""
    try:
        return parse(text, filename)
    except DockerfileSyntaxError as error:
        if _FROM.search(text):
            raise
        message = error.message + kind_hint(text, filename)
        raise DockerfileSyntaxError(
            message, filename=filename, line=error.line, column=error.column, source_line=error.source_line
        ) from None


@dataclass(slots=True)
class _Run:
    source: str
    first: Dockerfile
    options: Options
    filename: str | None
    tree: Dockerfile = field(init=False)
    model: Model = field(init=False)
    first_model: Model = field(init=False)
    applied: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    served: set[tuple[str, str]] = field(default_factory=set)
    #: what rules asked of the world so far, and the answers
    asked: set[Lookup] = field(default_factory=set)
    facts: Answers = field(default_factory=Answers)
    #: what answers for the build context, once somebody has asked
    context: tuple[Resolver | None, ...] = ()
    #: what is done to other files
    changes: tuple[FileChange, ...] = ()
    unanswered: set[Lookup] = field(default_factory=set)
    origins: Origins = field(init=False)
    found_at_first: dict[type[Rule], list[Finding]] = field(default_factory=dict)
    #: what a rule found that left a tree as it was: with the same tree and the same facts it finds the same
    settled: dict[type[Rule], tuple[Dockerfile, Answers, list[Finding]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.origins = Origins(self.first)
        self._take(self.first)
        self.first_model = self.model
        if len(self.first.stages) > 1:  # who builds the file says which stages are images
            self._ask([BUILDS])
            self._read_again()

    def _take(self, tree: Dockerfile) -> None:
        self.tree = tree
        self.model = Model(tree, self.facts)

    def result(self) -> Result:
        rules = selected_rules(self.options)
        seen: set[object] = {(self.source, ())}
        pending: list[Finding] = []
        for _ in range(MAX_ROUNDS):
            before = self.tree, self.changes
            pending = []
            for rule in rules:
                if rule.may_find(self.tree):
                    pending += self._pass(rule.rule)
            if self.tree is before[0] and self.changes == before[1]:
                break
            state = self.tree.code, self.changes
            if state in seen:
                return self._gave_up()
            seen.add(state)
        else:
            return self._gave_up()
        # what is done to one instruction in two rounds is one change to who reads of it
        told = sorted(dict.fromkeys([*self.applied, *pending]), key=lambda f: (f.file, f.line, f.code))
        findings = tuple(finding for finding in told if not finding.is_settled)
        rules_told = {finding.rule for finding in findings}
        settled = [finding for finding in told if finding.is_settled and finding.rule not in rules_told]
        rules_told.update(finding.rule for finding in settled)
        if self.options.with_settled:
            missing = [row.rule for row in rules if row.name not in rules_told]
            settled += located(unneeded(missing, self.first_model), self.origins)
        result = Result(
            self.filename, self.source, self.tree.code, findings, tuple(self.steps), tuple(self.faults),
            warnings_of(self.first, self.facts, rules, self.served), frozenset(self.unanswered), self.changes,
            self.tree,
            tuple(sorted(settled, key=lambda f: (f.line, f.code))),
        )  # fmt: skip
        return replace(result, findings=self._with_edits(findings)) if self.options.with_edits else result

    def _gave_up(self) -> Result:
        """Return the file as it was: two rules undo each other."""
        names = sorted({step.rule for step in self.steps})
        reason = "rules keep undoing each other: " + ", ".join(names)
        fault = Fault(",".join(names), (reason + " [Z02]",), self.source)
        return Result(self.filename, self.source, self.source, faults=(*self.faults, fault), tree=self.first)

    def _instance(self, rule: type[Rule], select: Callable[[Finding], bool]) -> Rule:
        for _ in range(MAX_QUESTIONS):
            asked = (*base_questions(rule, self.model, self.options), *rule.lookups(self.model))
            new = [lookup for lookup in asked if lookup not in self.asked]
            if new and not may_act(rule, self.options):  # no registry is asked for what is not done
                new = [lookup for lookup in new if lookup.kind not in REMOTE]
            if not new:
                break
            self._ask(new)
        return rule(self.tree, self.model, select)

    def _ask(self, lookups: list[Lookup]) -> None:
        self.asked.update(lookups)
        answers = {}
        for lookup in lookups:
            answer = self._resolve(lookup)
            if answer is not None:
                answers[lookup] = answer
        if answers:
            self.model.facts = self.facts = Answers(self.facts, answers)
        if any(lookup.kind in ("image", "system", "built") for lookup in answers):
            self._read_again()

    def _read_again(self) -> None:
        """Make the models anew: what a file means depends on what its base images are."""
        self.model = Model(self.tree, self.facts)
        self.first_model = Model(self.first, self.facts)
        self.found_at_first.clear()

    def _resolve(self, lookup: Lookup) -> object | None:
        if lookup.kind in OF_OPTIONS:
            return answer_of(self.options, lookup, self.unanswered)
        if lookup.kind == "built":
            return self.options.find_built(lookup.key) if self.options.find_built else None
        if lookup.kind == "writable" and not self.options.other_files:
            return None
        if not self.context:
            chosen = self.options
            found = chosen.resolve or (chosen.find_context(self.first) if chosen.find_context else None)
            self.context = (found,)
        resolve = self.context[0]
        return resolve(lookup) if resolve is not None else None

    def _pass(self, rule: type[Rule]) -> list[Finding]:
        """Run one rule, keep what its proof allows, return the findings that are not applied."""
        tree, facts, known = self.settled.get(rule) or (None, None, [])
        if tree is self.tree and facts is self.facts:
            return known
        instance = self._instance(rule, self._wanted)
        new, made = instance.run(), None
        changes = _changes(instance)
        if changes and not self._holds(rule, changes):
            instance, changes = self._instance(rule, lambda f: f.change is None and self._wanted(f)), ()
            new = instance.run()
        self.served |= {(comment.text, name) for comment, name in instance.served}
        if new is self.tree and not instance.findings:
            self.settled[rule] = (self.tree, self.facts, [])
            return []
        if new is not self.tree:
            proof = proved(self.model, new, rule)
            made = proof.model
            if proof.faults:
                self.faults.append(Fault(rule.name, proof.faults, self.tree.code))
                made = None
                instance, new = self._one_by_one(rule, instance.findings)
        told = self._told(rule, instance.findings)
        changed = new is not self.tree
        if changed:
            self.origins.follow(self.tree, new)
            self.tree, self.model = new, made or Model(new, self.facts)
            self.steps.append(Step(rule.name, new.code))
        if changes:
            self._change_files(changes)
        self.applied += [finding for finding in told if finding.applied]
        # why a rule holds back is of interest only where the rule could have acted
        silent = not (rule.is_always_told or may_act(rule, self.options))
        pending = [f for f in told if not f.applied and not (silent and f.refusal is not None)]
        pending = without_followers(rule, pending, self.origins, self.applied, self._at_first)
        if not changed and not changes:
            self.settled[rule] = (self.tree, self.facts, pending)
        return pending

    def _holds(self, rule: type[Rule], changes: tuple[FileChange, ...]) -> bool:
        """Tell whether the changes of other files hold; what is wrong with them is a fault."""
        from hardener.engine.other_files import change_faults  # few runs change another file

        wrong = change_faults(rule, self.model, self.context[0], changes)
        if wrong:
            self.faults.append(Fault(rule.name, wrong, self.tree.code))
        return not wrong

    def _change_files(self, changes: tuple[FileChange, ...]) -> None:
        """Go on in the build context as the changes leave it: what was read of it counts no more."""
        from hardener.engine.other_files import changed_context
        from hardener.project.file_change import taken

        self.changes = taken(self.changes, changes)
        self.context = (changed_context(self.context[0], changes),)
        self.asked = {lookup for lookup in self.asked if lookup.kind in OF_OPTIONS}
        self.facts = Answers({lookup: fact for lookup, fact in self.facts.items() if lookup.kind in OF_OPTIONS})
        self.model = Model(self.tree, self.facts)

    def _wanted(self, finding: Finding) -> bool:
        """Tell whether a finding is applied: its level is allowed, and nobody asked to leave its line alone."""
        if finding.safety not in LEVELS[: LEVELS.index(self.options.level) + 1]:
            return False
        if finding.goes_along:
            return True  # what it goes with decides
        skipped = {line for name, line in self.options.skip if name == finding.rule}
        return not skipped or not skipped & lines_of(finding, self.origins)

    def _one_by_one(self, rule: type[Rule], findings: list[Finding]) -> tuple[Rule, Dockerfile]:
        """Return the pass with the findings that hold, so that one bad finding does not cost the others."""
        wanted = [i for i, finding in enumerate(findings) if finding.applied]
        kept: set[int] = set()
        for index in wanted:
            trial = self._selecting(rule, kept | {index})
            if not faults(self.tree, trial.run(), rule):
                kept.add(index)
        final = self._selecting(rule, kept)
        new = final.run()
        if new is not self.tree and faults(self.tree, new, rule):
            final = self._selecting(rule, set())
            return final, final.run()
        return final, new

    def _selecting(self, rule: type[Rule], indexes: set[int]) -> Rule:
        instance = self._instance(rule, lambda _: len(instance.findings) in indexes)
        return instance

    def _told(self, rule: type[Rule], findings: list[Finding]) -> list[Finding]:
        """Return what is told of the findings of a pass, before its change is taken."""
        return located(own_findings(rule, findings, self.origins, self.applied, self._at_first), self.origins)

    def _at_first(self, rule: type[Rule]) -> list[Finding]:
        """Return what a rule finds in the file as it was given."""
        found = self.found_at_first.get(rule)
        if found is None:
            self.first_model.facts = self.facts
            instance = rule(self.first, self.first_model, lambda _: False)
            instance.run()
            found = self.found_at_first[rule] = instance.findings
        return found

    def _with_edits(self, findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
        """Give each finding the edits that make its change alone, in the file as it was given."""
        self._take(self.first)
        self.origins = Origins(self.first)
        rules = {listed.name: listed for listed in selected_rules(self.options)}
        from hardener.engine.fixes import with_edits

        return with_edits(self.first, findings, lambda name, chosen: self._selecting(rules[name].rule, chosen))


def _changes(rule: Rule) -> tuple[FileChange, ...]:
    """Return what a rule that has run does to other files."""
    return tuple(found.change for found in rule.findings if found.applied and found.change is not None)
