"""The vocabulary of a split: what is read of the stage, what becomes of each instruction, where it ends up."""

from __future__ import annotations

import posixpath
from collections.abc import Callable
from typing import Any

from hardener.errors import Refusal
from hardener.fast.records import dataclass, field
from hardener.image.model import Model, StageModel, State
from hardener.knowledge.images import BaseImage
from hardener.packages.commands import PackageCommand
from hardener.rules.split_stages.project import Project
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Instruction
from hardener.syntax.image_reference import ImageReference


@dataclass(frozen=True, slots=True)
class Call:
    """One command of a RUN.

    Attributes:
        name: of the program, without its folder.
        argv: the words as the shell makes them; None for one that cannot be known.
        raw: the text, assignments and redirections included.
        folder: the absolute folder that it runs in; None where it is not known.
        moved: a `cd` of the same RUN led there.
        package: what it says to a package manager, None for another program.
        command: where it stands.
        state: what is in force there.
    """

    name: str
    argv: tuple[str | None, ...]
    raw: str
    folder: str | None
    moved: bool
    package: PackageCommand | None
    command: Command
    state: State

    @property
    def words(self) -> tuple[str, ...]:
        """The words after the program that are known."""
        return tuple(word for word in self.argv[1:] if word is not None)

    def path(self, word: str) -> str | None:
        """Return a path of this call as an absolute one."""
        return None if self.folder is None else posixpath.normpath(posixpath.join(self.folder, word))


@dataclass(frozen=True, slots=True)
class Step:
    """One instruction of the stage; `calls` is what a RUN does, or why that cannot be read."""

    node: Instruction
    state: State
    calls: tuple[Call, ...] | Refusal = ()


@dataclass(frozen=True, slots=True)
class Case:
    """What a decision is made from: the file, the stage, its image, the build context."""

    model: Model
    stage: StageModel
    image: BaseImage
    reference: ImageReference
    project: Project
    steps: tuple[Step, ...]
    #: command lines that the image runs, HEALTHCHECK not among them
    programs: tuple[tuple[str, ...], ...]
    #: what was worked out from all of it, so that it is done once
    memo: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)

    @property
    def written(self) -> str:
        """The image as FROM names it, variables and all."""
        return self.stage.node.from_.text.split()[0]

    @property
    def calls(self) -> tuple[Call, ...]:
        """All commands of all RUN instructions that can be read."""
        known: tuple[Call, ...] | None = self.memo.get("calls")
        if known is None:
            found = (call for step in self.steps if isinstance(step.calls, tuple) for call in step.calls)
            known = self.memo["calls"] = tuple(found)
        return known


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of one command.

    Attributes:
        build: it runs in the build stage.
        repeat: it runs in the runtime stage too: what it leaves is small, and outside of what is copied.
        makes: absolute paths that the runtime stage takes from the build stage.
        whole: `makes` is a folder with everything in it, what the build context brought included.
        early: where it is repeated, it does not read what is copied, and may stand above it.
        packages: it installs packages of the distribution, which are sorted out one by one.
    """

    build: bool = False
    repeat: bool = False
    makes: tuple[str, ...] = ()
    whole: bool = False
    packages: bool = False
    early: bool = False


@dataclass(frozen=True, slots=True)
class Data:
    """A file or folder of the build context that a compiled program may read when it runs."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Target:
    """What the two stages are to be.

    Attributes:
        base: image reference of the runtime stage, as it is to be written.
        image: what is known about it.
        build_base: image reference of the build stage, None to leave it.
        packages: packages of the distribution that the runtime stage needs besides those of the file.
        env: text of an ENV that both stages get, "" for none.
        build_env, runtime_env: text of an ENV that only that stage gets, "" for none.
        prologue: bodies of RUN at the start of the build stage; epilogue: at its end.
        sources: what the build context brings is needed at run time.
        root: the folder that the sources are in, for a compiled program.
        doubts: what cannot be proved from the files; any of them makes the split unsafe.
        gain: what the runtime stage is rid of, in words.
        instead: packages of the file of which the runtime stage needs a part, each with the package that has it.
        is_smaller: what is left out is worth a stage of its own on the same image too.
        is_plain: nothing that is built needs the libraries that a compiler brings, such as libgomp1.
        code: what of the sources is no use at run time, in the place of what the language says; "" for that.
        stays: why what is for development only stays, where a split without it gains nothing.
    """

    base: str
    image: BaseImage
    build_base: str | None = None
    packages: tuple[str, ...] = ()
    env: str = ""
    build_env: str = ""
    runtime_env: str = ""
    prologue: tuple[str, ...] = ()
    epilogue: tuple[str, ...] = ()
    sources: bool = True
    root: str = ""
    doubts: tuple[str, ...] = ()
    gain: str = ""
    instead: tuple[tuple[str, str], ...] = ()
    is_plain: bool = False
    is_smaller: bool = False
    code: str = ""
    stays: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Ecosystem:
    """How one language is built and run.

    Attributes:
        name: for messages.
        claims: whether the stage is of this kind.
        read: what becomes of a command; None for one that is not of this kind.
        target: what the stages are to be, why not, or None where nothing is to be split.
        sources: endings of the files that a program is written in.
        code: matches the names of files that a compiled program does not read when it runs.
    """

    name: str
    claims: Callable[[Case], bool]
    read: Callable[[Case, Call], Verdict | Refusal | None]
    target: Callable[[Case], Target | Refusal | None]
    sources: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True)
class Copied:
    """A path that the runtime stage takes from the build stage; `owner` is the value for --chown, or ""."""

    path: str
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one instruction.

    Attributes:
        build: it stands in the build stage.
        runtime: it stands in the runtime stage as it is.
        copies: in its place the runtime stage takes these from the build stage.
        run: in its place the runtime stage runs this; "" for nothing.
        after: what it runs when the copies are there; "" for nothing.
        data: in its place the runtime stage copies these from the build context.
        early: the runtime stage has it above what is copied right before it.
    """

    build: bool
    runtime: bool
    copies: tuple[Copied, ...] = ()
    run: str = ""
    after: str = ""
    data: tuple[Data, ...] = ()
    early: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A split that can be written.

    Attributes:
        ecosystem: for messages.
        target: what the two stages are to be.
        decisions: one for each instruction of the stage.
        workdir: the folder that the runtime stage starts in, "" where its image has the same.
        runtime_runs: bodies of RUN at the start of the runtime stage.
        name: of the build stage.
        doubts: what cannot be proved; any of them makes the split unsafe.
    """

    ecosystem: str
    target: Target
    decisions: tuple[Decision, ...]
    workdir: str
    runtime_runs: tuple[str, ...]
    name: str
    doubts: tuple[str, ...]
