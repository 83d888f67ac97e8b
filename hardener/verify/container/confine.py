"""What a container of a stranger's image may use: processes, memory, CPU, privileges, and a network of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hardener.verify.container.engine import Engine, EngineError, last_line

#: processes and threads: more than servers of a small test make, and no fork bomb
_PIDS = 4096
#: of the engine's memory, in per cent, and bytes that a container gets where the engine has them
_SHARE, _LEAST = 50, 1 << 30
_NO_NEW_PRIVILEGES = "--security-opt=no-new-privileges"
_TEMPLATES = ("{{.MemTotal}} {{.NCPU}}", "{{.Host.MemTotal}} {{.Host.CPUs}}")


@dataclass(frozen=True, slots=True)
class Confinement:
    """Options for `docker run`, and what is missing of them.

    Attributes:
        options: they stand before those of the person who runs harden, which win.
        without: what a container is free to do under them, "" where it is confined in every way.
    """

    options: tuple[str, ...]
    without: str = ""

    def without_network(self) -> Confinement:
        """Return it for a container that is put on another network."""
        options = tuple(option for option in self.options if not option.startswith("--network="))
        return Confinement(options, self.without)


def confinements(engine: Engine, given: Sequence[str]) -> tuple[Confinement, ...]:
    """Return how a container is to be confined, the tightest first; the original decides which one it works under.

    Args:
        engine: a network is made on it, which `Engine.clean` removes.
        given: the options of the person who runs harden: a network, or new privileges, stay as they say.

    Raises:
        EngineError: the engine failed.
    """
    limits = (*_limits(engine), *_network(engine, given))
    loose = Confinement(limits, "no-new-privileges: the original needs new privileges, or its setuid programs")
    if any("no-new-privileges" in option or option.startswith("--privileged") for option in given):
        return (Confinement(limits),)
    return Confinement((*limits, _NO_NEW_PRIVILEGES)), loose


def room_of(engine: Engine) -> tuple[int, int]:
    """Return the bytes of memory and the CPUs that one container gets at most, 0 for no limit.

    Raises:
        EngineError: the engine does not answer.
    """
    memory, cpus = _capacity(engine)
    # one CPU stays for the engine and for who asks
    return max(memory * _SHARE // 100, min(memory, _LEAST)), max(cpus - 1, 0)


def _limits(engine: Engine) -> tuple[str, ...]:
    memory, cpus = room_of(engine)
    options = [f"--pids-limit={_PIDS}"]
    if memory:
        options += [f"--memory={memory}", f"--memory-swap={memory}"]
    if cpus:
        options.append(f"--cpus={cpus}")
    return tuple(options)


def _capacity(engine: Engine) -> tuple[int, int]:
    """Return memory in bytes and CPUs of the engine, 0 for what it does not say."""
    done = engine.call("info", "--format", _TEMPLATES[engine.is_podman])
    numbers = done.out.split()
    if done.code or len(numbers) != 2 or not all(number.isdecimal() for number in numbers):
        return 0, 0
    return int(numbers[0]), int(numbers[1])


def _network(engine: Engine, given: Sequence[str]) -> tuple[str, ...]:
    """Make a network that no other container is on, unless the person named one."""
    if any(option.partition("=")[0] in ("--network", "--net") for option in given):
        return ()
    name = f"harden-{engine.run_id}"
    done = engine.call("network", "create", "--label", engine.label, name)
    if done.code:
        raise EngineError(f"no network could be made: {last_line(done.err)}")
    return (f"--network={name}",)
