"""Services that go on as root, as they write into folders of the host: `user: root` in their compose file (U13)."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping

from hardener.errors import YamlEditError, YamlSyntaxError
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field, replace
from hardener.image.file_contents import text_at
from hardener.image.files import in_path, is_within
from hardener.image.model import Model, StageModel
from hardener.project.builds import Service
from hardener.project.context import Files
from hardener.project.file_change import FileChange, FileFinding, Writable

#: npm before 9, as root, runs scripts as the owner of the current folder
_AS_OWNER = regex(r"(?<![\w.-])np[mx](?![\w.-])")


@dataclass(frozen=True, slots=True)
class KeptRoot:
    """What compose files say so that services go on as root.

    Attributes:
        services: that do.
        others: the changes of their files, one a file.
    """

    services: tuple[Service, ...]
    others: tuple[FileFinding, ...]

    @property
    def note(self) -> str:
        """What a person has to know of them."""
        named = ", ".join(dict.fromkeys(f"`{service.name}` of {service.file}" for service in self.services))
        goes = "goes" if "," not in named else "go"
        return f"{named} {goes} on as root, {_reason(self.services)}"


@dataclass(slots=True)
class _Text:
    """A compose file with what is to be written into it."""

    file: Writable
    now: str
    services: list[Service] = field(default_factory=list)


def kept_root(
    model: Model, stage: StageModel, mounting: Iterable[Service], services: tuple[Service, ...], files: Files
) -> KeptRoot | None:
    """Return how services stay root that mount folders of the host; None where that cannot be written or shown.

    What shares a volume with them stays root as well: it has to read what they write.

    Args:
        model, stage: what they run.
        mounting: the services that mount folders of the host.
        services: all that run in the image.
        files: of the project.
    """
    wanted = dict.fromkeys([*mounting, *(s for s in services if s.source == "compose" and s.volumes and not s.user)])
    if not wanted or any(service.drops or (service.extends[0] and not service.context) for service in services):
        return None  # root without CAP_DAC_OVERRIDE cannot write where the image's user is the owner
    texts: dict[str, _Text] = {}
    for service in wanted:
        same = [service, *(other for other in services if other.name == service.name and other is not service)]
        if not service.is_ours or not service.name or not service.folder:
            return None
        runs = (replace(one, volumes=service.volumes) for one in same)
        if _has_user_elsewhere(service, services) or any(_runs_as_owner(model, stage, one, files) for one in runs):
            return None
        place = posixpath.join(service.folder, service.file)
        file = files.compose_file(place)
        if file is None or file.text is None:
            return None
        text = texts.setdefault(place, _Text(file, file.text))
        new = _with_user(text.now, service, "0" if stage.is_scratch else "root")
        if new is None:
            return None
        text.now = new
        text.services.append(service)
    return KeptRoot(tuple(wanted), _findings(texts))


def _findings(texts: Mapping[str, _Text]) -> tuple[FileFinding, ...]:
    found = []
    for text in texts.values():
        told = ", ".join(f"`{service.name}` {_shown(service)}" for service in text.services)
        is_one = len(text.services) == 1
        keeps = "keeps its owner" if is_one else "keep their owners"
        why = f", which {keeps}" if all(service.volumes for service in text.services) else ""
        message = f"{told}{why}: {'it goes' if is_one else 'they go'} on as root (U13)"
        found.append(FileFinding(FileChange.of(text.file, text.now), message, _first_change(text)))
    return tuple(found)


def _reason(services: Iterable[Service]) -> str:
    every = tuple(services)
    is_one = len({(service.file, service.name) for service in every}) == 1
    if all(service.volumes for service in every):
        return f"for what {'it mounts' if is_one else 'they mount'} keeps its owner (U13)"
    return f"for what {'its compose file gives it' if is_one else 'compose files give them'} is there for root (U13)"


def _shown(service: Service) -> str:
    mounts = (*service.volumes, *service.shared)
    first = next((mount for mount in mounts if mount.is_bind), mounts[0] if mounts else None)
    if first is not None:
        return f"mounts {first.source or first.target}"
    given = (*(device.partition(":")[0] for device in service.devices), *service.grants)
    return f"gets {given[0]}" if given else f"mounts {next(iter((*service.closed, *service.read_only)), '')}"


def _first_change(text: _Text) -> int:
    """Return the line of the first change, from 1."""
    pairs = zip((text.file.text or "").splitlines(), text.now.splitlines(), strict=False)
    return next((line for line, (old, new) in enumerate(pairs, 1) if old != new), 1)


def _has_user_elsewhere(service: Service, services: Iterable[Service]) -> bool:
    """Tell whether another file says who the same service runs as: which of both counts depends on their order."""
    return any(other.name == service.name and other.file != service.file and other.user for other in services)


def _runs_as_owner(model: Model, stage: StageModel, service: Service, files: Files) -> bool:
    """Tell whether npm may run the program as the owner of a folder that the image gives away."""
    own = () if service.command or service.entrypoint else (stage.cmd.argv or ())
    words = (*service.entrypoint, *service.command, *(stage.entrypoint.argv or ()), *own)
    scripts = (text_at(model, stage, place, files) for word in words for place in in_path(word, stage.end.workdir))
    if not any(_AS_OWNER.search(text) for text in (*words, *filter(None, scripts))):
        return False
    cwd = stage.end.workdir
    return cwd is None or not any(mount.is_bind and is_within(cwd, mount.target) for mount in service.volumes)


def _with_user(text: str, service: Service, user: str) -> str | None:
    """Return a compose file in which a service says who it runs as; None where only this cannot be written."""
    from hardener.project.compose.model import read_compose  # it loads YAML
    from hardener.syntax.yaml.changes import Change, applied, edit_of
    from hardener.text import apply_edits

    try:
        before = read_compose(text, service.file)
        found = before.service(service.name)
        if found is None or not (found.is_whole or found.is_addition) or found.get("user") is not None:
            return None
        change = Change("put", (*found.path, "user"), user, found.document)
        after = apply_edits(text, [edit_of(before.documents[change.document], change)])
        values = list(before.values)
        values[change.document] = applied(values[change.document], change)
        return after if list(read_compose(after, service.file).values) == values else None
    except (YamlEditError, YamlSyntaxError):
        return None


__all__ = ["KeptRoot", "kept_root"]
