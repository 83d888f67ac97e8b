"""Parts of services: which ones belong together, and their mounts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from hardener.errors import VerifyError


def long_mount(text: str) -> dict[str, Any]:
    """Return the short form of a mount as the long one."""
    parts = text.split(":")
    if len(parts) == 1:
        return {"type": "volume", "target": parts[0]}
    source, target, mode = parts[0], parts[1], ",".join(parts[2:]).split(",")
    kind = "bind" if source[:1] in ("/", ".", "~") else "volume"
    return {"type": kind, "source": source, "target": target, "read_only": "ro" in mode}


def closure(services: dict[str, Any], wanted: str) -> list[str]:
    """Return the services to start, in the order of the file."""
    if wanted and wanted not in services:
        raise VerifyError(f"the compose file has no service `{wanted}`; it has {', '.join(map(str, services))}")
    waiting = [wanted] if wanted else [n for n, said in services.items() if not (said or {}).get("profiles")]
    found: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in found or name not in services:
            continue
        found.add(name)
        waiting += needed_by(services[name] or {})
    return [name for name in services if name in found]


def needed_by(service: Mapping[str, Any]) -> list[str]:
    """Return the names of the services that one depends on."""
    links = [str(link).partition(":")[0] for link in service.get("links") or ()]
    mode = str(service.get("network_mode") or "")
    return [*map(str, service.get("depends_on") or ()), *links, *([mode[8:]] if mode.startswith("service:") else [])]
