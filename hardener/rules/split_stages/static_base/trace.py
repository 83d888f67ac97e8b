"""From a path of the last stage to the commands of the stage that made the file there (S14)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from hardener.fast.records import dataclass
from hardener.image.files import in_path, is_within, written
from hardener.image.model import Model, StageModel
from hardener.knowledge.images import base_image
from hardener.rules.split_stages import read_runs
from hardener.rules.split_stages.languages.go import binary, output_folder
from hardener.rules.split_stages.model import Call, Case, Step
from hardener.rules.split_stages.project import Project
from hardener.syntax.dockerfile.nodes import Run
from hardener.syntax.image_reference import ImageReference

#: what stands for an image that harden does not know: nothing is said of it
_NOTHING = ImageReference("docker.io", "scratch", None, None)
#: a file is not followed through more copies than this
_DEEPEST = 6
_COPIES = ("cp", "mv", "install")


@dataclass(frozen=True, slots=True)
class Made:
    """Where a program comes from.

    Attributes:
        path: of the file in the stage that made it.
        stage: that stage.
        case: what its commands are, those of the stages that it is built on too.
        go: the builds of Go that write the file, with the RUN of each.
        rust: cargo builds there, and the file lies where it puts what it makes.
    """

    path: str
    stage: StageModel
    case: Case
    go: tuple[tuple[Run, Call], ...] = ()
    rust: bool = False


def origin(model: Model, stage: StageModel, path: str) -> tuple[StageModel, str] | None:
    """Return the stage of this file from which a COPY of `stage` brings the file at an absolute path, and its path."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = written(model, node)
            if found is None or found.below(path) is None or found.stage is None or not found.is_known:
                continue
            came = next(iter(found.origins(path)), None)
            if came is not None:
                return found.stage, came
    return None


def starts_at(model: Model, stage: StageModel, program: str) -> tuple[StageModel, str] | None:
    """Return where the program of a command line comes from: its stage and path there."""
    found = (origin(model, stage, path) for path in in_path(program, stage.end.workdir))
    return next((one for one in found if one is not None), None)


def made(model: Model, stage: StageModel, path: str, project: Project, depth: int = 0) -> Made | None:
    """Return what makes the file at an absolute path of a stage; None where harden cannot tell.

    Args:
        model: the file. stage: where the file lies. path: of the file.
        project: the build context, as far as it is known.
        depth: how often the file was copied already.
    """
    case = _case(model, stage, project)
    if case is None or depth > _DEEPEST:
        return None
    builds = tuple((node, call) for node, call in _calls(case) if _builds(case, call, path))
    if builds:
        return Made(path, stage, case, go=builds)
    if any(call.name in ("cargo", "cross") for call in case.calls) and _is_of_cargo(path):
        return Made(path, stage, case, rust=True)
    for _, call in reversed(tuple(_calls(case))):
        before = _copied_from(call, path)
        if before is not None:
            return made(model, stage, before, project, depth + 1)
    came = origin(model, stage, path)
    return made(model, *came, project, depth + 1) if came is not None else None


def _case(model: Model, stage: StageModel, project: Project) -> Case | None:
    root = stage.root
    image, reference = root.image or base_image(_NOTHING), root.reference or _NOTHING
    if image is None:
        return None
    memo: dict[int, tuple[Step, ...]] = model.memo.setdefault("steps of stages", {})
    for link in stage.chain:
        if link.index not in memo:
            memo[link.index] = read_runs.steps(model, link)
    steps = tuple(step for link in reversed(stage.chain) for step in memo[link.index])
    return Case(model, stage, image, reference, project, steps, ())


def _calls(case: Case) -> Iterator[tuple[Run, Call]]:
    for step in case.steps:
        if isinstance(step.node, Run) and isinstance(step.calls, tuple):
            yield from ((step.node, call) for call in step.calls)


def _builds(case: Case, call: Call, path: str) -> bool:
    """Tell whether a command is a build of Go that writes a file: by its name, or among others into its folder."""
    if call.name != "go" or call.words[:1] not in (("build",), ("install",)):
        return False
    if binary(case, call) == path:
        return True
    return output_folder(call) == posixpath.dirname(path)


def _is_of_cargo(path: str) -> bool:
    parts = path.split("/")
    return ("release" in parts or "debug" in parts) and ("target" in parts or "musl" in path)


def _copied_from(call: Call, path: str) -> str | None:
    """Return which file a command copies or moves to a path; None where it does not, or harden cannot tell."""
    if call.name not in _COPIES or None in call.argv:
        return None
    words = [word for word in call.words if not word.startswith("-")]
    if call.name == "install" and words and words[0].isdigit():
        words = words[1:]  # the value of -m
    target = call.path(words[-1]) if len(words) > 1 else None
    if target is None or not is_within(path, target):
        return None
    for word in words[:-1]:
        into = posixpath.join(target, posixpath.basename(word))
        if path in (target, into) and not set(word) & set("*?["):
            return call.path(word)
    return None
