"""Finds what can be asked of an image: it is started, and whatever it listens on is tried."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hardener.fast.patterns import regex
from hardener.verify.container import kernel
from hardener.verify.container.engine import Engine
from hardener.verify.container.probe import http_probe, tcp_probe
from hardener.verify.container.start import Container, address, begin, create
from hardener.verify.judge.observe import PAUSE, run_command
from hardener.verify.model import Answer, Plan, Port

#: paths that promise to do something: what is asked must change nothing
_ACTS = regex(
    r"(?i)shut-?down|quit|exit|kill|crash|abort|stop|restart|reboot|reset|delete|remove|destroy|drop|purge|clear|clean"
    r"|flush|log-?out|sign-?out|send|mail|notify|sms|pay|buy|order|checkout|create|insert|add|update|edit|migrate|seed"
    r"|init|import|sync|trigger|run|exec|start|deploy|webhook|callback|sleep|slow|stream|events|sse|fail|error|debug"
)
#: seconds that one question may take, and questions in all
_LIMIT, _MOST = 5.0, 40
#: seconds that a program may take to listen where nothing says that it will
_PATIENCE = 9.0
_HELP = ("--help", "--version")


@dataclass(frozen=True, slots=True)
class Found:
    """What can be asked of an image.

    Attributes:
        plan: the plan with the probes that were found.
        answers: what the original said to all that was tried over HTTP.
        unasked: (path, why) of the routes that no probe is for.
        note: what was found, or why there is nothing to ask.
    """

    plan: Plan
    note: str
    answers: tuple[Answer, ...] = ()
    unasked: tuple[tuple[str, str], ...] = ()


def scout(engine: Engine, image: str, plan: Plan, routes: Sequence[str]) -> Found:
    """Return what can be asked of an image; nothing is known of it but the routes that its sources name.

    Args:
        engine: where.
        image: the original's id.
        plan: how to run it; it has no probe.
        routes: plain paths that the sources name, the best first.

    Raises:
        EngineError: the engine failed.
    """
    config = engine.inspect(image, "image").get("Config") or {}
    expected = tuple(int(port[:-4]) for port in config.get("ExposedPorts") or {} if port.endswith("/tcp"))
    asked = harmless(routes)
    visit = _Visit(engine, image, plan, asked, plan.wait if expected or routes else _PATIENCE)
    open_ports = visit.run(expected)
    if open_ports is not None and not set(open_ports) <= set(visit.published):
        open_ports = visit.run(open_ports)  # what EXPOSE does not name has to be published first
    if open_ports is None:
        return _by_help(engine, image, plan, config, visit.code)
    unasked = [(path, "not asked: its name says that it does something") for path in routes if path not in asked]
    unasked += [(path, f"not asked: {why}") for path, why in visit.silent.items()]
    if not visit.probes:
        listens = f"it listens on {', '.join(map(str, open_ports))}, and" if open_ports else "it listens on no port:"
        return Found(plan, f"{listens} nothing was found to ask", (), tuple(unasked))
    ports = tuple(Port(port, port) for port in visit.published if port in open_ports)
    note = f"found to ask: {len(visit.probes)} on port{'s' * (len(ports) > 1)} {', '.join(str(p.name) for p in ports)}"
    return Found(replace(plan, probes=tuple(visit.probes)), note, tuple(visit.answers), tuple(unasked))


def harmless(routes: Sequence[str]) -> tuple[str, ...]:
    """Return the paths whose names do not say that they do something."""
    return tuple(path for path in routes if not _ACTS.search(path))


@dataclass(slots=True)
class _Visit:
    """A container of the original that is started, asked and removed."""

    engine: Engine
    image: str
    plan: Plan
    routes: tuple[str, ...]
    patience: float
    published: tuple[int, ...] = ()
    probes: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)
    #: exit code of one that ended; None where it did not start
    code: int | None = 0

    def run(self, publish: Sequence[int]) -> tuple[int, ...] | None:
        """Return the ports that it listens on, with what answers there in `probes`; None where it ends by itself."""
        self.published = tuple(publish)
        self.probes.clear()
        self.answers.clear()
        given = (*self.plan.ports, *(Port(port, port) for port in publish))
        container = create(self.engine, self.image, replace(self.plan, ports=given))
        try:
            if begin(container):
                self.code = None
                return None
            found = self._listening(container)
            if found is not None and set(found) <= set(publish):
                for port in found:
                    self._ask(container, port)
            return found
        finally:
            with contextlib.suppress(Exception):
                container.remove()

    def _listening(self, container: Container) -> tuple[int, ...] | None:
        """Wait for the ports: until they stay the same, or the time is over."""
        started, before = time.monotonic(), tuple[int, ...]()
        while True:
            details = container.inspect()
            if not details["State"]["Running"]:
                self.code = int(details["State"]["ExitCode"])
                return None
            found = _tcp_ports(container, details)
            if (found and found == before) or time.monotonic() - started > self.patience:
                return found
            before = found
            time.sleep(5 * PAUSE)

    def _ask(self, container: Container, port: int) -> None:
        """Ask a port of the container."""
        at = address(self.engine, container.inspect(), port)
        if at is not None:
            asked = ask_port(at, port, self.routes, _MOST - len(self.answers))
            self.probes += asked.probes
            self.answers += asked.answers
            self.silent |= asked.silent


@dataclass(slots=True)
class Asked:
    """What one port was asked for.

    Attributes:
        probes: URLs that got an answer that can be compared.
        answers: of those over HTTP.
        silent: why a path is no probe, by path.
    """

    probes: list[str] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)
    silent: dict[str, str] = field(default_factory=dict)


def ask_port(at: tuple[str, int], port: int, routes: Sequence[str], most: int = _MOST) -> Asked:
    """Ask a port for `/` and the routes, or look whether it keeps a connection.

    Args:
        at: where it is reached.
        port: its number in the container, for the URLs.
        routes: plain paths.
        most: how many questions are asked.
    """
    asked, base = Asked(), _scheme(at, port)
    if base is None:
        url = f"tcp://localhost:{port}"
        if tcp_probe(url, at, _LIMIT).status is not None:
            asked.probes.append(url)
        return asked
    waiting = list(dict.fromkeys(("/", *routes)))
    while waiting and len(asked.answers) < most:
        path = waiting.pop(0)
        answer = http_probe(base + path, at, _LIMIT)
        if answer.status is None or answer.status >= 500:
            asked.silent[path] = answer.error or f"the original answers with {answer.status}"
            continue
        asked.answers.append(answer)
        asked.probes.append(answer.probe)
        place = _redirected(answer, port)
        if place and not _ACTS.search(place) and base + place not in asked.probes and place not in waiting:
            waiting.insert(0, place)
    return asked


def _tcp_ports(container: Container, details: dict[str, Any]) -> tuple[int, ...]:
    """Return the ports that a container listens on, those left out that the kernel chose."""
    first = int(details["State"]["Pid"])
    own = details["HostConfig"]["NetworkMode"] != "host"
    found = kernel.ports(kernel.reader(container, first), kernel.top(container), first, own_network=own) or ()
    numbers = (int(port[4:]) for port in found if port.startswith("tcp/"))
    return tuple(number for number in numbers if number < kernel.EPHEMERAL)


def _scheme(at: tuple[str, int], port: int) -> str | None:
    """Return how a port is asked over HTTP: the beginning of its URLs; None where it does not speak it."""
    plain = http_probe(f"http://localhost:{port}/", at, _LIMIT)
    if plain.status is not None and plain.status != 400:
        return f"http://localhost:{port}"
    if http_probe(f"https://localhost:{port}/", at, _LIMIT).status is not None:
        return f"https://localhost:{port}"
    return f"http://localhost:{port}" if plain.status is not None else None


def _redirected(answer: Answer, port: int) -> str | None:
    """Return the path that a redirect leads to in the same container; None where it leads elsewhere."""
    place = regex(rf"Location: (?:https?://(?:localhost|127\.0\.0\.1)(?::{port})?)?(/(?!/)[^\s#]*)").match(answer.body)
    return place[1] if place and answer.status is not None and 300 <= answer.status < 400 else None


def _by_help(engine: Engine, image: str, plan: Plan, config: dict[str, Any], code: int | None) -> Found:
    """Return how a program that ends is compared: as it is where it succeeds, else by what it says of itself."""
    if code is None:
        return Found(plan, "it does not start")
    if code == 0:
        return Found(plan, "it ends by itself: compared by exit code and output")
    command = [] if config.get("Entrypoint") else list(plan.arguments or config.get("Cmd") or [])
    if command[:2] and command[0].endswith("sh") and "-c" in command[:2]:
        return Found(plan, "it ends by itself")  # a word more would not reach the program
    for option in _HELP:
        asked = replace(plan, run_commands=((*command, option),))
        answer = run_command(engine, image, replace(plan, wait=2 * _LIMIT), (*command, option))
        if answer.status == 0 and answer.body.strip():
            return Found(asked, f"without arguments it ends with exit code {code}: only {option} is asked")
    return Found(plan, "it ends by itself")
