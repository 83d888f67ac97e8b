"""How an installation is held to its lock file (C16)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from posixpath import basename, join

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.files import Brought
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed
from hardener.packages.commands import PackageCommand, package_commands
from hardener.packages.installs import Install
from hardener.packages.managers import managers
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.texts import joined
from hardener.shell import Body, Command, Context
from hardener.syntax.dockerfile.nodes import Add, Copy, Run, ShellForm
from hardener.text import Edit

#: names of manifests and lock files with a part of their own
_NAMES = (
    r"package[\w.*-]*json|\*\.json|\*\.lock|[\w.-]*\.lock\b|pnpm-workspace|requirements[\w.*/-]*\.(?:txt|in)"
    r"|composer\.|Cargo\.|shrinkwrap"
)
#: such names behind `>`
_WRITTEN = r"package[\w-]*\.json|\.lock\b|requirements\S*"


@cache
def _changes() -> re.Pattern[str]:
    """Return what finds a command that writes, moves or deletes a manifest or a lock file in a text, nested or not."""
    described = [made for made in managers().values() if made.manifest or made.locks]
    named = sorted({name for made in described for name in (made.manifest, *made.locks) if name})
    names = "|".join(map(re.escape, named))
    writing = [made for made in described if made.writes]
    verbs = "|".join(f"(?:{_any(made.programs)}) (?:{_any(made.writes)})" for made in writing)
    return re.compile(
        r"\b(?:rm|mv|cp|sed|jq|touch|tee|patch|perl|awk|envsubst|unlink)\b[^;&|\n]*"
        rf"(?:{_NAMES}|{names})|>\s*\S*(?:{_WRITTEN}|{names})|\b(?:turbo prune|{verbs})\b"
    )


def _any(words: Iterable[str]) -> str:
    return "|".join(map(re.escape, sorted(words)))


def _writes(package: PackageCommand) -> bool:
    """Tell whether a command writes a manifest or a lock file, or may, for all that is known of it."""
    described = package.described
    if described.kind == "system":
        return False
    return not package.meanings or package.verb in described.writes


@dataclass(frozen=True, slots=True)
class MoreCopied:
    """A COPY that is to bring one more file: its word is written after another one of its sources."""

    node: Copy | Add
    after: str
    word: str


@dataclass(frozen=True, slots=True)
class Locked:
    """What an installation becomes: edits of the RUN's logical text, why, and what of it is not certain.

    Attributes:
        copied: what has to be copied before it, too.
    """

    edits: tuple[Edit, ...]
    message: str
    doubt: str = ""
    copied: MoreCopied | None = None


@dataclass(frozen=True, slots=True)
class NotCopied(Refusal):
    """A lock file of the build context is not in the image by then.

    Attributes:
        path: in the build context.
        place: where the installation reads it.
        is_in_step: the installation takes it by itself, and it says what its manifest says.
    """

    path: str = ""
    place: str = ""
    is_in_step: bool = False


@dataclass(frozen=True, slots=True)
class Site:
    """An installation and all that is known of where it runs.

    Attributes:
        where: the folder of the image that it runs in.
        brought: what was copied from the context before it.
        is_shipped: the files of its stage are what runs, and no other stage takes them.
        later: the commands of the stage that run after it.
    """

    model: Model
    stage: StageModel
    run: Run
    command: Command
    where: str
    files: Files
    tree: ContextTree
    brought: Brought

    @property
    def is_shipped(self) -> bool:
        """Whether what it installs is in the image that is run, and nowhere else."""
        return self.stage.is_final and self.stage.is_leaf

    def value(self, name: str) -> str | None:
        """Return the value of an environment variable; "" where it is not set, None where that is not known."""
        return self.stage.states[self.run].values.get(name, "")

    def holds(self, folder: str, name: str) -> bool:
        """Tell whether a file of the project's folder is in the image by then, from that very place of the context."""
        return self.brought.origin(join(self.where, name)) == joined(folder, name)

    def missing(self, folder: str, name: str, *, is_in_step: bool = False) -> NotCopied | None:
        """Return that a lock file of the project's folder is not copied before the installation; None where it is."""
        return None if self.holds(folder, name) else self.not_copied(joined(folder, name), is_in_step=is_in_step)

    def not_copied(self, path: str, *, is_in_step: bool = False) -> NotCopied:
        """Return that a file of the context, which the installation reads beside its manifest, is not copied."""
        place = join(self.where, basename(path))
        return NotCopied("C16", f"{path} is not copied before the installation", "copy it too", path, place, is_in_step)

    @property
    def changed(self) -> str:
        """Why a manifest or a lock file may have changed in the image before it, "" where nothing changes one."""
        for link in reversed(self.stage.chain):
            for node in link.node.body:
                if isinstance(node, Run):
                    text = self.model.logical(node).text + "".join(h.code for h in node.heredocs)
                    before = text[: self.command.start] if node is self.run else text
                    found = _changes().search(before)
                    if found:
                        return f"`{found[0].strip()[:60]}` changes the manifest or lock file before the install"
                    earlier = (c for c in package_commands(text) if c.command.end <= len(before))
                    command = next((c for c in earlier if _writes(c)), None)
                    if command is not None:
                        shown = (
                            f"`{command.program} {command.verb}` changes the manifest or lock file before the install"
                        )
                        return command.unknown or shown
                if node is self.run:
                    return ""
        return ""

    @property
    def later(self) -> Iterator[Command]:
        """Yield the commands of the stage that run after it, those of the same RUN too."""
        after = False
        for node in self.stage.node.body:
            after = after or node is self.run
            if not after or not isinstance(node, Run):
                continue
            body = parsed(self.model, node) if isinstance(node.arguments, ShellForm) else None
            if not isinstance(body, Body) or node.heredocs:
                yield UNKNOWN
                continue
            yield from (c for c in body.commands if node is not self.run or c.start > self.command.start)


#: stands for what a step does that cannot be read
UNKNOWN = Command(None, (), (), (), 0, 0, Context())
#: makes of an installation at its site what it is to become; None where nothing is to be done
Locker = Callable[[Site, Install], "Locked | Refusal | None"]


def refusal(reason: str, allow: str) -> Refusal:
    """Return why an installation is not held to a lock file."""
    return Refusal("C16", reason, allow)


def after_verb(install: Install, *options: str) -> Edit:
    """Return the edit that adds options after the verb."""
    end = install.verb_word.end
    return Edit(end, end, "".join(f" {option}" for option in options))


def program_of(command: Command) -> str:
    """Return the name of the program of a command, "" where it is not known."""
    word = command.words[0].value if command.words else None
    return basename(word or "")
