"""read-only-filesystem (HD614)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.of_container import image_of_container
from hardener.image.of_service import ServiceImage
from hardener.image.service_process import arguments_of, server_in
from hardener.knowledge.confinement import MEASURED
from hardener.knowledge.facts import Unknown
from hardener.knowledge.services import Server
from hardener.project.context import Files
from hardener.project.manifests.model import Container
from hardener.rules._yaml_rule import Proposal
from hardener.rules.kubernetes.base import ContainerRule
from hardener.syntax.yaml.changes import Change

_ALLOW = "find out what it writes (`harden verify --profile`), and mount an `emptyDir` there"
_TEMPLATES = Refusal("K01", "the entry point writes /etc/nginx/conf.d from templates", "mount the finished file")
_LOCALHOST = Refusal(
    "K01", "its entry point then cannot add IPv6, and a probe asks localhost, which may be IPv6", "ask 127.0.0.1"
)
#: in places of mounts: files that may say where else it writes
_SETTINGS = ("/etc/", ".conf", ".cnf", ".ini")
_NOT_IN_NAME = regex(r"[^a-z0-9]+")
#: the longest name of a volume
_LONGEST = 63


class ReadOnlyFilesystem(ContainerRule):
    """Make the file system of a pod's image read-only.

    ## What it does
    Sets `readOnlyRootFilesystem: true` in the `securityContext` of containers, with an `emptyDir` at each folder that
    the program writes to, as read-only-root does for services of compose files. Of known servers harden knows these
    folders; their data has to be on a volume. An image that the repository builds has to run as a user to whom no file
    of it belongs: besides /tmp it could write nowhere before (K01).

    ## Why
    Whoever breaks into the pod cannot leave a program there, nor change the one that runs.

    ## Example
    ```yaml
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: cache
    spec:
      template:
        spec:
          containers:
            - name: cache
              image: redis:7
              volumeMounts:
                - name: data
                  mountPath: /data
          volumes:
            - name: data
              persistentVolumeClaim: {claimName: cache}
    ```
    becomes
    ```yaml
    apiVersion: apps/v1
    kind: StatefulSet
    metadata:
      name: cache
    spec:
      template:
        spec:
          containers:
            - name: cache
              image: redis:7
              volumeMounts:
                - name: data
                  mountPath: /data
                - name: cache-tmp
                  mountPath: /tmp
              securityContext:
                readOnlyRootFilesystem: true
          volumes:
            - name: data
              persistentVolumeClaim: {claimName: cache}
            - name: cache-tmp
              emptyDir: {}
    ```

    ## Fix safety
    An `emptyDir` lives as long as the pod and counts as its ephemeral storage. Files that somebody copies into the
    running container (`kubectl cp`) have no place any more. Unsafe where nobody has read which folders the image
    writes to, where a configuration may name others, and for nginx, whose entry point then cannot add IPv6.

    ## When it only reports
    - K01: cannot tell where it writes; nothing is mounted where it keeps its data
    - K16: `readOnlyRootFilesystem: false` is written there
    - K23: the pod is shared through an anchor, or has a volume of that name
    - K28: another file patches it
    """

    code = "HD614"
    name = "read-only-filesystem"
    asks_registry = True
    keys = ("readOnlyRootFilesystem", "volumeMounts", "volumes")
    missing = "`{}` can change the files of its image"

    @classmethod
    def applies(cls, container: Container) -> bool:
        """Tell whether it is not read-only."""
        return container.own("readOnlyRootFilesystem") is not True

    @classmethod
    def propose(cls, container: Container, files: Files) -> Iterator[Proposal]:
        """Yield the setting with the folders it needs, or why not."""
        if container.own("readOnlyRootFilesystem") is not None:
            yield cls.report(
                container,
                Refusal("K16", "`readOnlyRootFilesystem: false` is written there", "take it out if nothing needs it"),
            )
            return
        image = image_of_container(container, files)
        server = server_in(image)
        needs = _of_build(container, image) if server is None else _of_server(container, image, server)
        places = () if isinstance(needs, Refusal) else _missing(container, needs.places)
        taken = next((_name(container, place) for place in places if _name(container, place) in container.volumes), "")
        if taken:
            needs = Refusal("K23", f"its pod has a volume `{taken}` for something else", "change it by hand")
        if isinstance(needs, Refusal):
            yield cls.report(container, needs)
            return
        changes = _mounted(container, places)
        yield cls.rewrite(container, {"readOnlyRootFilesystem": True}, *changes, doubt=needs.doubt)


@dataclass(frozen=True, slots=True)
class _Needs:
    """The folders that a read-only container needs, and what is not proved."""

    places: tuple[str, ...]
    doubt: str = ""


def _of_build(container: Container, image: ServiceImage) -> _Needs | Refusal:
    """Return what an image needs that the repository builds."""
    is_own = container.security("runAsUser") is None
    if image.base is not None and image.base.writes_nowhere and is_own:
        return _Needs(("/tmp",))
    if image.profile is not None and image.profile.tmpfs is not None:
        return _Needs(image.profile.tmpfs, MEASURED)
    return Refusal("K01", f"cannot tell where {image.shown} writes", _ALLOW)


def _of_server(container: Container, image: ServiceImage, server: Server) -> _Needs | Refusal:
    if server.tmpfs is None or image.base is None or isinstance(image.base.volumes, Unknown):
        return Refusal("K01", f"cannot tell where {image.shown} writes", _ALLOW)
    # not every runtime of Kubernetes makes the volumes that an image declares
    data = (*server.data, *image.base.volumes)
    without = next((place for place in data if not _is_mounted(place, container.mounts)), "")
    if without:
        return Refusal("K01", f"nothing is mounted at {without}, where it keeps its data", "mount a volume there")
    if server.program == "nginx":
        return _of_nginx(container, server)
    doubt = f"harden does not know where {image.shown} writes" if "tmpfs" in server.unsure else ""
    named = (*(place for place in container.mounts if any(part in place for part in _SETTINGS)), *arguments_of(image))
    return _Needs(
        server.tmpfs, doubt or (f"cannot tell whether `{named[0]}` makes it write elsewhere" if named else "")
    )


def _of_nginx(container: Container, server: Server) -> _Needs | Refusal:
    if any(place.startswith("/etc/nginx/templates") for place in container.mounts):
        return _TEMPLATES
    if "localhost" in container.checks():
        return _LOCALHOST
    return _Needs(server.tmpfs or (), "its entry point then adds no IPv6, and its configuration may write elsewhere")


def _is_mounted(place: str, mounts: tuple[str, ...]) -> bool:
    return any(f"{place}/".startswith(f"{mount.rstrip('/')}/") for mount in mounts)


def _missing(container: Container, places: tuple[str, ...]) -> tuple[str, ...]:
    """Return the folders that no volume covers yet."""
    return tuple(place for place in places if not _is_mounted(place, container.mounts))


def _name(container: Container, place: str) -> str:
    """Return what the volume for a folder is called."""
    return _NOT_IN_NAME.sub("-", f"{container.name}{place}".lower()).strip("-")[-_LONGEST:].strip("-")


def _mounted(container: Container, places: tuple[str, ...]) -> Iterator[Change]:
    """Yield the changes that mount empty folders."""
    mounts = [{"name": _name(container, place), "mountPath": place} for place in places]
    volumes = [{"name": _name(container, place), "emptyDir": {}} for place in places]
    yield from _added(container, (*container.path, "volumeMounts"), mounts, is_there=bool(container.mounts))
    yield from _added(container, (*container.path[:-2], "volumes"), volumes, is_there=bool(container.volumes))


def _added(container: Container, path: tuple[str, ...], items: list[Any], *, is_there: bool) -> Iterator[Change]:
    if items and not is_there:
        yield Change("put", path, items, container.document)
    elif items:
        yield from (Change("append", path, item, container.document) for item in items)
