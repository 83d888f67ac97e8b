"""A pytest plugin that tries many faults with one start: pytest collects once, then a process is forked for each fault.

`tests.mutation` loads it (`-p tests.mutation_forks`) and names a file of faults in the environment. Each process
replaces the code of one function in memory, so that all who imported it see the fault, and runs the tests that call
the function. What each fault ended as is added to a file, a line each.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import resource
import signal
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import CodeType, FrameType, FunctionType
from typing import Any

import pytest

from tests.mutants import Mutant

#: the variable of the environment that names the file of faults, and the one that names the file of their ends
JOB, ENDS = "HARDEN_MUTATION_JOB", "HARDEN_MUTATION_ENDS"
#: how often as long as without a fault the tests may take, processor seconds besides, and seconds that may pass
_SLOWER, _BESIDES, _PASSING = 3, 5, 120
_MEMORY = 2 << 30
#: what a process ends with, and what that says of the fault; "anew" wants a process that has not imported the file
_ENDS = {0: "survived", 1: "killed", 2: "anew"}
_CANNOT_TELL = 2
#: a function of a class or module: its file and the line that it begins in
Place = tuple[str, int]


def functions(code: CodeType) -> Iterator[CodeType]:
    """Yield the functions and methods of a module's code, but nothing that is inside of them."""
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            if constant.co_flags & 0x2:  # CO_NEWLOCALS: a function, the body of a class has none
                yield constant
            else:
                yield from functions(constant)


def replaced(source: bytes, mutant: Mutant, path: str) -> tuple[CodeType, CodeType]:
    """Return the code of the function that a fault is in, without it and with it."""
    old = list(functions(compile(source, path, "exec", dont_inherit=True)))
    new = list(functions(compile(mutant.of(source), path, "exec", dont_inherit=True)))
    line = source.count(b"\n", 0, mutant.start) + 1
    before = [code.co_name == mutant.function and code.co_firstlineno <= line for code in old]
    index = max((n for n, fits in enumerate(before) if fits), key=lambda n: old[n].co_firstlineno)
    return old[index], new[index]


def patch(old: CodeType, new: CodeType) -> bool:
    """Give each function of this process that has a code another one, and return whether there is one."""
    found = [f for f in gc.get_objects() if isinstance(f, FunctionType) and place(f.__code__) == place(old)]
    for function in found:
        function.__code__ = new
    return bool(found)


def place(code: CodeType) -> Place:
    """Return what tells a function from all others."""
    return code.co_filename, code.co_firstlineno


@dataclass(slots=True)
class Called:
    """Which functions of some files are called: `start` and `stop` say when."""

    files: frozenset[str]
    seen: set[Place] = field(default_factory=set)

    def __call__(self, frame: FrameType, event: str, argument: object) -> None:
        """Note a call, as `sys.setprofile` tells of it."""
        code = frame.f_code
        if event == "call" and code.co_filename in self.files:
            self.seen.add(place(code))

    def during(self, work: Callable[[], object]) -> set[Place]:
        """Return what is called while something runs."""
        self.seen.clear()
        sys.setprofile(self)
        try:
            work()
        finally:
            sys.setprofile(None)
        return set(self.seen)


def forked(work: Callable[[], bool], seconds: float | None = None) -> str:
    """Do something in a process of its own; return "survived" if it is true, else "killed", "timed out" or "anew"."""
    child = os.fork()
    if not child:
        status = _CANNOT_TELL
        try:
            os.setsid()
            resource.setrlimit(resource.RLIMIT_DATA, (_MEMORY, _MEMORY))
            if seconds is not None:
                resource.setrlimit(resource.RLIMIT_CPU, (int(seconds) + 1, int(seconds) + 1))
            status = 0 if work() else 1
        finally:
            os._exit(status)
    end = time.monotonic() + (_PASSING + 2 * seconds if seconds is not None else 3600)
    while time.monotonic() < end:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return "timed out" if os.WIFSIGNALED(status) else _ENDS[os.WEXITSTATUS(status)]
        time.sleep(0.01)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timed out"


def passes(session: pytest.Session, items: list[pytest.Item]) -> bool:
    """Run tests until one fails, and return whether none does."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            return False
    return True


def imported(called: Called, kept: Path) -> bool:
    """Import the package anew and keep which functions that calls: a later fault in them changes too little."""
    names = [name for name in sys.modules if name.split(".")[0] == "hardener"]
    for name in names:
        del sys.modules[name]
    reached = called.during(lambda: [importlib.import_module(name) for name in names])
    kept.write_text(json.dumps(sorted(reached)), encoding="utf-8")
    return True


def measured(session: pytest.Session, called: Called, kept: Path) -> bool:
    """Run all tests without a fault and keep which functions each calls, how long it takes, and what is imported."""
    caches = [thing for thing in gc.get_objects() if isinstance(thing, functools._lru_cache_wrapper)]
    rows = []
    for item in session.items:
        for cache in caches:  # what an earlier test asked is not called again
            cache.cache_clear()
        begin = time.process_time()
        reached = called.during(lambda item=item: passes(session, [item]))  # type: ignore[misc]
        rows.append([time.process_time() - begin, sorted(reached)])
        if session.testsfailed:
            return False
    modules = [name for name in sys.modules if name.startswith("hardener.")]
    kept.write_text(json.dumps({"rows": rows, "modules": modules}), encoding="utf-8")
    return True


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    """Try the faults instead of running the tests once."""
    root, ends = Path.cwd(), Path(os.environ[ENDS])
    job: list[dict[str, Any]] = json.loads(Path(os.environ[JOB]).read_text(encoding="utf-8"))
    files = sorted({row["file"] for row in job})
    called = Called(frozenset(str(root / file) for file in files))
    modules = [file.removesuffix(".py").removesuffix("/__init__").replace("/", ".") for file in files]
    for name in modules:
        importlib.import_module(name)
    kept = ends.with_suffix(".measured")
    if forked(lambda: imported(called, kept)) != "survived":
        raise pytest.UsageError("the package cannot be imported twice")
    at_import = {(path, line) for path, line in json.loads(kept.read_text(encoding="utf-8"))}
    if forked(lambda: measured(session, called, kept)) != "survived":
        raise pytest.UsageError("the tests fail without a fault")
    found = json.loads(kept.read_text(encoding="utf-8"))
    for name in found["modules"]:
        importlib.import_module(name)
    by_place: dict[Place, list[tuple[float, pytest.Item]]] = defaultdict(list)
    for item, (seconds, places) in zip(session.items, found["rows"], strict=True):
        for path, line in places:
            by_place[path, line].append((seconds, item))
    with ends.open("a", encoding="utf-8") as output:
        for row in job:
            end = _end(session, root / row["file"], Mutant(**row["mutant"]), by_place, at_import)
            print(json.dumps({"end": end}), file=output, flush=True)
    return True


def _end(
    session: pytest.Session, path: Path, mutant: Mutant, by_place: dict[Place, list[tuple[float, pytest.Item]]],
    at_import: set[Place],
) -> str:  # fmt: skip
    """Return how a fault ends, "anew" where a process that has imported the file cannot tell."""
    source = path.read_bytes()
    old, new = replaced(source, mutant, str(path))
    if place(old) in at_import:
        return "anew"
    rows = sorted(by_place[place(old)], key=lambda row: row[0])
    if not rows:
        return "not called"

    def work() -> bool:
        if not patch(old, new):
            raise LookupError(old)
        return passes(session, [item for _, item in rows])

    path.write_bytes(mutant.of(source))  # for the tests that start a process
    try:
        return forked(work, _SLOWER * sum(seconds for seconds, _ in rows) + _BESIDES)
    finally:
        path.write_bytes(source)
