"""Servers of known images: what they need to run confined, and how they tell that they answer (K01, K02, K10, K12)."""

from __future__ import annotations

from functools import cache
from typing import Any

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts


@dataclass(frozen=True, slots=True)
class Server:
    """What the image of a server needs, as the image starts it.

    Attributes:
        program: the first word of its CMD.
        capabilities: what its start as root needs; None where nobody has read that.
        of_files: capabilities that stand in the mode of its program, which cannot be started without them.
        tmpfs: the folders outside of its volumes that it writes to; None where nobody has read that.
        data: folders of data that the image declares no volume for.
        check: the words of a health check, a text for the shell, or "" where there is none.
        check_from: the first version that has the program of the check, "" for all.
        start: how long it may take to start.
        kind: "database", "cache" or "broker", which are for the other services; "" for what serves the world.
        ports: that it listens on.
        files: the variables whose value it also reads from a file, by their name with `_FILE`.
        unsure: "capabilities", "tmpfs": what nobody has read in its sources.
    """

    program: str
    capabilities: tuple[str, ...] | None
    of_files: tuple[str, ...]
    tmpfs: tuple[str, ...] | None
    data: tuple[str, ...]
    check: tuple[str, ...] | str
    check_from: str
    start: str
    kind: str
    ports: tuple[int, ...]
    files: frozenset[str]
    unsure: frozenset[str]


def server_of(family: str) -> Server | None:
    """Return what is known of the server in the images of a family."""
    return _servers().get(family)


def debugger_at(port: int) -> str:
    """Return which debugger listens on a port by custom, "" for any other port."""
    return next((str(row["what"]) for row in facts("services")["debug_ports"] if row["port"] == port), "")


def is_inner_port(port: int) -> bool:
    """Tell whether a port is one of a database, cache or broker, or of a debugger."""
    return bool(debugger_at(port)) or any(port in server.ports for server in _servers().values() if server.kind)


@cache
def _servers() -> dict[str, Server]:
    return {family: _server(row) for row in facts("services")["servers"] for family in row["families"]}


def _server(row: dict[str, Any]) -> Server:
    check = row.get("check", "")
    is_read = row["confidence"] != "memory"
    return Server(
        row["program"], _words(row, "capabilities"), _words(row, "of_files") or (), _words(row, "tmpfs"),
        _words(row, "data") or (), tuple(check) if isinstance(check, list) else check, row.get("check_from", ""),
        row.get("start", ""), row.get("kind", ""), tuple(row.get("ports", ())), frozenset(row.get("files", ())),
        frozenset(row.get("unsure", ())) if is_read else frozenset({"capabilities", "tmpfs"}),
    )  # fmt: skip


def _words(row: dict[str, Any], key: str) -> tuple[str, ...] | None:
    return tuple(row[key]) if key in row else None
