"""What the services of a project do: their state, their health, and what their ports answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from hardener.verify.container.probe import port_of, url_probe
from hardener.verify.container.start import Container, address
from hardener.verify.judge.observe import PAUSE, PROBE
from hardener.verify.judge.scout import ask_port, harmless
from hardener.verify.model import Answer, Behaviour
from hardener.verify.stack.model import Stack
from hardener.verify.stack.project import Project

#: seconds that services without a question have to stay up
SETTLE = 3.0
#: seconds that a port may take to answer where nothing else is waited for
_PATIENCE = 15.0


@dataclass(frozen=True, slots=True)
class Question:
    """A URL that a service is asked, by its own port on `localhost`."""

    service: str
    url: str

    @property
    def shown(self) -> str:
        """The URL with the service in the place of the host."""
        return self.url.replace("//localhost", f"//{self.service}", 1)


Seen = Mapping[str, Behaviour]


class Look(NamedTuple):
    """What services do, by name, and after how many seconds they did it."""

    seen: Seen
    seconds: float


def questions(project: Project, stack: Stack, routes: Mapping[str, Sequence[str]]) -> tuple[Question, ...]:
    """Return what the services that are up can be asked.

    Args:
        project: that was started.
        stack: whose ports are asked.
        routes: plain paths that the sources of a service name, by service.
    """
    found: list[Question] = []
    until = time.monotonic() + _PATIENCE
    for service, ports in stack.ports.items():
        for port in ports:
            urls: list[str] = []
            while not urls and time.monotonic() < until:
                at = _address(project, service, port)
                urls = ask_port(at, port, harmless(routes.get(service, ()))).probes if at else []
                if not urls:
                    time.sleep(2 * PAUSE)
            found += [Question(service, url) for url in urls]
    return tuple(found)


def look(
    project: Project,
    stack: Stack,
    asked: Sequence[Question],
    wait: float,
    expected: Seen | None = None,
    *,
    settle: float = SETTLE,
) -> Look:
    """Return what the services do, once it is what is expected or the time is over.

    Args:
        project: that was started.
        stack: what was started.
        asked: what is asked.
        wait: seconds.
        expected: what they did before; None where nothing is known, and only health checks are waited for.
        settle: seconds that they are watched at least.
    """
    started, ready = time.monotonic(), 0.0
    while True:
        seen = {name: _service(project, name, asked) for name in stack.services}
        passed = time.monotonic() - started
        is_ready = _is_ready(project, seen, expected)
        ready = (ready or passed) if is_ready else 0.0
        is_settled = passed >= settle and (is_ready or _is_over(project, seen, expected or {}))
        if is_settled or passed > wait:
            return Look(seen, ready or passed)
        time.sleep(2 * PAUSE)


def _is_ready(project: Project, seen: Seen, expected: Seen | None) -> bool:
    if expected is None:
        return all(_health(_state(project, name)) != "starting" for name in seen)
    return all(_is_like(behaviour, expected[name]) for name, behaviour in seen.items() if name in expected)


def _is_over(project: Project, seen: Seen, expected: Seen) -> bool:
    """Tell whether a service ended that should be up, and nothing starts it again."""
    ended = (name for name, one in seen.items() if one.state == "ended" and expected.get(name, one).state == "up")
    policies = ((_state(project, name).get("HostConfig") or {}).get("RestartPolicy") or {} for name in ended)
    return any(policy.get("Name") in (None, "", "no") for policy in policies)


def _is_like(now: Behaviour, before: Behaviour) -> bool:
    if now.state != before.state or (now.health is False and before.health is not False):
        return False
    return [answer.status for answer in now.answers] == [answer.status for answer in before.answers]


def _service(project: Project, name: str, asked: Sequence[Question]) -> Behaviour:
    state = _state(project, name)
    if not state:
        return Behaviour("not started", error="it was not started")
    container = Container(project.engine, state["Id"])
    hostname = state["Config"].get("Hostname", "")
    if not state["State"]["Running"]:
        code, error = int(state["State"]["ExitCode"]), str(state["State"].get("Error") or "")
        seen = Behaviour("not started", error=error) if error else Behaviour("ended", code=code, hostname=hostname)
    elif state["State"].get("Restarting"):
        seen = Behaviour("ended", code=int(state["State"]["ExitCode"]), hostname=hostname)
    else:
        answers = tuple(_answer(project, question) for question in asked if question.service == name)
        seen = Behaviour("up", answers=answers, health=_passes(state), hostname=hostname)
    return replace(seen, errors="".join(container.logs())[-20_000:])


def _answer(project: Project, question: Question) -> Answer:
    at = _address(project, question.service, port_of(question.url))
    if at is None:
        return Answer(question.shown, None, "", "the port is not published")
    return replace(url_probe(question.url, at, PROBE), probe=question.shown)


def _state(project: Project, service: str) -> dict[str, Any]:
    container = project.containers().get(service)
    return project.engine.inspect(container.name) if container is not None else {}


def _address(project: Project, service: str, port: int) -> tuple[str, int] | None:
    state = _state(project, service)
    return address(project.engine, state, port) if state else None


def _health(state: Mapping[str, Any]) -> str:
    return str(((state.get("State") or {}).get("Health") or {}).get("Status") or "")


def _passes(state: Mapping[str, Any]) -> bool | None:
    return {"healthy": True, "unhealthy": False, "starting": False}.get(_health(state))
