"""What the last stage has beside the program that only works with files of the old base (S11)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.image.files import written
from hardener.image.model import Model, StageModel
from hardener.image.words import expand
from hardener.rules.split_stages.project import Project
from hardener.rules.split_stages.static_base.evidence import Evidence, evidence
from hardener.rules.split_stages.static_base.start import is_static
from hardener.rules.split_stages.static_base.trace import made_for
from hardener.syntax.dockerfile.nodes import Copy, Env
from hardener.syntax.dockerfile.views import pairs

_FILE = r"/(?:usr/)?(?:s?bin|lib)/[\w.-]+|/etc/(?:mime\.types|alpine-release|ssl/cert\.pem)"
#: a literal of a source that names a file of the old base alone
NAMED = regex(rf"[\"'`]({_FILE})[\"'`]")
_VALUE = regex(rf"(?:{_FILE})\Z")
#: folders of programs
_PROGRAMS = ("bin", "sbin")
#: a path that names a file without an ending, no folder of programs and no pattern
_NAME = regex(r"/(?!s?bin\Z)[\w+-]+\Z")


def beside(model: Model, stage: StageModel, project: Project, shown: Evidence) -> Refusal | None:
    """Return what names a file of the old base, or may need its libraries; None where nothing is known to.

    Args:
        model: the file. stage: the last one. project: the build context.
        shown: why the program needs no library.
    """
    for name, path in _variables(model, stage):
        return Refusal("S11", f"{name} names {path}, which the new base lacks", "bring that file")
    for path in _programs(model, stage):
        if not is_static(model, stage, path, project, shown):
            return Refusal("S11", f"{path} may need libraries of the old base", "copy only programs without libraries")
    return None


def with_all(model: Model, stage: StageModel, project: Project, shown: Evidence) -> Evidence:
    """Return what shows that the program needs no library, with the builds of the programs that come beside it."""
    unset = {(run, call.command.start): (run, call) for run, call in shown.unset}
    for path in _copies(model, stage):
        found = made_for(model, stage, path, project)
        why = evidence(found) if found is not None else None
        unset |= (
            {(run, call.command.start): (run, call) for run, call in why.unset} if isinstance(why, Evidence) else {}
        )
    return replace(shown, unset=tuple(unset.values()))


def _variables(model: Model, stage: StageModel) -> Iterator[tuple[str, str]]:
    """Yield the variables that name files of the base, each with the file."""
    brought = {found.target for node in stage.node.body if (found := written(model, node)) is not None}
    for node in stage.node.body:
        for name, raw in pairs(node, model.escape) if isinstance(node, Env) else ():
            value = expand(raw or "", stage.states[node].values, model.escape) or ""
            if _VALUE.match(value) and value not in brought:
                yield name, value


def _programs(model: Model, stage: StageModel) -> Iterator[str]:
    """Yield the paths of single files that come from another stage or image and lie among programs, here or there."""
    for path, source in _copies(model, stage).items():
        folders = {posixpath.basename(posixpath.dirname(place)) for place in (source, path)}
        if _NAME.search(source) and not folders.isdisjoint(_PROGRAMS):
            yield path


def _copies(model: Model, stage: StageModel) -> dict[str, str]:
    """Return where what is copied from other stages and images comes to lie, with the place that it comes from."""
    copies = (written(model, node) for node in stage.node.body if isinstance(node, Copy))
    brought = [found for found in copies if found is not None and found.from_stage is not None]
    return {
        posixpath.join(found.target, posixpath.basename(source)) if found.into else found.target: source
        for found in brought
        for source in found.sources
    }
