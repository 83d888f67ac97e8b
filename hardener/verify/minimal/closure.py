"""From what was touched to what has to be there. Pure: a function of the image's files and of what the run named.

A folder is taken whole where a program's own files lie, since what the probes did not ask for is looked up there by
name. Of folders that many programs share, single files are taken: programs, libraries with what they need themselves,
the loader, settings.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from hardener.fast.patterns import regex
from hardener.verify.minimal.folders import is_never, is_shared, may_be_secret, unit_of
from hardener.verify.minimal.touched import Touched
from hardener.verify.minimal.tree import Node, Tree

#: looked up by name at run time, whatever the probes asked
_ALWAYS = ("/etc/passwd", "/etc/group", "/etc/ssl/certs/", "/usr/share/zoneinfo/")
#: opened by the C library or by OpenSSL when they are needed, beside the library of the first name
_BESIDE = {
    "libc.so.6": ("libgcc_s.so.1", "libnss_dns.so.2", "libnss_files.so.2", "libresolv.so.2"),
    "libcrypto.so.3": ("ossl-modules/",),
}
_SETTINGS = {"libc.so.6": ("/etc/nsswitch.conf", "/etc/gai.conf"), "libcrypto.so.3": ("/etc/ssl/openssl.cnf",)}
_LIBRARY = regex(r".*\.so(?:\.[\w.]+)?")
#: what the loader finds without its cache
_CACHE, _BY_ITSELF = "/etc/ld.so.cache", regex(r"(?:/usr)?/lib(?:64|/[a-z0-9_]+-linux-[a-z0-9]+)?")
#: a folder that was asked about, of which nothing was used, counts up to this size
_SMALL = 1_000_000
#: a program is doubled under a second name in its folder up to this size
_DOUBLED = 10_000_000


@dataclass(slots=True)
class Closure:
    """What has to be there.

    Attributes:
        folders: that are taken whole.
        files: single files; a link stands for what it leads to.
        links: that have to stay links, since what they lead to lies elsewhere.
        empty: folders that have to be there, with owner and mode, and without what lies in them.
        secret: files in `folders` whose names say that they may hold a secret.
    """

    folders: set[str] = field(default_factory=set)
    files: set[str] = field(default_factory=set)
    links: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    secret: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Tell whether a path lies in a folder that is taken whole, or is one."""
        while len(path) > 1:
            if path in self.folders:
                return True
            path = posixpath.dirname(path)
        return False


def closure(
    tree: Tree,
    touched: Touched,
    places: Iterable[str],
    more: Iterable[str] = (),
    apart: frozenset[str] = frozenset(),
) -> Closure:
    """Return what has to be there.

    Args:
        tree: the files of the image.
        touched: what the run named.
        places: folders that the image configuration names and that were written to.
        more: paths that are taken however little they were used.
        apart: folders that need not be there for what may be looked up in them: the base has them.
    """
    always = tuple(path for path in _ALWAYS if path.rstrip("/") not in apart)
    left = frozenset(path for path in touched.paths if not _is_apart(path, apart))
    return _Closing(tree).run(replace(touched, paths=left), tuple(places), (*always, *more))


def _is_apart(path: str, apart: frozenset[str]) -> bool:
    """Tell whether a path is the best known file of a folder that the base has, or that folder."""
    return path in apart or (path.endswith("/ca-certificates.crt") and posixpath.dirname(path) in apart)


def dynamic(tree: Tree, found: Closure) -> bool:
    """Tell whether anything that is taken needs a loader or an interpreter."""
    nodes = [node for path in found.files if (node := tree.get(path))]
    nodes += [node for folder in found.folders for _, node in tree.below(folder)]
    return any(node.script or (node.elf and (node.elf.interpreter or node.elf.needs)) for node in nodes)


class _Closing:
    """One run: what is new is looked at until nothing new comes."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.found = Closure()
        self.waiting: list[str] = []
        self.seen: set[str] = set()
        self.run_or_read: frozenset[str] = frozenset()
        self.searched = _folders_of_libraries(tree)

    def run(self, touched: Touched, places: tuple[str, ...], more: tuple[str, ...]) -> Closure:
        self.run_or_read = frozenset(map(self.tree.placed, touched.paths))
        for folder in touched.listed:
            self._folder(folder)
        for path in sorted(touched.paths):
            node = self.tree.get(path)
            if node is not None and node.kind == "folder":
                self._asked(path)
            else:
                self.waiting.append(path)
        for path in more:
            node = self.tree.get(path.rstrip("/"))
            if node is not None and node.kind == "folder":
                real = self.tree.real(path.rstrip("/"))
                (self.found.empty.add if is_never(real) or is_shared(real) else self._take)(real)
            else:
                self.waiting.append(path)
        for path in places:
            self._place(path)
        while self.waiting:
            self._file(self.waiting.pop())
        self._drop_inner()
        inner = (path for folder in self.found.folders for path, _ in self.tree.below(folder) if may_be_secret(path))
        self.found.secret = tuple(sorted(inner))
        return self.found

    def _folder(self, path: str) -> None:
        """Take a folder that a program looked around in, if it is its own."""
        real = self.tree.real(path)
        node = self.tree.nodes.get(real)
        if node is not None and node.kind == "folder" and not is_never(real) and (unit := unit_of(real + "/")):
            self._take(unit)

    def _asked(self, path: str) -> None:
        """Take a folder that was asked about and that is small."""
        real = self.tree.real(path)
        if is_never(real) or is_shared(real):
            return
        unit = unit_of(real + "/") or real
        if sum(node.size for _, node in self.tree.below(unit)) <= _SMALL:
            self._take(unit)

    def _place(self, path: str) -> None:
        """Provide the nearest folder of the image at or above a path."""
        real = self.tree.real(path)
        while real != "/" and not self._is_folder(real):
            real = posixpath.dirname(real)
        if real == "/":
            return
        if is_never(real) or is_shared(real):
            self.found.empty.add(real)
        elif unit := unit_of(real + "/"):
            self._take(unit)

    def _is_folder(self, path: str) -> bool:
        node = self.tree.nodes.get(path)
        return node is not None and node.kind == "folder"

    def _take(self, folder: str) -> None:
        if self.found.covers(folder):
            return
        self.found.folders.add(folder)
        for path, node in self.tree.below(folder):
            if node.kind == "link":
                self.waiting.append(path)
            elif node.kind == "file":
                # a script that nothing ran may be of any language
                self.waiting += self._needs(path, replace(node, script=""))

    def _file(self, path: str) -> None:
        placed = self.tree.placed(path)
        if placed in self.seen or not path.startswith("/"):
            return
        self.seen.add(placed)
        real = self.tree.real(path)
        node, own = self.tree.nodes.get(real), self.tree.nodes.get(placed)
        if node is None or own is None or is_never(placed) or is_never(real):
            return
        if node.kind == "folder":
            self._asked(real)
            return
        unit = unit_of(placed)
        if unit is not None:
            self._take(unit)
            self.waiting += self._needs(placed, node) if placed in self.run_or_read else ()
        elif own.kind == "link" and self._stays(placed, real, node):
            self._link(placed)
        else:
            is_library = _LIBRARY.fullmatch(posixpath.basename(placed)) is not None
            # the loader finds libraries in both folders of a merged /usr; programs are run as they were named
            self.found.files.add(placed if is_library and not self._is_loader(path, node) else path)
            self.waiting += self._needs(placed, node)
        if real != placed and unit_of(real) is not None:
            self.waiting.append(real)

    def _is_loader(self, path: str, node: Node) -> bool:
        return "ld-" in posixpath.basename(path) and node.elf is not None and not node.elf.needs

    def _stays(self, placed: str, real: str, node: Node) -> bool:
        """Tell whether a link has to stay one: it leads to a program that looks beside itself, or is large."""
        if _LIBRARY.fullmatch(posixpath.basename(placed)) or not node.mode & 0o111:
            return False
        return posixpath.dirname(placed) != posixpath.dirname(real) or node.size > _DOUBLED

    def _link(self, placed: str) -> None:
        self.found.links.add(placed)
        target = self.tree.nodes[placed].target
        self.waiting.append(posixpath.normpath(posixpath.join(posixpath.dirname(placed), target)))

    def _needs(self, path: str, node: Node) -> Iterator[str]:
        if node.script:
            yield node.script.split()[0]
        if node.elf is None:
            return
        if node.elf.interpreter:
            yield node.elf.interpreter
        here = posixpath.dirname(self.tree.real(path))
        own = [folder.replace("$ORIGIN", here).replace("${ORIGIN}", here) for folder in node.elf.folders]
        for name in node.elf.needs:
            places = (posixpath.normpath(posixpath.join(folder, name)) for folder in (*own, here, *self.searched))
            if place := next((place for place in places if self.tree.get(place) is not None), None):
                yield place
                yield from self._beside(name, place)

    def _beside(self, name: str, place: str) -> Iterator[str]:
        folder = posixpath.dirname(place)
        for other in _BESIDE.get(name, ()):
            if other.endswith("/"):
                self._folder(posixpath.join(folder, other.rstrip("/")))
            else:
                yield posixpath.join(folder, other)
        yield from _SETTINGS.get(name, ())

    def _drop_inner(self) -> None:
        found = self.found
        libraries = {path for path in found.files if _is_library(path)}
        if all(_BY_ITSELF.fullmatch(posixpath.dirname(path)) for path in libraries):
            found.files.discard(_CACHE)
        # the loader asks for the name of the link; the file behind it is there under that name
        found.files -= libraries & {real for path in libraries if (real := self.tree.real(path)) != path}
        found.folders -= {folder for folder in found.folders if found.covers(posixpath.dirname(folder))}
        found.empty = {path for path in found.empty if not found.covers(path)}


def _is_library(path: str) -> bool:
    return path != _CACHE and _LIBRARY.fullmatch(posixpath.basename(path)) is not None


def _folders_of_libraries(tree: Tree) -> tuple[str, ...]:
    """Return where the loader looks: what its settings name, and what it knows itself."""
    said = [
        line.strip()
        for path, text in tree.texts.items()
        if path.startswith("/etc/ld.so.conf")
        for line in text.splitlines()
        if line.strip().startswith("/")
    ]
    multi = sorted({path for path, node in tree.nodes.items() if node.kind == "folder" and _MULTI.fullmatch(path)})
    return (*said, *multi, "/usr/local/lib", "/usr/lib", "/lib", "/usr/lib64", "/lib64")


_MULTI = regex(r"(?:/usr)?/lib/[a-z0-9_]+-linux-[a-z0-9]+")
