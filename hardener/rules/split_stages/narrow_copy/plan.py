"""Which COPY of the last stages bring a whole build folder, and what they need of it."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model, StageModel
from hardener.image.process import all_programs
from hardener.project.context import Files
from hardener.rules.split_stages.narrow_copy.build import Build, build_of
from hardener.rules.split_stages.narrow_copy.kept import content, needed
from hardener.rules.split_stages.narrow_copy.uses import changes, hidden, not_alone, note_named
from hardener.rules.split_stages.project import Project
from hardener.syntax.dockerfile.nodes import Copy


@dataclass(frozen=True, slots=True)
class Narrow:
    """What a COPY of a whole folder becomes.

    Attributes:
        target: the folder in the last stage.
        paths: what is copied instead, from the folder on.
        refusal: why not; None where it can be.
    """

    target: str
    paths: tuple[str, ...] = ()
    refusal: Refusal | None = None


def narrowed(model: Model, files: Files) -> dict[Copy, Narrow]:
    """Return what becomes of each COPY of a last stage that brings a folder in which a program was built.

    Args:
        model: the file.
        files: the build context as far as it is known; what else is wanted is noted there.
    """
    found: dict[Copy, Narrow] = {}
    project = Project(files)
    for stage in model.finals if len(model.stages) > 1 else ():
        for node in stage.node.body if stage.is_posix else ():
            build = build_of(model, stage, node, project) if isinstance(node, Copy) else None
            if build is None:
                continue
            result = _needed(model, stage, files, build)
            if isinstance(result, Refusal):
                found[build.node] = Narrow(build.target, refusal=result)
            elif result is not None:
                below = tuple(path[len(build.folder) :].lstrip("/") for path in result)
                found[build.node] = Narrow(build.target, below)
    return found


def _needed(model: Model, stage: StageModel, files: Files, build: Build) -> tuple[str, ...] | Refusal | None:
    """Return which paths of the build stage the last stage needs; None where it needs all of the folder."""
    refusal = not_alone(model, stage, files)
    if refusal is not None:
        return refusal
    started = all_programs(model, stage, files)
    if not started:
        return Refusal("S28", "cannot tell which program the image starts", "name it in CMD")
    if stage.inherits_unread_entrypoint or (stage.image is None and stage.entrypoint.stage is None):
        return Refusal("S31", "cannot tell what the entry point of the base image reads", "declare ENTRYPOINT")
    image = build.case.stage.root.image
    if image is None or not image.is_listed or image.onbuild:
        why = f"cannot tell what the image of the build has in {build.folder}"
        return Refusal("S31", why, "build on an official image")
    programs = tuple(build.mapped(stage, words) for words in started)
    build = replace(build, case=replace(build.case, programs=programs, memo={}))
    found = content(build)
    if isinstance(found, Refusal):
        return found
    kept = note_named(model, stage, files, build, found) or needed(build, found)
    if kept is None or isinstance(kept, Refusal):
        return kept
    return hidden(model, stage, files, build, found) or changes(model, stage, build, kept) or kept


__all__ = ["Narrow", "narrowed"]
