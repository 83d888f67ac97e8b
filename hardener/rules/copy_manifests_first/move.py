"""A stage with its manifests copied first: the instructions, in the words of those that are there (C15)."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.image.model import Model
from hardener.rules.copy_manifests_first.plan import ManifestCopy, Moved
from hardener.syntax.dockerfile.nodes import (
    Add,
    BlankLine,
    Copy,
    ExecForm,
    Flag,
    Instruction,
    Run,
    ShellForm,
    Stage,
    Words,
)
from hardener.syntax.dockerfile.views import copy_words


def moved_stage(model: Model, updated: Stage, made: ManifestCopy) -> Stage:
    """Return the stage with the manifests copied first, and the sources after the installation."""
    moved = {one.node: one for one in made.moved}
    body: list[Instruction] = []
    for node in updated.body:
        if node is made.run:
            body += _around(model, made)
        elif isinstance(node, Copy | Add) and node in moved:
            body += _first(model, moved[node], made) if not _is_far(updated, node, made) else []
        elif node is not made.workdir:
            body.append(node)
    return updated.with_changes(body=tuple(body))


def _around(model: Model, made: ManifestCopy) -> list[Instruction]:
    """Return the installation and what comes after it: the sources, then the rest of its RUN."""
    run, newline = made.run, model.style.newline
    first = run.with_changes(arguments=ShellForm(made.parts[0]), eol=newline)
    sources: list[Instruction] = [_relocated(model, one, made) for one in made.moved]
    rest = model.style.shell(Run, made.parts[1]) if made.parts[1] else None
    if rest is not None:
        rest = rest.with_changes(keyword=run.keyword, flags=tuple(Flag(f.text, f.gap) for f in run.flags))
    last = rest or sources[-1]
    sources = sources if rest is None else [*sources, rest]
    if not run.eol.endswith("\n"):
        sources[-1] = last.with_changes(eol="")
    far = [one for one in made.moved if _is_far(_stage_of(model, one), one.node, made)]
    late = [new for one in far for new in _first(model, one, made)]
    return [*late, *([made.workdir] if made.workdir is not None else []), first, *sources]


def _stage_of(model: Model, one: Moved) -> Stage:
    return next(s.node for s in model.stages if one.node in s.states)


def _is_far(stage: Stage, node: Instruction, made: ManifestCopy) -> bool:
    """Tell whether other RUNs stand between a COPY and the installation: the manifests go after those."""
    at, end = stage.body.index(node), stage.body.index(made.run)
    return any(isinstance(between, Run) for between in stage.body[at:end])


def _is_same_folder(model: Model, one: Moved, made: ManifestCopy) -> bool:
    """Tell whether the target means the same at the place of the installation."""
    stage = next(s for s in model.stages if one.node in s.states)
    before, after = stage.states[one.node].workdir, stage.states[made.run].workdir
    target = copy_words(one.node, model.escape).target
    return target.startswith("/") or (before == after and made.workdir is None)


def _relocated(model: Model, one: Moved, made: ManifestCopy) -> Instruction:
    """Return the COPY at its new place: a relative target names the same folder as before."""
    target = copy_words(one.node, model.escape).target
    if _is_same_folder(model, one, made):
        return one.node
    text = one.node.text
    at = text.rindex(target)
    absolute = one.target.rstrip("/") + "/"
    new = text[:at] + absolute + text[at + len(target) :]
    kind = ExecForm if isinstance(one.node.arguments, ExecForm) else Words
    return one.node.with_changes(arguments=kind(new))


def _first(model: Model, one: Moved, made: ManifestCopy) -> list[Instruction]:
    """Return the COPY instructions of the manifests, in the words of the one that moves."""
    far = _is_far(_stage_of(model, one), one.node, made) and not _is_same_folder(model, one, made)
    target = (
        copy_words(one.node, model.escape).target
        if not isinstance(one.node.arguments, ExecForm) and not far
        else one.target
    )
    found: list[Instruction] = []
    for place, paths in one.first:
        rest = place.removeprefix(one.target.rstrip("/") + "/")
        name = _folder(target, one.target, rest)
        leading = tuple(BlankLine(t.text) for t in one.node.leading[:1] if isinstance(t, BlankLine) and not found)
        new = model.style.words(Copy, f"{' '.join(paths)} {name}")
        flags = tuple(Flag(flag.text, flag.gap) for flag in one.node.flags)
        found.append(new.with_changes(leading=leading, flags=flags))
    return found


def _folder(target: str, absolute: str, rest: str) -> str:
    """Return the target of a COPY below another one's target, as that one is written."""
    plain = target.strip("\"'")
    if "$" in plain and plain != target:
        plain = absolute
    base = "./" if normpath(plain) == "." else plain.rstrip("/") + "/"
    return join(base, rest) if rest else base
