"""Run shell bodies with stubs for every command and record what happens: calls, folders, exit codes (Z05)."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import NamedTuple

#: the real shells of this machine
SHELLS = tuple(
    (name, [path, *extra])
    for name, path, extra in (
        ("dash", shutil.which("dash"), []),
        ("bash", shutil.which("bash"), []),
        ("busybox", shutil.which("busybox"), ["sh"]),
    )
    if path
)
#: words of the shell itself: no stub takes their place
_BUILTINS = frozenset(
    """. : [ [[ ]] { } ! alias bg break case cd command continue do done echo elif else esac eval exec exit export
    false fg fi for function getopts hash if in jobs kill let local popd printf pushd pwd read readonly return select
    set shift shopt source test then time times trap true type typeset ulimit umask unalias unset until wait while
    declare""".split()  # noqa: SIM905
)
_STUB = """#!/bin/sh
{ echo "${0##*/} $* in $PWD env ${FOO-none} ${A-none}"; umask; } >> "$TRACE"
while IFS= read -r word; do
  case "${0##*/} $*" in "$word") exit 3;; esac
done < "$FAILING"
exit 0
"""
_PIPELINE = re.compile(r"(?<!\|)\|(?!\|)")
_TIMEOUT = 10


class Outcome(NamedTuple):
    """What was called, in order, and how it ended."""

    calls: tuple[str, ...]
    status: int


class Sandbox:
    """A folder in which bodies run: absolute paths lead below it, and its `bin` holds the stubs."""

    def __init__(self, folder: Path) -> None:
        self.root = folder / "root"
        self.bin = folder / "bin"
        self.trace = folder / "trace"
        self.failing = folder / "failing"
        for path in (self.root, self.bin):
            path.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        # as root, a body that gets past the rewriting of its paths would hit this machine
        self.user = 65534 if os.geteuid() == 0 else None

    def prepare(self, bodies: list[str]) -> None:
        """Make a stub for each word that could be a command and the folders that `cd` goes to."""
        for name in {w for body in bodies for w in re.findall(r"[A-Za-z][\w.+-]*", body)} - _BUILTINS:
            stub = self.bin / name
            if not stub.exists() and len(name) < 100:
                stub.write_text(_STUB)
                stub.chmod(0o755)
        for body in bodies:
            for target in re.findall(r"\bcd\s+(/?[\w./-]+)", body):
                (self.root / target.lstrip("/")).mkdir(parents=True, exist_ok=True)

    def placed(self, body: str) -> str:
        """Return the body with absolute paths put below the sandbox; joined bodies are changed alike."""
        return re.sub(r"(?<![\w.:/$}*?\]])/(?=[A-Za-z.])(?!dev/null)", f"{self.root}/", body)

    def run(self, shell: list[str], bodies: list[str], failing: tuple[str, ...]) -> Outcome | None:
        """Run bodies as one RUN after another until one fails; None where one takes too long."""
        self.trace.write_text("")
        self.failing.write_text("".join(f"{call}\n" for call in failing))
        self.open_up()
        status = 0
        env = {"PATH": str(self.bin), "TRACE": str(self.trace), "FAILING": str(self.failing), "HOME": str(self.root)}
        for body in bodies:
            try:
                done = subprocess.run(
                    [*shell, "-c", self.placed(body)], cwd=self.root, env=env, user=self.user, group=self.user,
                    extra_groups=[] if self.user is not None else None, stdin=subprocess.DEVNULL, capture_output=True,
                    timeout=_TIMEOUT, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired:
                return None
            status = done.returncode
            if status:
                break
        calls = self.trace.read_text(errors="replace").splitlines()
        # both ends of a pipeline run at once
        return Outcome(tuple(sorted(calls) if any(_PIPELINE.search(body) for body in bodies) else calls), status)

    def open_up(self) -> None:
        """Give every body the same empty folders, which the unprivileged user may write to."""
        for path in sorted(self.root.rglob("*"), reverse=True):
            if path.is_file() or path.is_symlink():
                path.unlink()
        for path in (self.root, self.trace, *self.root.rglob("*")):
            path.chmod(0o777)


def differences(before: list[str], after: list[str], most: int = 3, shells: int = 9) -> list[str]:
    """Return how the bodies `after` behave unlike `before`, in words; [] where every run is alike.

    Every combination of failing calls is tried for up to `most` distinct calls, and each single one beyond, in the
    first `shells` of the shells here.
    """
    found = []
    for name, shell in SHELLS[:shells]:
        # not pytest's folder: the unprivileged user has to get into it
        with tempfile.TemporaryDirectory(prefix="harden-trace-") as folder:
            Path(folder).chmod(0o755)
            for failing, old, new in _outcomes(Sandbox(Path(folder)), shell, before, after, most):
                if old != new:
                    found.append(f"{name}, failing {failing}: {old} became {new}")
    return found


def _outcomes(
    sandbox: Sandbox, shell: list[str], before: list[str], after: list[str], most: int
) -> Iterator[tuple[tuple[str, ...], Outcome | None, Outcome | None]]:
    sandbox.prepare(before + after)
    plain = sandbox.run(shell, before, ())
    if plain is None:
        return
    calls = list(dict.fromkeys(call.partition(" in ")[0] for call in plain.calls if " in " in call))
    pick = [c for n in range(min(len(calls), most) + 1) for c in combinations(calls[:most], n)]
    for failing in [*pick, *((call,) for call in calls[most:])]:
        yield failing, sandbox.run(shell, before, failing), sandbox.run(shell, after, failing)
