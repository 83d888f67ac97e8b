"""What lies in an image: files by layer, setuid files, build tools. Reads the stream of `docker save` once."""

from __future__ import annotations

import gzip
import io
import json
import posixpath
import stat
import subprocess
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO, Any

from hardener.verify.container.engine import Engine, EngineError, last_line
from hardener.verify.container.process import stop

#: Folders that commands are looked for in.
_BIN = ("bin", "sbin", "usr/bin", "usr/sbin", "usr/local/bin", "usr/local/sbin", "usr/local/go/bin", "root/.cargo/bin",
        "usr/local/cargo/bin", "opt/java/openjdk/bin")  # fmt: skip
COMPILERS = frozenset(
    ("gcc", "g++", "cc", "c++", "clang", "clang++", "cpp", "tcc", "go", "gofmt", "rustc", "cargo", "javac", "ghc", "ld",
     "as", "make", "gmake", "cmake", "ninja", "meson", "mvn", "gradle", "tsc", "swiftc")
)  # fmt: skip
PACKAGE_MANAGERS = frozenset(
    ("apt", "apt-get", "dpkg", "apk", "yum", "dnf", "microdnf", "rpm", "zypper", "pacman", "pip", "pip3", "npm", "npx",
     "yarn", "pnpm", "corepack", "gem", "bundle", "composer", "conda", "mamba", "micromamba", "uv", "poetry", "pipx",
     "pipenv", "opkg")
)  # fmt: skip
_WHITEOUT, _OPAQUE = ".wh.", ".wh..wh..opq"


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a layer; folders are left out but where they hide others."""

    size: int
    setuid: bool
    is_folder: bool = False


@dataclass(slots=True)
class Layer:
    """One layer: its files by path, and the paths that it hides of those below."""

    size: int = 0
    files: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    hidden: list[str] = field(default_factory=list)
    #: folders of which only this layer's content is seen
    opaque: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Content:
    """What the layers add up to.

    Attributes:
        layers: (bytes, files) of each layer, the lowest first.
        files: of the image as a container sees it.
        setuid: regular files that run as another user or group.
        compilers, package_managers: commands found where commands lie.
        folders: all of them, and of these `full` the ones with something in them.
        sizes: of the files, in bytes, by path.
    """

    layers: tuple[tuple[int, int], ...]
    files: int
    setuid: tuple[str, ...]
    compilers: tuple[str, ...]
    package_managers: tuple[str, ...]
    folders: frozenset[str] = field(default=frozenset(), repr=False)
    full: frozenset[str] = field(default=frozenset(), repr=False)
    sizes: Mapping[str, int] = field(default_factory=dict, repr=False, compare=False)


def content(engine: Engine, image: str, known: dict[str, Layer] | None = None) -> Content:
    """Read an image out of the engine and return what lies in it.

    Args:
        engine: where.
        image: its id.
        known: layers that were read before, by name in the archive; new ones are added.

    Raises:
        EngineError: the engine could not give it.
    """
    child = subprocess.Popen(
        [engine.program, "save", image],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    assert child.stdout is not None
    assert child.stderr is not None
    try:
        layers = read(child.stdout, {} if known is None else known)
        child.stdout.read()
        code = child.wait(60)
        said = child.stderr.read().decode("utf-8", "replace")
    except (tarfile.TarError, OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise EngineError(f"`{engine.program} save` gave no image that can be read: {error}") from None
    finally:
        if child.poll() is None:
            stop(child)
        child.stdout.close()
        child.stderr.close()
    if code:
        engine.check(said)
        raise EngineError(f"`{engine.program} save` failed: {last_line(said)}")
    return summarize(layers)


def read(stream: IO[bytes], known: dict[str, Layer]) -> list[Layer]:
    """Return the layers of a saved image, the lowest first.

    Args:
        stream: the archive; it need not be seekable.
        known: as for `content`.
    """
    texts: dict[str, bytes] = {}
    links: dict[str, str] = {}
    with tarfile.open(fileobj=stream, mode="r|") as archive:
        for member in archive:
            if member.issym():
                links[member.name] = posixpath.normpath(posixpath.join(posixpath.dirname(member.name), member.linkname))
            source = archive.extractfile(member) if member.isreg() and member.name not in known else None
            if source is None:
                continue
            head = source.read(512)
            if head[:2] == b"\x1f\x8b" or head[257:262] == b"ustar" or (member.size == 1024 and not head.strip(b"\0")):
                known[member.name] = _layer(_Rejoined(head, source))
            elif member.size < 4 * 1024 * 1024:
                texts[member.name] = head + source.read()
    manifest: list[dict[str, Any]] = json.loads(texts["manifest.json"])
    names = [links.get(name, name) for name in manifest[0]["Layers"]]
    return [known.get(name, Layer()) for name in names]


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes were read already."""

    def __init__(self, head: bytes, rest: IO[bytes]) -> None:
        self._head = head
        self._rest = rest

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        if not self._head:
            return self._rest.read(size)
        if size < 0:
            out, self._head = self._head + self._rest.read(), b""
            return out
        out, self._head = self._head[:size], self._head[size:]
        return out + (self._rest.read(size - len(out)) if len(out) < size else b"")


def _layer(stream: _Rejoined) -> Layer:
    layer = Layer()
    packed = stream._head[:2] == b"\x1f\x8b"
    source: Any = gzip.GzipFile(fileobj=stream) if packed else stream
    try:
        with tarfile.open(fileobj=source, mode="r|", errorlevel=0) as archive:
            for member in archive:
                _add(layer, member)
    except tarfile.ReadError:
        return layer  # an empty layer is 1024 zero bytes
    return layer


def _add(layer: Layer, member: tarfile.TarInfo) -> None:
    path = posixpath.normpath(member.name).lstrip("/")
    folder, name = posixpath.split(path)
    if name == _OPAQUE:
        layer.opaque.append(folder)
    elif name.startswith(_WHITEOUT):
        layer.hidden.append(posixpath.join(folder, name.removeprefix(_WHITEOUT)))
    elif member.isdir():
        layer.entries[path] = Entry(0, False, is_folder=True)
    else:
        special = member.isreg() and bool(member.mode & (stat.S_ISUID | stat.S_ISGID))
        layer.entries[path] = Entry(member.size, special)
        layer.size += member.size
        layer.files += 1


def summarize(layers: list[Layer]) -> Content:
    """Lay the layers over each other and return what is left."""
    merged: dict[str, Entry] = {}
    for layer in layers:
        gone = [path for path in layer.hidden if path not in layer.entries]
        prefixes = tuple(f"{path}/" for path in (*layer.hidden, *layer.opaque))
        if prefixes:
            merged = {path: entry for path, entry in merged.items() if not path.startswith(prefixes)}
        for path in gone:
            merged.pop(path, None)
        merged.update(layer.entries)
    files = {path: entry for path, entry in merged.items() if not entry.is_folder}
    commands = set(_commands(files))
    return Content(
        tuple((layer.size, layer.files) for layer in layers),
        len(files),
        tuple(sorted("/" + path for path, entry in files.items() if entry.setuid)),
        tuple(sorted(commands & COMPILERS)),
        tuple(sorted(commands & PACKAGE_MANAGERS)),
        frozenset("/" + path for path, entry in merged.items() if entry.is_folder),
        frozenset("/" + posixpath.dirname(path) for path in merged),
        {"/" + path: entry.size for path, entry in files.items()},
    )


def _commands(files: dict[str, Entry]) -> Iterator[str]:
    for path in files:
        folder, name = posixpath.split(path)
        if folder in _BIN:
            yield name
