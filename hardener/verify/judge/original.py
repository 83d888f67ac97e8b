"""The original at its first run: under which limits and variables it works, and what can be asked of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from hardener.verify.container.confine import Confinement, confinements
from hardener.verify.container.engine import Engine
from hardener.verify.judge.observe import Expected, observe
from hardener.verify.judge.scout import Found, scout
from hardener.verify.model import Behaviour, Plan
from hardener.verify.stack.among import Among


@dataclass(slots=True)
class Original:
    """The original, run until it does something that can be compared with.

    Args:
        engine: where.
        image: its id.
        plan: as it is given; afterwards with the limits, variables and probes that hold for all containers.
        routes: paths that the sources name.
        variables: "NAME=value" of a compose file, for an original that does not work without them.
        say: gets a line about what is being done.
        among: the service of a compose file that it is; it is run as that first.
    """

    engine: Engine
    image: str
    plan: Plan
    routes: tuple[str, ...]
    variables: tuple[str, ...]
    say: Callable[[str], None]
    among: Among | None = None
    found: Found | None = None
    notes: list[str] = field(default_factory=list)

    def run(self) -> tuple[Behaviour, str]:
        """Run it under the tightest limits that it works under.

        Returns what it did, and why that cannot be compared with, "" where it can.

        Raises:
            EngineError: the engine failed.
        """
        given = self.plan
        limits = confinements(self.engine, given.run_options)
        if self.among is not None:
            seen, problem = self._as_service(self.among, limits)
            if seen is not None and not problem:
                return seen, ""
            self.say(f"as {self.among.name} the original cannot be run: {problem}; trying it alone")
            self.notes.append(f"containers ran alone: as {self.among.name} the original cannot be run: {problem}")
        seen, problem = self._under(given, limits)
        if problem and self.variables:
            self.say(f"the original {problem}: trying it with the variables of its compose file")
            # what the command line says of a variable comes last, and wins
            seen, problem = self._under(replace(given, env=(*self.variables, *given.env)), limits)
            if not problem:
                names = ", ".join(variable.partition("=")[0] for variable in self.variables)
                self.notes.append(f"containers got the variables of the compose file: {names}")
        return seen, problem

    def _as_service(self, among: Among, limits: tuple[Confinement, ...]) -> tuple[Behaviour | None, str]:
        """Run it as the service of a compose file; None where its neighbours cannot be started."""
        self.say(f"running the original as {among.name}")
        plan, problem = among.start()
        if plan is None:
            return None, problem
        if any(option.startswith("--network=") for option in plan.run_options):
            limits = tuple(one.without_network() for one in limits)
        seen, problem = self._under(plan, limits)
        if not problem:
            self.notes.append(f"containers ran as {among.name}")
            self.notes += among.notes
            self.notes += [f"without a value: {', '.join(among.missing)}"] if among.missing else []
        return seen, problem

    def _under(self, given: Plan, confined: tuple[Confinement, ...]) -> tuple[Behaviour, str]:
        for limits in confined:
            self.plan = replace(given, run_options=(*limits.options, *given.run_options))
            steady: list[str] = []
            if not given.has_probe:
                self._look_for_probes()
            seen = observe(self.engine, self.image, self.plan, Expected(self.plan.wait))
            if self.found is not None:
                seen = self._steady(seen, self.found, steady)
            problem = useless(seen, self.plan)
            if not problem:
                self.notes += steady + [f"containers ran without {limits.without}"] * bool(limits.without)
                break
        return seen, problem

    def _look_for_probes(self) -> None:
        self.say("looking for what can be asked of the original")
        self.found = scout(self.engine, self.image, self.plan, self.routes)
        self.plan = self.found.plan
        self.say(self.found.note)

    def _steady(self, seen: Behaviour, found: Found, notes: list[str]) -> Behaviour:
        """Leave out probes that were found but are answered in another way, or not at all, the second time."""
        first = {answer.probe: answer.status for answer in found.answers}
        while seen.state == "up":
            odd = next((a.probe for a in seen.answers if a.status != first.get(a.probe, a.status)), None)
            if odd is None:
                break
            notes.append(f"`{odd}` is left out: the original answers in another way each time")
            self.plan = replace(self.plan, probes=tuple(url for url in self.plan.probes if url != odd))
            seen = observe(self.engine, self.image, self.plan, Expected(self.plan.wait))
        return seen


def useless(seen: Behaviour, plan: Plan) -> str:
    """Return why the original's behaviour cannot be compared with, "" where it can."""
    if seen.state == "not started":
        return f"does not start ({seen.error})"
    for answer in (*seen.answers, *seen.commands):
        if answer.status is None:
            what = f"ends with exit code {seen.code}" if seen.state == "ended" else answer.error
            return f"does not answer `{answer.probe}` ({what})"
    if seen.state == "ended" and seen.code and not plan.run_commands:
        return f"ends with exit code {seen.code}"
    for answer in seen.answers:
        is_url = "://" in answer.probe[:8]
        if answer.status and (answer.status >= 500 if is_url else True):
            return f"answers `{answer.probe}` with {answer.status} {answer.error}".rstrip()
    return ""
