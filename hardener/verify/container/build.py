"""One text to one image."""

from __future__ import annotations

import re
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

from hardener.fast.patterns import regex
from hardener.text import encode
from hardener.verify.container.engine import Engine, last_lines
from hardener.verify.container.process import Done, run
from hardener.verify.model import Plan

#: Lines of `--progress=plain` that the build steps wrote; the others are the engine's own.
_STEP_LINE = regex(r"^#\d+ ")
#: Failures that another try may mend.
_FLAKY = regex(
    r"temporary failure (?:in name resolution|resolving)|could not resolve host|connection timed out"
    r"|TLS handshake timeout|i/o timeout|connection reset by peer|EAI_AGAIN|ETIMEDOUT|ECONNRESET|too many requests"
    r"|502 Bad Gateway|503 Service",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Build:
    """What came of a build.

    Attributes:
        image: its id; "" where the build failed.
        seconds: how long it took.
        log: what the engine said.
        tail: the last lines of it.
    """

    image: str
    seconds: float
    log: Path
    tail: tuple[str, ...] = ()


@dataclass(slots=True)
class Builder:
    """Builds texts with one plan; a text that was built is not built again.

    Args:
        engine: where.
        plan: how.
        folder: for logs; the texts go into it too, so that a report can be followed.
    """

    engine: Engine
    plan: Plan
    folder: Path
    _built: dict[str, Build] = field(default_factory=dict)
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def build(self, text: str, name: str) -> Build:
        """Build `text` with what the engine's cache holds.

        Raises:
            EngineError: the engine failed.
        """
        if text not in self._built:
            made = self._run(text, name, self.plan.context, ())
            if not made.image and _FLAKY.search("\n".join(made.tail)):
                made = self._run(text, f"{name}-again", self.plan.context, ())
            self._built[text] = made
        return self._built[text]

    def timed(self, text: str, name: str, context: Path, *, cold: bool) -> Build:
        """Build `text` for its time: without the engine's cache, or on a changed context.

        Raises:
            EngineError: as `build`.
        """
        return self._run(text, name, context, ("--no-cache",) if cold else ())

    def _run(self, text: str, name: str, context: Path, options: tuple[str, ...]) -> Build:
        with self._lock:
            self._count += 1
            folder = self.folder / f"{self._count:02d}-{name}"
        folder.mkdir(parents=True)
        file = folder / self.plan.dockerfile.name
        file.write_bytes(encode(text))
        log = folder / "build.log"
        iid = folder / "image-id"
        arguments = [*self._command(file, folder), *options, "--iidfile", str(iid), str(context)]
        done = run([self.engine.program, *arguments], timeout=self.plan.build_timeout, log=log, env=_ENVIRONMENT)
        if done.timed_out:
            return Build("", done.seconds, log, (f"the build did not end within {self.plan.build_timeout:.0f} s",))
        image = iid.read_text(encoding="ascii").strip() if done.code == 0 and iid.is_file() else ""
        if not image:
            self._blame_engine(done)
        return Build(image, done.seconds, log, () if image else _reason(done.out))

    def _command(self, file: Path, folder: Path) -> list[str]:
        """Return the arguments of the build, without what differs from build to build."""
        plan = self.plan
        command = ["build"] if self.engine.is_podman else ["buildx", "build", "--load", "--progress=plain"]
        command += ["--label", self.engine.label, "-f", str(file)]
        ignore = plan.dockerfile.with_name(plan.dockerfile.name + ".dockerignore")
        if ignore.is_file():
            copy = folder / ignore.name
            shutil.copyfile(ignore, copy)
            command += ["--ignorefile", str(copy)] if self.engine.is_podman else []
        if plan.target:
            command += ["--target", plan.target]
        for argument in plan.build_args:
            command += ["--build-arg", argument]
        for secret in plan.secrets:
            command += ["--secret", secret]
        return command + list(plan.build_options)

    def _blame_engine(self, done: Done) -> None:
        lines = done.out.splitlines()
        self.engine.check("\n".join(line for line in lines if not _STEP_LINE.match(line)))
        if "no space left on device" in done.out.lower():
            self.engine.check(next(line for line in lines if "no space left on device" in line.lower()))


_ENVIRONMENT = {"DOCKER_BUILDKIT": "1", "BUILDKIT_PROGRESS": "plain", "DOCKER_CLI_HINTS": "false", "NO_COLOR": "1"}


def _reason(log: str) -> tuple[str, ...]:
    """Return the lines of a build log that tell why: the steps' last ones and the verdict, without the excerpt."""
    lines = [line for line in log.splitlines() if line.strip() and not line.startswith((" > ", "---", "#0 "))]
    return last_lines("\n".join(lines))
