"""A project of `docker compose`: started, stopped, restarted, and removed with all that it made."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hardener.errors import VerifyError
from hardener.verify.container.engine import Engine, last_lines
from hardener.verify.container.process import Done, run
from hardener.verify.container.start import Container
from hardener.verify.stack.model import Stack

#: What Compose would read besides its arguments.
_UNSET = ("COMPOSE_FILE", "COMPOSE_PROFILES", "COMPOSE_PROJECT_NAME", "COMPOSE_ENV_FILES", "COMPOSE_PATH_SEPARATOR")
#: In the folder of a project: copies of what is mounted, and the compose file that is run.
MOUNTS = "mounts"
_FILE = "compose.json"


@dataclass(frozen=True, slots=True)
class Project:
    """A project of this run; its name, its network and its volumes are its own.

    Args:
        engine: where.
        folder: for the compose files that are run, logs, and copies of what is mounted.
        timeout: seconds for a build, and for what else Compose does.
    """

    engine: Engine
    folder: Path
    timeout: float

    @property
    def name(self) -> str:
        """The name of the project."""
        return f"harden-{self.engine.run_id}"

    def check(self) -> None:
        """Look whether Compose is there.

        Raises:
            VerifyError: it is not.
        """
        if self.engine.is_podman:
            raise VerifyError("compose files are run by Docker alone so far; give --engine docker")
        if self.engine.call("compose", "version").code:
            raise VerifyError("`docker compose` is not installed")

    def build(self, stack: Stack) -> None:
        """Build what is built.

        Raises:
            VerifyError: a service does not build; the text has the last lines of the log.
        """
        if not stack.builds:
            return
        log = self.folder / "build.log"
        done = self._compose(stack, "--progress", "plain", "build", timeout=self.timeout, log=log)
        if done.code:
            lines = "\n".join(f"    {line}" for line in last_lines(done.out))
            raise VerifyError(f"the services do not build\n{lines}\n    the whole log: {log}")

    def up(self, stack: Stack, services: Sequence[str] = ()) -> str:
        """Start services; return what Compose says where they cannot be started, "" where they can."""
        done = self._compose(stack, "up", "-d", "--no-build", *services, timeout=self.timeout)
        lines = [line for line in last_lines(done.err, 40) if "rror" in line or "nhealthy" in line or "exited" in line]
        said = (lines or list(last_lines(done.text)) or ["no message"])[-1].strip()
        return said if done.code else ""

    def restart(self, stack: Stack, grace: int) -> None:
        """Restart all services.

        Raises:
            VerifyError: Compose cannot.
        """
        done = self._compose(stack, "restart", "-t", str(grace), timeout=self.timeout)
        if done.code:
            raise VerifyError(f"the services cannot be restarted: {last_lines(done.text)[-1]}")

    def remove_containers(self, grace: int) -> None:
        """Stop and remove the containers; named volumes and networks stay."""
        found = [container.name for container in self.containers().values()]
        if found:
            self.engine.call("stop", "-t", str(grace), *found, timeout=60 + grace * len(found))
            self.engine.call("rm", "-f", "-v", *found)

    def remove(self, grace: int) -> None:
        """Remove containers, volumes and networks."""
        self.remove_containers(grace)
        mine = f"label={self.engine.label}"
        for kind in ("volume", "network"):
            found = self.engine.ask(kind, "ls", "-q", "--filter", mine, "--filter", self._filter).split()
            if found:
                self.engine.call(kind, "rm", *found)

    def forget(self) -> None:
        """Remove from the logs what was copied for mounts, and the compose file with the values of its variables."""
        shutil.rmtree(self.folder / MOUNTS, ignore_errors=True)
        (self.folder / _FILE).unlink(missing_ok=True)

    @property
    def _filter(self) -> str:
        return f"label=com.docker.compose.project={self.name}"

    def containers(self) -> dict[str, Container]:
        """Return its containers by service."""
        template = '{{.ID}} {{.Label "com.docker.compose.service"}}'
        printed = self.engine.ask("ps", "-a", "--no-trunc", "--filter", self._filter, "--format", template)
        pairs = (line.split(" ", 1) for line in printed.splitlines() if " " in line)
        return {service: Container(self.engine, name) for name, service in pairs}

    def _compose(self, stack: Stack, *arguments: str, timeout: float, log: Path | None = None) -> Done:
        self.folder.mkdir(parents=True, exist_ok=True)
        file = self.folder / _FILE
        file.write_text(json.dumps(_escaped(stack.data), indent=1), encoding="utf-8")
        line = ["compose", "-p", self.name, "-f", str(file), "--project-directory", str(self.folder),
                "--env-file", os.devnull, *arguments]  # fmt: skip
        env = {**dict.fromkeys((name for name in _UNSET if name in os.environ), ""), "NO_COLOR": "1"}
        env |= {"COMPOSE_MENU": "0", "COMPOSE_ANSI": "never"}
        done = run([self.engine.program, *line], timeout=timeout, log=log, env=env)
        if done.timed_out:
            raise VerifyError(f"`docker compose {arguments[0]}` did not end within {timeout:.0f} s")
        if done.code:
            self.engine.check(done.err)
        return done


def _escaped(value: Any) -> Any:
    """Return a value in which Compose finds no variables: all were filled in."""
    if isinstance(value, str):
        return value.replace("$", "$$")
    if isinstance(value, dict):
        return {key: _escaped(item) for key, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value
