"""Which file of the build context lies at a path of the image."""

from __future__ import annotations

import posixpath

from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.image.words import expand, split
from hardener.project.context import Files
from hardener.syntax.dockerfile.nodes import Add, Copy, ExecForm, Heredoc, Instruction

#: where a program without a path is looked for
PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")
_CHAIN = 5


@dataclass(frozen=True, slots=True)
class Copied:
    """What a COPY or ADD writes.

    Attributes:
        node: the instruction.
        sources: as written, variables expanded.
        target: absolute and normal, without a `/` at its end; whether it had one is `into`.
        from_stage: the value of `--from`, None for the build context.
    """

    node: Copy | Add
    sources: tuple[str, ...]
    target: str
    into: bool
    from_stage: str | None


def absolute(workdir: str | None, path: str) -> str | None:
    """Return a path of the image in normal form; None for a relative one where WORKDIR is not known."""
    if path.startswith("/"):
        return posixpath.normpath("/" + path.lstrip("/"))
    return None if workdir is None else posixpath.normpath(posixpath.join("/", workdir, path))


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip("/") + "/")


def copied(model: Model, stage: StageModel, node: Instruction) -> Copied | None:
    """Return what a COPY or ADD of this stage writes, None for other instructions and what cannot be known."""
    if not isinstance(node, Copy | Add):
        return None
    words = _words(model, stage, node)
    known = [word for word in words if word]
    target = target_of(model, stage, node)
    if target is None or len(known) != len(words):
        return None
    into = known[-1].endswith(("/", "/.")) or known[-1] == "."
    return Copied(node, tuple(known[:-1]), target, into or len(known) > 2, node.flag("from"))


def target_of(model: Model, stage: StageModel, node: Copy | Add) -> str | None:
    """Return where a COPY or ADD writes, absolute and normal; None where that is not known."""
    words = _words(model, stage, node)
    return absolute(stage.states[node].workdir, words[-1]) if len(words) > 1 and words[-1] else None


def _words(model: Model, stage: StageModel, node: Copy | Add) -> list[str | None]:
    words: list[str | None] = [*split(node.arguments, model.escape)]
    if isinstance(node.arguments, ExecForm):
        return words
    return [expand(word or "", stage.states[node].values, model.escape) for word in words]


def in_context(model: Model, stage: StageModel, path: str, files: Files, depth: int = _CHAIN) -> str | None:
    """Return the path in the build context of the file that lies at `path` in the image, None where not known."""
    tree = files.tree
    if tree is None or depth == 0:
        return None
    for link in stage.chain:
        for node in reversed(link.node.body):
            found = copied(model, link, node)
            if found is None:
                continue
            source = model.find(found.from_stage) if found.from_stage else None
            for candidate in _origins(found, path, files):
                if found.from_stage is None and tree.is_file(candidate):
                    return candidate
                if source is not None and source.index < link.index:
                    deeper = in_context(model, source, absolute("/", candidate) or "/", files, depth - 1)
                    if deeper is not None:
                        return deeper
    return None


def text_at(model: Model, stage: StageModel, path: str, files: Files) -> str | None:
    """Return the text of the file at a path of the image: from the build context, or a here-document of COPY."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            heredocs: tuple[Heredoc, ...] = getattr(node, "heredocs", ())
            found = copied(model, link, node) if heredocs else None
            if found is not None and len(heredocs) == 1 and found.target == path:
                return heredocs[0].body
    name = in_context(model, stage, path, files)
    return files.text(name) if name is not None else None


def _origins(found: Copied, path: str, files: Files) -> list[str]:
    """Return the paths that a COPY may have taken `path` from: a file by its name, or out of a folder."""
    out = []
    tree = files.tree
    for source in found.sources:
        names: tuple[str, ...] = (source,)
        if tree is not None and found.from_stage is None:
            names = tree.matching(source) or names
        for name in names:
            clean = name.rstrip("/") or "/"
            if posixpath.join(found.target, posixpath.basename(clean)) == path or found.target == path:
                out.append(clean)
            if path != found.target and is_within(path, found.target):
                out.append(posixpath.join(clean, posixpath.relpath(path, found.target)))
    return out


def in_path(program: str, workdir: str | None) -> tuple[str, ...]:
    """Return the places where a program may lie: its own path, or those of PATH for a bare name."""
    if "/" in program:
        found = absolute(workdir, program)
        return (found,) if found else ()
    return tuple(f"{folder}/{program}" for folder in PATH)
