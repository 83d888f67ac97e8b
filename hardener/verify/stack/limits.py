"""What a service of a compose file may use at most: its own limits, and those of a container of strangers above them.

Format: the Compose specification (services, deploy, byte values).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from math import isfinite
from typing import Any

from hardener.project.memory import bytes_of
from hardener.verify.stack.keys import PROCESSES
from hardener.verify.stack.model import Room, Stack

#: what the engine keeps of a container's output
_LOGS = {"driver": "json-file", "options": {"max-size": "8m"}}
_NO_NEW_PRIVILEGES = "no-new-privileges:true"


def limits_of(name: str, service: Mapping[str, Any], room: Room) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return the settings that hold a service to its room, and what of its own does not count.

    Args:
        name: of the service.
        service: what it says, with its variables filled in.
        room: what it gets at most.
    """
    deploy = service.get("deploy")
    limits = _mapping(_mapping(_mapping(deploy).get("resources")).get("limits"))
    said = {
        "memory": bytes_of(str(service.get("mem_limit") or limits.get("memory") or "")),
        "cpus": _number(service.get("cpus") or limits.get("cpus")),
        "pids": _number(service.get("pids_limit") or limits.get("pids")),
    }
    found: dict[str, Any] = {"logging": _LOGS}
    notes = []
    for kind, most in (("memory", room.memory), ("cpus", room.cpus), ("pids", PROCESSES)):
        own = max(said[kind], 0)  # -1: none
        if most and own and own > most:
            notes.append(f"service `{name}`: its limit of {kind} is more than it gets ({_shown(kind, most)})")
        value = min(own or most, most) if most else own
        if value:
            found |= _settings(kind, value)
    priority = _number(service.get("oom_score_adj"))
    if priority < 0:
        notes.append(f"service `{name}`: `oom_score_adj` is left out: other programs would be killed before it")
    elif priority:
        found["oom_score_adj"] = int(priority)
    return found, tuple(notes)


def without_new_privileges(stack: Stack) -> Stack:
    """Return a stack whose services, whatever they say, get no new privileges."""
    services = {name: {**said, "security_opt": [_NO_NEW_PRIVILEGES]} for name, said in stack.data["services"].items()}
    return replace(stack, data={**stack.data, "services": services})


def _number(said: Any) -> float:
    try:
        return 0 if isinstance(said, bool) else _finite(float(said or 0))
    except (OverflowError, TypeError, ValueError):
        return 0


def _finite(number: float) -> float:
    """Return a number, 0 for `.inf` and `.nan`, which are no limits."""
    return number if isfinite(number) else 0


def _mapping(said: Any) -> Mapping[str, Any]:
    return said if isinstance(said, Mapping) else {}


def _settings(kind: str, value: float) -> dict[str, Any]:
    if kind == "memory":
        return {"mem_limit": int(value), "memswap_limit": int(value)}
    return {"pids_limit": int(value)} if kind == "pids" else {"cpus": value}


def _shown(kind: str, most: float) -> str:
    return f"{int(most) >> 20} MB" if kind == "memory" else f"{most:g}"
