"""A compose file that keeps to itself, and what it is held to. Plain values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Room:
    """What one container gets at most; 0 where the engine does not say what it has."""

    memory: int = 0
    cpus: float = 0


@dataclass(frozen=True, slots=True)
class Stack:
    """A project that can be started.

    Attributes:
        data: the compose file with its variables filled in.
        ports: by service: the ports of the container that it names.
        folders: (source, copy) of files and folders of the project that are mounted.
        data_places: (service, path) where named volumes are mounted for writing.
        missing: variables, files and secrets without a value, each with what it is.
        notes: what was left out or replaced.
    """

    data: dict[str, Any]
    ports: dict[str, tuple[int, ...]]
    folders: tuple[tuple[Path, Path], ...]
    data_places: tuple[tuple[str, str], ...]
    missing: tuple[str, ...]
    notes: tuple[str, ...]

    @property
    def services(self) -> tuple[str, ...]:
        """The names of its services."""
        return tuple(self.data["services"])

    @property
    def builds(self) -> tuple[str, ...]:
        """The names of the services that are built."""
        return tuple(name for name, service in self.data["services"].items() if "build" in service)


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a project is held to.

    Attributes:
        folder: that the compose file lies in.
        root: the top of the project; nothing outside of it is mounted or built.
        copies: the folder for copies of what is mounted.
        label: "NAME=value" for all that is made.
        address: that ports are published on.
        room: what each of its containers gets at most.
    """

    folder: Path
    root: Path
    copies: Path
    label: str
    address: str = "127.0.0.1"
    room: Room = Room()
