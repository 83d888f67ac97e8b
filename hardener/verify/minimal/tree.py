"""The files of an image as a container sees them, with owners, modes, links, and what programs need."""

from __future__ import annotations

import posixpath
import subprocess
import tarfile
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO

from hardener.verify.container.engine import Engine, EngineError, last_line
from hardener.verify.container.process import stop
from hardener.verify.minimal.elf import Elf, read_elf

#: so many links are followed
_LINKS = 40
#: a program, and a file that tells of the system, of more bytes is not looked into
_LARGEST, _LONGEST = 256 << 20, 16 << 20
_SYSTEM = ("etc/os-release", "usr/lib/os-release", "etc/ld.so.conf", "lib/apk/db/installed", "usr/lib/apk/db/installed")
_FOLDERS = ("etc/ld.so.conf.d/", "var/lib/dpkg/info/")


@dataclass(frozen=True, slots=True)
class Node:
    """One file, folder or link.

    Attributes:
        kind: "file", "folder" or "link".
        size: in bytes, of files.
        mode, owner, group: as numbers.
        target: of a link, as it stands.
        elf: what a program or library needs.
        script: the first line of a script without `#!`.
    """

    kind: str
    size: int = 0
    mode: int = 0o755
    owner: int = 0
    group: int = 0
    target: str = ""
    elf: Elf | None = None
    script: str = ""


@dataclass(slots=True)
class Tree:
    """All of it, by absolute path; `texts` has the files that tell of the system."""

    nodes: Mapping[str, Node]
    texts: Mapping[str, str] = field(default_factory=dict)
    _paths: list[str] = field(default_factory=list, init=False, repr=False, compare=False)

    def real(self, path: str) -> str:
        """Return the path without links, whether something lies there or not."""
        left, done = [part for part in reversed(path.split("/")) if part], "/"
        for _ in range(_LINKS * 20):
            if not left:
                return done
            part = left.pop()
            if part == "..":
                done = posixpath.dirname(done)
                continue
            here = posixpath.join(done, part) if part != "." else done
            node = self.nodes.get(here)
            if node is None or node.kind != "link":
                done = here
                continue
            left += [word for word in reversed(node.target.split("/")) if word]
            done = "/" if node.target.startswith("/") else done
        return path

    def placed(self, path: str) -> str:
        """Return the path with its folder's links followed, and not its own."""
        folder, name = posixpath.split(path)
        return posixpath.join(self.real(folder), name)

    def get(self, path: str) -> Node | None:
        """Return what lies at a path, links followed."""
        return self.nodes.get(self.real(path))

    def below(self, folder: str) -> Iterator[tuple[str, Node]]:
        """Yield what lies in a folder, at any depth."""
        start = folder.rstrip("/") + "/"
        if len(self._paths) != len(self.nodes):  # sorted once: images have many folders, and many files
            self._paths = sorted(self.nodes)
        for at in range(bisect_left(self._paths, start), len(self._paths)):
            path = self._paths[at]
            if not path.startswith(start):
                return
            yield path, self.nodes[path]


def tree_of(engine: Engine, image: str) -> Tree:
    """Read an image out of the engine.

    Raises:
        EngineError: the engine could not give it.
    """
    done = engine.call("create", "--label", engine.label, image, "/none")
    if done.code:
        raise EngineError(f"no container could be made: {last_line(done.err)}")
    name = done.out.split()[-1]
    child = subprocess.Popen(
        [engine.program, "export", name], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    assert child.stdout is not None
    try:
        tree = read_tree(child.stdout)
        child.stdout.read()
        if child.wait(60):
            raise EngineError(f"`{engine.program} export` failed")
        return tree
    except (tarfile.TarError, OSError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"`{engine.program} export` gave nothing that can be read: {error}") from None
    finally:
        if child.poll() is None:
            stop(child)
        child.stdout.close()
        engine.call("rm", "-f", "-v", name)


def read_tree(stream: IO[bytes]) -> Tree:
    """Return the tree of an exported container."""
    nodes: dict[str, Node] = {"/": Node("folder")}
    texts: dict[str, str] = {}
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            path = posixpath.normpath("/" + member.name)
            about = (member.mode, member.uid, member.gid)
            if member.isdir():
                nodes[path] = Node("folder", 0, *about)
            elif member.issym():
                nodes[path] = Node("link", 0, *about, member.linkname)
            elif member.islnk():
                nodes[path] = nodes.get("/" + member.linkname.lstrip("/"), Node("file", 0, *about))
            elif member.isreg():
                nodes[path] = _file(archive, member, about, texts)
    return Tree(nodes, texts)


def _file(
    archive: tarfile.TarFile, member: tarfile.TarInfo, about: tuple[int, int, int], texts: dict[str, str]
) -> Node:
    source = archive.extractfile(member)
    head = source.read(256) if source is not None else b""
    elf, script = None, ""
    if source is not None and head[:4] == b"\x7fELF" and member.size <= _LARGEST:
        elf = read_elf(head + source.read())
    elif head[:2] == b"#!":
        script = head[2:].split(b"\n")[0].decode("utf-8", "replace").strip()
    name = posixpath.normpath(member.name).lstrip("/")
    if source is None or member.size > _LONGEST:
        return Node("file", member.size, *about, "", elf, script)
    if name in _SYSTEM or (name.startswith(_FOLDERS) and name.endswith((".list", ".conf"))):
        texts["/" + name] = (head + source.read()).decode("utf-8", "replace")
    return Node("file", member.size, *about, "", elf, script)
