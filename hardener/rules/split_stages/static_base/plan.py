"""Which last stages can do without the files of their base, and what that takes (B22, S13)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import copied, is_local
from hardener.image.model import Model, StageModel
from hardener.image.pulled_images import Carrier, pulled
from hardener.project.compose.development import names_development
from hardener.project.context import Files
from hardener.rules._reference_rule import held
from hardener.rules.split_stages.languages.go import STATIC
from hardener.rules.split_stages.model import Call
from hardener.rules.split_stages.project import Project
from hardener.rules.split_stages.static_base.accounts import NONROOT, numbered
from hardener.rules.split_stages.static_base.evidence import evidence
from hardener.rules.split_stages.static_base.left_out import left_out
from hardener.rules.split_stages.static_base.start import behind_init, program, without_shell
from hardener.rules.split_stages.static_base.trace import Made
from hardener.syntax.dockerfile.nodes import Instruction, Run
from hardener.syntax.image_reference import ImageReference

_FAMILIES = regex(r"(?:debian|ubuntu|alpine|busybox)(?:-|\Z)")
_SHELL = "no shell is left in the container for whoever looks into it"
_UNSEEN = "cannot tell without the build context whether the program starts others"
_MODULES = "cannot tell whether libraries start other programs"
_VOLUMES = "files in volumes belong to the number that the user had before"
_FIRST = "without the init the program is process 1: it ends on SIGTERM only if it handles it"
_TIME_ZONE = "TZ counts now: the old base has no time zones"
#: what a program finds on the old base alone
_OF_BASE = regex(r"[\"'`](/(?:usr/)?s?bin/[\w.-]+|/etc/(?:mime\.types|services|alpine-release|os-release))[\"'`]")
#: more sources than this are not read for such paths
_MOST = 1500


@dataclass(frozen=True, slots=True)
class Move:
    """A last stage on a base without a shell.

    Attributes:
        carrier: where the old image is named. reference: of the new one.
        changed: instructions of the stage that change; None for those that go.
        unset: builds that CGO_ENABLED=0 goes in front of.
        doubts: what the files do not show.
    """

    carrier: Carrier
    reference: ImageReference
    changed: dict[Instruction, Instruction | None]
    unset: tuple[tuple[Run, Call], ...]
    doubts: tuple[str, ...]


def moves(model: Model, files: Files) -> dict[int, Move | Refusal]:
    """Return what becomes of the last stages that start a program which needs no library, by index.

    Args:
        model: the file.
        files: the build context as far as it is known; what else is wanted is noted there.
    """
    found: dict[int, Move | Refusal] = {}
    for stage in model.finals:
        image = stage.image
        if not stage.is_leaf or stage.parent is not None or image is None or not _FAMILIES.match(image.family):
            continue
        result = _move(model, stage, files) if stage.is_posix else None
        if result is not None:
            found[stage.index] = result
    return found


def _move(model: Model, stage: StageModel, files: Files) -> Move | Refusal | None:
    found = program(model, stage, files)
    if found is None or isinstance(found, Refusal):
        return found
    shown = evidence(found)
    if shown is None:
        return None
    if isinstance(shown, Refusal):
        return shown
    start = _shape(stage, files) or without_shell(model, stage, files)
    if isinstance(start, Refusal):
        return start
    gone, carrier = left_out(model, stage), _carrier(model, stage)
    if isinstance(gone, Refusal):
        return gone
    starts = _starts_others(model, found, Project(files))
    if isinstance(carrier, Refusal):
        return carrier
    if isinstance(starts, Refusal):
        return starts
    accounts, reference = _accounts(model, stage), ImageReference.parse(STATIC)
    if isinstance(accounts, Refusal):
        return accounts
    if reference is None:
        return None
    tools = f"{', '.join(gone.tools[:3])} {'is' if len(gone.tools) == 1 else 'are'} left out" if gone.tools else ""
    zone = _TIME_ZONE if _has_time_zone(stage) else ""
    first = _FIRST if behind_init(stage.entrypoint.argv or ()) is not None else ""
    doubts = (_SHELL, first, *shown.doubts, *starts, *accounts[1], tools, zone)
    changed: dict[Instruction, Instruction | None] = {**start, **accounts[0]}
    changed |= dict.fromkeys(gone.runs)
    return Move(carrier, reference, changed, shown.unset, tuple(filter(None, dict.fromkeys(doubts))))


def _accounts(model: Model, stage: StageModel) -> tuple[dict[Instruction, Instruction], tuple[str, ...]] | Refusal:
    """Return the instructions that name accounts, with numbers, and what that leaves open."""
    changed: dict[Instruction, Instruction] = {}
    doubts: list[str] = []
    for node in stage.node.body:
        new = numbered(model, stage, node)
        if isinstance(new, Refusal):
            return new
        if new[0] is not node:
            changed[node] = new[0]
            doubts += [_VOLUMES] if NONROOT in new[0].code else []
        doubts += [new[1]] if new[1] else []
    return changed, tuple(doubts)


def _shape(stage: StageModel, files: Files) -> Refusal | None:
    """Return what in the last stage is there for a shell, for others, or for people who work in it."""
    if names_development(stage.name or ""):
        return Refusal("S28", "the image is there to develop with", "keep its shell")
    names = {node.name for node in stage.node.body}
    if "ONBUILD" in names:
        return Refusal("P47", "ONBUILD runs in the builds of images based on this one")
    if "SHELL" in names:
        return Refusal("E07", "SHELL names a shell, and the new base has none", "remove SHELL")
    return files.builds.doubt or files.builds.worked_in


def _carrier(model: Model, stage: StageModel) -> Carrier | Refusal:
    """Return where FROM names the image, unless an ARG or a compose file has a say (B03, B07, B09)."""
    found = next((one for one in pulled(model) if one.place is stage.node.from_), None)
    if found is None or found.reference is None:
        return Refusal("B03", "an ARG names the image", "write the image into FROM")
    why = held(model, found)
    if why is not None or isinstance(found.carrier, Refusal):
        return why or found.carrier
    if found.carrier.node is not stage.node.from_ or found.carrier.tail:
        return Refusal("B03", "an ARG names the image", "write the image into FROM")
    return found.carrier


def _starts_others(model: Model, found: Made, project: Project) -> tuple[str, ...] | Refusal:
    """Return what is open about other programs that the program starts, or that its sources start one (S11)."""
    tree = project.files.tree
    if tree is None:
        return (_UNSEEN,)
    ending = "rs" if found.rust else "go"
    links = [node for link in found.stage.chain for node in link.node.body if is_local(node)]
    brought = [copied(model, node, tree) for node in links]
    only = {path for one in brought if one is not None for path in one.files()}
    if not brought or any(one is None for one in brought):
        only = set(project.paths)
    own = frozenset(path for path in only if not path.startswith("vendor/") and "/vendor/" not in path)
    started = project.started((ending,), (), only=own)
    if started.programs:
        return Refusal("S11", f"the sources start `{sorted(started.programs)[0]}`", "keep a base that has it")
    if started.doubts:
        return Refusal("S11", started.doubts[0], "keep a base that has them")
    doubts = [_MODULES]
    for path in [path for path in project.sources((ending,)) if path in own][:_MOST]:
        named = _OF_BASE.search(project.text(path) or "")
        if named is not None:
            doubts.append(f"{path} names {named[1]}, which the new base lacks")
            break
    return tuple(doubts)


def _has_time_zone(stage: StageModel) -> bool:
    """Tell whether TZ is set and no RUN installs time zones on a base that has none."""
    text = "".join(node.code for node in stage.node.body)
    return "tzdata" not in text and "zoneinfo" not in text and "TZ" in stage.end.values


__all__ = ["Move", "moves"]
