"""What a Dockerfile means: stages and their graph, and what is in force at each instruction.

A `Model` is a read-only view of one tree. The engine makes a new one after every pass that changed the tree.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cached_property
from typing import Any

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.config import DEFAULT_SHELL, command
from hardener.image.stage import Command, StageModel, State
from hardener.image.values import NO_VALUES, Values
from hardener.image.words import expand
from hardener.knowledge.facts import Unknown
from hardener.knowledge.images import BaseImage, base_image
from hardener.project.builds import Builds
from hardener.project.context import Lookup
from hardener.syntax.dockerfile.continuations import Logical
from hardener.syntax.dockerfile.nodes import (
    Cmd,
    Dockerfile,
    Entrypoint,
    From,
    Instruction,
    Onbuild,
    Run,
    ShellForm,
    Stage,
)
from hardener.syntax.dockerfile.views import from_words, logical_line, mounts, pairs, words
from hardener.syntax.dockerfile.writer import Style
from hardener.syntax.image_reference import ImageReference
from hardener.text import is_number

#: Frontends whose keywords and meaning are those of docker/dockerfile (P45).
_SCRATCH = ImageReference(None, "scratch")
_OFFICIAL_FRONTENDS = (
    "docker/dockerfile", "docker.io/docker/dockerfile",
    "docker/dockerfile-upstream", "docker.io/docker/dockerfile-upstream",
)  # fmt: skip


class Model:
    """The meaning of a tree.

    Args:
        tree: the file.
        facts: answers to the look-ups that rules asked for; an absent key is "not known".
    """

    def __init__(self, tree: Dockerfile, facts: Mapping[Any, Any] | None = None) -> None:
        self.tree = tree
        self.escape = tree.escape
        self.facts = facts or {}
        #: what each rule would do to this very tree, the facts that it was planned on, and what it wants to know
        self.plans: dict[type, tuple[Mapping[Any, Any], Any, tuple[Any, ...]]] = {}
        #: what rules worked out about this very tree, by question
        self.memo: dict[Any, Any] = {}
        self.stages: tuple[StageModel, ...] = ()
        self._found: list[StageModel] = []  # those read so far
        self._stages_of: dict[Stage, StageModel] = {}
        self._named: dict[str, StageModel] = {}
        self._globals: dict[str, str | None] = {}
        self._read()

    @cached_property
    def style(self) -> Style:
        """The style that new instructions take over."""
        return Style.of(self.tree)

    @cached_property
    def frontend(self) -> str | None:
        """The value of `# syntax=`, None without one."""
        for directive in self.tree.header:
            key, _, value = directive.text.lstrip(" \t#").partition("=")
            if key.strip().lower() == "syntax":
                return value.strip()
        return None

    @property
    def has_custom_frontend(self) -> bool:
        """Whether another language than Docker's own may be meant (P45)."""
        return self.frontend is not None and re.split("[:@ ]", self.frontend, maxsplit=1)[0] not in _OFFICIAL_FRONTENDS

    def logical(self, instruction: Instruction) -> Logical:
        """Return the arguments as one logical line."""
        return logical_line(instruction, self.escape)

    def stage_of(self, node: Stage) -> StageModel:
        """Return the model of a stage of this tree."""
        return self._stages_of[node]

    def holder(self, node: Instruction) -> StageModel | None:
        """Return the stage that an instruction of this tree stands in; None for one of another tree."""
        return self._holders.get(node)

    @cached_property
    def _holders(self) -> dict[Instruction, StageModel]:
        return {node: stage for stage in self.stages for node in stage.states}

    def find(self, name: str) -> StageModel | None:
        """Return the stage that `--from=name` means: a name in any case, or a number (P12, P35)."""
        if is_number(name):
            return self._found[int(name)] if int(name) < len(self._found) else None
        return self._named.get(name.lower())

    def _read(self) -> None:
        for instruction in self.tree.preamble:
            if instruction.name == "ARG":
                self._declare_global(instruction)
        for index, node in enumerate(self.tree.stages):
            stage = self._base(node, index)
            self._found.append(stage)
            self._stages_of[node] = stage
            if stage.name is not None:
                self._named[stage.name] = stage
            self._walk(stage)
        self.stages = tuple(self._found)
        for stage in self._run():
            stage.is_final = True
        for stage in reversed(self.stages):  # those that are built on one come after it
            stage.is_shipped = stage.is_final or stage.is_leaf or any(child.is_shipped for child in stage.children)

    def _run(self) -> tuple[StageModel, ...]:
        """Return the stages whose images run: the last one, unless the callers of the file build others."""
        builds = self.facts.get(Lookup("builds", "")) if len(self.stages) > 1 else None
        if not isinstance(builds, Builds) or not any(service.target for service in builds.services):
            return self.stages[-1:]
        from hardener.image.built_stages import run_stages  # few files have stages that their callers name

        return run_stages(self.stages, builds.services)

    @property
    def finals(self) -> tuple[StageModel, ...]:
        """The stages whose images run, in the order of the file: one in nearly all files."""
        return tuple(stage for stage in self.stages if stage.is_final)

    def _declare_global(self, instruction: Instruction) -> None:
        for name, value in pairs(instruction, self.escape):
            self._globals[name] = expand(value or "", self._globals, self.escape)

    def _base(self, node: Stage, index: int) -> StageModel:
        view = from_words(node.from_, self.escape)
        name = view.name
        text = expand(view.image, self._globals, self.escape) if view.image else None
        parent = self._named.get(text) if text is not None else None
        if parent is not None:
            stage = StageModel(node, index, name, parent, None, parent.is_scratch, parent.image, self.escape)
            parent.children.append(stage)
            return stage
        reference, known = self._named_image(node.from_, text) if text else (None, None)
        image = self._image(reference, known)
        return StageModel(node, index, name, None, reference, text == "scratch", image, self.escape)

    def _named_image(self, node: From, text: str) -> tuple[ImageReference | None, BaseImage | None]:
        """Return the image that a FROM names, variables replaced, and what the facts know of it."""
        named = node.remembered(_images_named, self.escape)
        if text not in named:
            reference = ImageReference.parse(text) if text != "scratch" else None
            named[text] = reference, base_image(reference or _SCRATCH) if reference or text == "scratch" else None
        return named[text]

    def _image(self, reference: ImageReference | None, known: BaseImage | None) -> BaseImage | None:
        """Return what is known of a base image: what it says of itself counts, where somebody asked."""
        if reference is None or not self.facts:
            return known
        built = self.facts.get(Lookup("built", image_lookup(reference).key))
        if known is None and isinstance(built, BaseImage):
            return built
        said, system = self.facts.get(image_lookup(reference)), self.facts.get(system_lookup(reference))
        return said_of(reference, known, said, system)

    def _initial(self, stage: StageModel) -> State:
        if stage.parent is not None:
            stage.entrypoint, stage.cmd = stage.parent.entrypoint, stage.parent.cmd
            inherited = stage.parent.end
            return State(inherited.shell, inherited.user, inherited.workdir, inherited.values)
        image = stage.image
        if image is None:
            stage.entrypoint = stage.cmd = Command(None, None, None)
            return State(None, None, None, NO_VALUES)
        stage.entrypoint = Command(_argv(image.entrypoint), None, None)
        stage.cmd = Command(_argv(image.cmd), None, None)
        shell = image.shell if isinstance(image.shell, tuple) else None
        user = image.default_user if isinstance(image.default_user, str) else "root" if image.runs_as_root else None
        workdir = None if isinstance(image.workdir, Unknown) else image.workdir or "/"
        return State(shell, user, workdir, NO_VALUES)

    def _walk(self, stage: StageModel) -> None:
        state = self._initial(stage)
        values = Values(stage.parent.end.values if stage.parent is not None else None)
        cmd_declared = False
        for instruction in stage.node.body:
            state = State(state.shell, state.user, state.workdir, values)
            stage.states[instruction] = state
            name = instruction.name
            if name in ("ENV", "ARG"):
                values = self._assign(instruction, values)
            elif name == "SHELL":
                state = State(words(instruction, self.escape), state.user, state.workdir, values)
            elif name == "USER":
                user = expand(self.logical(instruction).text, values, self.escape)
                state = State(state.shell, user, state.workdir, values)
            elif name == "WORKDIR":
                where = self._workdir(state.workdir, expand(self.logical(instruction).text, values, self.escape))
                state = State(state.shell, state.user, where, values)
            elif isinstance(instruction, Cmd):
                stage.cmd, cmd_declared = self._command(instruction, state, stage), True
            elif isinstance(instruction, Entrypoint):
                stage.entrypoint = self._command(instruction, state, stage)
                if not cmd_declared:
                    stage.cmd = Command((), None, stage.index)  # I01, I02
            self._mark_sources(instruction)
        stage.end = State(state.shell, state.user, state.workdir, values)

    def _assign(self, instruction: Instruction, values: Values) -> Values:
        new: dict[str, str | None] = {}
        for name, value in pairs(instruction, self.escape):
            if instruction.name == "ARG" and not value:
                new[name] = self._globals.get(name)
            elif instruction.name == "ARG":
                new[name] = None  # --build-arg may say otherwise
            else:
                new[name] = expand(value or "", values, self.escape)
        return values.having(new)

    @staticmethod
    def _workdir(current: str | None, new: str | None) -> str | None:
        if new is None or new.startswith("/"):
            return new
        return None if current is None else f"{current.rstrip('/')}/{new}"

    def _command(self, instruction: Cmd | Entrypoint, state: State, stage: StageModel) -> Command:
        if isinstance(instruction.arguments, ShellForm) and state.shell is None:
            return Command(None, instruction, stage.index)
        argv = command(instruction, state.shell or DEFAULT_SHELL, self.escape)
        return Command(argv, instruction, stage.index)

    def _mark_sources(self, instruction: Instruction) -> None:
        for name in _sources(instruction):
            stage = self.find(name)
            if stage is not None:
                stage.is_copied_from = True


def _images_named(_: From, __: str) -> dict[str, tuple[ImageReference | None, BaseImage | None]]:
    """Return where a FROM keeps the images that it was found to name: trees whose ARG differ may share it."""
    return {}


def said_of(reference: ImageReference, known: BaseImage | None, said: object, system: object) -> BaseImage | None:
    """Return what is known of an image with what it says of itself.

    Args:
        reference: the image.
        known: what the facts say.
        said, system: the answers to `image_lookup` and `system_lookup`; None or a `Refusal` where there is none.
    """
    if said is None or isinstance(said, Refusal):
        return known
    from hardener.knowledge.configuration import Configuration, System
    from hardener.knowledge.configured import configured

    if not isinstance(said, Configuration):
        return known
    found = replace(said, system=system) if isinstance(system, System) else said
    return configured(reference, known, found)


def image_lookup(reference: ImageReference) -> Lookup:
    """Return the question for what an image says of itself: by digest, else by tag."""
    name = f"@{reference.digest}" if reference.digest else f":{reference.tag or 'latest'}"
    return Lookup("image", reference.repository + name)


def system_lookup(reference: ImageReference) -> Lookup:
    """Return the question for what stands in files of an image."""
    return Lookup("system", image_lookup(reference).key)


def sources(stage: Stage) -> tuple[str, ...]:
    """Return the stages and images that the instructions of a stage copy or mount from, as written."""
    return tuple(name for instruction in stage.body for name in _sources(instruction))


def _sources(instruction: Instruction) -> list[str]:
    if instruction.name in ("COPY", "ADD"):
        source = instruction.flag("from")
        return [source] if source else []
    if not isinstance(instruction, Run | Onbuild):
        return []
    return [mount.from_ for mount in mounts(instruction) if mount.from_]


def _argv(known: tuple[str, ...] | Unknown | None) -> tuple[str, ...] | None:
    """Return () for what an image is known not to have, None for what is not known."""
    return None if isinstance(known, Unknown) else known or ()


__all__ = ["Command", "Model", "StageModel", "State", "image_lookup", "sources", "system_lookup"]
