"""The number in place of the name of a USER (U16)."""

from __future__ import annotations

from collections.abc import Mapping

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.data_folders import commands_of
from hardener.image.free_numbers import chosen_number
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.image.users import group_number, number_of
from hardener.syntax.dockerfile.nodes import Instruction, ShellForm, User
from hardener.syntax.dockerfile.views import pairs
from hardener.text import Edit, apply_edits, is_number

#: the option of useradd and adduser for a number, with a variable
_UID = regex(r"(?:^|\s)(?:--uid[= ]|-u )\"?\$\{?(\w+)\}?\"?(?=\s)")


@dataclass(frozen=True, slots=True)
class Numbered:
    """The instructions that change, and what there is to say of them.

    Attributes:
        changed: USER, and the RUN that creates the account where it names no number yet.
        note: what that RUN says now; "" where it stays.
    """

    changed: Mapping[Instruction, Instruction]
    note: str = ""


def numbered(model: Model, stage: StageModel, user: Instruction) -> Numbered | Refusal:
    """Return a USER by name with the number of the account, which the RUN that creates it then names too.

    Args:
        model: of the file. stage: the final one. user: its last USER.
    """
    name, _, group = (stage.end.user or "").partition(":")
    number = number_of(model, stage, name)
    uid = number[0] if number is not None else None
    run, note = None, ""
    if uid is None:
        run, uid = _said(model, stage, name)
        note = f"{name} gets {uid}, which the RUN that creates it says now" if run is not None else ""
    variable = _variable(model, stage, name) if uid is None and not group else None
    if variable is not None:
        return Numbered({user: user.with_changes(arguments=model.style.words(User, f"${{{variable}}}").arguments)})
    gid = group_number(model, stage, group) if group and uid is not None else None
    if uid is None or (group and gid is None) or "$" in user.text:
        reason = f"cannot tell the number of {name if uid is None else f'the group {group}'}"
        return Refusal("U16", reason, "write numbers in USER")
    words = model.style.words(User, str(uid) if gid is None else f"{uid}:{gid}")
    changed = {user: user.with_changes(arguments=words.arguments)}
    return Numbered(changed if run is None else {**changed, run[0]: run[1]}, note)


def _said(model: Model, stage: StageModel, name: str) -> tuple[tuple[Instruction, Instruction] | None, int | None]:
    """Return the RUN that creates an account, with the number that it gets today, and that number."""
    chosen = chosen_number(model, stage, name)
    run = read_run(model, stage, chosen.run) if chosen is not None else None
    if chosen is None or run is None:
        return None, None
    at = run.line.raw_end(chosen.command.words[0].end)
    text = apply_edits(run.raw, [Edit(at, at, f" {chosen.option} {chosen.number}")])
    return (chosen.run, chosen.run.with_changes(arguments=ShellForm(text))), chosen.number


def _variable(model: Model, stage: StageModel, name: str) -> str | None:
    """Return the ARG whose number a RUN gives to an account: `ARG UID=10001` and `adduser --uid "${UID}"`."""
    for run, command in commands_of(model, stage):
        words = [word.raw for word in command.words]
        if command.name not in ("useradd", "adduser") or words[-1] != name or not command.plain:
            continue
        found = _UID.search(" ".join(words))
        declared = [
            (node, value)
            for node in stage.node.body
            if node.name in ("ARG", "ENV")
            for key, value in pairs(node, model.escape)
            if found is not None and key == found[1]
        ]
        if found is None or len(declared) != 1 or declared[0][0].name != "ARG":
            return None
        node, value = declared[0]
        before = stage.node.body.index(node) < stage.node.body.index(run)
        return found[1] if before and is_number(value or "") and int(value or "0") else None
    return None


__all__ = ["Numbered", "numbered"]
