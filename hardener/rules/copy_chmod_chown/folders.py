"""`chmod -R` and `chown -R` of a folder that one COPY fills, as flags of the COPY (C14)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import is_within, target_of
from hardener.image.model import Model, StageModel
from hardener.image.modes import is_octal, keeps_folders_open
from hardener.image.runs import parsed
from hardener.rules.copy_chmod_chown.files import absolute_paths, flag_names, owner_value
from hardener.shell import Body, Command, Item
from hardener.syntax.dockerfile.nodes import Add, Copy, Run
from hardener.text import Edit, apply_edits

#: a folder of the application: no package and no image has files there
_OWN_FOLDER = regex(
    r"/(?!bin|boot|dev|etc|home|lib|media|mnt|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)[\w.-]+(/[\w.-]+)*\Z"
    r"|/(srv|opt|usr/src)/[\w.-]+(/[\w.-]+)*\Z"
)
_FILLED = Refusal(
    "C14",
    "it also changes files that were there before the COPY",
    "use --chown or --chmod on each COPY into the folder",
)
_CLOSED = Refusal("C14", "with this mode folders cannot be entered", "write a mode such as 755")
#: read since 1.14 of the language, ignored before, and with X read wrongly for a while (moby/buildkit#5835)
_SYMBOLIC = Refusal("C14", "builders read such a mode in COPY differently", "write an octal mode such as 755")
_SPECIAL = Refusal(
    "C14", "setuid, setgid and sticky bits mean different things for files and folders", "write three digits"
)
_USE_FLAGS = "use --chown or --chmod on the COPY itself"
_ELSEWHERE = Refusal("C14", "COPY may treat setuid and setgid bits of another stage differently", _USE_FLAGS)
_FLAGGED = Refusal("C14", "the COPY has other flags", _USE_FLAGS)
_RECURSIVE = ("-R", "--recursive")


@dataclass(frozen=True, slots=True)
class Moved:
    """What moves from a RUN to the COPY before it.

    Attributes:
        flags: for the COPY.
        text: of the RUN without `-R`: the folder itself is changed as before.
    """

    flags: tuple[str, ...]
    text: str


def is_recursive(model: Model, stage: StageModel, copy: Copy, command: Command) -> bool:
    """Tell whether a chmod or chown changes all below the one folder that is copied to."""
    words = [word.value or "" for word in command.words]
    return len(words) == 4 and words[1] in _RECURSIVE and _is_of(model, stage, copy, words[3])


def moved_to_copy(model: Model, stage: StageModel, copy: Copy, run: Run) -> Moved | Refusal:
    """Return what the COPY can do of the chmod and chown -R of its folder that a RUN begins with, or why nothing."""
    line = model.logical(run)
    body = parsed(model, run)
    flags: list[str] = []
    edits: list[Edit] = []
    refusal = _FILLED
    for command in _first_commands(body.top if isinstance(body, Body) else ()):
        words = [word.value or "" for word in command.words]
        if command.name not in ("chmod", "chown") or not _is_of(model, stage, copy, words[-1]):
            break
        if len(words) == 3:
            continue
        flag = _flag(model, stage, copy, command) if is_recursive(model, stage, copy, command) else _FILLED
        start, end = line.raw(command.words[1].start), line.raw(command.words[2].start)
        if isinstance(flag, Refusal) or "\n" in run.text[start:end] or any(f.startswith(flag[:8]) for f in flags):
            refusal = flag if isinstance(flag, Refusal) else refusal
            break
        flags.append(flag)
        edits.append(Edit(start, end, ""))
    return Moved(tuple(flags), apply_edits(run.text, edits)) if flags else refusal


def _first_commands(top: tuple[Item, ...]) -> list[Command]:
    """Return the plain commands that a list begins with, each run whenever the one before succeeds."""
    found: list[Command] = []
    for item, after in zip(top, (*[following.operator for following in top[1:]], ""), strict=True):
        command = item.command
        if command is None or item.negated or command.redirects or command.assignments or after not in ("", "&&", ";"):
            break
        found.append(command)
    return found


def _is_of(model: Model, stage: StageModel, copy: Copy, path: str) -> bool:
    where, target = stage.states[copy].workdir, target_of(model, copy)
    return where is not None and target is not None and absolute_paths(where, [target]) == absolute_paths(where, [path])


def _flag(model: Model, stage: StageModel, copy: Copy, command: Command) -> str | Refusal:
    """Return the flag that does to what is copied what the command does to the folder."""
    value = command.words[2].value or ""
    other = "chown" if command.name == "chmod" else "chmod"
    target = target_of(model, copy)
    if copy.heredocs or flag_names(copy) - {other}:
        return _ELSEWHERE if "from" in flag_names(copy) else _FLAGGED
    if target is None or not _OWN_FOLDER.match(target):
        return _FILLED
    above = posixpath.dirname(target)
    # the flag would change a folder that COPY has to make above it
    made = stage.states[copy].workdir == target or above in ("/", "/srv", "/opt", "/usr/src")
    if not made or not _is_fresh(model, stage, copy, target):
        return _FILLED
    if command.name == "chown":
        new = owner_value(model, stage, value, link=False)
        return f"--chown={new}" if new else _FILLED
    if not is_octal(value):
        return _SPECIAL if value.isdigit() else _SYMBOLIC
    return f"--chmod={value}" if keeps_folders_open(value) else _CLOSED


def _is_fresh(model: Model, stage: StageModel, copy: Copy, target: str) -> bool:
    """Tell whether a folder holds nothing before a COPY to it."""
    image = stage.root.image
    if (
        image is None
        or stage.is_windows
        or not image.knows_users
        or not isinstance(image.volumes, tuple)
        or not isinstance(image.workdir, str | None)
    ):
        return False
    if any(is_within(path, target) for path in (*image.volumes, image.workdir or "/", *(u.home for u in image.users))):
        return False
    for link in stage.chain:
        for node in link.node.body:
            if node is copy:
                break
            if isinstance(node, Copy | Add):
                where = target_of(model, node)
                if where is None or is_within(where, target) or is_within(target, where):
                    return False
            elif node.name in ("RUN", "VOLUME"):
                here = link.states[node].workdir
                text = model.logical(node).text + "".join(h.body for h in getattr(node, "heredocs", ()))
                if (
                    here is None
                    or is_within(here, target)
                    or target in text
                    or posixpath.basename(target) in text.split()
                ):
                    return False
    return True


__all__ = ["Moved", "is_recursive", "moved_to_copy"]
