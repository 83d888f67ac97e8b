"""What the last stage and the files around it do with the folder besides starting its program (S25, S31, P47)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.derived import built_on
from hardener.image.files import absolute, is_within
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.image.words import expand
from hardener.knowledge.splitting import table
from hardener.project.context import Files
from hardener.rules.split_stages import paths, read_runs
from hardener.rules.split_stages.model import Call
from hardener.rules.split_stages.narrow_copy.build import Build
from hardener.rules.split_stages.narrow_copy.kept import Content
from hardener.syntax.dockerfile.nodes import Env, Healthcheck, Instruction, Run
from hardener.syntax.dockerfile.views import healthcheck_words, pairs, words

_BY_HAND = "narrow the COPY by hand"
#: commands that make what they name, and those that change what they name
_MAKE = frozenset(("mkdir", "touch"))
_CHANGE = frozenset(("chmod", "chown", "chgrp"))
_ACCOUNTS = frozenset(("adduser", "addgroup", "useradd", "groupadd", "usermod"))
#: a path in quotes; files that settings of a program are in; where Maven, Gradle and cargo put what they make
_LITERAL = regex(r"[\"'`]((?:\./)?[\w.-]+/[\w./-]+)[\"'`]")
_SETTINGS = regex(r"\.(properties|ya?ml|json|conf|ini)\Z|(^|/)\.env[^/]*\Z")
_LEFT = regex(r"(?:^|/)(?:target|build)/")
_PART = regex(r"[^\s\"'`;&|<>()\[\]{},=:]+")


def not_alone(model: Model, stage: StageModel, files: Files) -> Refusal | None:
    """Return why others than its program may read what the image holds."""
    if not stage.is_leaf:
        return Refusal("S25", "other stages take files of this one", _BY_HAND)
    if any(node.name == "ONBUILD" for node in stage.node.body):
        return Refusal("P47", "ONBUILD runs in the builds of images based on this one", _BY_HAND)
    if files.tree is None or not files.tree.complete:
        return Refusal(
            "S30",
            "cannot tell which files are copied in: the build context is unknown",
            "name the build context with --context",
        )
    builds = files.builds
    if builds.doubt is not None or builds.worked_in is not None:
        return builds.doubt or builds.worked_in
    other = builds.base or built_on(model, stage, files)
    return Refusal("P47", f"{other} says that others build on this image", _BY_HAND) if other else None


def note_named(model: Model, stage: StageModel, files: Files, build: Build, found: Content) -> Refusal | None:
    """Note as needed what the last stage, the sources and the files around them name in the folder.

    What is named where a build leaves its files, and is no program that harden knows of, is the reason to hold back.
    """
    named = [word for text in _said(model, stage, files) for word in _PART.findall(text)]
    pods = [" ".join((*pod.entrypoint, *pod.command, *pod.probes)) for pod in files.builds.pods]
    around = (*files.builds.execs, *pods)  # in some container, of this image or another
    named += [word for line in around for word in _PART.findall(line) if "/" in word]
    named += _literals(build, found)
    for word in named:
        path = absolute(stage.end.workdir, word)
        there = build.there(path) if path is not None else None
        if there is None or any(is_within(there, made) for made in found.made):
            continue
        if found.has(there):
            found.needs(there)
        elif _LEFT.search(there[len(build.folder) + 1 :]) and any(
            is_within(there, call.folder or "/") for call in build.case.calls
        ):
            return Refusal("S31", f"cannot tell what `{word[:50]}` is, which the build may leave", "copy it by name")
    return None


def _literals(build: Build, found: Content) -> list[str]:
    """Return the paths with a folder that sources and settings of the program name, as far as something lies there.

    A source may read its own text, or what Maven, Gradle or cargo left.
    """
    project = build.case.project
    settings = (path for path in project.paths if _SETTINGS.search(path) and not project.is_aside(path))
    sources = _quoted(build, project.sources(build.language.sources))
    there = {word for word in sources | _quoted(build, settings) if found.has(posixpath.join(build.folder, word))}
    left = {word for word in sources if _LEFT.match(word)} if build.language.name != "go" else set()
    return sorted(there | left)


def _quoted(build: Build, files: Iterable[str]) -> set[str]:
    texts = (build.case.project.text(path) or "" for path in files)
    return {posixpath.normpath(word) for text in texts for word in _LITERAL.findall(text)}


def _said(model: Model, stage: StageModel, files: Files) -> Iterator[str]:
    """Yield what may name files: command lines, checks, variables."""
    for node in stage.node.body:
        if node.name in ("CMD", "ENTRYPOINT"):
            yield model.logical(node).text
        elif isinstance(node, Healthcheck):
            yield healthcheck_words(node, model.escape).command
        elif isinstance(node, Env):
            values = stage.states[node].values
            yield from (expand(value or "", values, model.escape) or "" for _, value in pairs(node, model.escape))
    for one in services_of(model, stage, files):
        yield from (*one.entrypoint, *one.command, *one.check, *one.probes, *one.environment)


def changes(model: Model, stage: StageModel, build: Build, kept: tuple[str, ...]) -> Refusal | None:
    """Return why a later RUN of the last stage may need more of the folder than is copied."""
    after = False
    for step in read_runs.steps(model, stage):
        after |= step.node is build.node
        if not after or not isinstance(step.node, Run):
            continue
        if isinstance(step.calls, Refusal):
            return step.calls
        used = next((call for call in step.calls if _uses(call, build, kept)), None)
        if used is not None:
            shown = " ".join(used.raw.split())[:50]
            return Refusal("S31", f"`{shown}` may read or change more of {build.target}", _BY_HAND)
    return None


def _uses(call: Call, build: Build, kept: tuple[str, ...]) -> bool:
    """Tell whether a command may read the folder, or change what is not copied any more."""
    if call.name in _MAKE or (call.package is not None and call.package.manager in ("apt", "apk")):
        return False
    if call.name in _CHANGE:
        touched = paths.touched(call)
        return touched is None or any(build.holds(path) and not _comes(build, path, kept) for path in touched)
    if re.search(rf"(?<![\w./-]){re.escape(build.target)}(?![\w.-])", call.raw):
        return True
    if call.name in _ACCOUNTS or call.name in table("config_programs"):
        return False
    return call.folder is None or is_within(call.folder, build.target)


def _comes(build: Build, path: str, kept: tuple[str, ...]) -> bool:
    """Tell whether a path of the last stage still comes with what is copied."""
    there = build.there(path)
    return there is not None and any(is_within(there, one) for one in kept)


def hidden(model: Model, stage: StageModel, files: Files, build: Build, found: Content) -> Refusal | None:
    """Return why a volume counts on what the folder holds: a volume begins with what lies in the image there."""
    for where, is_bind in _volumes(model, stage, files):
        if is_within(build.target, where):
            return Refusal("S31", f"{where} is a volume, which begins with what the image has there", _BY_HAND)
        there = None if is_bind else build.there(where)
        if there is None or not any(is_within(path, there) for path in found.unread):
            continue
        if not any(is_within(path, there) or is_within(there, path) for path in (*found.made, *found.read)):
            return Refusal("S31", f"{where} is a volume, which begins with what the image has there", _BY_HAND)
    return None


def _volumes(model: Model, stage: StageModel, files: Files) -> Iterator[tuple[str, bool]]:
    """Yield where something is mounted, and whether it is there already and begins with nothing of the image."""
    for link in stage.chain:
        for node in link.node.body:
            for word in words(node, model.escape) if node.name == "VOLUME" else ():
                yield _absolute(link, node, word), False
    for service in services_of(model, stage, files):
        yield from ((absolute("/", mount.target) or "/", mount.is_bind) for mount in service.volumes)
        yield from ((absolute("/", target) or "/", True) for target in service.read_only)


def _absolute(stage: StageModel, node: Instruction, word: str) -> str:
    """Return the folder of a VOLUME; the root, which holds all, for one that cannot be known."""
    state = stage.states[node]
    return absolute(state.workdir, expand(word, state.values) or "/") or "/"
