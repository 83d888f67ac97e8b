"""What a rule is: one transformer that says everything about itself.

A rule's docstring is its documentation page. Its `leave_*` methods call `rewrite` for a change and `report` for a
place that it holds back from; they do no I/O.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, ClassVar, TypeVar

from hardener._version import DOCUMENTATION
from hardener.errors import Refusal
from hardener.fast.records import dataclass, field, replace
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.project.context import REMOTE as REMOTE  # noqa: PLC0414 (rules find it here)
from hardener.project.context import Files as Files  # noqa: PLC0414 (rules find these here)
from hardener.project.context import Lookup as Lookup  # noqa: PLC0414
from hardener.syntax.dockerfile.line_limit import is_too_long
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile, Instruction
from hardener.syntax.ignore_comments import ignored_rules
from hardener.syntax.tree import Flatten, Node, Visitor, asked_by
from hardener.text import Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.file_change import FileChange, FileFinding

T = TypeVar("T", bound="Node | Flatten")


class Safety(Enum):
    """How much a rewrite may change.

    SAFE: image and process behave as before. HARDENING: the running container changes on purpose, with
    preconditions checked. UNSAFE: it cannot be proved from the files.
    """

    SAFE = "safe"
    HARDENING = "hardening"
    UNSAFE = "unsafe"


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the file as it was given: from a place up to, not including, another; all count from 1.

    Columns count characters (code points) of their line.
    """

    line: int
    column: int
    end_line: int
    end_column: int


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule applies.

    Attributes:
        code, rule: of the rule, such as "HD101" and "merge-run".
        line: from 1, in the file as it was given: the Dockerfile, or the one that `change` is of.
        message: what is wrong and why.
        safety: of the rewrite; None where there is none.
        refusal: why it is held back; None where it is not.
        applied: whether the result holds the rewrite.
        region: the instruction it stands at, without the blanks and newline around it.
        edits: what would make the change, as edits of the file as it was given; () where there is none, or where the
            change cannot be made alone; the engine fills it where `Options.with_edits` asks for it.
        doubt: what cannot be proved from the files; each unsafe one has it, no other has.
        is_settled: nothing is wrong here: the refusal says why the rule has nothing to do.
        related: the regions of the other instructions that it speaks of.
        goes_along: it is made with another finding of its rule, and never alone.
    """

    code: str
    rule: str
    line: int
    message: str
    safety: Safety | None = None
    refusal: Refusal | None = None
    applied: bool = False
    region: Region | None = None
    edits: tuple[Edit, ...] = ()
    doubt: str = ""
    is_settled: bool = False
    goes_along: bool = False
    #: what it does to another file, which it is then about
    change: FileChange | None = field(default=None, repr=False)
    related: tuple[Region, ...] = field(default=(), compare=False)
    #: the instruction it stands at, and the others that it speaks of, for the engine
    place: Instruction | None = field(default=None, repr=False, compare=False)
    also: tuple[Instruction, ...] = field(default=(), repr=False, compare=False)

    @property
    def file(self) -> str:
        """The path of the file it is about; "" for the Dockerfile."""
        return self.change.place if self.change is not None else ""

    @property
    def url(self) -> str:
        """The page of the rule."""
        return f"{DOCUMENTATION}/rules/#{self.code.lower()}-{self.rule}"


class AnyRule:
    """What all rules say of themselves, whatever files they are about; the docstring is the page."""

    code: ClassVar[str]
    name: ClassVar[str]
    safety: ClassVar[Safety]
    #: names of rules that run before this one
    after: ClassVar[tuple[str, ...]] = ()
    #: off unless selected by name
    opt_in: ClassVar[bool] = False
    #: it asks look-ups of the kinds in `REMOTE`
    asks_registry: ClassVar[bool] = False
    #: what it holds back from is said at every level: it matters to who reads, whatever may be done about it
    is_always_told: ClassVar[bool] = False
    #: the kind of file that it is about, as Markdown names it
    language: ClassVar[str] = "dockerfile"

    @classmethod
    def announced(cls) -> tuple[str, ...]:
        """Return the names of what it may change."""
        raise NotImplementedError


class Rule(AnyRule, Visitor):
    """Base of all rules for Dockerfiles.

    Args:
        tree: the file as the earlier rules left it.
        model: what it means.
        select: whether a finding is to be applied.
    """

    effects: ClassVar[frozenset[Effect]]
    #: of the bases that it asks for, the very release counts
    asks_release: ClassVar[bool] = False
    #: of the bases that it asks for, the accounts count
    asks_users: ClassVar[bool] = False
    #: of the bases that it asks for, the distribution counts
    asks_distro: ClassVar[bool] = False
    #: its findings are about the image, wherever in the file they are shown
    about_image: ClassVar[bool] = False
    #: it is about what the file starts: one without CMD and ENTRYPOINT has nothing for it
    about_start: ClassVar[bool] = False
    #: classes of instructions: in a file without any of them it finds nothing; empty where its methods say it all
    needs: ClassVar[frozenset[str]] = frozenset()
    #: the walk stops at instructions
    shallow: ClassVar[bool] = True

    def __init__(self, tree: Dockerfile, model: Model, select: Callable[[Finding], bool]) -> None:
        self.tree = tree
        self.model = model
        self.select = select
        self.findings: list[Finding] = []
        #: ignore comments that kept a finding of this rule away
        self.served: set[tuple[Comment, str]] = set()

    @classmethod
    def announced(cls) -> tuple[str, ...]:
        """Return the names of its effects."""
        return tuple(sorted(effect.name for effect in cls.effects))

    @classmethod
    def plan(cls, model: Model, files: Files) -> object:
        """Return what the rule would do, worked out from the file and the build context; pure.

        It is asked again when there are answers in `files`, until it wants nothing new: what has to be known may
        depend on what is known (the workspaces that a package.json names). The rewrite takes the last one: `planned`.
        """
        return None

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Return what has to be known beyond the file: what the plan would like to read of the build context."""
        return cls._planned(model)[2]

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return texts of which the file holds one wherever the rule finds anything; () where that cannot be said.

        `python -m hardener.rules` asks for them once: a run knows them without loading the rule.
        """
        return ()

    @classmethod
    def bases(cls, model: Model) -> Iterable[StageModel]:
        """Return the stages whose base image a decision depends on: it is asked what the facts do not know of it."""
        return ()

    @property
    def planned(self) -> Any:
        """What `plan` returned on all that is known; a rule gives it its type."""
        return self._planned(self.model)[1]

    @classmethod
    def _planned(cls, model: Model) -> tuple[Mapping[Any, Any], Any, tuple[Any, ...]]:
        known = model.plans.get(cls)
        if known is None or known[0] is not model.facts:
            files = Files(model.facts)
            plan = cls.plan(model, files)
            known = model.plans[cls] = model.facts, plan, tuple(files.wanted)
        return known

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Return why there is nothing to do where the rule found nothing about the image of a final stage.

        "" for rules that are not about what every image should have. It is told with --verbose.
        """
        return ""

    @classmethod
    def settled(cls, model: Model) -> Iterable[tuple[Instruction, str]]:
        """Return where in the file there is nothing to do, and why, if the rule found nothing in all of it.

        Told with --verbose: of the final stage, what `unneeded` says, where the rule knows of no place.
        """
        stage = model.stages[-1]
        why = cls.unneeded(stage)
        return ((stage.node.from_, why),) if why else ()

    @property
    def stages(self) -> tuple[StageModel, ...]:
        """The stages of the file."""
        return self.model.stages

    def run(self) -> Dockerfile:
        """Return the tree with the selected rewrites; the findings are in `findings` afterwards."""
        return self.tree.visit(self)

    def rewrite(
        self,
        at: Instruction | tuple[Instruction, ...],
        updated: T,
        replacement: T,
        message: str,
        *,
        doubt: str = "",
        hardening: bool = False,
        others: Iterable[FileFinding] = (),
    ) -> T:
        """Record a finding and return what is to stand there.

        Args:
            at: the instruction that is shown, as in the original tree; of several the first is shown, and an ignore
                comment above any of them counts.
            updated: the node as the walk left it.
            replacement: the node that the rule wants there, built from `updated`.
            message: what is wrong and why, a plain sentence without a final stop.
            doubt: what cannot be proved from the files about this one, which makes it unsafe whatever the rule's level.
            hardening: this one changes the running container where the rule's others do not.
            others: what is done to other files with it: all of it, or nothing.
        """
        places = at if isinstance(at, tuple) else (at,)
        if is_too_long(updated, replacement):
            return self.report(at, updated, Refusal("P39", "the changed line is too long for the builder"), message)
        safety = Safety.UNSAFE if doubt else Safety.HARDENING if hardening else self.safety
        finding = Finding(self.code, self.name, 0, message, safety, doubt=doubt, place=places[0], also=places[1:])
        if self.is_ignored(*places):
            return updated
        along = replace(finding, also=(), goes_along=True)
        beside = [
            replace(along, line=other.line, message=other.message, region=_line(other.line), change=other.change)
            for other in others
        ]
        selected = all(list(map(self.select, (finding, *beside))))
        self.findings += [replace(one, applied=selected) for one in (finding, *beside)]
        return replacement if selected else updated

    def propose(self, at: Instruction, change: FileChange, message: str, *, line: int = 1, doubt: str = "") -> bool:
        """Record a finding about another file of the build context, and tell whether its change is made.

        Args:
            at: the instruction of the Dockerfile that it is about: an ignore comment above it counts.
            change: of the file.
            message: as for `rewrite`.
            line: in the file, where it begins.
            doubt: as for `rewrite`.
        """
        if self.is_ignored(at):
            return False
        safety = Safety.UNSAFE if doubt else self.safety
        finding = Finding(
            self.code, self.name, line, message, safety, region=_line(line), doubt=doubt, change=change, place=at
        )
        selected = self.select(finding)
        self.findings.append(replace(finding, applied=selected))
        return selected

    def report(self, at: Instruction | tuple[Instruction, ...], updated: T, refusal: Refusal, message: str) -> T:
        """Record a place that is held back and return `updated`; of several instructions the first is shown."""
        place, *others = at if isinstance(at, tuple) else (at,)
        if not self.is_ignored(place):
            finding = Finding(self.code, self.name, 0, message, None, refusal, place=place, also=tuple(others))
            self.findings.append(finding)
        return updated

    def settle(self, at: Instruction, updated: T, refusal: Refusal, message: str) -> T:
        """Record that nothing is wrong at a place, and why, and return `updated`: told where all is asked for."""
        if not self.is_ignored(at):
            finding = Finding(self.code, self.name, 0, message, None, refusal, is_settled=True, place=at)
            self.findings.append(finding)
        return updated

    def is_ignored(self, *instructions: Instruction) -> bool:
        """Tell whether a comment above one of them says `# harden: ignore[…]` for this rule; it has then served."""
        comments = [c for i in instructions for c in i.leading if isinstance(c, Comment) and "harden:" in c.text]
        serving = [c for c in comments if {self.name, self.code} & set(ignored_rules(c.text))]
        self.served.update((c, self.name) for c in serving)
        return bool(serving)


def _line(line: int) -> Region:
    """Return the place of a finding about another file, of which only the line is known."""
    return Region(line, 1, line, 1)


def acts_on(rule: type[Rule]) -> frozenset[str]:
    """Return the classes of nodes without any of which a rule finds nothing."""
    return rule.needs or asked_by(rule)


def kinds(tree: Dockerfile) -> frozenset[str]:
    """Return the classes of nodes that a tree has, down to its instructions."""
    return tree.remembered(_kinds_of, "")


def _kinds_of(tree: Dockerfile, _: str) -> frozenset[str]:
    return frozenset({"Dockerfile", "Stage", *(type(node).__name__ for node in tree.instructions)})
