"""Which file lies at a path of the image: where it comes from, its text, and how it begins (E12, I05, I19)."""

from __future__ import annotations

import re
from posixpath import basename, join, normpath
from typing import NamedTuple

from hardener.fast.patterns import regex
from hardener.image.files import PATH, Copied, copied
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Add, Copy, Heredoc, Run
from hardener.syntax.dockerfile.views import pairs

_ELF = b"\x7fELF"
#: they leave the first line of a file as it is; sed counts where it removes carriage returns
_HARMLESS = frozenset(
    ("chmod", "chown", "chgrp", "ls", "cat", "test", "[", "stat", "file", "dos2unix", "touch", "strip")
)
_COMPILERS = frozenset(("go", "gcc", "g++", "cc", "c++", "clang", "clang++", "rustc", "ld"))
_SHEBANG = regex(r"""\A(?:echo|printf)\s+(?:-e\s+)?['"]#!/""")


def in_context(model: Model, stage: StageModel, path: str, files: Files) -> str | None:
    """Return the path in the build context of the file that lies at `path` in the image, None where not known."""
    found = _source(model, stage, path, files.tree)
    return found if isinstance(found, str) else None


def text_at(model: Model, stage: StageModel, path: str, files: Files) -> str | None:
    """Return the text of the file at a path of the image: from the build context, or a here-document of COPY."""
    found = _source(model, stage, path, files.tree)
    if isinstance(found, Heredoc):
        return found.body
    return files.text(found) if found is not None else None


def _source(model: Model, stage: StageModel, path: str, tree: ContextTree | None) -> str | Heredoc | None:
    """Return what the last COPY that writes the path brings there, through the stages that it is copied from."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = copied(model, node, tree)
            if found is None:
                continue
            heredoc = found.heredoc(path)
            if heredoc is not None:
                return heredoc
            for candidate in found.origins(path) if found.stage is not None or found.tree is not None else ():
                if found.stage is None:
                    return candidate
                deeper = _source(model, found.stage, candidate, tree)
                if deeper is not None:
                    return deeper
    return None


class Placed(NamedTuple):
    """What is known of a file in the image.

    Attributes:
        found: an instruction of the file is known to write it.
        head: its first bytes; None where they are not known.
        compiler: the program that made it, such as `go`; "" where not known.
    """

    found: bool
    head: bytes | None = None
    compiler: str = ""

    @property
    def starts_alone(self) -> bool | None:
        """Whether the kernel starts it without a shell: `#!` or a binary; None where that is not known."""
        return None if self.head is None else self.head.startswith((b"#!", _ELF))


_ABSENT = Placed(False)
_UNREAD = Placed(True)


def on_path(model: Model, stage: StageModel, name: str, files: Files) -> Placed:
    """Return what is known of the program that a bare name means."""
    folders = list(PATH)
    for link in stage.chain:
        for node in link.node.body:
            if node.name == "ENV" and "PATH" in node.text:
                found = [value for key, value in pairs(node, model.escape) if key == "PATH"]
                folders += [
                    part for value in found for part in (value or "").strip("\"'").split(":") if part[:1] == "/"
                ]
    places = (placed(model, stage, normpath(join(folder, name)), files) for folder in dict.fromkeys(folders))
    return next((place for place in places if place.found), _ABSENT)


def placed(model: Model, stage: StageModel, path: str, files: Files) -> Placed:
    """Return what is known of the file at an absolute path at the end of a stage, by the last that writes it."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = None
            if isinstance(node, Copy | Add):
                found = _copied(model, node, path, files)
            elif isinstance(node, Run) and _mentions(node, path):
                found = _made(model, link, node, path)
            if found is not None:
                return found
    return _ABSENT


def _copied(model: Model, node: Copy | Add, path: str, files: Files) -> Placed | None:
    """Return what a COPY or ADD leaves at `path`, None where it does not write it as far as is known."""
    found = copied(model, node, files.tree)
    if found is None:
        return _UNREAD if basename(path) in re.split(r"[\s/\"',\[\]]+", node.text) else None
    rest = found.below(path)
    if rest is None:
        return None
    if found.heredocs:
        heredoc = found.heredoc(path)
        return Placed(True, heredoc.body.lstrip("\t").encode()) if heredoc is not None else None
    if found.from_stage is not None:
        return _from_stage(model, found, path, files)
    if found.tree is None:
        return _UNREAD if any(_fits(source, rest) for source in found.sources) else None
    name = next(found.origins(path), None)
    if name is None:
        return None
    file = files.file(name)
    return Placed(True, file.head if file is not None else None)


def _fits(source: str, rest: str) -> bool:
    """Tell whether a source of unknown kind is named as what lies at `rest` below the target."""
    return not rest or basename(source.rstrip("/")) == basename(rest)


def _from_stage(model: Model, found: Copied, path: str, files: Files) -> Placed | None:
    for inner in found.origins(path) if found.stage is not None else ():
        place = placed(model, found.stage, inner, files) if found.stage is not None else _ABSENT
        if place.found:
            return place
    fitting = next((source for source in found.sources if _fits(source, found.below(path) or "")), None)
    return (_compiled(found.stage, fitting) or _UNREAD) if fitting is not None else None


def _compiled(stage: StageModel | None, source: str) -> Placed | None:
    """Return a binary where a path is one of those that cargo and `go install` write to."""
    text = " ".join(node.text for link in stage.chain for node in link.node.body if node.name == "RUN") if stage else ""
    rust = re.search(r"/target/(?:[\w.-]+/)?(?:release|debug)/[\w-]+\Z", source) and "cargo build" in text
    go = re.match(r"/go/bin/[\w-]+\Z", source) and "go install" in text
    return Placed(True, _ELF, "go" if go else "cargo") if rust or go else None


def _mentions(node: Run, path: str) -> bool:
    name = basename(path)
    return name in node.text or any(name in heredoc.body for heredoc in node.heredocs)


def _made(model: Model, stage: StageModel, node: Run, path: str) -> Placed | None:
    """Return what a RUN that names the file leaves of it, None where it leaves how it begins."""
    body = parsed(model, node)
    if not isinstance(body, Body) or node.heredocs:
        return _UNREAD if path in node.text or any(path in heredoc.body for heredoc in node.heredocs) else None
    where = stage.states[node].workdir
    moved = any(command.name == "cd" for command in body.commands)
    for command in reversed(body.commands):
        words = [word.value for word in command.words[1:]]
        written = [r.target.value for r in command.redirects if r.target is not None and r.op.startswith(">")]
        if any(_is(path, where, word, moved) for word in written):
            begins = _SHEBANG.match(body.text[command.start : command.end]) is not None
            appends = any(redirect.op == ">>" for redirect in command.redirects)
            if appends:
                continue
            return Placed(True, b"#!") if begins else _UNREAD
        if any(_is(path, where, word, moved) for word in words) and not _keeps_start(command):
            return Placed(True, _ELF, command.name) if command.name in _COMPILERS and "-o" in words else _UNREAD
    return None


def _is(path: str, where: str | None, word: str | None, moved: bool) -> bool:
    if not word or basename(word) != basename(path):
        return False
    if moved or where is None:
        return not word.startswith("/") or normpath(word) == path
    return normpath(join(where, word)) == path


def _keeps_start(command: Command) -> bool:
    raw = " ".join(word.raw for word in command.words)
    return command.name in _HARMLESS or (command.name == "sed" and "\\r" in raw)
