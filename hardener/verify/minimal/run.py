"""The stage from the trace to the proof: written, built, asked by the same probes, mended, and measured."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from hardener.verify.container.build import Build, Builder
from hardener.verify.container.engine import Engine, EngineError
from hardener.verify.container.trace import TraceError, Tracer, machine_of
from hardener.verify.judge.measure import Image, image_of
from hardener.verify.judge.observe import Expected
from hardener.verify.judge.verdict import Side, Trial
from hardener.verify.minimal.base import SCRATCH, spared, wanted, without
from hardener.verify.minimal.closure import Closure, closure, dynamic
from hardener.verify.minimal.owners import packages_gone
from hardener.verify.minimal.settings import HeldError, has_health, settings
from hardener.verify.minimal.stage import Source, Written, source_of, written
from hardener.verify.minimal.touched import FLAGS, Touched, touched_in
from hardener.verify.minimal.tree import Tree, tree_of
from hardener.verify.model import Behaviour, Plan

#: a stage that fails is mended this often
ROUNDS = 3
_SAME = ("Entrypoint", "Cmd", "ExposedPorts", "StopSignal", "Volumes")
_LARGER = "the image would not be smaller: what the probes touched is all that it holds"
_BIN = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Minimal:
    """What came of it.

    Attributes:
        problem: why there is no stage; "" where it works.
        base: what it is built on.
        written: the Dockerfile and what was added; None where none was written.
        image: measured; None where there is none that works.
        packages: that the image had, and those of which nothing is left.
        rounds: how often the stage was mended.
        notes: what a person has to know.
        tail: the last lines of the log of a stage that fails.
    """

    problem: str = ""
    base: str = ""
    written: Written | None = None
    image: Image | None = None
    packages: tuple[int, tuple[str, ...]] = (0, ())
    rounds: int = 0
    notes: tuple[str, ...] = ()
    tail: tuple[str, ...] = ()


@dataclass(slots=True)
class Minimizer:
    """Derives the stage of one image.

    Args:
        engine: where.
        builder: of the images; its target is left out.
        plan: how to run and what to ask.
        side: the image to start from.
        asked: what was asked, in words.
        judge: looks at what a built text does, and whether that is worse than the original.
        say: gets a line about what is being done.
    """

    engine: Engine
    builder: Builder
    plan: Plan
    side: Side
    asked: str
    judge: Callable[[str, Build], Trial]
    say: Callable[[str], None]
    notes: list[str] = field(default_factory=list)

    def run(self) -> Minimal:
        """Derive and prove the stage.

        Raises:
            EngineError: the engine failed.
        """
        try:
            return self._run()
        except (HeldError, TraceError) as error:
            return Minimal(str(error), notes=tuple(self.notes))

    def _run(self) -> Minimal:
        seen = self.side.trial.behaviour
        assert seen is not None
        source = source_of(self.side.trial.text, self.plan.target, self.asked)
        self.say("watching what it opens")
        touched = self._touched(self.side.trial.build.image)
        self.say("reading the image")
        tree = tree_of(self.engine, self.side.trial.build.image)
        base, below = self._base(tree, touched, seen)
        more: frozenset[str] = frozenset()
        for number in range(ROUNDS + 1):
            found = self._closure(tree, touched, seen, more, below)
            text = self._written(source, base, found, tree, below)
            self.say(f"building a stage on {base}")
            build = self.builder.build(text.text, f"minimal-{number + 1}")
            if not build.image:
                return Minimal("the stage does not build", base, text, rounds=number, tail=build.tail)
            trial = self.judge(text.text, build)
            failures = (*trial.failures, *self._otherwise(build.image))
            if not failures:
                return self._measured(Minimal("", base, text, rounds=number), tree, build, found)
            self.say("fails: " + "; ".join(failures))
            missing = self._missing(build.image, tree) - more
            if not missing or number == ROUNDS:
                break
            more |= missing
        return Minimal("; ".join(failures), base, text, rounds=number, notes=tuple(self.notes), tail=trial.tail)

    @property
    def _config(self) -> dict[str, Any]:
        return self.side.image.config

    def _touched(self, image: str) -> Touched:
        seen = self.side.trial.behaviour
        assert seen is not None
        expected = Expected(60, tuple(answer.status for answer in seen.answers))
        machine = machine_of(self.engine, image)
        tracer = Tracer(self.engine, image, self.plan, expected, self._config, machine)
        workdir = self._config.get("WorkingDir") or "/"
        found = Touched()
        for one in tracer.see(FLAGS, lambda folder: touched_in(folder, workdir)):
            found |= one
        return found

    def _base(self, tree: Tree, touched: Touched, seen: Behaviour) -> tuple[str, Tree | None]:
        """Return the name of the base and its files; None for `scratch`."""
        base = wanted(tree, is_dynamic=dynamic(tree, closure(tree, touched, self._places(seen))))
        if base == SCRATCH:
            return base, None
        if self.engine.call("pull", "-q", base, timeout=300).code:
            self.notes.append(f"{base} cannot be pulled: the stage is built on scratch")
            return SCRATCH, None
        return base, tree_of(self.engine, base)

    def _places(self, seen: Behaviour) -> tuple[str, ...]:
        changed = [line[2:] for line in seen.writes if line[:2] in ("A ", "C ")]
        leaves = [path for path in changed if not any(other.startswith(path + "/") for other in changed)]
        own = self._config.get("WorkingDir") or "/"
        return (*leaves, own, "/tmp", *(self._config.get("Volumes") or ()))

    def _closure(
        self, tree: Tree, touched: Touched, seen: Behaviour, more: frozenset[str], below: Tree | None
    ) -> Closure:
        places = self._places(seen)
        apart = spared(tree, below)
        found = closure(tree, touched, places, more, apart)
        if has_health(self._config, self._runs(tree, found)):
            touched = replace(touched, paths=touched.paths | touched.checked)
            found = closure(tree, touched, places, more, apart)
        return found

    def _runs(self, tree: Tree, found: Closure) -> Callable[[str], bool]:
        path = next((entry[5:] for entry in self._config.get("Env") or () if entry.startswith("PATH=")), _BIN)

        def is_there(place: str) -> bool:
            placed = {place, tree.placed(place)}
            return bool(placed & (found.files | found.links)) or any(found.covers(p) for p in placed)

        return lambda program: any(
            tree.get(place) is not None and is_there(place)
            for place in (posixpath.join(folder, program) for folder in path.split(":"))
        )

    def _written(self, source: Source, base: str, found: Closure, tree: Tree, below: Tree | None) -> Written:
        lines = settings(self._config, source.chain, source.stage.escape, self._runs(tree, found))
        left = found if below is None else without(found, tree, below)
        return written(source, base, left, tree, lines)

    def _otherwise(self, image: str) -> tuple[str, ...]:
        """Return what the image configuration says that it did not."""
        new = self.engine.inspect(image, "image").get("Config") or {}
        old = self._config
        found = [key for key in _SAME if (old.get(key) or None) != (new.get(key) or None)]
        found += ["Env"] * bool(set(old.get("Env") or ()) - set(new.get("Env") or ()))
        found += ["Labels"] * any((new.get("Labels") or {}).get(k) != v for k, v in (old.get("Labels") or {}).items())
        found += ["WorkingDir"] * ((old.get("WorkingDir") or "/") != (new.get("WorkingDir") or "/"))
        nobody = ("", "0", "root")
        user, now = old.get("User") or "", new.get("User") or ""
        found += ["User"] * (user != now and not (user in nobody and now in nobody))
        return tuple(f"its configuration says another {key}" for key in found)

    def _missing(self, image: str, tree: Tree) -> frozenset[str]:
        """Return what a failing stage looked for and the image has."""
        try:
            looked = self._touched(image)
            there = tree_of(self.engine, image)
        except (TraceError, EngineError):
            return frozenset()
        paths = looked.paths | looked.listed
        return frozenset(path for path in paths if tree.get(path) is not None and there.get(path) is None)

    def _measured(self, done: Minimal, tree: Tree, build: Build, found: Closure) -> Minimal:
        image = image_of(self.engine, build.image, {})
        if image.size >= self.side.image.size:
            return replace(done, problem=_LARGER, notes=tuple(self.notes))
        notes = [*self.notes]
        if found.secret:
            notes.append(f"a folder is taken whole that holds {', '.join(found.secret[:3])}")
        if (self._config.get("Healthcheck") or {}).get("Test") and "healthcheck" not in (
            done.written or _NONE
        ).stage.lower():
            notes.append("HEALTHCHECK is left out: its program is not in the stage")
        if shell := next((path for path in sorted(found.files | found.links) if path.endswith(("/sh", "/bash"))), ""):
            notes.append(f"{shell} stays: what the image starts runs it")
        left = frozenset(image.content.sizes)
        packages = packages_gone(tree, left)
        if packages[0]:
            notes.append("scanners find the packages of the base alone: the package database is gone")
        return replace(done, image=image, packages=packages, notes=tuple(notes))


_NONE = Written("", "")
