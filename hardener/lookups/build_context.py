"""The build context: answers what rules ask about its files, and never looks outside."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from hardener.fast.records import dataclass, field, replace
from hardener.lookups.reading import Unsaved, held_of, read_regular, within
from hardener.lookups.surroundings import Surroundings
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextFile, ContextTree

if TYPE_CHECKING:
    from hardener.syntax.dockerignore.patterns import Dockerignore

#: How much of a file a rule gets to see as its head.
HEAD = 64 * 1024
#: Larger files are not read as text: no manifest and no lock file is.
TEXT = 4 * 1024 * 1024
#: More names than this are not listed.
NAMES = 20_000
#: More entries than this are not looked at, whether they are kept out or not.
VISITED = 200_000
#: A larger .dockerignore is not read: nothing is known of the context then.
IGNORE = 256 * 1024
#: Folders deeper than this are not listed.
DEPTH = 200
#: Tests of names against patterns, in steps of a microsecond or less; more are not made.
WORK = 2_000_000
#: Folders of which only the name is listed.
SUMMARISED = frozenset(("node_modules", ".git", "__pycache__", ".venv"))


@dataclass(slots=True)
class Contexts:
    """What the jobs of one process know of their contexts: many Dockerfiles may be built from one folder.

    It is made for one run and goes with it. Sent to another process it begins anew.
    """

    ignores: dict[str, Dockerignore] = field(default_factory=dict)
    #: by folder, .dockerignore, and names that a run adds
    trees: dict[tuple[Path, str | None, tuple[str, ...]], ContextTree] = field(default_factory=dict)
    mentions: dict[tuple[Path, str | None, str], bool | None] = field(default_factory=dict)
    #: what may patch manifests, by the root of their project: name, text and path of each file
    patches: dict[Path, tuple[tuple[str, str, str], ...] | None] = field(default_factory=dict)
    around: Surroundings = field(default_factory=Surroundings)

    def __reduce__(self) -> tuple[Callable[[Unsaved | None], Contexts], tuple[Unsaved | None]]:
        """Send no names to other processes, as reading them there is cheaper; texts that no disk has go along."""
        return _begun_anew, (self.around.unsaved,)


def _begun_anew(unsaved: Unsaved | None) -> Contexts:
    return Contexts(around=Surroundings(unsaved))


class BuildContext:
    """The folder that `docker build` would be given.

    Calling it answers the look-ups of kinds "tree", "file", "text" and "ignored"; None for what is not there, is kept
    out by .dockerignore, cannot be read, or lies outside the folder.

    Args:
        folder: the context.
        dockerfile: `<its name>.dockerignore` beside it wins over the context's `.dockerignore`.
        shared: what others of the same run have read.
        changes: texts that files of the context are to get, by path.
    """

    def __init__(
        self,
        folder: Path,
        dockerfile: Path | None = None,
        shared: Contexts | None = None,
        changes: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.changes = changes or {}
        self.dockerfile = dockerfile
        self.shared = shared or Contexts()
        self._text: tuple[str | None, ...] = ()
        self._ignore: Dockerignore | None = None
        self._folders: dict[str, str] = {}
        self._tree: ContextTree | None = None

    def __call__(self, lookup: Lookup) -> object | None:
        """Return the answer to `lookup`."""
        if self.ignore.broken:
            return None  # a build would fail: nothing is known
        if lookup.kind == "tree":
            return self.tree
        if lookup.kind == "ignored":
            return self.ignore.ignores(lookup.key)
        if lookup.kind in ("writable", "dockerfiles", "mentions"):
            return self._beside(lookup)
        path = self._reachable(lookup.key) if lookup.kind in ("file", "text") else None
        if path is None:
            return None
        changed = self.changes.get(os.path.normpath(lookup.key))
        if changed is not None and lookup.kind == "text":
            return changed
        try:
            read = _file if lookup.kind == "file" else _text
            found = read(path, lookup.key, self.shared.around.unsaved)
        except OSError:
            return None
        if changed is not None and isinstance(found, ContextFile):
            data = changed.encode("utf-8", "surrogateescape")
            return replace(found, head=data[:HEAD], size=len(data))
        return found

    def exists(self, path: str) -> bool:
        """Tell whether a file or folder is sent to the builder."""
        found = self._reachable(path)
        return found is not None and os.path.exists(found)  # noqa: PTH110 (a name that is too long is no error here)

    @property
    def ignore(self) -> Dockerignore:
        """The patterns in force."""
        if self._ignore is None:
            from hardener.syntax.dockerignore.patterns import Dockerignore

            text = self._ignore_text()
            known = None if text is None else self.shared.ignores.get(text)
            self._ignore = known or (Dockerignore((), broken=True) if text is None else Dockerignore.parse(text))
            if text is not None:
                self.shared.ignores[text] = self._ignore
        return self._ignore

    @property
    def tree(self) -> ContextTree:
        """All names that are sent to the builder."""
        if self._tree is None:
            self._tree = self._with_new(self._named(()) or self._keep((), self._walked()))
        return self._tree

    def _named(self, new: tuple[str, ...]) -> ContextTree | None:
        return self.shared.trees.get((self.folder, self._ignore_text(), new))

    def _keep(self, new: tuple[str, ...], tree: ContextTree) -> ContextTree:
        return self.shared.trees.setdefault((self.folder, self._ignore_text(), new), tree)

    def _walked(self) -> ContextTree:
        walk = _Walk(self.folder, self.ignore)
        complete = walk()
        return ContextTree(tuple(sorted(walk.names)), complete)

    def _with_new(self, tree: ContextTree) -> ContextTree:
        inside = (path for path in self.changes if not path.startswith("/"))
        added = (path for path in inside if not tree.is_file(path) and not self.ignore.ignores(path))
        new = tuple(sorted(added))
        if not new:
            return tree
        return self._named(new) or self._keep(new, ContextTree(tuple(sorted((*tree.paths, *new))), tree.complete))

    def _beside(self, lookup: Lookup) -> object | None:
        """Answer what is asked of the context beside what is sent to the builder."""
        from hardener.lookups import other_files  # few runs ask

        if lookup.kind == "dockerfiles":
            return other_files.dockerfiles(self.folder, self.dockerfile, self.shared.around)
        if lookup.kind == "mentions":
            key = self.folder, self._ignore_text(), lookup.key
            if key not in self.shared.mentions:
                self.shared.mentions[key] = other_files.mentions(self.folder, self.tree, lookup.key)
            return self.shared.mentions[key]
        path = lookup.key or other_files.ignore_name(self.folder, self.dockerfile)
        if lookup.key.startswith("/"):
            found = other_files.compose_file(self.folder, lookup.key, self.dockerfile)
        else:
            found = other_files.writable(self.folder, path, self.dockerfile) if path is not None else None
        changed = self.changes.get(path or "")
        return replace(found, text=changed) if found is not None and changed is not None else found

    def having(self, changes: Mapping[str, str]) -> BuildContext:
        """Return this context with other texts for some files, by path; those that it had stay."""
        return BuildContext(self.folder, self.dockerfile, self.shared, {**self.changes, **changes})

    def sharing(self, shared: Contexts) -> BuildContext:
        """Return this context as one that shares what is read with others of the run."""
        return BuildContext(self.folder, self.dockerfile, shared, self.changes)

    def _ignore_text(self) -> str | None:
        """Return the text of the .dockerignore in force, None for one that cannot be used."""
        if not self._text:
            self._text = (self._read_ignore(),)
        return self._text[0]

    def _read_ignore(self) -> str | None:
        places = [self.folder / ".dockerignore"]
        if self.dockerfile is not None:
            places.insert(0, self.dockerfile.with_name(self.dockerfile.name + ".dockerignore"))
        for place in places:
            changed = self.changes.get(os.path.relpath(place, self.folder)) if self.changes else None
            if changed is not None:
                return changed
            try:
                data = read_regular(place, IGNORE + 1, self.shared.around.unsaved)
            except FileNotFoundError:
                continue
            except OSError:
                return None
            if data is None or len(data) > IGNORE or not within(place.parent, place):
                return None
            # the line ends stay: a pattern is stripped of them, a comment is not
            return data.decode("utf-8", "surrogateescape")
        return ""

    def _reachable(self, key: str) -> Path | None:
        """Return the file that a path of the context leads to, if it lies in the context."""
        name = os.path.normpath("/" + key).lstrip("/")
        try:
            root, path = self._real(""), self._real(name)
        except (OSError, RuntimeError, ValueError):  # a loop of symlinks, a name that no file system takes
            return None
        target = path.removeprefix(root.rstrip("/") + "/") if path != root else ""
        if target.startswith("/"):
            return None
        return None if any(self._is_out(n) for n in dict.fromkeys((name, target)) if n) else Path(path)

    def _real(self, name: str) -> str:
        """Return the real path of a name in the context; its folder is looked at once."""
        if not name:
            if not self._folders:
                self._folders[""] = str(self.folder.resolve())
            return self._folders[""]
        folder, _, last = name.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = self._real(folder)
        path = os.path.join(self._folders[folder], last)  # noqa: PTH118
        return str(Path(path).resolve()) if os.path.islink(path) else path  # noqa: PTH114

    def _is_out(self, name: str) -> bool:
        if not self.ignore.ignores(name):
            return False
        return not (self.ignore.has_exceptions(name) and self.tree.has(name))


class _Walk:
    """Collects the names of a context."""

    def __init__(self, root: Path, ignore: Dockerignore) -> None:
        self.root = root
        self.ignore = ignore
        self.names: list[str] = []
        self.visited = 0
        self.work = 0

    def __call__(self, folder: str = "") -> bool:
        """Add what lies in `folder`; return False when there is too much."""
        if folder.count("/") >= DEPTH:
            return False
        try:
            with os.scandir(self.root / folder) as entries:
                found = sorted(islice(entries, VISITED), key=lambda entry: entry.name)
        except OSError:
            return True
        before = len(self.names)
        for entry in found:
            self.visited += 1
            self.work += len(self.ignore.patterns) * (1 + ((len(folder) + len(entry.name)) // 64) ** 2)
            if len(self.names) >= NAMES or self.visited > VISITED or self.work + self.ignore.spent[0] > WORK:
                return False
            if not self._entry(f"{folder}/{entry.name}" if folder else entry.name, entry):
                return False
        if folder and len(self.names) == before and not self.ignore.ignores(folder):
            self.names.append(folder + "/")
        return True

    def _entry(self, name: str, entry: os.DirEntry[str]) -> bool:
        ignored = self.ignore.ignores(name)
        if not entry.is_dir(follow_symlinks=False):
            if not ignored:
                self.names.append(name)
        elif ignored:
            return not self.ignore.has_exceptions(name) or self(name)
        elif entry.name in SUMMARISED:
            self.names.append(name + "/")
        else:
            return self(name)
        return True


def _file(path: Path, key: str, unsaved: Unsaved | None) -> ContextFile | None:
    status = path.stat()
    is_dir = stat.S_ISDIR(status.st_mode)
    if not is_dir and not stat.S_ISREG(status.st_mode):
        return None
    head = b""
    if not is_dir:
        head = read_regular(path, HEAD, unsaved) or b""
    held = held_of(path, unsaved)
    size = status.st_size if held is None else len(held)
    return ContextFile(key, head, stat.S_IMODE(status.st_mode), size, is_dir)


def _text(path: Path, _key: str, unsaved: Unsaved | None) -> str | None:
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or (status.st_size > TEXT and held_of(path, unsaved) is None):
        return None
    data = read_regular(path, TEXT + 1, unsaved)
    return None if data is None or len(data) > TEXT else data.decode("utf-8", "surrogateescape")
