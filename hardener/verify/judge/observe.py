"""What a container does: it is started, asked, looked at and stopped."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from hardener.verify.container import kernel
from hardener.verify.container.engine import Engine, last_line
from hardener.verify.container.peak import memory_peak
from hardener.verify.container.probe import command_probe, port_of, url_probe
from hardener.verify.container.start import Container, address, begin, container_port, create
from hardener.verify.model import Answer, Behaviour, Plan

#: Seconds between two tries.
PAUSE = 0.2
#: Seconds that one probe may take.
PROBE = 10.0
#: Seconds that a container has to stay up after its first good answer.
STAYS = 1.0
#: What is kept of a container's output.
KEPT = 200_000


@dataclass(frozen=True, slots=True)
class Expected:
    """What the original did: how long to wait for the same, and for which answers.

    Attributes:
        wait: seconds.
        statuses: of the probes, in their order; () for the original itself.
        stops: whether it ends on its stop signal.
    """

    wait: float
    statuses: tuple[int | None, ...] = ()
    stops: bool = True


def observe(
    engine: Engine,
    image: str,
    plan: Plan,
    expected: Expected,
    *,
    options: Sequence[str] = (),
    brief: bool = False,
) -> Behaviour:
    """Run an image and return what it does.

    Args:
        engine: where.
        image: its id.
        plan: how to run and what to ask.
        expected: how long to wait and for what.
        options: for `docker run`, besides those of the plan.
        brief: only what tells whether it works.

    Raises:
        EngineError: the engine failed.
    """
    commands = tuple(run_command(engine, image, plan, arguments, options) for arguments in plan.run_commands)
    container = create(engine, image, plan, options=options)
    try:
        seen = watch(container, plan, expected, brief=brief)
    finally:
        with contextlib.suppress(Exception):
            container.remove()
    return replace(seen, commands=commands)


def watch(
    container: Container,
    plan: Plan,
    expected: Expected,
    *,
    brief: bool,
    before_stop: Callable[[Container], None] | None = None,
) -> Behaviour:
    """Start a container that was made, and return what it does.

    Args:
        container: it is not removed.
        plan, expected, brief: as for `observe`.
        before_stop: is called with a container that is up, before it is stopped.

    Raises:
        EngineError: the engine failed.
    """
    started = time.monotonic()
    error = begin(container)
    if error:
        return Behaviour("not started", error=error)
    answers = _answers(container, plan, expected, started)
    ready = time.monotonic() - started
    details = container.inspect()
    if details["State"]["Running"] and answers:
        time.sleep(STAYS)
        details = container.inspect()
    seen = Behaviour("up", ready=ready, answers=answers, hostname=details["Config"].get("Hostname", ""))
    if details["State"]["Running"]:
        seen = _look(container, details, seen, brief)
        if before_stop is not None:
            before_stop(container)
    else:
        seen = replace(seen, state="ended", code=int(details["State"]["ExitCode"]))
    if not brief:
        seen = replace(seen, writes=_writes(container))
    # one that does not answer is not worth the wait for its end
    answered = all(answer.status is not None for answer in seen.answers)
    if seen.state == "up" and answered and (expected.stops or not brief):
        seen = replace(seen, stop=container.stop(plan.grace))
    out, err = container.logs()
    return replace(seen, output=out[-KEPT:], errors=err[-KEPT:])


def _answers(container: Container, plan: Plan, expected: Expected, started: float) -> tuple[Answer, ...]:
    """Ask until the answers are those that are expected, the container ended, or the time is over."""
    if not plan.probes and not plan.probe_commands:
        _settle(container, started + plan.settle)
        return ()
    deadline = started + expected.wait
    while True:
        running = container.inspect()["State"]["Running"]
        answers = _ask_all(container, plan, deadline)
        if not running or time.monotonic() >= deadline or _is_good(answers, expected.statuses):
            return answers
        time.sleep(PAUSE)


def _settle(container: Container, until: float) -> None:
    while time.monotonic() < until and container.inspect()["State"]["Running"]:
        time.sleep(PAUSE)


def _is_good(answers: tuple[Answer, ...], statuses: tuple[int | None, ...]) -> bool:
    if statuses:
        return tuple(answer.status for answer in answers) == statuses
    urls = [a.status is not None and a.status < 500 for a in answers if "://" in a.probe[:8]]
    commands = [a.status == 0 for a in answers if "://" not in a.probe[:8]]
    return all(urls) and all(commands)


def _ask_all(container: Container, plan: Plan, deadline: float) -> tuple[Answer, ...]:
    """Ask every probe once; after one without an answer the others are not tried."""
    details = container.inspect()
    answers: list[Answer] = []
    for url in plan.probes:
        at = address(container.engine, details, container_port(plan.ports, port_of(url)))
        limit = max(1.0, min(PROBE, deadline - time.monotonic()))
        answers.append(url_probe(url, at, limit) if at else Answer(url, None, "", "the port is not published"))
        if answers[-1].status is None:
            break
    env = _environment(container, details, plan)
    for line in plan.probe_commands if len(answers) == len(plan.probes) else ():
        answers.append(command_probe(line, env, max(1.0, min(6 * PROBE, deadline - time.monotonic()))))
    return tuple(answers)


def _environment(container: Container, details: dict[str, Any], plan: Plan) -> dict[str, str]:
    """Return the variables that a probe command finds the container by."""
    env = {"HARDEN_CONTAINER": container.name, "HARDEN_ENGINE": container.engine.program}
    for port in plan.ports:
        at = address(container.engine, details, port.container)
        if at:
            env |= {"HARDEN_HOST": at[0], f"HARDEN_PORT_{port.name}": str(at[1])}
            env.setdefault("HARDEN_PORT", str(at[1]))
    return env


def _look(container: Container, details: dict[str, Any], seen: Behaviour, brief: bool) -> Behaviour:
    """Return what can be seen of a container that is up."""
    first = int(details["State"]["Pid"])
    read = kernel.reader(container, first)
    processes = kernel.top(container)
    own_network = details["HostConfig"]["NetworkMode"] != "host"
    seen = replace(
        seen,
        health=_health(container, details["Config"].get("Healthcheck") or {}),
        processes=processes,
        ports=kernel.ports(read, processes, first, own_network=own_network),
    )
    if brief:
        return seen
    main = kernel.main_process(processes, first)
    uid, capabilities = kernel.identity(read(main, "status") or "", kernel.users_of(read, main))
    zombies = sum(process.state.startswith("Z") for process in processes) if processes else None
    reaps, memory = _reaps(container), memory_peak(container, first)
    return replace(seen, uid=uid, capabilities=capabilities, zombies=zombies, reaps=reaps, memory=memory)


def _health(container: Container, check: dict[str, Any]) -> bool | None:
    """Run the image's own HEALTHCHECK once and return whether it passes; None where there is none."""
    test = check.get("Test") or []
    if not test or test[0] == "NONE":
        return None
    timeout = (check.get("Timeout") or 0) / 1e9 or 30.0
    shell = ("/bin/sh", "-c", test[1]) if test[0] == "CMD-SHELL" else ()
    for _ in range(3):
        done = container.execute(*(shell or test[1:]), timeout=timeout)
        if done is not None and done.code == 0:
            return True
        time.sleep(PAUSE)
    return False


def _reaps(container: Container) -> bool | None:
    """Give PID 1 an orphan that ends, and return whether it collects it; None where that cannot be tried."""
    # the shell ends at once, so its child becomes an orphan: the kernel gives it to PID 1
    done = container.execute("/bin/sh", "-c", "(sleep 0.1) & exit 0")
    if done is None or done.code:
        return None
    time.sleep(0.5)
    processes = kernel.top(container)
    if not processes:
        return None
    return not any(process.state.startswith("Z") and process.command.startswith("s") for process in processes)


def _writes(container: Container) -> tuple[str, ...]:
    done = container.engine.call("diff", container.name)
    return tuple(sorted(done.out.splitlines())) if done.code == 0 else ()


def run_command(
    engine: Engine, image: str, plan: Plan, arguments: Sequence[str], options: Sequence[str] = ()
) -> Answer:
    """Run a container that comes to an end, with arguments of its own."""
    started = time.monotonic()
    name = " ".join(arguments)
    container = create(engine, image, replace(plan, probes=(), ports=()), options=options, arguments=arguments)
    try:
        error = begin(container)
        if error:
            return Answer(name, None, "", error)
        deadline = started + plan.wait
        while (state := container.inspect()["State"])["Running"]:
            if time.monotonic() >= deadline:
                return Answer(name, None, container.logs()[0], f"no end within {plan.wait:.0f} s", plan.wait)
            time.sleep(PAUSE / 2)
        out, err = container.logs()
        return Answer(name, int(state["ExitCode"]), out, last_line(err) if err.strip() else "", _seconds(started))
    finally:
        with contextlib.suppress(Exception):
            container.remove()


def _seconds(started: float) -> float:
    return time.monotonic() - started
