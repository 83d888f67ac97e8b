"""Packages of a final image that only a build could need, and that no step uses (C19, S09, S27)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.left_out import cut, replaced
from hardener.image.model import Model, StageModel
from hardener.image.process import programs
from hardener.image.runs import RunBody, read_run
from hardener.knowledge.splitting import libraries, table, words
from hardener.packages.commands import PackageCommand
from hardener.shell import Command, Context
from hardener.shell.invocation import invocation_of
from hardener.syntax.dockerfile.nodes import Instruction, Run
from hardener.text import Edit

#: so much of a command is told
_SHOWN = 60
_BUILD = {"apt": "apt", "apk": "apk"}
#: commands after an installation that compile nothing
_QUIET = frozenset(
    """
    apt-get apt apk dpkg rm mkdir chmod chown ln echo printf cp mv useradd groupadd adduser addgroup usermod sed set
    true test [ update-ca-certificates locale-gen ldconfig touch cat ls export curl wget tar unzip gunzip install id
    find grep awk chgrp
    """.split()  # noqa: SIM905 (a table of words reads better)
)
#: not a compiler, and often used when the image runs
_KEPT = frozenset(("python3-pip", "python3-venv", "python3-setuptools", "npm", "patch", "gettext", "git-lfs", "m4"))
#: programs that compile what they run (S27)
_COMPILES = ("R", "Rscript", "julia", "gcc", "make", "cargo", "go", "mvn", "gradle", "sh", "bash", "ash", "dash")


@dataclass(frozen=True, slots=True)
class Omitted:
    """Packages that one installation can do without, and the edits that leave them out."""

    packages: tuple[str, ...]
    edits: tuple[Edit, ...]


def omitted(model: Model, stage: StageModel, run: Run) -> Omitted | Refusal | None:
    """Return what can be left out of the installations of a RUN in the final stage; None for nothing."""
    if not (stage.is_final and stage.is_leaf) or stage.image is None:
        return None
    body = read_run(model, stage, run)
    if body is None:
        return None
    for command, found in _installed(body):
        if _is_taken_back(body, command):
            continue
        if any(not _is_quiet(c) for c in _later(model, stage, run, command)) or _compiles(model, stage):
            continue
        return _edits(stage, body, command, found)
    return None


def needed(model: Model, stage: StageModel) -> Iterator[tuple[Instruction, str]]:
    """Yield the installations of build packages in a final stage, and what keeps them there."""
    for run in stage.node.body:
        body = read_run(model, stage, run) if isinstance(run, Run) else None
        if not isinstance(run, Run) or body is None:
            continue
        for command, found in _installed(body):
            if _is_taken_back(body, command):
                yield run, f"none is needed: the RUN removes {found[0]} again, or installs it as a virtual package"
            else:
                users = (c for c in _later(model, stage, run, command) if not _is_quiet(c))
                yield run, _why_needed(next(users, None), found[0])


def _why_needed(user: Command | None, package: str) -> str:
    if user is _UNREADABLE:
        return f"a later RUN may compile with {package}: harden cannot read it"
    if user is not None:
        return f"`{_shown(user)}` may compile with {package}"
    return f"what the image starts may compile with {package}, or harden cannot tell what starts"


def _shown(command: Command) -> str:
    text = " ".join(word.raw for word in command.words)
    return (text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…") or "a step"


def _installed(body: RunBody) -> Iterator[tuple[PackageCommand, list[str]]]:
    """Yield the installations of a RUN whose packages are all known, each with its packages for a build."""
    for command in body.commands:
        if command.manager not in _BUILD or command.verb not in ("install", "add") or command.is_open:
            continue
        found = [name for name in command.packages if _is_build_only(command.manager, name)]
        if found:
            yield command, found


def _is_taken_back(body: RunBody, command: PackageCommand) -> bool:
    return command.has("-t", "--virtual") or "del " in body.line.text or "purge" in body.line.text


def build_only() -> tuple[str, ...]:
    """Return texts of which the name of each package that only a build needs holds one."""
    return ("-dev", *(name for manager in _BUILD for name in words("build_only", manager)))


def _is_build_only(manager: str, name: str) -> bool:
    if name in _KEPT:
        return False
    return name in words("build_only", _BUILD[manager]) or (name.endswith("-dev") and name != "musl-dev")


def _later(model: Model, stage: StageModel, run: Run, command: PackageCommand) -> list[Command]:
    found: list[Command] = []
    after = False
    for node in stage.node.body:
        after = after or node is run
        if not after or not isinstance(node, Run):
            continue
        body = read_run(model, stage, node)
        if body is None:
            return [_UNREADABLE]
        found += [c for c in body.body.commands if node is not run or c.start > command.command.start]
    return found


_UNREADABLE = Command(None, (), (), (), 0, 0, Context())


def _is_quiet(command: Command) -> bool:
    if not command.words:
        return bool(command.assignments)
    call = invocation_of(command)
    return call is not None and not call.host and call.program in _QUIET


def _compiles(model: Model, stage: StageModel) -> bool:
    """Tell whether the program of the image may need a compiler, or is not known."""
    named = programs(model, stage)
    return not named or any(basename(p[0]) in _COMPILES or p[0].endswith(".sh") for p in named)


def _edits(stage: StageModel, body: RunBody, command: PackageCommand, found: list[str]) -> Omitted | Refusal:
    wanted = _libraries(stage, command, found)
    if isinstance(wanted, Refusal):
        return wanted
    gone = [word for word, name in zip(command.operands, command.packages, strict=True) if name in found]
    if len(gone) == len(command.operands) and not wanted:
        return Refusal("C19", "the command would install nothing else", "remove the installation")
    cuts = tuple(cut(body, command, word) for word in gone)
    edits = [edit for edit in cuts if edit is not None]
    if len(edits) != len(cuts):
        return Refusal("P01", "a comment stands beside a package that would be removed", "remove the package yourself")
    if wanted:
        edits[0] = replaced(body, edits[0], gone[0], wanted)
    return Omitted(tuple(found), tuple(edits))


def _libraries(stage: StageModel, command: PackageCommand, found: list[str]) -> list[str] | Refusal:
    """Return what of these packages a program needs when it runs, as packages of its own (S09)."""
    assert stage.image is not None
    wanted: list[str] = []
    for name in found:
        brings = table("brings" if command.manager == "apt" else "apk_brings").get(name, "")
        known = libraries(stage.image, name) if name.endswith("-dev") else tuple(brings.split())
        if known is None:
            return Refusal("S09", f"cannot tell which libraries {name} brings in this image", "name them yourself")
        wanted += known
    return [name for name in dict.fromkeys(wanted) if name not in command.packages]
