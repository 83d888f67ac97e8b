"""The Dockerfiles that are built with one context, and what each takes of it (D12)."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import join, normpath

from hardener.errors import DockerfileSyntaxError, Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import brought_before, copied, is_local, known_sources
from hardener.image.model import Model, StageModel
from hardener.packages.installs import Install, read_chain
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.texts import joined
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run, ShellForm
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerfile.views import is_address, mounts

_WILD = regex(r"[*?\[\\]")
#: installs no more than what runs needs
_WITHOUT_DEVELOPMENT = ("--omit", "--production", "--prod", "--only", "-P", "--no-dev")


@dataclass(frozen=True, slots=True, eq=False)
class Build:
    """One Dockerfile over the context.

    Attributes:
        model: what it means; None where it cannot be read.
        text: of the file.
        folders: of the context that it brings with all that is in them; "" is the root.
        named: paths and patterns that it names, and what is not known of them: None.
        bringing: the first instruction that brings each folder.
    """

    model: Model | None
    text: str
    folders: frozenset[str]
    named: tuple[str | None, ...]
    bringing: tuple[tuple[str, Instruction], ...] = ()

    def brings(self, path: str) -> Instruction | None:
        """Return what brings a path along with the folder it lies in; None where nothing does."""
        return next((node for folder, node in self.bringing if _lies_in(path, folder)), None)

    def names(self, path: str) -> bool:
        """Tell whether a source may be this path, or lies in it: it is asked for then."""
        if self.model is None:
            return path.rpartition("/")[2] in self.text
        return any(source is not None and _asks_for(source, path) for source in self.named)


def build_of(model: Model, tree: ContextTree) -> Build:
    """Return what a Dockerfile takes of the context."""
    bringing: list[tuple[str, Instruction]] = []
    named: list[str | None] = []
    for stage in model.stages:
        for node in stage.node.body:
            for source in _sources(model, stage, node):
                folders = _folders(source, tree)
                bringing += [(folder, node) for folder in folders]
                named += [source] if not folders or not _is_all(source) else []
    return Build(model, model.tree.code, frozenset(f for f, _ in bringing), tuple(named), tuple(bringing))


def other_build(tree: ContextTree, text: str) -> Build:
    """Return what another Dockerfile takes of the context, from its text."""
    try:
        return build_of(Model(parse(text)), tree)
    except DockerfileSyntaxError:
        return Build(None, text, frozenset(("",)), ())


def _sources(model: Model, stage: StageModel, node: Instruction) -> Iterator[str | None]:
    """Yield what an instruction takes of the context, in normal form; None for what cannot be known."""
    if is_local(node) and isinstance(node, Copy | Add):
        for word in known_sources(model, stage.states[node], node):
            if word is None or not (isinstance(node, Add) and is_address(word)):
                yield _normal(word)
    for mount in mounts(node):
        if mount.type == "bind" and not mount.from_:
            source = mount.source or "."
            yield None if "$" in source else _normal(source)


def _normal(word: str | None) -> str | None:
    return None if word is None else normpath(join("/", word)).lstrip("/")


def _folders(source: str | None, tree: ContextTree) -> tuple[str, ...]:
    """Return the folders that a source brings whole."""
    if source is None:
        return ()
    if _is_all(source):
        return (source.rpartition("/")[0],) if source.endswith("*") else (source,)
    return tuple(name for name in tree.matching(source) if not tree.is_file(name))


def _is_all(source: str | None) -> bool:
    """Tell whether a source is the root or all that a folder has: nothing in it is asked for by name."""
    return source is not None and (source in {"", "*"} or source.endswith("/*")) and _is_plain(source[:-1])


def _is_plain(path: str) -> bool:
    return not _WILD.search(path)


def _lies_in(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def _asks_for(source: str, path: str) -> bool:
    """Tell whether a source may be `path`, or something in it, and not only a folder around it."""
    wanted, have = source.split("/"), path.split("/")
    if len(wanted) < len(have):
        return False
    from hardener.project.context_tree import go_match

    return all((not _is_plain(w) and go_match(w)(h)) or w == h for w, h in zip(wanted, have, strict=False))


@dataclass(frozen=True, slots=True)
class Filled:
    """A folder of the context that a Dockerfile fills by itself, and with all that a build needs or less."""

    path: str
    is_whole: bool


def filled(build: Build, files: Files, tree: ContextTree) -> tuple[Filled, ...]:
    """Return the folders that the installations of a Dockerfile fill, as paths of the context (D06)."""
    model = build.model
    if model is None:
        return ()
    found: list[Filled] = []
    for stage in model.stages:
        for run in stage.node.body:
            if isinstance(run, Run) and isinstance(run.arguments, ShellForm) and not run.heredocs:
                found += _filled_by(model, stage, run, files, tree)
    return tuple(dict.fromkeys(found))


def _filled_by(model: Model, stage: StageModel, run: Run, files: Files, tree: ContextTree) -> Iterator[Filled]:
    chain = read_chain(logical(run.text, model.escape).text)
    where = stage.states[run].workdir
    if chain is None or where is None:
        return
    first = chain.items[0].command
    if first is not None and first.name == "cd":
        if len(first.words) != 2 or first.words[1].value is None:
            return
        where = normpath(join(where, first.words[1].value))
    brought = brought_before(model, stage, run, tree)
    for install in chain.installs.values():
        manifest = install.tool.manifest
        folder = brought.folder_of(manifest, where) if manifest else None
        if folder is not None:
            is_whole = not install.has(*_WITHOUT_DEVELOPMENT) and "NODE_ENV" not in model.tree.code
            yield from (Filled(path, is_whole) for path in _writes(files, install, folder))


def _writes(files: Files, install: Install, folder: str) -> tuple[str, ...]:
    from hardener.project.installs_read.read import needs

    known = needs(files, install, folder)
    if not isinstance(known, Refusal):
        return known.writes
    return (joined(folder, "node_modules"),) if install.tool.language == "node" else ()


def is_filled_where_brought(build: Build, path: str, tree: ContextTree) -> bool:
    """Tell whether each stage that gets a folder from the context also gets it from an installation (D06)."""
    model, name = build.model, path.rpartition("/")[2]
    if model is None:
        return False
    for stage in model.stages:
        chain = [node for link in stage.chain for node in link.node.body]
        brings = any(one is not None and one.place(path + "/x") for one in (copied(model, n, tree) for n in chain))
        installs = any(isinstance(n, Run) and read_chain(logical(n.text, model.escape).text) for n in chain)
        takes = any(isinstance(n, Copy) and n.flag("from") is not None and name in n.text for n in chain)
        if brings and not installs and not takes:
            return False
    return True
