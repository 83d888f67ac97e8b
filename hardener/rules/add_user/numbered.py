"""The number in place of the name of a USER (U16)."""

from __future__ import annotations

from collections.abc import Mapping

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.free_numbers import chosen_number
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.image.users import group_number, number_of
from hardener.syntax.dockerfile.nodes import Instruction, ShellForm, User
from hardener.text import Edit, apply_edits


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
    if uid is None and not group and "$" not in user.text:
        from hardener.rules.add_user.numbered_variable import number_variable

        variable = number_variable(model, stage, user, name)
        if variable:
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


__all__ = ["Numbered", "numbered"]
