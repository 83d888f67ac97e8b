"""read-only-root (HD511)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.image.of_service import ServiceImage, image_of
from hardener.image.service_process import arguments_of, server_in, starts_as_root
from hardener.image.written_places import owns_nothing, writable_there
from hardener.knowledge.confinement import MEASURED
from hardener.knowledge.services import Server
from hardener.project.builds import Mount
from hardener.project.compose.handed_over import written_by_compose
from hardener.project.compose.model import ComposeFile, ComposeService
from hardener.project.compose.volumes import read_mounts
from hardener.project.context import Files
from hardener.rules.base import Safety
from hardener.rules.compose._nginx import refusal_of_nginx, settings_of_nginx
from hardener.rules.compose.base import RUNS, Proposal, ServiceRule, extend, put
from hardener.syntax.yaml import Scalar

_ALLOW = "find out what it writes (`docker diff`), and mount a volume or a tmpfs there"
_MEASURE = "find out what it writes (`harden verify --profile`), and mount a volume or a tmpfs there"
_ONE_TMPFS = Refusal("K23", "`tmpfs` is one text, to which nothing can be added", "write `tmpfs` as a list")
#: in arguments and places of mounts: files that may say where else it writes
_SETTINGS = (".conf", ".cnf", ".ini", "config", "log", "dir", "pid")


class ReadOnlyRoot(ServiceRule):
    """Make the file system of the image read-only.

    ## What it does
    Sets `read_only: true`, and gives the folders that the program writes to a `tmpfs`. Of known servers (postgres,
    redis, mysql, mariadb, mongo, nginx, httpd, memcached) harden knows these folders; their volumes stay as they are.
    A service that is built has to run as a user to whom no file of the image belongs: besides /tmp it could write
    nowhere before (K01).

    ## Why
    Whoever breaks into the service cannot leave a program there, nor change the one that runs.

    ## Example
    ```yaml
    services:
      web:
        image: nginx:1.29
    ```
    becomes
    ```yaml
    services:
      web:
        image: nginx:1.29
        read_only: true
        tmpfs:
          - /run
          - /tmp
          - /var/cache/nginx
    ```

    ## Fix safety
    A tmpfs takes memory, and is empty after a restart. Files that somebody writes by hand into the running container
    (`docker compose exec`, `docker compose cp`) have no place any more. nginx with its own default configuration no
    longer listens on IPv6 in the container. /tmp of a service that is built may run programs (`exec`), as before (K19).
    Unsafe where a configuration may name other folders, and where the user has a home folder to write to.

    ## When it only reports
    - K01: cannot tell where it writes; nothing is mounted where it keeps its data; files belong to the user it runs as;
      nginx makes its configuration at the start
    - K12: it has a secret or a configuration whose text comes from no file
    - K20: a development service
    - K22: the service is described in another file
    - K23: the service is taken over by others through an anchor, or `tmpfs` is no list
    """

    code = "HD511"
    name = "read-only-root"
    safety = Safety.HARDENING
    keys = ("read_only", "tmpfs")
    reads = (*RUNS, "volumes", "develop")
    missing = "`{}` can change the files of its image"

    @classmethod
    def applies(cls, service: ComposeService) -> bool:
        """Tell whether nothing is said of it, not even that it is not to be."""
        return service.get("read_only") is None

    @classmethod
    def propose(cls, service: ComposeService, model: ComposeFile, files: Files) -> Iterator[Proposal]:
        """Yield the setting with the folders it needs, or why not."""
        message, image = cls.missing.format(service.name), image_of(service, files)
        server = server_in(image)
        needs = _of_build(image, service) if server is None else _of_server(service, image, server, files)
        copied = written_by_compose(service, model)
        if copied:
            needs = Refusal("K12", f"Compose may have to write {copied} into the container", "take it from a `file:`")
        if isinstance(service.get("tmpfs"), Scalar):
            needs = _ONE_TMPFS
        if isinstance(needs, Refusal):
            yield cls.report(service, message, needs)
            return
        changes = put(service, "read_only", value=True), *extend(service, "tmpfs", _missing(service, needs.places))
        yield cls.rewrite(service, message, *changes, doubt=needs.doubt)


@dataclass(frozen=True, slots=True)
class _Needs:
    """What a read-only service needs: folders, each with its options behind a colon; and what is not proved."""

    places: tuple[str, ...]
    doubt: str = ""


def _of_build(image: ServiceImage, service: ComposeService) -> _Needs | Refusal:
    held = _held(image, service)
    if held is not None:
        found = image.profile.tmpfs if image.profile is not None else None
        return held if found is None else _Needs(found, MEASURED)
    if service.get("user") is None and owns_nothing(image):
        return _Needs(("/tmp:exec",))
    return _Needs(("/tmp:exec",), "cannot tell whether it writes to the home folder of its user")


def _held(image: ServiceImage, service: ComposeService) -> Refusal | None:
    """Return why cannot be told from the Dockerfile where an image writes."""
    if starts_as_root(service, image) is not False or image.stage is None:
        allow = _ALLOW if image.stage is None else _MEASURE
        return Refusal("K01", f"cannot tell where {image.shown} writes", allow)
    why = writable_there(image)
    return Refusal("K01", why, _MEASURE) if why else None


def _of_server(service: ComposeService, image: ServiceImage, server: Server, files: Files) -> _Needs | Refusal:
    if server.tmpfs is None:
        return Refusal("K01", f"cannot tell where {image.shown} writes", _ALLOW)
    mounted = read_mounts(service.get("volumes"))
    without = next((place for place in server.data if not _is_mounted(place, mounted)), "")
    if without:
        return Refusal(
            "K01", f"nothing is mounted at {without}, where it keeps its data", f"mount a volume at {without}"
        )
    refusal = refusal_of_nginx(service, image) if server.program == "nginx" else None
    if refusal is not None:
        return refusal
    doubt = f"harden does not know where {image.shown} writes" if "tmpfs" in server.unsure else ""
    # a tmpfs takes the mode of the folder below it, and a build here may say USER, or get it from add-user
    other = image.stage is not None or (service.get("user") is not None and starts_as_root(service, image) is False)
    places = tuple(place if place == "/tmp" or not other else f"{place}:mode=1777" for place in server.tmpfs)
    return _Needs(places, doubt or _settings(service, image, server, files))


def _settings(service: ComposeService, image: ServiceImage, server: Server, files: Files) -> str:
    """Return what may make a server write elsewhere, "" for nothing."""
    if server.program == "nginx":
        return settings_of_nginx(service, image, server, files)
    mounts = read_mounts(service.get("volumes"), for_reading=True)
    targets = [mount.target for mount in mounts if "/etc/" in mount.target or mount.target.endswith(_SETTINGS[:3])]
    named = [word for word in arguments_of(image) if any(part in word for part in _SETTINGS)]
    if image.stage is not None:
        named += [text.strip() for text in image.texts[1:] if "/docker-entrypoint-initdb.d" not in text]
    found = next(iter((*targets, *named)), "")
    return f"cannot tell whether `{found}` makes it write elsewhere" if found else ""


def _is_mounted(place: str, mounts: tuple[Mount, ...]) -> bool:
    return any(
        place == mount.target.rstrip("/") or place.startswith(f"{mount.target.rstrip('/')}/") for mount in mounts
    )


def _missing(service: ComposeService, places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders that neither a volume nor a tmpfs covers yet."""
    known, mounts = service.value("tmpfs"), read_mounts(service.get("volumes"))
    there = {str(item).partition(":")[0].rstrip("/") for item in known} if isinstance(known, list) else set()
    bare = {place: place.partition(":")[0] for place in places}
    return tuple(place for place in places if bare[place] not in there and not _is_mounted(bare[place], mounts))
