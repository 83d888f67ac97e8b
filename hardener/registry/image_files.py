"""What stands in a few files of an image: its layers, fetched one by one, checked, and read as they unpack."""

from __future__ import annotations

import tempfile
import zlib
from collections.abc import Callable
from typing import IO, TYPE_CHECKING, Any

from hardener.errors import RegistryError
from hardener.registry.client import RegistryClient
from hardener.registry.image_config import manifest_of
from hardener.registry.layer_files import READ, State, after, summary
from hardener.registry.manifest import is_digest
from hardener.registry.tar_stream import Source, entries

if TYPE_CHECKING:
    from hardener.registry.hosts import Endpoint
    from hardener.registry.model import Deadline
    from hardener.syntax.image_reference import ImageReference

_STEP = 1 << 16


def image_files(client: RegistryClient, reference: ImageReference) -> dict[str, Any]:
    """Return accounts, release and programs of the image behind the digest of `reference`, remembered with it.

    Raises:
        RegistryError: no answer, more than the limits, or a layer that cannot be read or has another digest.
        ValueError: the reference has no digest.
    """
    if reference.digest is None:
        raise ValueError("a reference without a digest")

    def ask(place: Endpoint, path: str, deadline: Deadline) -> dict[str, object]:
        manifest = manifest_of(client, place, path, str(reference.digest), deadline)
        layers = layers_of(manifest, place.host)
        total = sum(size for _, _, size in layers)
        if total > client.settings.limits.max_image:
            raise RegistryError(f"the image is larger than {client.settings.limits.max_image >> 20} MiB")
        state: State = {}
        seen, left = [0], client.settings.limits.max_unpacked
        for kind, digest, size in layers:
            with tempfile.TemporaryFile() as file:
                client.download(place, path, (digest, size), file, deadline)
                source = Source(_unpacking(kind, file), left, deadline.remaining)
                state = after(state, entries(source, lambda name: READ.get(name, 0)), seen)
                left = source.left
        return summary(state)

    return client.ask(("files", reference, reference.digest), ask, _read, client.deadline())[0]


def layers_of(manifest: dict[str, Any], host: str) -> list[tuple[str, str, int]]:
    """Return media type, digest and size of each layer, the lowest first."""
    found = []
    for layer in manifest.get("layers") or ():
        kind, digest, size = (
            (layer.get(k) for k in ("mediaType", "digest", "size")) if isinstance(layer, dict) else "???"
        )
        if not isinstance(kind, str) or not is_digest(str(digest)) or type(size) is not int or size < 0:
            raise RegistryError(f"{host} sent a manifest with a layer that cannot be read")
        found.append((kind, str(digest), size))
    return found


def _unpacking(kind: str, file: IO[bytes]) -> Callable[[int], bytes]:
    """Return what reads the archive of a layer by its media type; at most so many bytes at a time."""
    file.seek(0)
    if kind.endswith(("gzip", ".tar.gz")):
        return _Inflating(file).read
    if kind.endswith(("zstd", ".tar.zst")):
        return _zstd(file)
    if kind.endswith((".tar", "diff.tar")):
        return file.read
    raise RegistryError("a layer of the image has a type that harden does not read")


class _Inflating:
    """A gzip file of one or more members, never more of it in memory than is asked for."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._inflate = zlib.decompressobj(wbits=31)
        self._rest = b""

    def read(self, size: int) -> bytes:
        """Return at most `size` bytes, b"" at the end."""
        while True:
            packed = self._rest or self._file.read(_STEP)
            if self._inflate.eof:
                if not packed.strip(b"\0"):
                    return b""
                self._inflate = zlib.decompressobj(wbits=31)
            try:
                out = self._inflate.decompress(packed, size)
            except zlib.error:
                raise RegistryError("a layer of the image cannot be unpacked") from None
            self._rest = self._inflate.unused_data if self._inflate.eof else self._inflate.unconsumed_tail
            if out:
                return out
            if not packed and not self._inflate.eof:
                raise RegistryError("a layer of the image ends too early")


def _zstd(file: IO[bytes]) -> Callable[[int], bytes]:
    """Return what reads zstd, which Python has from 3.14 on."""
    try:
        from compression import zstd  # type: ignore[import-not-found,unused-ignore]
    except ImportError:
        raise RegistryError("a layer is packed with zstd, which Python reads from 3.14 on") from None
    opened = zstd.ZstdFile(file)

    def read(size: int) -> bytes:
        try:
            return bytes(opened.read(size))
        except (zstd.ZstdError, EOFError):
            raise RegistryError("a layer of the image cannot be unpacked") from None

    return read


def _read(value: object) -> dict[str, Any] | None:
    is_whole = isinstance(value, dict) and {"users", "groups", "release", "programs"} <= value.keys()
    return value if is_whole and isinstance(value, dict) else None
