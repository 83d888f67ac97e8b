"""The image configuration and the build steps of each stage: what the proof compares (Z04).

A value that comes from an unknown base image is `INHERITED`: two evaluations of one file agree on it.
"""

from __future__ import annotations

import json
from enum import Enum

from hardener.fast.records import dataclass, field
from hardener.syntax.dockerfile.nodes import Dockerfile, ExecForm, Instruction, Stage
from hardener.syntax.dockerfile.views import logical_line, pairs, words

#: Stands for "as the base image has it".
INHERITED = "<inherited>"
DEFAULT_SHELL = ("/bin/sh", "-c")


class Effect(Enum):
    """A part of the image or of its build that a rule says it changes."""

    RUN = "runs"
    COPY = "copies"
    BASE = "base"
    USER = "user"
    ENTRYPOINT = "entrypoint"
    CMD = "cmd"
    SHELL = "shell"
    ENV = "env"
    ARG = "args"
    WORKDIR = "workdir"
    EXPOSE = "expose"
    VOLUME = "volumes"
    LABEL = "labels"
    STOP_SIGNAL = "stop_signal"
    HEALTHCHECK = "healthcheck"
    ONBUILD = "onbuild"
    OTHER = "other"
    FRONTEND = "frontend"
    #: one stage becomes several; the last one is compared with the last one (S)
    STAGES = "stages"
    #: another file of the build context than the Dockerfile
    FILES = "files"


#: each with the name of its field in `Config`: an enum is slow to be asked
_NAMES = tuple((effect, effect.value) for effect in Effect)


@dataclass(slots=True)
class Config:
    """What one stage leaves behind; the fields are named after the values of `Effect`."""

    base: str = ""
    runs: list[tuple[str, ...]] = field(default_factory=list)
    copies: list[tuple[str, ...]] = field(default_factory=list)
    user: str = INHERITED
    entrypoint: tuple[str, ...] = (INHERITED,)
    cmd: tuple[str, ...] = (INHERITED,)
    shell: tuple[str, ...] = (INHERITED,)
    env: list[tuple[str, str | None]] = field(default_factory=list)
    args: list[str] = field(default_factory=list)
    workdir: list[str] = field(default_factory=list)
    expose: list[str] = field(default_factory=list)
    volumes: list[str] = field(default_factory=list)
    labels: list[tuple[str, str | None]] = field(default_factory=list)
    stop_signal: str = INHERITED
    healthcheck: str = INHERITED
    onbuild: list[str] = field(default_factory=list)
    other: list[str] = field(default_factory=list)
    #: never any here: `engine.other_files` compares them
    files: tuple[str, ...] = ()
    #: the parser directives, in the configuration of the preamble alone
    frontend: tuple[str, ...] = ()
    stages: str = ""


def evaluate(tree: Dockerfile) -> tuple[Config, ...]:
    """Return the configuration of every stage, in order."""
    preamble = Config(frontend=tuple(directive.text for directive in tree.header))
    for instruction in tree.preamble:
        _apply(preamble, instruction, tree.escape, set())
    return (preamble, *(stage.remembered(_stage, tree.escape) for stage in tree.stages))


def differences(before: tuple[Config, ...], after: tuple[Config, ...]) -> set[Effect]:
    """Return what differs; stages are compared in order, and another number of them differs in `BASE`."""
    found = {Effect.BASE} if len(before) != len(after) else set()
    for old, new in zip(before, after, strict=False):
        found |= _changed(old, new)
    return found


def final_differences(before: tuple[Config, ...], after: tuple[Config, ...]) -> set[Effect]:
    """Return what differs between the images of two files that have another number of stages (S24).

    More may be set than before: what each ENV, ARG, WORKDIR, LABEL and the like said has to be said still, in order.
    """
    old, new = before[-1], after[-1]
    found = _changed(old, new)
    for effect in (Effect.ENV, Effect.WORKDIR):
        rest = iter(getattr(new, effect.value))
        if effect in found and all(item in rest for item in getattr(old, effect.value)):
            found.discard(effect)
    return found


def _changed(old: Config, new: Config) -> set[Effect]:
    """Return what differs between two configurations; that of a stage which stays is one object."""
    return set() if old is new else {one for one, name in _NAMES if getattr(old, name) != getattr(new, name)}


def _stage(stage: Stage, escape: str) -> Config:
    config = Config(base=_flags(stage.from_) + logical_line(stage.from_, escape).text)
    declared: set[str] = set()
    for instruction in stage.body:
        _apply(config, instruction, escape, declared)
    return config


def _flags(instruction: Instruction) -> str:
    return "".join(flag.text + " " for flag in instruction.flags)


def command(instruction: Instruction, shell: tuple[str, ...], escape: str) -> tuple[str, ...]:
    """Return the argv that a CMD or ENTRYPOINT puts into the image."""
    text = logical_line(instruction, escape).text
    return tuple(json.loads(text)) if isinstance(instruction.arguments, ExecForm) else (*shell, text)


def _apply(config: Config, instruction: Instruction, escape: str, declared: set[str]) -> None:
    name, text = instruction.name, logical_line(instruction, escape).text
    # the newline after the end marker is none of the text: the last line of a file may lack it
    heredocs = "".join(h.body + h.end.rstrip("\r\n") for h in getattr(instruction, "heredocs", ()))
    if name == "RUN":
        config.runs.append((_flags(instruction), config.user, *config.shell, text, heredocs))
    elif name in ("COPY", "ADD"):
        config.copies.append((name, _flags(instruction), *words(instruction, escape), heredocs))
    elif name == "USER":
        config.user = text
    elif name == "CMD":
        config.cmd = command(instruction, config.shell, escape)
        declared.add("CMD")
    elif name == "ENTRYPOINT":
        config.entrypoint = command(instruction, config.shell, escape)
        if "CMD" not in declared:
            config.cmd = ()  # I01: an ENTRYPOINT resets the CMD of the base
    elif name == "SHELL":
        config.shell = words(instruction, escape)
    elif name in ("ENV", "LABEL"):
        (config.env if name == "ENV" else config.labels).extend(pairs(instruction, escape))
    elif name == "HEALTHCHECK":
        config.healthcheck = _flags(instruction) + text
    elif name == "STOPSIGNAL":
        config.stop_signal = text
    else:
        places = {"ARG": config.args, "WORKDIR": config.workdir, "EXPOSE": config.expose}
        places |= {"VOLUME": config.volumes, "ONBUILD": config.onbuild}
        places.get(name, config.other).append(name + " " + _flags(instruction) + text + heredocs)


__all__ = ["DEFAULT_SHELL", "INHERITED", "Config", "Effect", "command", "differences", "evaluate", "final_differences"]
