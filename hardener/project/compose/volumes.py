"""Reader of `volumes` of a service in a compose file, in its short and long forms (U13).

Format: the Compose specification (services.volumes).
"""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.project.builds import Mount
from hardener.syntax.yaml import Mapping, Node, Scalar, Sequence

#: read only, a socket can be talked to all the same
_SOCKET = ".sock"
_VARIABLE = regex(r"\$\{\w+:?-([^{}]*)\}")


def read_mounts(node: Node | None, *, for_reading: bool = False) -> tuple[Mount, ...]:
    """Return what `volumes` mounts for writing, and sockets; what cannot be read is left out.

    Args:
        node: the list.
        for_reading: return what is mounted for reading only as well.
    """
    if not isinstance(node, Sequence):
        return ()
    found = [_mount(item, for_reading) for item in node.resolved()]
    return tuple(mount for mount in found if mount is not None)


def read_targets(node: Node | None) -> tuple[str, ...]:
    """Return where `volumes` mounts what can only be read."""
    if not isinstance(node, Sequence):
        return ()
    found = (_target(item) for item in node.resolved() if _mount(item, for_reading=False) is None)
    return tuple(target for target in found if target.startswith("/"))


def read_configs(node: Node | None) -> tuple[str, ...]:
    """Return where `configs` puts files: a name alone is a file at the root."""
    items = node.resolved() if isinstance(node, Sequence) else ()
    found = (f"/{item.text}" if isinstance(item, Scalar) else _target(item) for item in items)
    return tuple(target for target in found if target.startswith("/"))


def short_target(text: str) -> str:
    """Return where `source:target:mode` mounts, "" where only one is named."""
    parts = _VARIABLE.sub(r"\1", text.strip()).split(":")
    return parts[1] if len(parts) > 1 else ""


def _target(item: Node | None) -> str:
    if isinstance(item, Scalar):
        return short_target(item.text)
    fields = (
        {pair.name: pair.value.text for pair in item.items() if isinstance(pair.value, Scalar)}
        if isinstance(item, Mapping)
        else {}
    )
    return fields.get("target") or fields.get("dst") or fields.get("destination") or ""


def _mount(item: Node | None, for_reading: bool) -> Mount | None:
    if isinstance(item, Scalar):
        return short_mount(item.text, for_reading=for_reading)
    if not isinstance(item, Mapping):
        return None
    fields = {pair.name or "": pair.value.text for pair in item.items() if isinstance(pair.value, Scalar)}
    volume = item.mapping("volume")
    copies = volume is None or (not _true(volume.get("nocopy")) and volume.get("subpath") is None)
    found = _long(fields, for_reading)
    return found if copies or found is None else Mount(found.source, found.target, is_bind=True)


def _true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.text.lower() == "true"


def short_mount(text: str, *, for_reading: bool = False) -> Mount | None:
    """Return the mount of `source:target:mode`, `source:target` or `target`; None where it is read only."""
    parts = _VARIABLE.sub(r"\1", text.strip()).split(":")
    if len(parts) == 1:
        return Mount("", parts[0], is_bind=False) if parts[0].startswith("/") else None
    source, target = parts[0], parts[1]
    reads = len(parts) > 2 and "ro" in parts[2].split(",") and not source.endswith(_SOCKET)
    if reads and not for_reading:
        return None
    # a volume that takes nothing of the image keeps its owner as a folder of the host does
    keeps = source[:1] in ("/", ".", "~", "$") or (len(parts) > 2 and "nocopy" in parts[2].split(","))
    return Mount(source, target, is_bind=keeps) if target.startswith("/") else None


def _long(fields: dict[str, str], for_reading: bool) -> Mount | None:
    target = fields.get("target") or fields.get("dst") or fields.get("destination") or ""
    source = fields.get("source") or fields.get("src") or ""
    reads = fields.get("read_only") == "true" and not source.endswith(_SOCKET) and not for_reading
    if not target.startswith("/") or reads or fields.get("type") == "tmpfs":
        return None
    return Mount(source, target, is_bind=fields.get("type") == "bind" or source[:1] in ("/", ".", "~"))
