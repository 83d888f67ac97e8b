"""What the image starts, checks and is told to start: whether all of it is the program, without a shell (B22, H08)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.builds import Service
from hardener.project.context import Files
from hardener.rules.split_stages.project import Project
from hardener.rules.split_stages.static_base.evidence import Evidence, evidence
from hardener.rules.split_stages.static_base.trace import Made, made_for, starts_at
from hardener.shell import argv
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Cmd, Entrypoint, ExecForm, Healthcheck, Instruction, Probe
from hardener.syntax.dockerfile.views import healthcheck_words
from hardener.syntax.dockerfile.writer import exec_text

_START = Refusal(
    "B22", "a shell or an init starts the program, and the new base has none", "name the program in ENTRYPOINT"
)
_CHECK = Refusal("H08", "a check runs a program of the old base", "let the program check itself, or drop the check")
_PLAIN = "build it in a RUN with `CGO_ENABLED=0 go build -o`"
_PREFIXES = ("CMD", "CMD-SHELL")
#: inits that do nothing but start a program, without options
_INITS = ("tini", "tini-static", "dumb-init")


def program(model: Model, stage: StageModel, files: Files) -> Made | Refusal | None:
    """Return what makes the program that the image starts; None where it is none of a build stage of Go or Rust."""
    project = Project(files)
    unread: Refusal | None = None
    for words in _command_lines(model, stage, files):
        parts = [part for word in words[:4] for part in word.split()[:3] if part[:1] not in ("-", "$")]
        for part in parts:  # behind a shell or an init
            found = made_for(model, stage, part, project)
            if found is not None:
                return found
        for built, path, is_named in starts_at(model, stage, words[0]) if words else ():
            if is_named and _builds(built) and not path.endswith(".sh"):
                unread = Refusal("S14", f"cannot tell how {path} is built", _PLAIN)
    return unread


def _builds(stage: StageModel) -> bool:
    """Tell whether a stage is built on an image of Go."""
    image = stage.root.image
    return image is not None and image.family in ("golang", "golang-alpine")


def _command_lines(model: Model, stage: StageModel, files: Files) -> Iterator[tuple[str, ...]]:
    """Yield what the image starts: its own command line, or those of its callers where it names none."""
    own = (*_said(stage.entrypoint.stage, stage.entrypoint.argv), *_said(stage.cmd.stage, stage.cmd.argv))
    if own:
        yield own
        return
    for service in services_of(model, stage, files):
        yield (*service.entrypoint, *service.command)


def _said(by: int | None, words: tuple[str, ...] | None) -> tuple[str, ...]:
    """Return the words of CMD or ENTRYPOINT where the file says them, not its base."""
    return words or () if by is not None else ()


def behind_init(words: tuple[str, ...]) -> tuple[str, ...] | None:
    """Return the command line that an init starts; None where none is in front of it."""
    is_init = words[1:2] == ("--",) and words[0].rpartition("/")[2] in _INITS
    return words[2:] if is_init else None


def without_shell(model: Model, stage: StageModel, files: Files) -> dict[Instruction, Instruction | None] | Refusal:
    """Return what becomes of CMD, ENTRYPOINT and HEALTHCHECK, or why a shell or tool of the base is needed.

    A shell form becomes an array, an init goes: None stands for an instruction that says nothing more.
    """
    project = Project(files)
    changed: dict[Instruction, Instruction | None] = {}
    own: list[str] = []
    for command in (stage.entrypoint, stage.cmd):
        node = command.instruction
        if not isinstance(node, Cmd | Entrypoint) or command.stage is None:
            continue
        words = command.argv
        if command.is_shell_form:
            plain = argv(model.logical(node).text)
            if own or isinstance(plain, Refusal) or comment_lines(node.text) or not _is_alone(stage):
                return _START
            words = plain
            changed[node] = node.with_changes(arguments=ExecForm(exec_text(plain)))
        if words is None:
            return _START
        started = behind_init(words) if isinstance(node, Entrypoint) else None
        if started is not None:
            words = started
            changed[node] = node.with_changes(arguments=ExecForm(exec_text(started))) if started else None
        own += words
    if (changed and not own) or (own and not _is_static(model, stage, own[0], project)):
        return _START
    for other in stage.node.body:
        if isinstance(other, Healthcheck):
            check = _check(model, stage, other, project)
            if isinstance(check, Refusal):
                return check
            changed.update({other: check} if check is not other else {})
    return _called(model, stage, files, project) or changed


def _is_alone(stage: StageModel) -> bool:
    """Tell whether the file says CMD or ENTRYPOINT, not both: a shell form changes what the other one means."""
    return (stage.entrypoint.stage is None) != (stage.cmd.stage is None)


def _check(model: Model, stage: StageModel, node: Healthcheck, project: Project) -> Healthcheck | Refusal:
    said = healthcheck_words(node, model.escape)
    if said.is_none:
        return node
    words = argv(said.text) if said.argv is None else said.argv
    if isinstance(words, Refusal) or not words or not _is_static(model, stage, words[0], project):
        return _CHECK
    if said.argv is not None or not isinstance(node.arguments, Probe):
        return node
    if comment_lines(node.text):
        return _CHECK
    return node.with_changes(arguments=node.arguments.with_changes(form=ExecForm(exec_text(words))))


def _called(model: Model, stage: StageModel, files: Files, project: Project) -> Refusal | None:
    """Return what compose files, manifests and command lines start or check in the image besides the program."""
    for service in services_of(model, stage, files):
        words = _words(stage, service)
        if words and not _is_static(model, stage, words[0], project):
            return Refusal("B22", f"{service.file} starts `{' '.join(words)[:50]}` in the image")
        check = tuple(word for word in service.check if word not in _PREFIXES)
        for called in (check, service.probes):
            if called and called != ("NONE",) and not _is_static(model, stage, called[0].split()[0], project):
                return _CHECK
    return None


def _words(stage: StageModel, service: Service) -> tuple[str, ...]:
    """Return the command line of a service where it says one in the place of the image's."""
    if not service.entrypoint and not service.command:
        return ()
    own = _said(stage.entrypoint.stage, stage.entrypoint.argv)
    started = behind_init(own)
    return (*(service.entrypoint or (own if started is None else started)), *service.command)


def _is_static(model: Model, stage: StageModel, name: str, project: Project) -> bool:
    """Tell whether a program of the last stage is one that needs no library."""
    found = made_for(model, stage, name, project)
    return found is not None and isinstance(evidence(found), Evidence)


__all__ = ["behind_init", "program", "without_shell"]
