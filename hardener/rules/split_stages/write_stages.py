"""Writing the two stages: what is kept is the node itself, what stands in both stages is copied."""

from __future__ import annotations

from typing import TypeVar

from hardener.rules.split_stages.model import Copied, Data, Decision, Plan
from hardener.syntax.dockerfile.nodes import BlankLine, Copy, Env, Flag, From, Instruction, Run, Stage, Words, Workdir
from hardener.syntax.dockerfile.writer import Style, finish_line
from hardener.syntax.tree import Node

N = TypeVar("N", bound=Node)


def two_stages(stage: Stage, plan: Plan, style: Style) -> tuple[Stage, Stage]:
    """Return the build stage and the runtime stage that take the place of one.

    Args:
        stage: as it stands; its nodes go over into the new ones.
        plan: what becomes of each instruction of its body.
        style: of the file.
    """
    whole = finish_line(stage, style.newline)
    target = plan.target
    build: list[Instruction] = [style.shell(Run, text) for text in target.prologue]
    runtime: list[Instruction] = []
    if target.build_env:
        build.insert(0, style.words(Env, target.build_env))
    if target.env:
        build.append(style.words(Env, target.env))
        runtime.append(style.words(Env, target.env))
    if target.runtime_env:
        runtime.append(style.words(Env, target.runtime_env))
    if plan.workdir:
        runtime.append(style.words(Workdir, plan.workdir))
    runtime += [style.shell(Run, text) for text in plan.runtime_runs]
    for node, decision in zip(whole.body, plan.decisions, strict=True):
        if decision.build:
            build.append(node)
        if decision.runtime:
            at = len(runtime)
            while decision.early and at and isinstance(runtime[at - 1], Copy):
                at -= 1
            runtime.insert(at, _again(node, style) if decision.build else node)
        runtime += _instead(decision, plan, style)
    build += [style.shell(Run, text) for text in target.epilogue]
    first = _from(whole.from_, target.build_base, plan.name, style)
    second = runtime_from(whole.from_, target.base, style)
    return Stage(first, tuple(build)), Stage(second, tuple(runtime))


def _instead(decision: Decision, plan: Plan, style: Style) -> list[Instruction]:
    found: list[Instruction] = []
    if decision.run:
        found.append(style.shell(Run, decision.run))
    found += [_copy(copied, plan.name, style) for copied in decision.copies]
    if decision.after:
        found.append(style.shell(Run, decision.after))
    found += [_data(data, style) for data in decision.data]
    return found


def _copy(copied: Copied, name: str, style: Style) -> Instruction:
    flags = [Flag(f"--from={name}", " ")]
    if copied.owner:
        flags.append(Flag(f"--chown={copied.owner}", " "))
    return style.words(Copy, f"{copied.path} {copied.path}").with_changes(flags=tuple(flags))


def _data(data: Data, style: Style) -> Instruction:
    return style.words(Copy, f"{data.source} {data.target}")


def _from(node: From, base: str | None, name: str, style: Style) -> From:
    """Return the FROM of the build stage: the image as it is written, or another, under a name of its own."""
    image = base or node.text.split()[0]
    as_ = "as" if style.lower else "AS"
    return node.with_changes(arguments=Words(f"{image} {as_} {name}"))


def runtime_from(node: From, base: str, style: Style) -> From:
    """Return the FROM of the runtime stage: another image, with platform and name as they are written."""
    words = node.text.split()
    name = f" {words[1]} {words[2]}" if len(words) == 3 else ""
    flags = tuple(_clone(flag) for flag in node.flags)
    return From((BlankLine(style.newline),), "", node.keyword, " ", flags, Words(f"{base}{name}"), style.newline)


def _again(node: Instruction, style: Style) -> Instruction:
    """Return a copy of an instruction without its comments, which stay where it stood first."""
    blank = (BlankLine(style.newline),) if node.leading and isinstance(node.leading[0], BlankLine) else ()
    return _clone(node.with_changes(leading=())).with_changes(leading=blank)


def _clone(node: N) -> N:
    """Return a copy that shares no node with the original."""
    changes: dict[str, object] = {}
    for name in node.field_names():
        value = getattr(node, name)
        if isinstance(value, tuple):
            changes[name] = tuple(_clone(item) if isinstance(item, Node) else item for item in value)
        elif isinstance(value, Node):
            changes[name] = _clone(value)
    return node.with_changes(**changes)
