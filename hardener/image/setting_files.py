"""What lies in a folder of settings at the end of a stage: of the base image, copied there, changed by RUN."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from fnmatch import fnmatchcase

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.image.data_folders import commands_of
from hardener.image.file_contents import text_at
from hardener.image.files import Copied, absolute, copied, is_within, written
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Add, Instruction, Run

#: they leave what files say; a new file of `touch` is empty
_READING = frozenset(("cat", "chgrp", "chmod", "chown", "grep", "ls", "mkdir", "nginx", "stat", "test", "touch", "["))
_IN_PLACE = regex(r"-[a-zA-Z]*i|--in-place")
_PRINTING = frozenset(("echo", "printf", "envsubst", "sed"))
_ARCHIVE = regex(r"\.(?:tar(?:\.\w+)?|tgz|tbz2?|txz)\Z")
#: words of an edit that may change ports, users, files or includes
_TELLING = regex(
    r"(?i)listen|port|user|group|log|pid|mutex|ssl|cert|key|cache|temp|include|server\s*\{|\b\d{2,5}\b|\$\(|`"
)


@dataclass(slots=True)
class SettingFiles:
    """The files in a folder of settings.

    Attributes:
        texts: what each file says, None where that is not known.
        doubt: why there may be others, or other texts; "" where nothing hints at it.
        closed: a copied file that only its owner can read, "" for none.
    """

    texts: dict[str, str | None] = field(default_factory=dict)
    doubt: str = ""
    closed: str = ""

    def doubts(self, why: str) -> None:
        """Note the first reason for doubt."""
        self.doubt = self.doubt or why


def settings_below(
    model: Model, stage: StageModel, folders: tuple[str, ...], stock: Mapping[str, str], files: Files
) -> SettingFiles:
    """Return what lies in folders of settings when the container starts.

    Args:
        model: of the file.
        stage: the final one.
        folders: absolute paths.
        stock: the files that the base image has there.
        files: the build context.
    """
    folders = tuple(filter(None, folders))
    present = frozenset((*folders, *(posixpath.dirname(path) for path in stock)))
    reader = _Reader(model, stage, folders, present, files, SettingFiles(dict(stock)))
    for link in reversed(stage.chain):
        for node in link.node.body:
            if node.name in ("COPY", "ADD"):
                reader.copy(node)
            elif isinstance(node, Run):
                reader.run(link, node)
    return reader.out


@dataclass(frozen=True, slots=True)
class _Reader:
    model: Model
    stage: StageModel
    folders: tuple[str, ...]
    present: frozenset[str]
    files: Files
    out: SettingFiles

    def holds(self, path: str | None) -> bool:
        """Tell whether a path lies in the folders of settings."""
        return path is not None and any(is_within(path, folder) for folder in self.folders)

    def is_above(self, path: str) -> bool:
        """Tell whether a folder of settings lies in a path."""
        return any(is_within(folder, path) for folder in self.folders)

    def copy(self, node: Instruction) -> None:
        """Add what one COPY or ADD brings."""
        place, found = written(self.model, node), copied(self.model, node, self.files.tree)
        if place is None or found is None:
            if place is None or self.holds(place.target) or self.is_above(place.target):
                self.out.doubts(f"cannot tell what a {node.name} brings to {self.folders[0]}")
            return
        if not (self.holds(found.target) or self.is_above(found.target)):
            return
        if found.heredocs:
            whole = len(found.heredocs) == 1 and not found.into
            self.out.texts[found.target] = found.heredocs[0].body if whole else None
        elif found.from_stage is not None:
            self.from_stage(found)
        elif found.tree is None:
            self.out.doubts(f"cannot tell what is copied to {found.target} without the build context")
        else:
            self.from_context(found)

    def from_context(self, found: Copied) -> None:
        packed = isinstance(found.node, Add) and any(_ARCHIVE.search(source) for source in found.sources)
        if not found.is_whole or packed or any(name.endswith("/") for name in found.files()):
            self.out.doubts(f"cannot tell all that is copied to {found.target}")
        for name in found.files():
            path = found.place(name)
            if path in self.present:
                path = posixpath.join(path or "", posixpath.basename(name))  # the folder is there already
            if path is None or not self.holds(path):
                continue
            known = self.files.file(name)
            self.out.texts[path] = self.files.text(name)
            if known is not None and not known.mode & 0o004:
                self.out.closed = self.out.closed or name

    def from_stage(self, found: Copied) -> None:
        """Add what is copied from a stage or image: files by name; what else may bring settings is a doubt."""
        for source in found.sources:
            base = posixpath.basename(source.rstrip("/"))
            into = found.into or len(found.sources) > 1 or found.target in self.present
            path = posixpath.join(found.target, base) if into else found.target
            if self.holds(path) and path not in self.folders:
                text = self.out.texts[path] = text_at(self.model, self.stage, path, self.files)
                self.out.doubts(f"cannot tell what {source} brings to {found.target}" if text is None else "")
            elif self.holds(path) or not into or base in ("", "etc"):
                self.out.doubts(f"cannot tell what is copied to {found.target}")

    def run(self, link: StageModel, node: Run) -> None:
        """Note what the commands of one RUN do to the files."""
        text = self.model.logical(node).text + "".join(heredoc.body for heredoc in node.heredocs)
        where = link.states[node].workdir
        named = next((folder for folder in self.folders if folder in text), where if self.holds(where) else None)
        if named is None:
            return
        commands = [command for run, command in commands_of(self.model, link) if run is node]
        if not commands or f"={named}" in text or any(self.enters(command, where) for command in commands):
            self.out.doubts(f"a RUN works in {named}, and cannot tell what it changes there")
            return
        for command in commands:
            self.command(command, where)

    def enters(self, command: Command, where: str | None) -> bool:
        """Tell whether a `cd` goes to a folder of settings."""
        words = [word.value or "" for word in command.words]
        return command.name == "cd" and len(words) > 1 and self.holds(absolute(where, words[1]))

    def command(self, command: Command, where: str | None) -> None:
        """Note what one command does to the files."""
        words = [word.value if word.value is not None else word.raw for word in command.words]
        printed = self.prints(command, words, where)
        name = posixpath.basename(command.name or "")
        paths = [absolute(where, word) or "" for word in words[1:] if not word.startswith("-")]
        touched = [path for path in paths if self.holds(path)]
        in_place = any(_IN_PLACE.match(word) for word in words)
        if not touched or name in _READING or (printed and not in_place and name in _PRINTING):
            return
        if name == "rm":
            self.removed(touched)
        elif name in ("cp", "mv") and len(words) == 3 and paths[0] in self.out.texts:
            self.out.texts[paths[-1]] = self.out.texts[paths[0]]
            self.removed(paths[:1] if name == "mv" else [])
        elif name == "sed":
            rest = " ".join(word for word in words[1:] if absolute(where, word) not in touched)
            changed = [path for path in self.out.texts if any(_is(path, one) for one in touched)]
            self.out.texts.update(dict.fromkeys(changed if _TELLING.search(rest) else ()))
        else:
            self.out.doubts(f"`{' '.join(words)[:50]}` changes settings, and cannot tell how")

    def removed(self, paths: list[str]) -> None:
        for known in list(self.out.texts):
            if any(is_within(known, path) or _is(known, path) for path in paths):
                del self.out.texts[known]

    def prints(self, command: Command, words: list[str], where: str | None) -> bool:
        """Note the files that `echo`, `printf` or `envsubst` writes; tell whether there are any."""
        places = [(r.op, absolute(where, r.target.value)) for r in command.redirects if r.target and r.target.value]
        written_to = [(op, path) for op, path in places if path is not None and op[:1] == ">" and self.holds(path)]
        for op, path in written_to:
            old = self.out.texts.get(path, "") if op == ">>" else ""
            new: str | None = None
            if (
                command.name in ("echo", "printf")
                and old is not None
                and all(w.value is not None for w in command.words)
            ):
                new = f"{old}\n" + " ".join(words[1:]).replace("\\n", "\n")
            elif command.name == "envsubst":
                new = next((self.out.texts.get(source or "") for op, source in places if op == "<"), None)
            self.out.texts[path] = new
        return bool(written_to)


def _is(path: str, wanted: str) -> bool:
    return path == wanted or fnmatchcase(path, wanted)


__all__ = ["SettingFiles", "settings_below"]
