"""One image to one running container, and its end."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from hardener.verify.container.engine import Engine, EngineError, last_line
from hardener.verify.container.probe import port_of
from hardener.verify.container.process import Done
from hardener.verify.model import Plan, Port, Stop

#: What the engine keeps of a container's output.
_LOG_SIZE = "8m"


@dataclass(frozen=True, slots=True)
class Container:
    """A container of ours."""

    engine: Engine
    name: str

    def inspect(self) -> dict[str, Any]:
        """Return what the engine knows of it.

        Raises:
            EngineError: it is gone; somebody else removed it.
        """
        found = self.engine.inspect(self.name)
        if not found:
            raise EngineError("a container of this run was removed by somebody else")
        return found

    def logs(self) -> tuple[str, str]:
        """Return its standard output and error, of long ones the ends."""
        done = self.engine.call("logs", "--tail", "20000", self.name)
        return done.out, done.err

    def execute(self, *arguments: str, timeout: float = 10) -> Done | None:
        """Run a command in it as it is; None where it did not end in time."""
        try:
            return self.engine.call("exec", self.name, *arguments, timeout=timeout)
        except EngineError as error:
            if "did not end" in str(error):
                return None
            raise

    def stop(self, grace: int) -> Stop:
        """Stop it as `docker stop` does and return how that went."""
        started = time.monotonic()
        self.engine.call("stop", "-t", str(grace), self.name, timeout=grace + 60)
        seconds = time.monotonic() - started
        code = int(self.inspect()["State"]["ExitCode"])
        return Stop(seconds, code == 137 and seconds >= grace, code)

    def remove(self) -> None:
        """Remove it and its anonymous volumes, whatever it does."""
        self.engine.call("rm", "-f", "-v", self.name, timeout=60)


def create(
    engine: Engine, image: str, plan: Plan, *, options: Sequence[str] = (), arguments: Sequence[str] = ()
) -> Container:
    """Make a container; `begin` starts it.

    Args:
        engine: where.
        image: its id.
        plan: variables, ports, options.
        options: for `docker run`, besides those of the plan.
        arguments: what takes the place of CMD, and of the plan's.

    Raises:
        EngineError: the options of the plan cannot be used.
    """
    command = ["create", "--label", engine.label]
    if not engine.is_podman:
        command += ["--log-driver", "json-file", "--log-opt", f"max-size={_LOG_SIZE}"]
    for variable in plan.env:
        command += ["--env", variable]
    for port in published(plan):
        command += ["--publish", f"{engine.publish}::{port}"]
    command += [*plan.run_options, *options, image, *(arguments or plan.arguments)]
    done = engine.call(*command)
    if done.code:
        raise EngineError(f"no container could be made: {last_line(done.err)}")
    return Container(engine, done.out.split()[-1])


def begin(container: Container) -> str:
    """Start a container that was made; return what the engine says where it cannot be started."""
    done = container.engine.call("start", container.name)
    return "" if done.code == 0 else _shorter(done.err)


def _shorter(said: str) -> str:
    """Return the cause out of the engine's chain of causes."""
    lines = [line for line in said.splitlines() if line.strip() and not line.startswith("Error: failed to start")]
    return (lines[0] if lines else "no message").strip()[:400]


def published(plan: Plan) -> tuple[int, ...]:
    """Return the ports of the container that have to be reached from outside."""
    if _on_host_network(plan.run_options):
        return ()
    wanted = [container_port(plan.ports, port_of(url)) for url in plan.probes]
    wanted += [port.container for port in plan.ports]
    return tuple(dict.fromkeys(wanted))


def container_port(ports: tuple[Port, ...], name: int) -> int:
    """Return the container's port that goes by the number `name`."""
    return next((port.container for port in ports if port.name == name), name)


def address(engine: Engine, details: dict[str, Any], port: int) -> tuple[str, int] | None:
    """Return where a container's port is reached from here; None while it is not published."""
    if details.get("HostConfig", {}).get("NetworkMode") == "host":
        return engine.host, port
    found = (details.get("NetworkSettings", {}).get("Ports") or {}).get(f"{port}/tcp")
    return (engine.host, int(found[0]["HostPort"])) if found else None


def _on_host_network(options: tuple[str, ...]) -> bool:
    joined = " ".join(options)
    return any(f"{flag}{sep}host" in joined for flag in ("--network", "--net") for sep in ("=", " "))
