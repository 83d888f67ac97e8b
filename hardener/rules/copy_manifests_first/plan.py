"""How the sources can be copied after the installation that does not read them (C15)."""

from __future__ import annotations

from posixpath import join, normpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import Brought, Copied, brought_before, is_local
from hardener.image.model import Model, StageModel
from hardener.packages.install_environment import with_environment
from hardener.packages.installs import Chain, Install, read_chain
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.installs_read.needs import Needs, held_back
from hardener.rules.copy_manifests_first.order import overwritten
from hardener.rules.copy_manifests_first.rest_of_run import changes_the_shell, removes_caches
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Add, Copy, Instruction, Run, ShellForm, Workdir
from hardener.syntax.dockerfile.views import copy_words

_NO_CONTEXT = held_back(
    "cannot see the manifests and lock files: the build context is unknown", "name the build context with --context"
)
#: instructions that a COPY may be moved past
_PASSED = frozenset("WORKDIR ENV ARG LABEL EXPOSE USER MAINTAINER STOPSIGNAL CMD ENTRYPOINT HEALTHCHECK".split())  # noqa: SIM905
#: files that change about as seldom as the manifests
_SETTING = regex(r"(?:^|/)\.[^/]*\Z|\.(?:in|txt|json|toml|lock|ya?ml|cfg|ini|md|xml|config|props)\Z|LICENSE\Z")
_NAME = regex(r"[\w./@+-]+\Z")
_FLAGS = frozenset(("chown", "chmod", "link"))


@dataclass(frozen=True, slots=True)
class Moved:
    """A COPY that goes after the installation: what of it stays before, as paths by the folder they go to."""

    node: Copy | Add
    first: tuple[tuple[str, tuple[str, ...]], ...]
    target: str


@dataclass(frozen=True, slots=True)
class ManifestCopy:
    """A stage with the manifests copied first.

    Attributes:
        run: the installation.
        install: its first command.
        moved: what is copied after it, in order.
        workdir: a WORKDIR that has to come before it: the manifests are in that folder.
        parts: the text of the RUN, and of what is run after the sources are there ("" for nothing).
        is_certain: what it fills is certainly kept out of the context.
    """

    run: Run
    install: Install
    moved: tuple[Moved, ...]
    workdir: Workdir | None
    parts: tuple[str, str]
    is_certain: bool


def plan(model: Model, stage: StageModel, files: Files) -> tuple[Run, ManifestCopy | Refusal] | None:
    """Return the first installation of a stage that comes after its sources, and what is to be done; None for none."""
    if not stage.is_posix:
        return None
    is_first = True
    for run in stage.node.body:
        if not isinstance(run, Run) or not isinstance(run.arguments, ShellForm) or run.heredocs:
            continue
        chain = run.remembered(_chain, model.escape)
        if chain is None:
            continue
        planner = _Planner(model, stage, files, run, chain)
        found = planner.result() or (planner.blocked() if is_first else None)
        is_first = False
        if found is not None:
            return run, found
    return None


def _chain(run: Run, escape: str) -> Chain | None:
    return read_chain(logical(run.text, escape).text)


class _Planner:
    """Works out one installation."""

    def __init__(self, model: Model, stage: StageModel, files: Files, run: Run, chain: Chain) -> None:
        self.model = model
        self.stage = stage
        self.files = files
        self.run = run
        self.chain = chain
        self.body = stage.node.body
        self.at = self.body.index(run)
        self.where = stage.states[run].workdir
        self.install = with_environment(
            next(iter(chain.installs.values())), stage.states[run].values, self.where or "/"
        )

    def result(self) -> ManifestCopy | Refusal | None:
        """Return the plan, why there is none, or None where the installation comes first already."""
        window = self._window("/")
        from hardener.project.installs_read.read import needs

        copies = [node for node in window if isinstance(node, Copy | Add) and is_local(node)]
        if not copies or self.where is None:
            return None
        tree = self.files.tree
        if tree is None:
            return _NO_CONTEXT if any(self._is_everything(node) for node in copies) else None
        workdir, where = self._place(tree)
        if where is None:
            return None
        brought = brought_before(self.model, self.stage, self.run, tree)
        folder = self._folder(brought, where)
        if folder is None:
            return None
        needed = needs(self.files, self.install, folder)
        window = self._window(where)
        moving = [p for p in brought.copies if p.node in window and self._is_source(p, where, needed, tree)]
        if not any(self._brings_sources(one, needed, tree) for one in moving):
            return None
        if isinstance(needed, Refusal):
            return needed
        return self._refusal(moving, brought, needed, tree) or self._made(moving, brought, needed, (workdir, where))

    def blocked(self) -> Refusal | None:
        """Return why all sources stay before the first installation of the stage: a RUN between may read them."""
        start = self.at - len(self._window(self.where or "/")) - 1
        between = self.body[start] if start >= 0 else None
        before = self.body[: max(start, 0)]
        if not isinstance(between, Run) or not any(
            isinstance(node, Copy | Add) and is_local(node) and self._is_everything(node) for node in before
        ):
            return None
        shown = " ".join(self.model.logical(between).text.split())[:40]
        return held_back(f"`{shown}` runs between the two, and may read the sources", "move it below the installation")

    def _window(self, where: str) -> tuple[Instruction, ...]:
        """Return what stands before the installation and may change places with it."""
        start = self.at
        from hardener.packages.reads_no_source import body_reads_no_source

        while start > 0:
            node = self.body[start - 1]
            if isinstance(node, Run):
                plain = isinstance(node.arguments, ShellForm) and not node.heredocs
                if not plain or not body_reads_no_source(self.model.logical(node).text, where):
                    break
            elif node.name not in _PASSED and not isinstance(node, Copy | Add):
                break
            start -= 1
        return self.body[start : self.at]

    def _is_everything(self, node: Copy | Add) -> bool:
        return [normpath(word) for word in copy_words(node, self.model.escape).sources] == ["."]

    def _place(self, tree: ContextTree) -> tuple[Workdir | None, str | None]:
        """Return the folder that is installed in; a WORKDIR after the RUN counts where only there is a manifest."""
        first = self.chain.items[0].command
        where: str | None = self.where or "/"
        if first is not None and first.name == "cd":
            words = [word.value for word in first.words]
            return None, normpath(join(where or "/", words[1])) if len(words) == 2 and words[1] else None
        follower = self.body[self.at + 1] if self.at + 1 < len(self.body) else None
        if isinstance(follower, Workdir) and where is not None:
            brought = brought_before(self.model, self.stage, self.run, tree)
            after = self._after(follower)
            if self._folder(brought, where) is None and after is not None:
                known = self.stage.image is not None and self.install.tool.manifest
                if known and self._folder(brought, after) is not None:
                    return follower, after
        return None, where

    def _after(self, node: Workdir) -> str | None:
        rest = self.body[self.body.index(node) + 1 :]
        return self.stage.states[rest[0]].workdir if rest else self.stage.end.workdir

    def _folder(self, brought: Brought, where: str) -> str | None:
        """Return the folder of the context whose manifest lies in `where`."""
        name = self.install.tool.manifest
        if not name:
            files = self.install.values("-r", "--requirement") or self.install.operands
            relative = [f for f in files if not f.startswith("/")]
            if self.install.tool.name != "pip" or not relative:
                return brought.folder_by_copy(where)
            name = relative[0]
        return brought.folder_of(name, where)

    def _is_source(self, one: Copied, where: str, needed: Needs | Refusal, tree: ContextTree) -> bool:
        """Tell whether it brings more than what is installed from, into the folder that is installed in or above."""
        near = one.target == where or where.startswith(one.target.rstrip("/") + "/")
        if not near and not one.target.startswith(where.rstrip("/") + "/"):
            return False
        if isinstance(one.node, Add) and any(tree.is_file(source) for source in one.names):
            return False
        if isinstance(needed, Refusal):
            return any(not tree.is_file(source) for source in one.names)
        return any(not _is_needed(path, needed) for path in one.files())

    @staticmethod
    def _brings_sources(one: Copied, needed: Needs | Refusal, tree: ContextTree) -> bool:
        """Tell whether it brings a folder, or a file that is more than a setting: that is what changes often."""
        if any(not tree.is_file(source) for source in one.names):
            return True
        paths = [path for path in one.names if isinstance(needed, Refusal) or not _is_needed(path, needed)]
        return any(not _SETTING.search(path) for path in paths)

    def _refusal(self, moving: list[Copied], brought: Brought, needed: Needs, tree: ContextTree) -> Refusal | None:
        """Return why these may not be moved."""
        for one in moving:
            names = {flag.name for flag in one.node.flags}
            if names - _FLAGS or one.node.eol.strip() or self.run.eol.strip():
                return held_back("a COPY of the sources has a flag that harden does not know")
            for folder in needed.writes:
                if one.place(folder + "/x") and tree.has(folder):
                    return held_back(
                        f"{folder} is in the build context: a later COPY would overwrite the installed one",
                        f"add it to .dockerignore: {_pattern(folder)}",
                    )
            for folder in needed.may_write:
                if one.place(folder + "/x") and tree.has(folder):
                    return held_back(f"{folder} is in the build context", f"add it to .dockerignore: {folder}")
        return overwritten(self.model, self.stage, self.at, moving, brought)

    def _made(
        self, moving: list[Copied], brought: Brought, needed: Needs, at: tuple[Workdir | None, str]
    ) -> ManifestCopy | Refusal:
        tree = self.files.tree
        workdir, where = at
        if tree is None:
            return _NO_CONTEXT
        nodes = {one.node for one in moving}
        kept = Brought(tuple(one for one in brought.copies if one.node not in nodes))
        moved = []
        for one in moving:
            groups: dict[str, list[str]] = {}
            for path in needed.paths:
                place = one.place(path if tree.is_file(path) else path + "/x")
                if place is None or kept.origin(place) == path:
                    continue
                if not tree.is_file(path):
                    groups.setdefault(place.removesuffix("x"), []).append(path)
                elif brought.origin(place) == path:
                    groups.setdefault(place.rpartition("/")[0] + "/", []).append(path)
            first = tuple((place, tuple(paths)) for place, paths in groups.items())
            if any(not _NAME.match(path) for _, paths in first for path in paths):
                return held_back("a manifest has a name that a COPY would have to quote")
            moved.append(Moved(one.node, first, one.target))
        parts = self._parts(where)
        if isinstance(parts, Refusal):
            return parts
        certain = all(self.files.is_ignored(folder) for folder in needed.writes)
        return ManifestCopy(self.run, self.install, tuple(moved), workdir, parts, certain)

    def _parts(self, where: str) -> tuple[str, str] | Refusal:
        """Return the text that is run before and after the sources are there."""
        items, last = self.chain.items, max(self.chain.installs)
        prefix = ""
        line, raw = self.model.logical(self.run), self.run.text
        from hardener.packages.reads_no_source import cut, reads_no_source

        for index, item in enumerate(items[:last]):
            command = item.command
            if index == 0 and command is not None and command.name == "cd":
                prefix = f"{line.text[command.start : command.end]} && "
            elif index not in self.chain.installs and not reads_no_source(command, where):
                text = line.text[item.start : item.end][:60]
                return held_back(f"`{text}` runs before the installation and may read the sources")
        end = last + 1
        while end < len(items) and (reads_no_source(items[end].command, where) or removes_caches(items[end].command)):
            end += 1
        if end == len(items):
            return raw, ""
        command = items[end].command
        if command is not None and command.name == "rm":
            text = line.text[command.start : command.end][:40]
            return held_back(f"`{text}` may remove what the installation leaves, which has to be in the same RUN")
        kept = next((item for item in items[:end] if changes_the_shell(item.command)), None)
        if kept is not None:
            return held_back(
                f"`{line.text[kept.start : kept.end][:40]}` also affects what runs after the sources are copied"
            )
        parts = cut(raw, line, items[end - 1].end, items[end].start)
        return parts if isinstance(parts, Refusal) else (parts[0], prefix + parts[1])


def _is_needed(path: str, needed: Needs) -> bool:
    return any(path == one or path.startswith(one + "/") for one in needed.paths)


def _pattern(folder: str) -> str:
    return folder if "/" not in folder else "**/" + folder.rpartition("/")[2]
