"""Who owns what the runtime stage takes from the build stage (S23): COPY gives all that it brings to one user."""

from __future__ import annotations

import re
from collections.abc import Sequence

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.files import is_within
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.made_paths import Made
from hardener.rules.split_stages.model import Call, Case, Step


@dataclass(frozen=True, slots=True)
class Owner:
    """The value for --chown, "" for root, and what is only likely of it."""

    value: str
    doubt: str = ""


def owner(case: Case, makers: Sequence[int], index: int, path: str, *, whole: bool) -> Owner | Refusal:
    """Return who owns all that is copied, or who may have it (S23).

    Args:
        case: the stage.
        makers: the RUN instructions that make something in the path.
        index: of the instruction in the place of which it is copied.
        path: what is copied.
        whole: with what the build context brought.
    """
    found = {_of_run(case, case.steps[at]) for at in makers}
    for step in case.steps[:index] if whole else ():
        where = paths.target(case, step) if step.node.name in ("COPY", "ADD") else None
        if where is not None and is_within(where, path):
            found.add(step.node.flag("chown") or "")
    if len(found) == 1 and None not in found:
        return Owner(found.pop() or "")
    runs = found - {""}
    user = runs.pop() if len(runs) == 1 else None
    if user is not None and case.stage.end.user in (user, user.partition(":")[0]):
        return Owner(user, f"what root has in {path} goes to {user}, as whom the program runs")
    return Refusal("S23", f"{path} has several owners, and COPY sets only one", "build as root, use --chown")


def _of_run(case: Case, step: Step) -> str | None:
    """Return who owns what a RUN makes, as --chown wants it: "" for root; None where it is not known."""
    user = step.state.user
    if step.state.is_root:
        return ""
    if user is None:
        return None
    name, _, group = user.partition(":")
    known = next((u for u in case.image.users if name in (u.name, str(u.uid))), None)
    if group or (known is None and not name.isdigit()):
        return user if group else None
    if known is None:
        return None
    return f"{known.name}:{known.name}" if not name.isdigit() else f"{known.uid}:{known.gid}"


def given_again(case: Case, made: Made, index: int, call: Call, touched: Sequence[str]) -> str | None:
    """Return what the runtime stage runs for a `chown` of folders alone, "" for nothing; None where it cannot.

    A folder that is there before a COPY keeps its owner, one that comes by the COPY has that of all that it brings.
    """
    words = [word for word in call.words if not word.startswith("-")]
    if any(re.match(r"--recursive|--reference|-\w*R", word) for word in call.words) or not words:
        return None
    there = {step.state.workdir for step in case.steps} | {"/"} | _by_mkdir(case, made, index)
    left: list[str] = []
    for path in touched:
        later = _copied_at(made, index, path)
        if later is not None and not _comes_with(case, later, path, words[0]):
            return None
        if path not in there and later is None:
            return None
        left += [path] if path in there else []
    if len(left) == len(touched):
        return call.raw
    return " ".join(("chown", words[0], *left)) if left and not call.command.redirects else ""


def _copied_at(made: Made, index: int, path: str) -> int | None:
    """Return the later instruction in the place of which a folder comes with one around it."""
    found = (at for whole, at in made.wholes.items() if path != whole and is_within(path, whole) and at > index)
    return max(found, default=None)


def _comes_with(case: Case, later: int, path: str, user: str) -> bool:
    """Tell whether what is copied later belongs to a user, a folder in it too."""
    given = owner(case, [later], later, path, whole=True)
    return isinstance(given, Owner) and given.value == user and not given.doubt


def _by_mkdir(case: Case, made: Made, index: int) -> set[str | None]:
    """Return the folders that a `mkdir` makes, which the runtime stage has too, with those around them."""
    found: set[str | None] = set()
    for at, step in enumerate(case.steps[: index + 1]):
        for call in step.calls if isinstance(step.calls, tuple) else ():
            for path in (paths.touched(call) or ()) if call.name == "mkdir" else ():
                if not made.whole_after(at, path):
                    found.update((path, *_above(path)))
    return found


def _above(path: str) -> list[str]:
    parts = path.strip("/").split("/")
    return ["/" + "/".join(parts[:depth]) for depth in range(1, len(parts))]
