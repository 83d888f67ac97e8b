"""A whole verification: build and run before and after, find the guilty passes, measure what is left."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hardener.engine.result import Options, Result
from hardener.errors import VerifyError
from hardener.rules.base import Safety
from hardener.verify.container.build import Build, Builder
from hardener.verify.container.engine import Engine
from hardener.verify.container.layers import Layer
from hardener.verify.judge.compare import differs_only_in_text, failures
from hardener.verify.judge.guilty import Search, by_trust
from hardener.verify.judge.hardening import Ask, Hardening
from hardener.verify.judge.measure import Times, image_of, measuring, times_of
from hardener.verify.judge.memory import Memory, Store, memory_of
from hardener.verify.judge.observe import Expected, observe
from hardener.verify.judge.original import Original
from hardener.verify.judge.reach import Reach, reach_of
from hardener.verify.judge.scout import Found
from hardener.verify.judge.verdict import Dropped, Side, Trial, Verdict, recalled
from hardener.verify.model import Behaviour, Plan
from hardener.verify.stack.among import Among


@dataclass(slots=True)
class Session:
    """Everything that is tried on one Dockerfile.

    Args:
        source: its bytes.
        options: what harden may do.
        plan: how to build, run and ask.
        engine: where.
        builder: of the images.
        say: gets a line about what is being done.
        routes: paths that the sources name, for who finds the probes.
        variables: "NAME=value" of a compose file, for an original that does not work without them.
        hint: what may be missing where the original does not work.
        try_held_back: what the files cannot prove is tried too; None where a probe that was found reaches the service.
        among: the service of a compose file that the image is; None where there is none.
        require: how many of a hundred known routes have to be answered; 0 asks for none.
        store: remembers from run to run what was tried; None does not.
        ask: gets what registries are to be asked, and returns all that they said so far; None asks nothing.
    """

    source: bytes
    options: Options
    plan: Plan
    engine: Engine
    builder: Builder
    say: Callable[[str], None]
    ask: Ask | None = None
    store: Store | None = None
    routes: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    hint: str = "is --env, --port or --run-option missing?"
    try_held_back: bool | None = False
    among: Among | None = None
    require: int = 0
    found: Found | None = None
    reach: Reach | None = None
    original: Trial = field(init=False)
    again: Behaviour | None = None
    trials: dict[str, Trial] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    memory: Memory = field(default_factory=Memory)
    looked: set[str] = field(default_factory=set)
    _harden: Hardening = field(init=False)

    def __post_init__(self) -> None:
        self._harden = Hardening(self.source, self.plan.dockerfile, self.ask)

    def run(self) -> Verdict:
        """Verify, measure, and return what was found.

        Raises:
            DockerfileSyntaxError: the file cannot be read.
            VerifyError: the original does not work, or the engine failed.
        """
        result, dropped = self.decide()
        final = self._finally(result)
        if final.failures:
            self.say("what an earlier run found does not hold: asking again")
            self.memory.keep(result.code, final.failures, final.tail, time.time())
            self.memory = Memory()
            self.trials.clear()
            result, dropped = self._search()
            final = self._finally(result)
        tried = tuple(dict.fromkeys(step.rule for step in self._harden(self.options).steps))
        if known := sum(trial.is_recalled for trial in self.trials.values()):
            tries = f"{known} of {len(self.trials)} tries"
            self.notes.append(f"{tries} are known from an earlier run; --no-cache asks again")
        before, after, notes = self._measure(self.original, final)
        proved = tuple(finding for finding in result.applied if finding.safety is Safety.UNSAFE)
        return Verdict(before, after, result, tried, dropped, len(self.trials), notes, self.reach, proved)

    def decide(self) -> tuple[Result, tuple[Dropped, ...]]:
        """Return the largest change that works, and what it leaves out.

        Raises:
            DockerfileSyntaxError: the file cannot be read.
            VerifyError: the original does not work, or the engine failed.
        """
        try:
            self.original = self._first(self._harden(self.options).source)
            self._check_reach()
            return self._search()
        finally:
            self.builder.only()

    def _search(self) -> tuple[Result, tuple[Dropped, ...]]:
        wanted = self._harden(self.options)
        if self._works(wanted, brief=False):
            return wanted, ()
        rules = by_trust(wanted)
        self.say(f"bisecting {len(rules)} rules")
        options, dropped = Search(self._harden, self._works, self.trials.__getitem__, self._soon)(self.options, rules)
        return self._harden(options), dropped

    def _soon(self, result: Result) -> None:
        """Begin to build what may be asked about next."""
        if result.changed and result.code not in self.trials and self.memory.recall(result.code) is None:
            self.builder.ahead(result.code, "next")

    def _guess(self) -> None:
        """Begin to build what is likely to be wanted, beside the original."""
        answers = bool(self.routes) or self.plan.has_probe or b"EXPOSE" in self.source.upper()
        is_tried = answers if self.try_held_back is None else self.try_held_back
        level = Safety.UNSAFE if is_tried else self.options.level
        guess = self._harden(replace(self.options, level=level))
        if guess.changed:
            self.builder.ahead(guess.code, "hardened")

    def _finally(self, result: Result) -> Trial:
        """Return the hardened image after a look at all of it; what an earlier run found is tried for it."""
        if not result.changed:
            return self.original
        trial = self.trials[result.code]
        if trial.is_recalled or result.code not in self.looked:
            self.say("looking at the hardened container")
            build = self.builder.build(result.code, "final")
            if not build.image:
                return Trial(result.code, build, None, ("it does not build",))
            seen = self._judge(result.code, build, brief=False)
            trial = seen if trial.is_recalled else replace(seen, failures=())
        self.trials[result.code] = trial
        return trial

    def _measure(self, original: Trial, final: Trial) -> tuple[Side, Side, tuple[str, ...]]:
        """Measure images and times of both sides."""
        self.say("looking into the images")
        known: dict[str, Layer] = {}
        images = {}
        for trial in dict.fromkeys((original, final)):
            images[trial.text] = image_of(self.engine, trial.build.image, known)
        with measuring(self.builder, original.text) as changed:
            times = {}
            for name, trial in (("original", original), ("hardened", final)):
                if self.plan.times and trial.text not in times:
                    self.say(f"timing builds of the {name}")
                    times[trial.text] = times_of(self.builder, trial.text, name, changed.folder)
        sides = [Side(trial, images[trial.text], times.get(trial.text, Times())) for trial in (original, final)]
        return sides[0], sides[1], (*self.notes, *((changed.note,) if changed.note else ()))

    def _first(self, text: str) -> Trial:
        """Build and run the original, which has to work.

        Raises:
            VerifyError: it does not.
        """
        self.say("building the original")
        self.builder.ahead(text, "original")
        self._guess()
        build = self.builder.build(text, "original")
        if not build.image:
            raise VerifyError(_with_log("the original does not build", build.tail, f"the whole log: {build.log}"))
        self.say(f"built in {build.seconds:.1f} s; running the original")
        given = self.plan
        first = Original(self.engine, build.image, given, self.routes, self.variables, self.say, self.among)
        seen, problem = first.run()
        self.plan, self.found = first.plan, first.found
        self.notes += first.notes
        trial = Trial(text, build, seen)
        if problem:
            said = f"the original {problem}: there is nothing to compare with"
            raise VerifyError(_with_log(said, trial.tail, self.hint))
        if self.among is None:
            more = (self.routes, self.variables)
            self.memory = memory_of(self.store, self.engine, build.image, given, self.plan, more=more)
        return trial

    def _check_reach(self) -> None:
        """Work out how far the proof reaches, and with it whether what is held back is tried.

        Raises:
            VerifyError: it does not reach as far as is required.
        """
        before, found = self.original.behaviour, self.found
        assert before is not None
        if found is not None and not self.plan.probes:
            self.notes.append(found.note)
        unasked = found.unasked if found is not None else ()
        if self.routes or any(url.startswith("http") for url in self.plan.probes):
            self.reach = reach_of(self.routes, before.answers, unasked, is_found=found is not None)
        if self.reach is None and self.require:
            raise VerifyError(f"the proof reaches no route, since none is known: less than --require {self.require}")
        if self.reach is not None and self.reach.percent < self.require:
            share = self.reach.percent
            raise VerifyError(f"the proof reaches {share} % of the known routes, less than --require {self.require}")
        reaches = self.reach is not None and bool(self.reach.answered)
        if self.try_held_back or (self.try_held_back is None and (reaches or found is None)):
            self.options = replace(self.options, level=Safety.UNSAFE)

    def _works(self, result: Result, *, brief: bool = True) -> bool:
        """Build and run a hardened text once and return whether it does what the original does."""
        if not result.changed:
            return True
        if result.code not in self.trials:
            known = self.memory.recall(result.code)
            self.trials[result.code] = recalled(result.code, known) if known else self._try(result, brief=brief)
        return not self.trials[result.code].failures

    def _try(self, result: Result, *, brief: bool) -> Trial:
        passes = ", ".join(dict.fromkeys(step.rule for step in result.steps))
        self.say(f"building with {passes}")
        build = self.builder.build(result.code, f"try-{len(self.trials) + 1}")
        if not build.image:
            trial = Trial(result.code, build, None, ("it does not build",))
        else:
            self.say(f"built in {build.seconds:.1f} s; running it")
            trial = self._judge(result.code, build, brief=brief)
        if trial.failures:
            self.say("fails: " + "; ".join(trial.failures))
        self.memory.keep(result.code, trial.failures, trial.tail, time.time())
        return trial

    def _judge(self, text: str, build: Build, *, brief: bool) -> Trial:
        before = self.original.behaviour
        assert before is not None
        expected = _expected(before)
        seen = observe(self.engine, build.image, self.plan, expected, brief=brief)
        if not brief:
            self.looked.add(text)
        found = failures(before, seen, self.again)
        if found and self.again is None and differs_only_in_text(before, seen):
            self.say("the text differs: running the original again to see what varies by itself")
            self.again = observe(self.engine, self.original.build.image, self.plan, expected, brief=True)
            found = failures(before, seen, self.again)
        return Trial(text, build, seen, found)


def _expected(before: Behaviour) -> Expected:
    """Return what a hardened container has to do: the same, in well more time than the original took."""
    stops = before.stop is not None and not before.stop.killed
    return Expected(5 + 5 * before.ready, tuple(answer.status for answer in before.answers), stops)


def _with_log(problem: str, tail: tuple[str, ...], hint: str) -> str:
    return "\n".join([problem, *(f"    {line}" for line in (*tail, hint))])
