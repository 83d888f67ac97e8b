"""The run: rule after rule, each on the tree that the earlier ones left, until nothing changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from hardener.engine.proof import faults
from hardener.engine.result import LEVELS, Fault, Options, Resolver, Result, Step
from hardener.errors import DockerfileSyntaxError
from hardener.fast.records import dataclass, field, replace
from hardener.image.model import Model
from hardener.project.context import Answers
from hardener.rules import all_rules
from hardener.rules.base import REMOTE, Finding, Lookup, Rule, ignored_rules
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile, Instruction
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.edits import edits, offsets
from hardener.syntax.tree import Node
from hardener.text import Edit, LineIndex, decode

#: More rounds than this mean that two rules undo each other.
MAX_ROUNDS = 5
#: How often a rule may ask for more because of what it was answered.
MAX_QUESTIONS = 40


def harden(source: str | bytes, *, filename: str | None = None, options: Options | None = None) -> Result:
    """Rewrite one Dockerfile.

    Args:
        source: its text or bytes.
        filename: for messages.
        options: what may be done; the default is all rules up to `Safety.HARDENING`.

    Raises:
        DockerfileSyntaxError: BuildKit would refuse the file.
    """
    text = decode(source) if isinstance(source, bytes) else source
    tree = parse(text, filename)
    if not tree.stages and next(tree.instructions, None) is None:
        raise DockerfileSyntaxError(
            "the file has no instructions", filename=filename, line=1, column=1, source_line=text.split("\n", 1)[0]
        )
    chosen = options or Options()
    run = _Run(text, tree, chosen, filename)
    if run.model.has_custom_frontend:
        note = "`# syntax=` names another frontend than docker/dockerfile: harden changes nothing [P45]"
        return Result(filename, text, text, warnings=((1, note),), tree=tree)
    return run.result()


def questions(source: str | bytes, options: Options) -> frozenset[Lookup]:
    """Return what the rules will ask of registries about a file as it is; nothing for text that is no Dockerfile."""
    try:
        tree = parse(decode(source) if isinstance(source, bytes) else source)
    except DockerfileSyntaxError:
        return frozenset()
    model = Model(tree)
    if model.has_custom_frontend:
        return frozenset()
    asking = [rule for rule in selected_rules(options) if rule.asks_registry and _may_act(rule, options)]
    return frozenset(lookup for rule in asking for lookup in rule.lookups(model) if lookup.kind in REMOTE)


def selected_rules(options: Options) -> tuple[type[Rule], ...]:
    """Return the rules that a run with `options` applies, in order."""

    def wanted(rule: type[Rule]) -> bool:
        names = {rule.name, rule.code}
        if names & options.ignore:
            return False
        if options.select:
            return bool(names & (options.select | options.extend_select))
        return not rule.opt_in or bool(names & options.extend_select)

    return tuple(rule for rule in all_rules() if wanted(rule))


def _may_act(rule: type[Rule], options: Options) -> bool:
    """Tell whether the level of a run allows what a rule does."""
    return LEVELS.index(rule.safety) <= LEVELS.index(options.level)


@dataclass(frozen=True, slots=True)
class _Map:
    """Where the nodes of a tree stand, and what was changed on the way to it."""

    tree: Dockerfile
    places: dict[Node, int]
    changes: tuple[Edit, ...]
    starts: list[int]
    lines: LineIndex

    def line(self, place: Instruction | None) -> int:
        """Return the line, in the file as it was given, of an instruction of the tree."""
        at = self.places.get(place, 0) + sum(len(t.code) for t in place.leading) if place is not None else 0
        return self.lines.line(_before(at, self.changes, self.starts))


@dataclass(slots=True)
class _Run:
    source: str
    first: Dockerfile
    options: Options
    filename: str | None
    tree: Dockerfile = field(init=False)
    model: Model = field(init=False)
    applied: list[Finding] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    served: set[tuple[str, str]] = field(default_factory=set)
    #: what rules asked of the world so far, and the answers
    asked: set[Lookup] = field(default_factory=set)
    facts: Answers = field(default_factory=Answers)
    #: what answers for the build context, once somebody has asked
    context: tuple[Resolver | None, ...] = ()
    unanswered: set[Lookup] = field(default_factory=set)
    map: _Map | None = None
    #: what a rule found that left a tree as it was: with the same tree and the same facts it finds the same
    settled: dict[type[Rule], tuple[Dockerfile, Answers, list[Finding]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._take(self.first)

    def _take(self, tree: Dockerfile) -> None:
        self.tree = tree
        self.model = Model(tree, self.facts)

    def result(self) -> Result:
        rules = selected_rules(self.options)
        seen = {self.source}
        pending: list[Finding] = []
        for _ in range(MAX_ROUNDS):
            before = self.tree
            pending = []
            for rule in rules:
                pending += self._pass(rule)
            if self.tree is before:
                break
            code = self.tree.code
            if code in seen:
                return self._gave_up()
            seen.add(code)
        else:
            return self._gave_up()
        # what is done to one instruction in two rounds is one change to who reads of it
        findings = tuple(sorted(dict.fromkeys([*self.applied, *pending]), key=lambda f: (f.line, f.code)))
        return Result(
            self.filename, self.source, self.tree.code, findings, tuple(self.steps), tuple(self.faults),
            self._ignore_warnings(rules), frozenset(self.unanswered), self.tree,
        )  # fmt: skip

    def _gave_up(self) -> Result:
        """Return the file as it was: two rules undo each other."""
        names = sorted({step.rule for step in self.steps})
        reason = "rules undo each other, round after round: " + ", ".join(names)
        fault = Fault(",".join(names), (reason + " [Z02]",), self.source)
        return Result(self.filename, self.source, self.source, faults=(*self.faults, fault), tree=self.first)

    def _instance(self, rule: type[Rule], select: Callable[[Finding], bool]) -> Rule:
        for _ in range(MAX_QUESTIONS):
            new = [lookup for lookup in rule.lookups(self.model) if lookup not in self.asked]
            if not _may_act(rule, self.options):  # no registry is asked for what is not done
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

    def _resolve(self, lookup: Lookup) -> object | None:
        if lookup.kind in REMOTE:
            if lookup not in self.options.answers:
                self.unanswered.add(lookup)
            return self.options.answers.get(lookup)
        if lookup.kind == "builds":
            return self.options.find_builds() if self.options.find_builds else None
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
        new = instance.run()
        self.served |= {(comment.text, name) for comment, name in instance.served}
        if new is not self.tree:
            reasons = faults(self.tree, new, rule)
            if reasons:
                self.faults.append(Fault(rule.name, reasons, self.tree.code))
                instance, new = self._one_by_one(rule, instance.findings)
        located = self._locate(instance.findings)
        changed = new is not self.tree
        if changed:
            self._take(new)
            self.steps.append(Step(rule.name, new.code))
        self.applied += [finding for finding in located if finding.applied]
        # why a rule holds back is of interest only where the rule could have acted
        silent = not _may_act(rule, self.options)
        pending = [f for f in located if not f.applied and not (silent and f.refusal is not None)]
        if not changed:
            self.settled[rule] = (self.tree, self.facts, pending)
        return pending

    def _wanted(self, finding: Finding) -> bool:
        """Tell whether a finding is applied: its level is allowed, and nobody asked to leave its line alone."""
        if finding.safety not in LEVELS[: LEVELS.index(self.options.level) + 1]:
            return False
        skipped = {line for name, line in self.options.skip if name == finding.rule}
        return not skipped or self._locate([finding])[0].line not in skipped

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

    def _locate(self, findings: list[Finding]) -> list[Finding]:
        """Give each finding the line of the file as it was given."""
        if not findings:
            return []
        if self.map is None or self.map.tree is not self.tree:
            lines = self.map.lines if self.map is not None else LineIndex(self.source)
            changes = edits(self.first, self.tree)
            self.map = _Map(self.tree, offsets(self.tree), changes, _starts(changes), lines)
        return [replace(finding, line=self.map.line(finding.place)) for finding in findings]

    def _ignore_warnings(self, rules: tuple[type[Rule], ...]) -> tuple[tuple[int, str], ...]:
        if "harden:" not in self.source:
            return ()
        known = {key: rule for rule in all_rules() for key in (rule.name, rule.code)}
        lines = LineIndex(self.source)
        out = []
        for node, at in offsets(self.first).items():
            if not isinstance(node, Comment):
                continue
            for name in ignored_rules(node.text):
                if name not in known:
                    out.append((lines.line(at), f"ignore[{name}]: no such rule"))
                elif known[name] in rules and (node.text, known[name].name) not in self.served:
                    out.append((lines.line(at), f"ignore[{name}] is not needed: the rule finds nothing below"))
        return tuple(out)


def _starts(changes: tuple[Edit, ...]) -> list[int]:
    """Return where each edit begins in the new text."""
    grown = accumulate((len(edit.new) - (edit.end - edit.start) for edit in changes), initial=0)
    return [edit.start + shift for edit, shift in zip(changes, grown, strict=False)]


def _before(at: int, changes: tuple[Edit, ...], starts: list[int]) -> int:
    """Return the offset in the old text of offset `at` of the new one."""
    index = bisect_right(starts, at) - 1
    if index < 0:
        return at
    edit, inside = changes[index], at - starts[index]
    if inside < len(edit.new):
        return min(edit.start + inside, max(edit.start, edit.end - 1))
    return edit.end + inside - len(edit.new)
