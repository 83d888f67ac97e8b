"""What a stage needs of a full image that its slim variant lacks (B14)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from posixpath import basename

from hardener.errors import Refusal
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import runs_a_script
from hardener.image.process import programs
from hardener.image.runs import read_run
from hardener.knowledge.slim import HTTPS
from hardener.packages.commands import PackageCommand
from hardener.rules.slim_base.dependencies import COMPILERS, WITHOUT_WHEELS, Need
from hardener.shell import Command
from hardener.shell.invocation import invocation
from hardener.syntax.dockerfile.nodes import Healthcheck, Run
from hardener.syntax.dockerfile.views import healthcheck_words

_COMPILERS = frozenset(
    ("./configure", "cmake", "meson", "ninja", "node-gyp", "rake", "bundle", "bundler", "gem", "cargo", "cpan",
     "cpanm", "perl", "libtoolize")
)  # fmt: skip
_DOWNLOADERS = frozenset(("curl", "wget", "git"))
_LISTS = "/var/lib/apt/lists"
_UNREADABLE = Refusal("B14", "cannot read what a RUN does", "keep the full image, or write the commands out")
#: programs that an image lacks, with the packages that bring each
Missing = Mapping[str, tuple[str, ...]]


class _Seen:
    """What the RUNs of a stage did so far.

    Attributes:
        installed: the packages of Debian.
        lists: whether the package lists are there.
        pip: whether Python packages were installed.
    """

    __slots__ = ("installed", "lists", "pip")

    def __init__(self) -> None:
        """Nothing yet: a base image has no package lists."""
        self.installed: set[str] = set()
        self.lists = False
        self.pip = False


def needs_full(model: Model, stage: StageModel, missing: Missing, needs: Iterable[Need] = ()) -> Refusal | None:
    """Return what in the stage needs the full image, None where nothing in the file does.

    Args:
        model: of the file.
        stage: the one that is built on the image.
        missing: programs that the slim variant lacks, with the packages that bring each.
        needs: what the dependencies of the program need of Debian.
    """
    seen = _Seen()
    installed = seen.installed
    for node in stage.node.body:
        found = None
        if isinstance(node, Run):
            found = _of_run(model, stage, node, missing, seen)
        elif isinstance(node, Healthcheck):
            # any word of it may be a program
            words = healthcheck_words(node, model.escape).command.replace('"', " ").replace(",", " ").split()
            found = _lacking((basename(word) for word in words), missing, installed)
        if found is not None:
            return found
    found = _lacking((basename(argv[0]) for argv in programs(model, stage)), missing, installed)
    asked = (need for need in needs if seen.pip or not need.compiles)
    return found or next(filter(None, (need.refusal(installed) for need in asked)), None)


def _lacking(names: Iterator[str], missing: Missing, installed: set[str]) -> Refusal | None:
    for name in names:
        if name in missing and not installed & set(missing[name]):
            what = "what checks https certificates" if name == HTTPS else f"`{name}`"
            package = missing[name][0]
            return Refusal("B14", f"{what} is not in the slim image", f"install {package}, or keep the full image")
    return None


def _of_run(model: Model, stage: StageModel, node: Run, missing: Missing, seen: _Seen) -> Refusal | None:
    run = read_run(model, stage, node)
    if run is None or runs_a_script(run.line.text):
        return _UNREADABLE
    managers = run.by_start
    for command in run.body.commands:
        package = managers.get(command.start)
        refusal = _of_installation(package, seen) if package is not None else None
        refusal = refusal or _lacking(_names(command), missing, seen.installed)
        if any((word.value or word.raw).startswith(_LISTS) for word in command.words):
            seen.lists = False
        if refusal is not None:
            return refusal
        compiler = next((name for name in _names(command) if name in _COMPILERS), None)
        if compiler is not None:
            return Refusal("B14", f"`{compiler}` may compile", "keep the full image, or build in a stage of its own")
    return None


def _names(command: Command) -> Iterator[str]:
    """Yield what a command runs: its wrappers and its program, all of its words where that cannot be told."""
    words = [word.value or word.raw for word in command.words]
    call = invocation(words)
    if not words or call is None or call.is_open:
        yield from (basename(word) for word in words)
        return
    yield from call.wrappers
    yield from (call.host, call.program)
    yield from (word for word in words[call.at : call.at + 1] if word.startswith("./"))
    if call.program in _DOWNLOADERS and any(HTTPS in word for word in words):
        yield HTTPS


def _of_installation(package: PackageCommand, seen: _Seen) -> Refusal | None:
    if package.unknown:
        return Refusal("B14", package.unknown, "keep the full image")
    if package.manager == "apt":
        return _of_apt(package, seen)
    seen.pip = seen.pip or package.described.language == "python"
    words = [word.value or word.raw for word in package.command.words]
    git = next((word for word in words if word.startswith(("git+", "git://", "github:"))), None)
    if git is not None and "git" not in seen.installed:
        return Refusal("B14", f"installing `{git}` needs git, which the slim image lacks", "install git")
    native = WITHOUT_WHEELS & set(package.packages)
    if package.described.language == "python" and native and not seen.installed & COMPILERS:
        return Refusal("B14", f"installing {min(native)} compiles it", "build it in a stage of its own")
    return None


def _of_apt(package: PackageCommand, seen: _Seen) -> Refusal | None:
    """Return that an installation only finds what the full image brings: it fetched no package lists."""
    seen.lists = seen.lists or package.verb == "update"
    if package.verb != "install":
        return None
    if not seen.lists:
        why = f"`{package.program} install` runs without package lists, and may only find what the full image has"
        return Refusal("B14", why, f"put `{package.program} update &&` before it")
    seen.installed.update(package.packages)
    return None
