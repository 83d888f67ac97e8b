"""Which tools an installation of an image can do without, and how it is written then (C37, C19)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.derived import built_on
from hardener.image.left_out import cut, replaced
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import needs_lists
from hardener.image.process import programs
from hardener.image.runs import COMMENTED, RunBody, read_run
from hardener.knowledge.recommends import without_recommends
from hardener.knowledge.tools import calls, is_tool
from hardener.packages.commands import PackageCommand
from hardener.project.compose.development import names_development
from hardener.project.context import Files
from hardener.rules.unused_tools.calls import (
    SYSTEM,
    Calls,
    Texts,
    family,
    named_in_sources,
    texts_of,
    unread_script,
)
from hardener.syntax.dockerfile.nodes import Comment, Run
from hardener.text import Edit, apply_edits

_BY_HAND = "remove them yourself if nobody uses them"
_UNKNOWN = Refusal("C37", "cannot tell without the build context what the application calls", _BY_HAND)
_WORKSHOP = Refusal("S28", "the image is there to work in: it starts a shell or an interpreter", _BY_HAND)
_DEVELOPS = Refusal("S28", "the image is there to develop with", _BY_HAND)
_BASE = Refusal("Z09", "cannot tell what the base image starts", "name ENTRYPOINT and CMD, or remove them yourself")
_OTHERS = Refusal("C19", "the command would install nothing else", "remove the installation")
#: what only developers start; servers of a framework are started elsewhere too
_WATCHES = regex(
    r"\b(?:nodemon|ts-node-dev|watchmedo|webpack-dev-server|debugpy|air|dotnet watch|ng serve|dlv)\b"
    r"|--(?:reload|watch)\b|\b(?:npm|yarn|pnpm|bun)(?: run)? (?:dev|watch|start:dev)\b|\b(?:next|nuxt|astro) dev\b"
)
_BUILD = "harden purges nothing, as others may need what came along with it"
_BUILD_WAY = "download with ADD, or in a build stage, and copy from there"
#: what `rm` is given after an installation: options, and caches
_CACHES = ("-", "/var/lib/apt/lists", "/var/cache/apt", "/var/cache/apk")
#: what a RUN does that only installs
_PREPARES = frozenset(("update", "clean", "autoclean", "install", "add"))


class Install(NamedTuple):
    """An installation in a RUN, and the tools that it names."""

    node: Run
    body: RunBody
    command: PackageCommand
    names: list[str]
    #: above the RUN
    comments: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of the tools that a RUN installs.

    Attributes:
        gone: packages that are left out.
        text: of the RUN without them; "" where nothing remains of it; a Refusal holds the change back.
        built: packages that only the build calls.
        held: why these stay.
    """

    gone: tuple[str, ...] = ()
    text: str | Refusal = ""
    built: tuple[str, ...] = ()
    held: Refusal | None = None


def verdicts(model: Model, files: Files) -> dict[Run, Verdict]:
    """Return what becomes of the tools in each RUN of the images that run."""
    found: dict[Run, Verdict] = {}
    for stage in model.stages:
        if not stage.is_posix or not any(member.is_final for member in family(stage)):
            continue
        asked: Calls | None = None
        for node in stage.node.body:
            install = next(_installs(model, stage, node), None) if isinstance(node, Run) else None
            if install is None or not isinstance(node, Run):
                continue
            asked = asked or Calls(texts_of(model, stage, files))
            verdict = _verdict(model, stage, files, asked, install)
            if verdict is not None:
                found[node] = verdict
    return found


def _installs(model: Model, stage: StageModel, node: Run) -> Iterator[Install]:
    """Yield the installations of tools in a RUN; one with a variable, from a list elsewhere or by a name of its own
    stays, and so does a package whose version is named."""
    body = read_run(model, stage, node)
    comments = "\n".join(item.text for item in node.leading if isinstance(item, Comment))
    for command in body.commands if body is not None else ():
        if command.manager not in SYSTEM or command.verb not in ("install", "add") or command.is_open:
            continue
        if command.has("-t", "--virtual", "--download-only", "-d", "-s") or any(
            word.value is None for word in command.operands
        ):
            continue
        names = [word.raw for word in command.operands if is_tool(word.raw)]
        if body is not None and names:
            yield Install(node, body, command, names, comments)


def _verdict(model: Model, stage: StageModel, files: Files, asked: Calls, install: Install) -> Verdict | None:
    """Return what becomes of the tools of one installation; None where something calls each of them."""
    texts = asked.texts
    left = [name for name in install.names if name not in texts.removed and not asked.is_called_at_run(name)]
    if not left:
        return None
    refusal = asked.once(partial(_refusal, model, stage, files, texts))
    if refusal is not None:
        uncalled = tuple(name for name in left if not asked.is_called_in_build(name))
        return Verdict(uncalled, refusal) if uncalled else None
    told = [name for name in left if install.comments and calls(name, install.comments)]
    if told == left:
        return Verdict(tuple(left), _told(told[0]))
    left = [name for name in left if name not in told]
    called = named_in_sources(left, files)
    left = [name for name in left if name not in called]
    built = tuple(name for name in left if asked.is_called_in_build(name))
    gone = [name for name in left if name not in built]
    held = Refusal("C37", _BUILD, _BUILD_WAY) if built else None
    if not gone:
        return Verdict(built=built, held=held) if built else None
    named = _named_instead(stage, install.command, gone, texts)
    if named is None:
        return Verdict(built=built, held=held) if built else None
    text = _text(install.body, install.command, gone, named)
    if text == "":
        text = _lists(model, stage, install) or ""
    return Verdict(tuple(gone), text, built, held)


def _lists(model: Model, stage: StageModel, install: Install) -> Refusal | None:
    """Return why a RUN stays though nothing of it remains: the package lists that it fetches would go with it (C01)."""
    if "update" not in install.node.text:
        return None
    needed = needs_lists(model, stage, install.node, install.command.manager)
    return needed if isinstance(needed, Refusal) else _OTHERS if needed else None


def _told(package: str) -> Refusal:
    return Refusal("C37", f"a comment says what {package} is for", "remove it yourself if that is over")


def _refusal(model: Model, stage: StageModel, files: Files, texts: Texts) -> Refusal | None:
    """Return why no tool is taken out of an image."""
    if files.tree is None:
        return _UNKNOWN
    builds = files.builds
    if builds.doubt is not None or builds.worked_in is not None:
        return builds.doubt or builds.worked_in
    if builds.base:
        return Refusal("C37", f"{builds.base} is the name of an image that others build on", _BY_HAND)
    finals = [member for member in family(stage) if member.is_final]
    for member in finals:
        if member.inherits_unread_entrypoint or (member.image is None and member.entrypoint.stage is None):
            return _BASE
        started = programs(model, member)
        if not started:
            return _WORKSHOP
        if names_development(member.name or "") or any(_WATCHES.search(" ".join(words)) for words in started):
            return _DEVELOPS
        other = built_on(model, member, files)
        if other:
            return Refusal("C37", f"{other} builds on this image", _BY_HAND)
    script = unread_script(texts, files)
    if script:
        return Refusal("Z09", f"cannot tell what {script} calls", "bring it from the build context")
    if any(node.name == "ONBUILD" for member in finals for node in member.node.body):
        return Refusal("P47", "others build on the image: it has ONBUILD", _BY_HAND)
    return None


def _named_instead(stage: StageModel, install: PackageCommand, gone: list[str], texts: Texts) -> list[str] | None:
    """Return what came along with these packages and is to stay, by name; None where something that matters would go.

    apt brings what a package recommends too: the certificates of curl, the SSH client of git (C06).
    """
    if install.manager != "apt" or install.mentions("install-recommends") or "Install-Recommends" in texts.whole:
        return []
    there = {name for name in install.packages if name not in gone}
    if stage.image is not None and stage.image.has_ca_certificates:
        there.add("ca-certificates")
    found = without_recommends(tuple(gone), texts.whole, frozenset(there))
    return None if found.lost else [name for name in found.keep if name not in gone]


def _text(body: RunBody, install: PackageCommand, gone: list[str], named: list[str]) -> str | Refusal:
    """Return the text of a RUN without packages, "" where it would only install them."""
    words = [word for word in install.operands if word.raw in gone]
    if len(words) == len(install.operands) and not named:
        return _nothing_else(body, install)
    edits: list[Edit] = []
    for word in words:
        edit = cut(body, install, word)
        if edit is None:
            return COMMENTED
        edits.append(edit)
    if named:
        edits[0] = replaced(body, edits[0], words[0], named)
    return apply_edits(body.raw, edits)


def _nothing_else(body: RunBody, install: PackageCommand) -> str | Refusal:
    known = body.by_start
    for command in body.body.commands:
        package = known.get(command.start)
        if package is not None:
            alone = package.verb not in ("install", "add") or package.command == install.command
            if package.manager == install.manager and package.verb in _PREPARES and alone:
                continue
        elif command.name == "rm" and all(
            word.raw.startswith(("-", "/var/lib/apt/lists", "/var/cache/apt", "/var/cache/apk"))
            for word in command.words[1:]
        ):
            continue
        return _OTHERS
    return COMMENTED if "#" in body.raw else ""


def removed(node: Run) -> str | Refusal:
    """Return "", or why a RUN of which nothing remains cannot go."""
    return COMMENTED if any(isinstance(item, Comment) for item in node.leading) else ""
