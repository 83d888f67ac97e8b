"""Who needs the package lists that a RUN leaves behind (C01), and which mounts keep a cache out of the image (C02)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Instruction, Run
from hardener.syntax.dockerfile.views import mounts as mounts_of

_READS_LISTS = {
    "apt": frozenset(
        "install build-dep download source upgrade dist-upgrade full-upgrade satisfy search show policy list".split()  # noqa: SIM905
    ),
    "apk": frozenset("search fetch info policy list".split()),  # noqa: SIM905
}
_WORDS = {
    "apt": regex(r"\b(?:apt-get|apt-cache|aptitude|apt-file|gdebi|tasksel)\b|\bapt +(?:-\S+ +)*[a-z]"),
    "apk": regex(r"\bapk +(?:-\S+ +)*[a-z]"),
}
_ONLY_UPDATE = regex(r"\bap(?:t|t-get|k) +(?:-\S+ +)*update\b")
_SCRIPT = regex(
    r"(?:^|[\s;&|(])(?:(?:ba|da|a)?sh(?:\s+-[a-z]+)*\s+(?!-c)[\w./$~]|\S+\.sh\b)"
    r"|\|\s*(?:sudo +(?:-\S+ +)*)?(?:ba|da|a)?sh\b"
)


def runs_a_script(text: str) -> bool:
    """Tell whether a shell text runs a script that is not in the file, so that what it does is not known."""
    return _SCRIPT.search(text) is not None


def needs_lists(model: Model, stage: StageModel, run: Run, manager: str) -> Refusal | bool:
    """Return who needs the lists of `manager` that `run` fetches, after it or in a stage built on this one (C01).

    A Refusal names an instruction that does; True says that a later instruction runs a script that is not in the
    file, which might; False that nobody does.
    """
    places = model.memo.get(("places", stage.index))
    if places is None:
        places = model.memo["places", stage.index] = {node: place for place, node in enumerate(stage.node.body)}
    return _walk(model, stage, places[run] + 1, manager)


def _walk(model: Model, stage: StageModel, start: int, manager: str) -> Refusal | bool:
    doubt = False
    body = stage.node.body
    for place in range(start, len(body)):
        instruction = body[place]
        answer = _asks(model, stage, instruction, manager)
        if answer == "updates":
            return doubt
        if answer == "script":
            doubt = True
        elif answer == "needs":
            return _refusal(instruction, manager)
    for child in stage.children:
        answer_below = _walk(model, child, 0, manager)
        if isinstance(answer_below, Refusal):
            return answer_below
        doubt |= answer_below
    return doubt


def _refusal(instruction: Instruction, manager: str) -> Refusal:
    tool = "apt-get" if manager == "apt" else manager
    if isinstance(instruction, Run):
        reason, allow = (
            f"a later RUN uses the package lists without `{tool} update`",
            f"put `{tool} update &&` into that RUN",
        )
    elif instruction.name == "ONBUILD":
        reason, allow = "an ONBUILD step uses the package lists", f"put `{tool} update &&` into that step"
    else:
        reason, allow = f"the {instruction.name} of the image uses the package lists when it runs", ""
    return Refusal("C01", reason, allow)


def _asks(model: Model, stage: StageModel, instruction: Instruction, manager: str) -> str:
    """Return "needs", "updates", "script" or "" for what an instruction does with the lists of `manager`."""
    words = _WORDS[manager]
    if instruction.name in ("CMD", "ENTRYPOINT", "HEALTHCHECK", "ONBUILD"):
        text = instruction.with_changes(leading=()).code.replace('"', " ").replace(",", " ")
        update = _ONLY_UPDATE.search(text)
        first = words.search(text)
        return "needs" if first and not (update and update.start() <= first.start()) else ""
    if not isinstance(instruction, Run):
        return ""
    run = read_run(model, stage, instruction)
    if run is None:
        text = instruction.with_changes(leading=()).code
        return "needs" if words.search(text) else "script" if runs_a_script(text) else ""
    for command in run.commands:
        if command.manager == manager and command.verb == "update":
            before = run.line.text[: command.command.start]
            return "script" if runs_a_script(before) else "updates"
        if command.manager == manager and (command.verb in _READS_LISTS[manager] or command.unknown):
            return "needs"
    found = words.search(_unread(run.line.text, [c.command for c in run.commands]))
    return "needs" if found else "script" if runs_a_script(run.line.text) else ""


def _unread(text: str, commands: list[Command]) -> str:
    """Return the text without the commands that were understood."""
    for command in commands:
        text = text[: command.start] + " " * (command.end - command.start) + text[command.end :]
    return text


def mounts(run: Run, *places: str) -> bool:
    """Tell whether a cache or tmpfs mount of a RUN holds one of `places`: what is there is not in the image (C02)."""
    return any(place in target for target in _targets(run) for place in places)


def _targets(run: Run) -> Iterator[str]:
    for mount in mounts_of(run):
        if mount.type in ("cache", "tmpfs") and mount.target:
            yield mount.target
