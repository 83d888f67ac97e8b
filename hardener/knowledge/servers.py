"""Web servers whose master starts as root: what it writes, and what it takes to start it as its workers' user."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts
from hardener.knowledge.images import BaseImage


@dataclass(frozen=True, slots=True)
class ServerFacts:
    """One server as its image has it.

    Attributes:
        kind: "nginx", "apache" or "fpm": how its settings are read.
        programs: names of what starts it.
        user: the account of its workers.
        settings, main: the folder of its settings, and the file that they start with. also: files outside of it.
        stock: what those of the image say of ports, users and files, by path.
        harmless: files beside them that say nothing of that.
        folders: that must be the user's. free: those where it may write already, or after that.
        pid: the file of its number where the settings name none, "" for one in `folders` or `free`.
        streams: names of logs that lead to the output of the container.
        scripts: the folder of what the entry point runs first, "" where it runs nothing.
        templates, output: folders that the entry point makes settings from, and to.
        variables: of the environment, that change what stands here.
    """

    kind: str
    programs: tuple[str, ...]
    user: str
    settings: str
    main: str
    also: tuple[str, ...]
    stock: Mapping[str, str]
    harmless: frozenset[str]
    folders: tuple[str, ...]
    free: tuple[str, ...]
    pid: str
    streams: tuple[str, ...]
    scripts: str
    templates: str
    output: str
    variables: tuple[str, ...]

    def starts(self, argv: tuple[str, ...]) -> bool:
        """Tell whether a command line starts the server."""
        return bool(argv) and posixpath.basename(argv[0]) in self.programs

    @property
    def present(self) -> tuple[str, ...]:
        """The folders that the image is known to have."""
        return (*self.folders, *{posixpath.dirname(path): None for path in self.streams})


def server_of(image: BaseImage) -> ServerFacts | None:
    """Return the server that an image is made for; None for other images."""
    row = next((row for row in facts("servers")["servers"] if image.family in row["families"]), None)
    if row is None:
        return None
    return ServerFacts(
        kind=row["kind"],
        programs=tuple(row["programs"]),
        user=row["user"],
        settings=row["settings"],
        main=row["main"],
        also=tuple(row.get("also", ())),
        stock=row["stock"],
        harmless=frozenset(f"{row['settings']}/{name}" for name in row.get("harmless", ())),
        folders=tuple(row["folders"]),
        free=tuple(row.get("free", ())),
        pid=row.get("pid", ""),
        streams=tuple(row.get("streams", ())),
        scripts=row.get("scripts", ""),
        templates=row.get("templates", ""),
        output=row.get("output", ""),
        variables=tuple(row.get("variables", ())),
    )
