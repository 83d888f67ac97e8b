"""The accounts of the last stage as numbers: the new base has another /etc/passwd (U16, U17)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.records import replace
from hardener.image.free_numbers import chosen_number
from hardener.image.model import Model, StageModel
from hardener.image.users import group_number, number_of
from hardener.image.words import expand
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, User
from hardener.text import whole

#: accounts that the base has under the same name, with the same number
_SAME = frozenset(("root", "nobody", "nonroot"))
#: what it has an account for
_KNOWN = frozenset((*_SAME, "0", "65532", "65534"))
#: of its account for programs
NONROOT = "65532:65532"
NO_NAME = "the program may ask for the name or home of its user, which the new base does not know"


def is_known_account(said: str) -> bool:
    """Tell whether the new base has the accounts of `user:group`, or they are numbers, or nothing is said."""
    user, _, group = said.partition(":")
    return all(not part or part in _SAME or part.isdigit() or "$" in part for part in (user, group))


def numbered(model: Model, stage: StageModel, node: Instruction) -> tuple[Instruction, str] | Refusal:
    """Return USER, COPY or ADD with numbers in the place of names that only the old base knows, and a doubt or "".

    Args:
        model: the file. stage: the last one. node: an instruction of it.
    """
    if isinstance(node, User):
        said = model.logical(node).text.strip()
        number = _number(model, stage, node, said)
        if isinstance(number, Refusal):
            return number
        is_known = number.partition(":")[0] in _KNOWN
        words = model.style.words(User, number)
        return (node.with_changes(arguments=words.arguments) if number != said else node), "" if is_known else NO_NAME
    if not isinstance(node, Copy | Add) or node.flag("chown") is None:
        return node, ""
    number = _number(model, stage, node, node.flag("chown") or "")
    if isinstance(number, Refusal):
        return number
    flags = tuple(
        replace(flag, text=f"--chown={number}") if flag.text.startswith("--chown=") else flag for flag in node.flags
    )
    return (node if flags == node.flags else node.with_changes(flags=flags)), ""


def _number(model: Model, stage: StageModel, node: Instruction, said: str) -> str | Refusal:
    """Return `user:group` as the new base understands it: as it stands, or as numbers."""
    text = expand(said, stage.states[node].values, model.escape) if "$" in said else said
    if text is None:
        return Refusal("U28", f"cannot tell which user `{said}` is", "write a number")
    user, _, group = text.partition(":")
    if all(part.isdigit() or part in _SAME for part in (user, group) if part):
        return said
    number = number_of(model, stage, user) if not user.isdigit() else (whole(user), -1)
    if number is None and (chosen := chosen_number(model, stage, user)) is not None:
        number = (chosen.number, -1)
    if number is None:
        return NONROOT
    uid, gid = number
    named = whole(group) if group.isdigit() else group_number(model, stage, group) if group else gid
    return f"{uid}:{uid if named is None or named < 0 else named}"
