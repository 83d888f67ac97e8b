"""One text to one image."""

from __future__ import annotations

import re
import shutil
import threading
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path

from hardener.errors import VerifyError
from hardener.fast.patterns import regex
from hardener.text import encode
from hardener.verify.container.engine import Engine, last_lines
from hardener.verify.container.process import Done, run
from hardener.verify.model import Plan

#: Lines of `--progress=plain` that the build steps wrote; the others are the engine's own.
_STEP_LINE = regex(r"^#\d+ ")
#: Builds at the same time.
_SIDE_BY_SIDE = 2
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


@dataclass(frozen=True, slots=True)
class _Ahead:
    """A build that was begun, and what stops it."""

    build: Future[Build]
    cancel: threading.Event


@dataclass(slots=True)
class Builder:
    """Builds texts with one plan; a text that was built is not built again.

    Two texts are built side by side at most: the engine shares the steps that they have in common.

    Args:
        engine: where.
        plan: how.
        folder: for logs; the texts go into it too, so that a report can be followed.
    """

    engine: Engine
    plan: Plan
    folder: Path
    _built: dict[str, Build] = field(default_factory=dict)
    _ahead: dict[str, _Ahead] = field(default_factory=dict)
    _pool: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(_SIDE_BY_SIDE))
    _count: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def build(self, text: str, name: str) -> Build:
        """Build `text` with what the engine's cache holds.

        Raises:
            EngineError: the engine failed.
        """
        if text not in self._built:
            self.ahead(text, name)
            try:
                self._built[text] = self._ahead[text].build.result()
            except VerifyError:
                del self._ahead[text]
                raise
            del self._ahead[text]  # not where somebody stops us: `close` stops the build
        return self._built[text]

    def ahead(self, text: str, name: str) -> None:
        """Begin to build `text`, which `build` may ask for: what goes wrong is said there, and only there."""
        if text not in self._built and text not in self._ahead:
            cancel = threading.Event()
            self._ahead[text] = _Ahead(self._pool.submit(self._twice, text, name, cancel), cancel)

    def only(self, *texts: str) -> None:
        """Stop the builds that were begun ahead, but for those of `texts`."""
        gone = [self._ahead.pop(text) for text in self._ahead.keys() - set(texts)]
        # what waits goes first: it would begin in the place of one that is stopped
        running = [begun for begun in gone if not begun.build.cancel()]
        for begun in running:
            begun.cancel.set()
        wait([begun.build for begun in running])

    def close(self) -> None:
        """Stop all builds that nobody waits for; none runs afterwards."""
        self.only()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _twice(self, text: str, name: str, cancel: threading.Event) -> Build:
        """Build a text, and once more where another try may mend it."""
        made = self._run(text, name, self.plan.context, (), cancel)
        if not made.image and not cancel.is_set() and _FLAKY.search("\n".join(made.tail)):
            made = self._run(text, f"{name}-again", self.plan.context, (), cancel)
        return made

    def timed(self, text: str, name: str, context: Path, *, cold: bool) -> Build:
        """Build `text` for its time: without the engine's cache, or on a changed context.

        Raises:
            EngineError: as `build`.
        """
        self.only()
        return self._run(text, name, context, ("--no-cache",) if cold else (), threading.Event())

    def _run(self, text: str, name: str, context: Path, options: tuple[str, ...], cancel: threading.Event) -> Build:
        with self._lock:
            self._count += 1
            folder = self.folder / f"{self._count:02d}-{name}"
        folder.mkdir(parents=True)
        file = folder / self.plan.dockerfile.name
        file.write_bytes(encode(text))
        log = folder / "build.log"
        iid = folder / "image-id"
        arguments = [*self._command(file, folder), *options, "--iidfile", str(iid), str(context)]
        done = run(
            [self.engine.program, *arguments], timeout=self.plan.build_timeout, log=log, env=_ENVIRONMENT, cancel=cancel
        )
        if cancel.is_set():
            return Build("", done.seconds, log, ("stopped: nobody waits for it",))
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
