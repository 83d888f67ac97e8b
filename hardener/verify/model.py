"""What a verification is asked to do, and what it sees. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Port:
    """A port of the container, and the number that probes call it by."""

    name: int
    container: int


@dataclass(frozen=True, slots=True)
class Plan:
    """How images are built, run and asked.

    Attributes:
        dockerfile: where the text came from: its name, and `<name>.dockerignore` beside it, count.
        context: the build context.
        target, build_args, secrets, build_options: for the build, as `docker build` takes them.
        probes: URLs as they are reached on the container's own ports.
        probe_commands: command lines for the shell of this machine.
        run_commands: arguments for containers of their own that come to an end.
        env, run_options: for `docker run`.
        arguments: what takes the place of CMD; () leaves it.
        ports: ports to publish besides those of the probes.
        build_timeout: seconds for one build.
        wait: seconds until the original has to answer.
        settle: seconds that a container without a probe is watched.
        grace: seconds between the stop signal and the kill.
        times: measure cold builds and rebuilds.
        touch: the file of the context that gets a line more for the rebuild; None picks one.
    """

    dockerfile: Path
    context: Path
    target: str | None = None
    build_args: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    build_options: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    probe_commands: tuple[str, ...] = ()
    run_commands: tuple[tuple[str, ...], ...] = ()
    env: tuple[str, ...] = ()
    arguments: tuple[str, ...] = ()
    ports: tuple[Port, ...] = ()
    run_options: tuple[str, ...] = ()
    build_timeout: float = 1800
    wait: float = 60
    settle: float = 3
    grace: int = 10
    times: bool = True
    touch: str | None = None

    @property
    def has_probe(self) -> bool:
        """Whether something is asked of the container, beyond that it runs."""
        return bool(self.probes or self.probe_commands or self.run_commands)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one probe got.

    Attributes:
        probe: the URL, the command line, or the arguments.
        status: HTTP status or exit code; None where there was no answer.
        body: what came, cut at a megabyte.
        error: why there was no answer.
        seconds: how long it took.
    """

    probe: str
    status: int | None
    body: str = ""
    error: str = ""
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a container as the engine's `top` shows it."""

    pid: int
    parent: int
    user: str
    state: str
    command: str


@dataclass(frozen=True, slots=True)
class Stop:
    """How a container ended when it was told to."""

    seconds: float
    killed: bool
    code: int


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What one container did.

    Attributes:
        state: "up", "ended" by itself, or "not started".
        code: exit code of one that ended.
        error: what the engine said of one that did not start.
        ready: seconds from the start to the first good answer, or until it was taken as up.
        answers: of the probes, in their order.
        commands: of the containers that come to an end.
        health: whether the image's HEALTHCHECK passes; None where there is none or it cannot be asked.
        uid, capabilities: of the main process; None where they cannot be seen.
        processes: all of them, once it was up.
        zombies: dead children that nobody collected.
        reaps: whether PID 1 collects an orphan; None where that cannot be tried.
        ports: listening, as "tcp/80"; None where they cannot be seen.
        writes: what changed in the root file system, as "A /path" (added), "C" (changed), "D" (deleted).
        memory: the most that it held until it was stopped, in bytes; None where that cannot be read.
        stop: how it ended; None where it ended by itself.
        output, errors: standard output and error of the container.
        hostname: of the container; masked in comparisons.
    """

    state: str
    code: int = 0
    error: str = ""
    ready: float = 0.0
    answers: tuple[Answer, ...] = ()
    commands: tuple[Answer, ...] = ()
    health: bool | None = None
    uid: int | None = None
    capabilities: tuple[str, ...] | None = None
    processes: tuple[Process, ...] = ()
    zombies: int | None = None
    reaps: bool | None = None
    ports: tuple[str, ...] | None = None
    writes: tuple[str, ...] = ()
    memory: int | None = None
    stop: Stop | None = None
    output: str = ""
    errors: str = ""
    hostname: str = ""
