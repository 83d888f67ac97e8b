"""The stage as text, after the last one of a Dockerfile and in its style. Pure."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from dataclasses import dataclass

from hardener.fast.patterns import regex
from hardener.image.model import Model
from hardener.image.stage import StageModel
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm, Words
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerfile.views import from_words
from hardener.syntax.dockerfile.writer import finish_line
from hardener.verify.minimal.closure import Closure
from hardener.verify.minimal.settings import HeldError
from hardener.verify.minimal.tree import Tree

_PLAIN = regex(r"[A-Za-z0-9_./+@:,=~-]+")
#: more single files are no stage that a person reads
MOST = 200
_WIDTH = 120
_KEPT = "/kept"


@dataclass(frozen=True, slots=True)
class Written:
    """A Dockerfile with one stage more.

    Attributes:
        text: all of it.
        stage: what was added.
    """

    text: str
    stage: str


@dataclass(frozen=True, slots=True)
class Source:
    """The Dockerfile that a stage is added to: its model, the stage that is copied from, and what it was asked."""

    model: Model
    stage: StageModel
    asked: str

    @property
    def chain(self) -> tuple[Instruction, ...]:
        """The instructions of the stage and of those it is built on, the first one first."""
        found: list[Instruction] = []
        stage: StageModel | None = self.stage
        while stage is not None:
            found = [*stage.node.body, *found]
            stage = stage.parent
        return tuple(found)

    def free(self, name: str) -> str:
        """Return `name`, or it with a number, as the name of a stage that is not there."""
        taken = {stage.name for stage in self.model.stages}
        return next(n for n in (name, *(f"{name}-{i}" for i in range(2, 99))) if n not in taken)


def source_of(text: str, target: str | None, asked: str) -> Source:
    """Return the stage of a Dockerfile that is built.

    Raises:
        HeldError: it has none of that name.
    """
    model = Model(parse(text))
    stage = model.find(target) if target else model.stages[-1]
    if stage is None:
        raise HeldError(f"there is no stage {target}")
    if stage.is_windows:
        raise HeldError("it is an image of Windows")
    return Source(model, stage, asked)


def written(source: Source, base: str, found: Closure, tree: Tree, settings: Sequence[str]) -> Written:
    """Return the Dockerfile with the stage.

    Args:
        source: where it goes to.
        base: the image it is built on.
        found: what is copied.
        tree: the files of the image.
        settings: its instructions after the copies.

    Raises:
        HeldError: it cannot be written.
    """
    paths = (*found.folders, *found.files, *found.links, *found.empty)
    if odd := sorted(path for path in paths if not _PLAIN.fullmatch(path)):
        raise HeldError(f"{odd[0]}: a name that COPY would read in another way")
    if len(found.files) > MOST:
        raise HeldError(f"{len(found.files)} single files were used: a stage of them is nothing to read")
    node = source.stage.node.from_
    own = from_words(node, source.stage.escape).name
    name = own or source.free("full")
    whole, made, links = _copies(found, tree, name)
    kept = [*made, *links]
    flags = "".join(f" {flag.code.strip()}" for flag in node.flags)
    lines: list[str] = []
    if kept:
        lines += [
            f"FROM{flags} {_carrier(source, tree, name, found, is_copied=bool(links))} AS {source.free('kept')}",
            "USER 0",
            "WORKDIR /",
            "RUN " + " \\\n && ".join(kept),
            "",
        ]
        whole.append(f"COPY --from={source.free('kept')} {_KEPT} /")
    lines += [f"# what {source.asked} touched, and no more: other code may need more"]
    lines += [f"FROM{flags} {base} AS {source.free('minimal')}", *whole, *settings]
    style = source.model.style
    stage = "\n".join(map(_lower, lines) if style.lower else lines) + "\n"
    stage = stage.replace("\n", style.newline)
    tree_of_file = source.model.tree
    if own is None:
        as_ = "as" if style.lower else "AS"
        named = node.with_changes(arguments=Words(f"{node.text.strip()} {as_} {name}"))
        stages = [s if s is not source.stage.node else s.with_changes(from_=named) for s in tree_of_file.stages]
        tree_of_file = tree_of_file.with_changes(stages=tuple(stages))
    *others, last = tree_of_file.stages
    before = tree_of_file.with_changes(stages=(*others, finish_line(last, style.newline))).code
    text = before + style.newline + stage
    if [s.code for s in parse(text).stages][: len(tree_of_file.stages) - 1] != [
        s.code for s in tree_of_file.stages[:-1]
    ]:
        raise HeldError("the stage cannot be added to this file without changing how it reads")
    return Written(text, stage)


def _lower(line: str) -> str:
    word, blank, rest = line.partition(" ")
    return f"{word.lower()}{blank}{rest.replace(' AS ', ' as ') if word == 'FROM' else rest}"


def _copies(found: Closure, tree: Tree, name: str) -> tuple[list[str], list[str], list[str]]:
    """Return the COPY lines, and the commands of a stage of its own for what COPY alone cannot carry over.

    The commands are in two lists: those that make empty folders, and those that copy.
    """
    lines: list[str] = []
    by_folder: dict[str, list[str]] = {}
    for path in sorted(found.files):
        by_folder.setdefault(posixpath.dirname(path), []).append(path)
    for folder, paths in by_folder.items():
        target = paths if len(paths) == 1 else folder.rstrip("/") + "/"
        words = [*paths, *(target if isinstance(target, list) else [target])]
        lines.append(_copy(f"COPY --from={name}", words))
    kept: list[str] = []
    whole = sorted(found.links)
    for folder in sorted(found.folders):
        owner = _owner(tree, folder)
        if owner is None:
            whole.append(folder)
        else:
            lines.append(f"COPY --from={name}{owner} {folder} {folder}")
    if needed := sorted(_needed(found, tree)):
        kept += _made(needed, tree)
    copied = [f"mkdir -p {_KEPT}", f"cp -a --parents {' '.join(whole)} {_KEPT}"] if whole else []
    return lines, kept, copied


def _made(paths: Sequence[str], tree: Tree) -> list[str]:
    """Return the commands that make empty folders with their owners and modes; any system has these."""
    lines = [f"mkdir -p {' '.join(_KEPT + path for path in paths)}"]
    for path in paths:
        node = tree.nodes[path]
        lines += [f"chown {node.owner}:{node.group} {_KEPT}{path}"] * bool(node.owner or node.group)
        lines.append(f"chmod {node.mode & 0o7777:o} {_KEPT}{path}")
    return lines


def _carrier(source: Source, tree: Tree, name: str, found: Closure, *, is_copied: bool) -> str:
    """Return the stage in which the commands run.

    It is the image's own; where that has no shell, one before it that runs one makes the empty folders.

    Raises:
        HeldError: there is none.
    """
    if tree.get("/bin/sh") is not None and any(tree.get(f"{folder}/cp") for folder in ("/bin", "/usr/bin")):
        return name
    others = [stage.name for stage in source.model.stages[: source.stage.index] if stage.name and _runs_shell(stage)]
    if others and not is_copied:
        return others[-1]
    paths = sorted(found.links) if is_copied else _needed(found, tree)
    what = (*paths, *sorted(folder for folder in found.folders if _owner(tree, folder) is None))[0]
    raise HeldError(f"{what} needs a shell to be carried over, and the image has none")


def _runs_shell(stage: StageModel) -> bool:
    """Tell whether a stage runs something by a shell of Linux."""
    return not stage.is_windows and any(
        isinstance(node, Run) and isinstance(node.arguments, ShellForm) for node in stage.node.body
    )


def _needed(found: Closure, tree: Tree) -> list[str]:
    """Return the empty folders that no copy makes as they are."""
    made = {posixpath.dirname(path) for path in (*found.files, *found.links, *found.folders)}
    return [
        path
        for path in found.empty
        if (node := tree.nodes.get(path)) is not None
        and ((node.mode & 0o7777, node.owner) != (0o755, 0) or not any(f"{m}/".startswith(f"{path}/") for m in made))
    ]


def _owner(tree: Tree, folder: str) -> str | None:
    """Return the option of COPY that keeps owner and mode of a folder; None where there is none."""
    top = tree.nodes[folder]
    if top.mode & 0o1002:
        return None
    if not top.owner and not top.group:
        return ""
    alike = all((node.owner, node.group) == (top.owner, top.group) for _, node in tree.below(folder))
    return f" --chown={top.owner}:{top.group}" if alike else None


def _copy(first: str, words: Sequence[str]) -> str:
    """Return a COPY on one line, on a line for each word where that is too long."""
    line = " ".join((first, *words))
    return line if len(line) <= _WIDTH else " \\\n    ".join((first, *words))
