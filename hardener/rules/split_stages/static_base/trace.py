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


def origins(model: Model, stage: StageModel, path: str) -> Iterator[tuple[StageModel, str, bool]]:
    """Yield what a COPY of `stage` may bring to an absolute path, the last first: a stage of this file, the path there.

    The third says whether the COPY names just this file: else it may bring a folder that holds it.
    """
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = written(model, node)
            if found is None or found.stage is None or not found.is_known:
                continue
            sources = {posixpath.normpath(posixpath.join("/", source)) for source in found.sources}
            every = tuple(found.origins(path))
            named = [came for came in every if came in sources]
            for came in named or every:
                yield found.stage, came, bool(named)


def starts_at(model: Model, stage: StageModel, program: str) -> Iterator[tuple[StageModel, str, bool]]:
    """Yield where the program of a command line may come from, as `origins` does."""
    for path in in_path(program, stage.end.workdir):
        yield from origins(model, stage, path)


def made_for(model: Model, stage: StageModel, program: str, project: Project) -> Made | None:
    """Return what makes the program of a command line of a stage; None where harden cannot tell."""
    found = (made(model, one, path, project) for one, path, _ in starts_at(model, stage, program))
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
    calls = tuple(_calls(case))
    builds = tuple((node, call) for node, call in calls if _builds(call) and binary(case, call) == path)
    if builds:
        return Made(path, stage, case, go=builds)
    if any(call.name in ("cargo", "cross") for _, call in calls) and _is_of_cargo(path):
        return Made(path, stage, case, rust=True)
    for _, call in reversed(calls):
        before = _copied_from(call, path)
        if before is not None:
            return made(model, stage, before, project, depth + 1)
    together = tuple((node, call) for node, call in calls if _builds(call) and _among(case, call, path))
    if together:
        return Made(path, stage, case, go=together)
    came = (made(model, one, where, project, depth + 1) for one, where, _ in origins(model, stage, path))
    return next((one for one in came if one is not None), None)


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


def _builds(call: Call) -> bool:
    return call.name == "go" and call.words[:1] in (("build",), ("install",))


def _among(case: Case, call: Call, path: str) -> bool:
    """Tell whether a build of several packages makes a file: one of its folder that is called like a package."""
    if isinstance(binary(case, call), str) or output_folder(call) != posixpath.dirname(path):
        return False
    folders = (posixpath.dirname(source) for source in case.project.paths if source.endswith(".go"))
    return posixpath.basename(path) in {posixpath.basename(folder) for folder in folders}


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
