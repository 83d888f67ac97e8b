"""A compose file verified: its services started before and after, compared, restarted, and what works kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from hardener.engine.result import Options, Result
from hardener.errors import VerifyError
from hardener.rules.base import Safety
from hardener.verify.container.engine import EngineError
from hardener.verify.judge.guilty import Search, by_trust
from hardener.verify.judge.hardening import Ask, Hardening
from hardener.verify.judge.memory import Memory, Store
from hardener.verify.judge.verdict import Dropped
from hardener.verify.model import Answer, Behaviour
from hardener.verify.stack.copies import copy_folders
from hardener.verify.stack.limits import without_new_privileges
from hardener.verify.stack.mark import is_marked, put
from hardener.verify.stack.model import Stack
from hardener.verify.stack.project import Project
from hardener.verify.stack.remembered import stack_memory
from hardener.verify.stack.verdict import StackTrial, StackVerdict, tail, useless, worse
from hardener.verify.stack.watch import Question, look, questions

#: what is said of services that need more than the others get
_LOOSE = "services ran without no-new-privileges: the original needs new privileges, or its setuid programs"


@dataclass(slots=True)
class StackSession:
    """Everything that is tried on one compose file.

    Args:
        source: its bytes.
        path: of the file.
        options: what harden may do.
        project: that its services run in.
        read: makes the project's stack of a text.
        routes: plain paths that the sources name, by service.
        wait: seconds until the original has to answer.
        grace: seconds between the stop signal and the kill.
        say: gets a line about what is being done.
        ask, try_held_back, store: as for `Session`.
        is_tight: services get no new privileges; no longer, once the original does not work so.
    """

    source: bytes
    path: Path
    options: Options
    project: Project
    read: Callable[[str], Stack]
    routes: Mapping[str, Sequence[str]]
    wait: float
    grace: int
    say: Callable[[str], None]
    ask: Ask | None = None
    try_held_back: bool | None = False
    store: Store | None = None
    memory: Memory = field(default_factory=Memory)
    first: Stack = field(init=False)
    original: StackTrial = field(init=False)
    again: Mapping[str, Behaviour] = field(default_factory=dict)
    asked: tuple[Question, ...] = ()
    marked: list[tuple[str, str]] = field(default_factory=list)
    is_fresh: bool = True
    is_tight: bool = True
    trials: dict[str, StackTrial] = field(default_factory=dict)
    _harden: Hardening = field(init=False)

    def __post_init__(self) -> None:
        self._harden = Hardening(self.source, self.path, self.ask)

    def run(self) -> StackVerdict:
        """Verify and return what was found; nothing stays in the engine but what it pulled.

        Raises:
            YamlSyntaxError: the file cannot be read.
            VerifyError: the services do not work as they are, or the engine failed.
        """
        try:
            self._start_tight(self._harden(self.options).source)
            if self.try_held_back or (self.try_held_back is None and self._reaches()):
                self.options = replace(self.options, level=Safety.UNSAFE)
            wanted = self._harden(self.options)
            self._remember()
            result, dropped = self._search(wanted)
            if not self._holds(result):
                result, dropped = self._search(wanted)
        finally:
            self.project.forget()
            self.project.remove(self.grace)
        after = self.trials[result.code] if result.changed else self.original
        tried = tuple(dict.fromkeys(step.rule for step in wanted.steps))
        proved = tuple(finding for finding in result.applied if finding.safety is Safety.UNSAFE)
        return StackVerdict(
            self.original, after, result, tried, dropped, self._evidence(), len(self.trials), self._notes(), proved
        )

    def _search(self, wanted: Result) -> tuple[Result, tuple[Dropped, ...]]:
        """Return the largest change that works, and what it leaves out."""
        if self._works(wanted):
            return wanted, ()
        rules = by_trust(wanted)
        self.say(f"bisecting {len(rules)} rules")
        options, dropped = Search(self._harden, self._works, self.trials.__getitem__)(self.options, rules)
        return self._harden(options), dropped

    def _remember(self) -> None:
        """Look up what earlier runs tried on this original."""
        decides = (self.asked, self.marked, self.is_tight, self.wait, self.grace)
        self.memory = stack_memory(self.store, self.project, self.first, decides)

    def _holds(self, result: Result) -> bool:
        """Start what an earlier run found to work; where it does not, forget what is remembered."""
        if result.code not in self.trials or not self.trials[result.code].is_recalled:
            return True
        self.say("starting what an earlier run found to work, on the data of the original")
        trial = self._try(result.code)
        self.memory.keep(trial.text, trial.failures, trial.tail, time.time())
        if trial.failures:
            self.say("what an earlier run found does not hold: asking again")
            self.memory = Memory()
            self.trials.clear()
        self.trials[result.code] = trial
        return not trial.failures

    def _notes(self) -> tuple[str, ...]:
        missing = f"started without a value of {', '.join(self.first.missing)}" if self.first.missing else ""
        known = sum(trial.is_recalled for trial in self.trials.values())
        recalled = f"{known} of {len(self.trials)} tries are known from an earlier run; --no-cache asks again"
        return (*self.first.notes, *filter(None, (missing, recalled * bool(known))))

    def _reaches(self) -> bool:
        """Tell whether a service answers a question over HTTP: only then may what no file shows be tried."""
        every = (answer for seen in self.original.seen.values() for answer in seen.answers)
        return any(answer.probe.startswith("http") and (answer.status or 400) < 400 for answer in every)

    def _evidence(self) -> tuple[str, ...]:
        up = [name for name, seen in self.original.seen.items() if seen.state == "up"]
        healthy = [name for name in up if self.original.seen[name].health is not None]
        found = [question.shown for question in self.asked]
        found += [f"health of {', '.join(healthy)}"] * bool(healthy)
        found += [f"{', '.join(up)} up, before and after a restart"] * bool(up)
        return (*found, *(f"data of {service}:{place} kept" for service, place in self.marked))

    def _start_tight(self, text: str) -> None:
        """Build what is built, and start the original, at first without new privileges.

        Raises:
            VerifyError: it does not work in either way.
        """
        self.first = self._read(text)
        self.project.check()
        for line in self.first.notes:
            self.say(line)
        if self.first.builds:
            self.say(f"building {', '.join(self.first.builds)}")
            self.project.build(self.first)
        try:
            self._start_original(text)
        except EngineError:
            raise
        except VerifyError:
            self.say("the services do not work without new privileges: trying them with what their file says")
            self.is_tight = False
            self.project.remove(self.grace)
            self.first = self._read(text)
            self._start_original(text)
            self.first = replace(self.first, notes=(*self.first.notes, _LOOSE))

    def _read(self, text: str) -> Stack:
        """Return the stack of a text as it is started."""
        stack = self.read(text)
        return without_new_privileges(stack) if self.is_tight else stack

    def _start_original(self, text: str) -> None:
        """Start the original, find what to ask, and leave a mark beside its data.

        Raises:
            VerifyError: it does not work.
        """
        copy_folders(self.first.folders)
        self.say(f"starting {', '.join(self.first.services)}")
        started = time.monotonic()
        if said := self.project.up(self.first):
            raise VerifyError(useless(f"do not start ({said})", self._seen_now(), self.first))
        up = time.monotonic() - started
        seen, healthy = look(self.project, self.first, (), self.wait)
        self._check(seen)
        self.asked = questions(self.project, self.first, self.routes)
        seen = look(self.project, self.first, self.asked, self.wait, settle=0).seen
        ready = up + healthy
        self._check(seen)
        self.say("restarting it, to see what stays")
        self.project.restart(self.first, self.grace)
        self.again = look(self.project, self.first, self.asked, 5 + 2 * ready, seen).seen
        self._leave_out(seen)
        seen = {name: replace(one, answers=self._kept(one)) for name, one in seen.items()}
        self.again = {name: replace(one, answers=self._kept(one)) for name, one in self.again.items()}
        self.original = StackTrial(text, seen, ready=ready)
        self._mark()

    def _seen_now(self) -> Mapping[str, Behaviour]:
        return look(self.project, self.first, (), 0).seen

    def _check(self, seen: Mapping[str, Behaviour]) -> None:
        for name, one in seen.items():
            if one.state == "ended" and one.code:
                raise VerifyError(
                    useless(f"do not work: `{name}` ends with exit code {one.code}", {name: one}, self.first)
                )
            if one.state == "not started" or one.health is False:
                why = one.error or "its health check fails"
                raise VerifyError(useless(f"do not work: `{name}`: {why}", {name: one}, self.first))

    def _leave_out(self, seen: Mapping[str, Behaviour]) -> None:
        """Keep the questions that the original answers alike after a restart."""
        kept = []
        for question in self.asked:
            one = _status(seen, question)
            if one is not None and one == _status(self.again, question):
                kept.append(question)
            else:
                self.say(f"`{question.shown}` is left out: the original answers in another way after a restart")
        self.asked = tuple(kept)

    def _kept(self, seen: Behaviour) -> tuple[Answer, ...]:
        shown = {question.shown for question in self.asked}
        return tuple(answer for answer in seen.answers if answer.probe in shown)

    def _mark(self) -> None:
        """Put a file beside the data in the named volumes."""
        self.marked = []
        for service, place in self.first.data_places:
            container = self.project.containers().get(service)
            if container is not None and put(container, place, self.project.folder):
                self.marked.append((service, place))

    def _works(self, result: Result) -> bool:
        if not result.changed:
            return True
        if result.code not in self.trials:
            if known := self.memory.recall(result.code):
                trial = StackTrial(result.code, {}, known.failures, known.tail, is_recalled=True)
            else:
                names = ", ".join(dict.fromkeys(step.rule for step in result.steps))
                self.say(f"starting with {names}, on the data of the original")
                trial = self._try(result.code)
                if trial.failures:
                    self.say("fails: " + "; ".join(trial.failures))
                self.memory.keep(trial.text, trial.failures, trial.tail, time.time())
            self.trials[result.code] = trial
        return not self.trials[result.code].failures

    def _try(self, text: str) -> StackTrial:
        """Start a text in the place of the original, and restart it."""
        if not self.is_fresh:
            self._start_again()
        self.is_fresh = False
        self.project.remove_containers(self.grace)
        stack, started, wait = self._read(text), time.monotonic(), 5 + 3 * self.original.ready
        if said := self.project.up(stack):
            seen = look(self.project, stack, (), 0).seen
            return StackTrial(text, seen, (f"it does not start: {said}",), tail(self.original.seen, seen, self.again))
        up = time.monotonic() - started
        seen, after = look(self.project, stack, self.asked, wait, self.original.seen)
        ready, found = up + after, self._worse(seen, "")
        if not found:
            self.project.restart(stack, self.grace)
            seen = look(self.project, stack, self.asked, wait, self.original.seen).seen
            found = self._worse(seen, " after a restart")
            found += [
                f"the data of `{name}` in {place} is gone" for name, place in self.marked if not self._has(name, place)
            ]
        return StackTrial(text, seen, tuple(found), tail(self.original.seen, seen, self.again) if found else (), ready)

    def _start_again(self) -> None:
        """Bring the original up on volumes of its own again: what failed may have changed the data."""
        self.project.remove(self.grace)
        copy_folders(self.first.folders)
        if said := self.project.up(self.first):
            raise VerifyError(f"the services do not start a second time ({said})")
        look(self.project, self.first, self.asked, self.wait, self.original.seen)
        self._mark()

    def _worse(self, seen: Mapping[str, Behaviour], when: str) -> list[str]:
        return worse(self.original.seen, seen, self.again, when)

    def _has(self, service: str, place: str) -> bool:
        container = self.project.containers().get(service)
        return container is not None and is_marked(container, place)


def _status(seen: Mapping[str, Behaviour], question: Question) -> int | None:
    answers = seen[question.service].answers if question.service in seen else ()
    return next((answer.status for answer in answers if answer.probe == question.shown), None)
