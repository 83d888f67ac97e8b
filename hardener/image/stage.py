"""One stage as a model knows it: what it is built on, what is in force at each instruction, what it leaves."""

from __future__ import annotations

from hardener.fast.records import dataclass, field
from hardener.image.values import NO_VALUES, Values
from hardener.knowledge.images import BaseImage, is_windows
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, Instruction, ShellForm, Stage, Workdir
from hardener.syntax.dockerfile.views import from_words
from hardener.syntax.image_reference import ImageReference

#: what USER says where it means root
_ROOT = ("root", "0", "root:root", "0:0")


@dataclass(frozen=True, slots=True)
class State:
    """What is in force at a place in a stage. None means that it cannot be known from the files."""

    shell: tuple[str, ...] | None
    user: str | None
    workdir: str | None
    #: ARG and ENV values that can be known
    values: Values

    @property
    def is_root(self) -> bool:
        """Whether USER is known to be root."""
        return self.user in _ROOT


@dataclass(frozen=True, slots=True)
class Command:
    """The CMD or ENTRYPOINT in force at the end of a stage.

    Attributes:
        argv: what runs, with the shell put in front of a shell form; None where it is unknown; () where there is none.
        instruction: where it stands, None where it is inherited.
        stage: index of the stage that declares it; None for the base image.
    """

    argv: tuple[str, ...] | None
    instruction: Cmd | Entrypoint | None
    stage: int | None

    @property
    def is_shell_form(self) -> bool:
        """Whether a shell reads it."""
        return self.instruction is not None and isinstance(self.instruction.arguments, ShellForm)


@dataclass(slots=True)
class StageModel:
    """One stage: what it is built on, what it leaves, and who uses it."""

    node: Stage
    index: int
    name: str | None
    #: the stage it is built on, if that is one of this file
    parent: StageModel | None
    #: the image reference it is built on, None for a stage, `scratch`, or what cannot be read
    reference: ImageReference | None
    is_scratch: bool
    #: facts about the image at the root of the chain of stages; None where unknown
    image: BaseImage | None
    #: the escape character of the file
    escape: str = "\\"
    states: dict[Instruction, State] = field(default_factory=dict)
    end: State = State(None, None, None, NO_VALUES)
    entrypoint: Command = Command(None, None, None)
    cmd: Command = Command(None, None, None)
    #: stages of this file that are built on this one
    children: list[StageModel] = field(default_factory=list)
    #: whether another stage copies or mounts from it
    is_copied_from: bool = False
    #: whether its image runs: the last stage, or one that the callers of the file build
    is_final: bool = False
    #: whether its layers end in an image that is run: its own, or one that is built on it (C01, M21)
    is_shipped: bool = False
    _is_windows: bool | None = field(default=None, init=False, repr=False, compare=False)

    @property
    def is_leaf(self) -> bool:
        """Whether no other stage is built on it or copies from it: it is there to be run."""
        return not self.children and not self.is_copied_from

    @property
    def is_windows(self) -> bool:
        """Whether it is known to be an image of Windows, or is named like one (B20)."""
        if self._is_windows is None:
            root = self.root
            platform = from_words(root.node.from_, self.escape).platform or ""
            self._is_windows = platform.lower().startswith("windows") or is_windows(root.reference, root.image)
        return self._is_windows

    @property
    def declares_start(self) -> bool:
        """Whether this file says what runs, at least in part."""
        return self.cmd.instruction is not None or self.entrypoint.instruction is not None

    @property
    def inherits_unread_entrypoint(self) -> bool:
        """Whether an entry point of the base image runs that nobody has read."""
        return self.entrypoint.instruction is None and self.image is not None and self.image.has_unread_entrypoint

    @property
    def is_posix(self) -> bool:
        """Whether nothing hints at Windows: neither the image nor a backtick as the escape character."""
        return self.escape == "\\" and not self.is_windows

    @property
    def chain(self) -> tuple[StageModel, ...]:
        """This stage and the stages that it is built on, nearest first."""
        found = [self]
        while (parent := found[-1].parent) is not None:
            found.append(parent)
        return tuple(found)

    @property
    def root(self) -> StageModel:
        """The stage at the root of the chain: the one built on an image."""
        stage = self
        while stage.parent is not None:
            stage = stage.parent
        return stage

    def fixes_folder(self, node: Instruction) -> bool:
        """Tell whether a WORKDIR of this file, and not the base image, says which folder an instruction is in."""
        for link in self.chain:
            body = link.node.body
            before = body[: body.index(node)] if link is self else body
            if any(isinstance(other, Workdir) and other.text.strip().startswith("/") for other in before):
                return True
        return self.root.is_scratch
