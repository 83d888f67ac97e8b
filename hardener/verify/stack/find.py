"""Which service of a compose file runs the image of a Dockerfile, and what is started of such a file."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from hardener.errors import HardenError, VerifyError
from hardener.lookups.compose_folder import ComposeFolder
from hardener.lookups.reading import text_of
from hardener.lookups.surroundings import Surroundings
from hardener.project.compose.model import ComposeService, read_compose
from hardener.project.compose.variables import read_env_file
from hardener.project.context import Lookup
from hardener.verify.container.confine import room_of
from hardener.verify.stack.confined import confined
from hardener.verify.stack.merge import NAMES, merged, together
from hardener.verify.stack.model import Bounds, Room, Stack
from hardener.verify.stack.project import MOUNTS, Project


@dataclass(frozen=True, slots=True)
class Place:
    """A service of a compose file."""

    file: Path
    text: str
    service: str


def service_of(dockerfile: Path, targets: Collection[str]) -> Place | None:
    """Return the service that runs what a Dockerfile builds; None where none does.

    Of several, the one that depends on others counts; another target of the Dockerfile is another image.

    Args:
        dockerfile: its path.
        targets: what the stage that is built is called; "" is among them for the last one.
    """
    for folder in Surroundings().upwards(dockerfile.parent):
        for name in NAMES:
            file = Path(folder) / name
            if text := text_of(file):
                found = list(_built(text, file, dockerfile, targets))
                if found:
                    best = next((service for service in found if service.get("depends_on")), found[0])
                    return Place(file, text, best.name)
                break  # Compose reads the first of these names alone
    return None


def _built(text: str, file: Path, dockerfile: Path, targets: Collection[str]) -> Iterator[ComposeService]:
    try:
        services = read_compose(text, str(file)).services
    except HardenError:
        return
    for service in services:
        build = service.build
        if build is None or build.inline or "$" in build.context + build.dockerfile:
            continue
        if build.target.lower() not in targets:
            continue
        path = file.parent / (build.context or ".") / (build.dockerfile or "Dockerfile")
        if path.resolve() == dockerfile.resolve():
            yield service


def stack_of(path: Path, body: str, project: Project, env: tuple[str, ...], service: str) -> Stack:
    """Return what is started of a compose file.

    Args:
        path: of the file.
        body: its text.
        project: what it is started as.
        env: "NAME=value" that the person gives.
        service: the one to start with what it depends on; "" for all.

    Raises:
        YamlSyntaxError: it cannot be read.
        VerifyError: it asks for what harden does not give.
    """
    top, notes = _whole(path, body)
    given = {name: value for name, sep, value in (entry.partition("=") for entry in env) if sep}
    folder = path.parent.resolve()
    engine, root = project.engine, ComposeFolder(folder).root
    bounds = Bounds(folder, root, project.folder / MOUNTS, engine.label, engine.publish, Room(*room_of(engine)))
    stack = confined(top, bounds, given, service)
    return replace(stack, notes=(*notes, *stack.notes))


def _whole(path: Path, body: str) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """Return what a compose file says with those that Compose reads with it, and what is to be said of that."""
    folder = ComposeFolder(path.parent)
    known = read_env_file(_beside(folder, ".env"), {})
    listed, separator = known.get("COMPOSE_FILE", ""), known.get("COMPOSE_PATH_SEPARATOR") or ":"
    names = together(path.name, listed, separator, lambda name: bool(_beside(folder, name)))
    files = []
    for name in names:
        text = body if name == path.name else _beside(folder, name)
        values = read_compose(text, name).values if text else ()
        if len(values) != 1 or not isinstance(values[0], dict):
            raise VerifyError(f"{path.parent / name}: not one document with services")
        files.append((name, values[0], text))
    others = [name for name in names if name != path.name]
    return merged(files), (f"started with {', '.join(others)}, as Compose reads it",) * bool(others)


def _beside(folder: ComposeFolder, name: str) -> str:
    """Return the text of a file of the project, "" where there is none."""
    return str(folder(Lookup("beside", name)) or "")
