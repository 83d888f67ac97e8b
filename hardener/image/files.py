"""What each COPY and ADD brings where: worked out once for an instruction of a model (C15)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, join, normpath

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace
from hardener.image.model import Model, StageModel, State
from hardener.image.words import expand
from hardener.project.context_tree import ContextTree
from hardener.syntax.dockerfile.nodes import Add, Copy, ExecForm, Heredoc, Instruction
from hardener.syntax.dockerfile.views import copy_words, is_address

_WILD = regex(r"[*?\[\\]")
_QUOTES = regex(r"[\"'\\]")
_FOLDER = ("/", "/.", "/..")
_DOTS = (".", "..")

#: where a program without a path is looked for
PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def absolute(workdir: str | None, path: str) -> str | None:
    """Return a path of the image in normal form; None for a relative one where WORKDIR is not known."""
    if path.startswith("/"):
        return normpath("/" + path.lstrip("/"))
    return None if workdir is None else normpath(join("/", workdir, path))


def is_within(path: str, folder: str) -> bool:
    """Tell whether a path is `folder` or lies below it."""
    where = folder.rstrip("/")
    return path.rstrip("/") == where or path.startswith(where + "/")


def in_path(program: str, workdir: str | None) -> tuple[str, ...]:
    """Return the places where a program may lie: its own path, or those of PATH for a bare name."""
    if "/" in program:
        found = absolute(workdir, program)
        return (found,) if found else ()
    return tuple(f"{folder}/{program}" for folder in PATH)


@dataclass(frozen=True, slots=True, eq=False)
class Copied:
    """What a COPY or ADD brings.

    Attributes:
        node: the instruction.
        sources: as written, variables expanded; heredocs and what cannot be expanded are left out.
        target: absolute and normal.
        into: the target is certainly a folder.
        from_stage: the value of `--from`, None for the build context.
        stage: the stage of this file that `from_stage` means; None for the build context and for an image.
        is_known: every source could be expanded.
        tree: the names in the build context; None where they are not known, or it takes nothing from there.
        names: the paths of the context that it takes, wildcards resolved; "" is its root.
        is_whole: `names` is all that it brings.
    """

    node: Copy | Add
    sources: tuple[str, ...]
    target: str
    into: bool
    from_stage: str | None
    stage: StageModel | None
    is_known: bool
    tree: ContextTree | None = None
    names: tuple[str, ...] = ()
    is_whole: bool = False

    @property
    def heredocs(self) -> tuple[Heredoc, ...]:
        """The files that are written in the Dockerfile itself."""
        return self.node.heredocs

    def heredoc(self, path: str) -> Heredoc | None:
        """Return the here-document that becomes the file at an absolute path; None where none does."""
        return self.heredocs[0] if len(self.heredocs) == 1 and path == self.target else None

    def below(self, path: str) -> str | None:
        """Return how a path of the image is called from the target on: "" for the target; None for one elsewhere."""
        return path[len(self.target) :].lstrip("/") if is_within(path, self.target) else None

    def origins(self, path: str) -> Iterator[str]:
        """Yield what may have become the file at an absolute path, the last source first.

        Paths of the context if it is known, else absolute ones of what it is copied from, files or not. A file that is
        copied to a folder lies in it, whether a `/` at its end says so or not.
        """
        rest = self.below(path)
        if rest is None:
            return
        for name in reversed(self.names if self.from_stage is None else self.sources):
            is_file = self.tree.is_file(name) if self.tree is not None else None
            clean = name if self.tree is not None else normpath(join("/", name))
            if is_file is not False and (rest == basename(clean) or (not rest and not self.into)):
                yield clean
            if not is_file and rest and (self.tree is None or self.tree.is_file(join(clean, rest))):
                yield join(clean, rest)

    def place(self, path: str) -> str | None:
        """Return where a path of the context arrives; None where this does not bring it."""
        for name in self.names if self.tree is not None else ():
            if self.tree is not None and self.tree.is_file(name):
                if name == path:
                    return join(self.target, basename(path)) if self.into else self.target
            elif not name or path.startswith(name + "/"):
                return join(self.target, path[len(name) :].lstrip("/"))
        return None

    def files(self) -> Iterator[str]:
        """Yield the names of the context that it brings, folders whose content is not listed with a `/`."""
        for name in self.names if self.tree is not None else ():
            if self.tree is not None and self.tree.is_file(name):
                yield name
            elif self.tree is not None:
                yield from self.tree.below(name)


@dataclass(frozen=True, slots=True)
class Brought:
    """What was copied from the build context up to a place, in order."""

    copies: tuple[Copied, ...]

    def origin(self, place: str) -> str | None:
        """Return the file of the context that lies at an absolute path; None where none does. The last COPY counts."""
        return next((path for one in reversed(self.copies) for path in one.origins(place)), None)

    def folder_of(self, name: str, where: str) -> str | None:
        """Return the folder of the context whose file `name` (a relative path) lies in `where`; None for none."""
        plain = normpath(name)
        path = self.origin(normpath(join(where, plain)))
        if path is None or plain.startswith("..") or not (path == plain or path.endswith("/" + plain)):
            return None
        return path[: -len(plain)].rstrip("/")

    def folder_by_copy(self, where: str) -> str | None:
        """Return the folder of the context that a COPY of a folder brought to `where`."""
        for one in reversed(self.copies):
            rest = one.below(where)
            if rest is not None and one.tree is not None and len(one.names) == 1 and not one.tree.is_file(one.names[0]):
                path = join(one.names[0], rest).rstrip("/")
                return path if one.tree.has(path) else None
        return None


def is_local(node: Instruction) -> bool:
    """Tell whether it is a COPY or ADD that takes files from the build context alone."""
    return isinstance(node, Copy | Add) and not node.heredocs and node.flag("from") is None


def copied(model: Model, node: Instruction, tree: ContextTree | None = None) -> Copied | None:
    """Return what a COPY or ADD of this model brings; None for other instructions and what cannot be known.

    With the names of the build context, wildcards are resolved and `names` says what it takes.
    """
    found = written(model, node)
    if found is None or not found.is_known:
        return None
    return found if tree is None or found.from_stage is not None else _in_tree(model, found, tree)


def written(model: Model, node: Instruction) -> Copied | None:
    """Return what a COPY or ADD brings, with the sources that are known; None where it is not known where to."""
    if not isinstance(node, Copy | Add):
        return None
    known: dict[Instruction, Copied | None] = model.memo.setdefault("copied", {})
    if node not in known:
        stage = model.holder(node)
        known[node] = _written(model, stage, node) if stage is not None else None
    return known[node]


def target_of(model: Model, node: Instruction) -> str | None:
    """Return where a COPY or ADD writes, absolute and normal; None where that is not known."""
    found = written(model, node)
    return found.target if found is not None else None


def brought_before(model: Model, stage: StageModel, before: Instruction, tree: ContextTree) -> Brought:
    """Return what was brought from the context before an instruction; what cannot be known is left out."""
    found: list[Copied] = []
    for link in reversed(stage.chain):
        for node in link.node.body:
            if node is before:
                return Brought(tuple(found))
            one = copied(model, node, tree) if is_local(node) else None
            if one is not None and one.is_whole:
                found.append(one)
    return Brought(tuple(found))


def known_sources(model: Model, state: State, node: Copy | Add) -> tuple[str | None, ...]:
    """Return the sources with variables expanded, None for one that cannot be known; heredocs are left out."""
    return tuple(_expanded(model, state, node, word) for word in copy_words(node, model.escape).sources)


def _expanded(model: Model, state: State, node: Copy | Add, word: str) -> str | None:
    if isinstance(node.arguments, ExecForm) and _QUOTES.search(word):
        return None  # BuildKit takes the quotes out of a JSON form too
    return expand(word, state.values, model.escape)


def _written(model: Model, stage: StageModel, node: Copy | Add) -> Copied | None:
    words, state = copy_words(node, model.escape), stage.states[node]
    given = len(words.sources) + len(words.heredocs)
    target = _expanded(model, state, node, words.target) if given else None
    where = absolute(state.workdir, target) if target else None
    if not target or where is None:
        return None
    sources = known_sources(model, state, node)
    known = tuple(source for source in sources if source)
    ends = target.endswith(_FOLDER) or target in _DOTS or where == state.workdir
    into = ends or given > 1 or any(source.endswith(_FOLDER) or source in _DOTS for source in known)
    other = model.find(words.from_) if words.from_ else None
    other = other if other is not None and other.index < stage.index else None
    return Copied(node, known, where, into, words.from_, other, len(known) == len(sources))


def _in_tree(model: Model, found: Copied, tree: ContextTree) -> Copied:
    """Return it with the names of the context that it takes, worked out once for a tree."""
    trees, known = model.memo.get("copied names", (None, {}))
    if trees is not tree:
        known = {}
        model.memo["copied names"] = tree, known
    if found.node not in known:
        known[found.node] = _resolved(found, tree)
    resolved: Copied = known[found.node]
    return resolved


def _resolved(found: Copied, tree: ContextTree) -> Copied:
    names: list[str] = []
    # with --parents the folders of the source are made below the target: a file of the root has none
    plain = found.node.flag("parents") is None
    is_whole = plain or all("/" not in source and tree.is_file(source) for source in found.sources)
    for source in found.sources if is_whole else ():
        is_remote = isinstance(found.node, Add) and is_address(source)
        matching = tree.matching(source) if not is_remote else ()
        is_whole &= bool(matching) or (not is_remote and _WILD.search(source) is not None)
        names += matching
    # beside another source, a wildcard may match nothing
    into = found.into or len(names) > 1 or (len(names) == 1 and not tree.is_file(names[0]))
    return replace(found, into=into, tree=tree, names=tuple(names), is_whole=is_whole and bool(names))
