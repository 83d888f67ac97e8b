"""What compose files, manifests and command lines mount into an image, and which of it needs root (U05, U13, U14)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.data_folders import judged
from hardener.image.files import is_within
from hardener.image.model import Model, StageModel
from hardener.image.process import services_of
from hardener.project.builds import Mount, Service
from hardener.project.context import Files

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.add_user.kept_root import KeptRoot

#: where a server itself keeps files
_OF_SERVER = regex(r"/(?:var/(?:cache|lib|log|run|spool|tmp)|run|tmp)(?:/|\Z)")
#: a mount of one file that is no database or log, or of what a program only reads
_READ_MOUNT = regex(
    r"[^/]\.(?!(?:db3?|sqlite3?|mdb|log)/?\Z)\w{1,10}/?\Z|/\.(?:env|git|\w*rc)/?\Z|\A/(?:etc|bin|lib|proc|sys|dev)(?:/|\Z)"
    r"|\A/usr(?:/(?!src/|app)|\Z)|\A(?:/var)?/run(?:/|\Z)|/node_modules/?\Z"
)
#: devices that everybody may use
_FOR_ALL = regex(r"/dev/(?:nvidia\S*|null|zero|u?random|fuse|full|tty)\Z")


@dataclass(frozen=True, slots=True)
class Mounted:
    """What compose files, manifests and command lines mount into an image.

    Attributes:
        folders: where they mount volumes.
        volume: why a volume cannot be written to; None where all can.
        host: why a folder of the host cannot be written to; None where none has to be.
        developed: what developers mount from the host, in files of their own, "" for nothing.
        kept: how the services that mount folders of the host can go on as root; None where they cannot.
        reached: why another user than root does not reach what is mounted, even to read it; None where it does.
    """

    folders: tuple[str, ...] = ()
    volume: Refusal | None = None
    host: Refusal | None = None
    developed: str = ""
    kept: KeptRoot | None = None
    reached: Refusal | None = None


def mounted(model: Model, stage: StageModel, files: Files, *, only_serves: bool = False) -> Mounted:
    """Return what is mounted into an image.

    With `only_serves` only those where a server itself keeps files: what it serves, others write, and the owner of a
    folder of the image would become that of the volume they share.
    """
    services = services_of(model, stage, files)
    if not services:
        return Mounted()
    from hardener.project.compose.development import is_for_development  # it loads YAML, which read the services

    found: list[str] = []
    of_host: Refusal | None = None
    of_volume: Refusal | None = None
    developed = ""
    hosts: dict[Service, None] = {}
    reached: Refusal | None = None
    for service in services:
        alone = None if _has_user(service) else _of_root(service, serves=only_serves)
        if alone is not None:
            hosts[service] = None
            reached = reached or alone
        for mount in service.volumes if service.context or service.dockerfile or service.is_ours else ():
            if _READ_MOUNT.search(mount.target) or (mount.is_bind and _has_user(service)):
                continue
            if mount.is_bind:
                hosts[service] = None
            if mount.is_bind and service.source == "compose" and is_for_development(service.file):
                where = f"{service.file} mounts {mount.source} at {mount.target}"
                developed = developed or f"{where}, which keeps its owner (U13)"
                continue
            if mount.is_bind:
                of_host = of_host or _of_the_host(service, mount)
                continue
            folder = judged(mount.target.rstrip("/") or "/")
            if isinstance(folder, Refusal):
                of_volume = of_volume or folder
            elif folder is not None and (not only_serves or _OF_SERVER.match(folder)):
                found.append(folder)
    kept = None
    if hosts:
        from hardener.rules.add_user.kept_root import kept_root

        kept = kept_root(model, stage, hosts, services, files)
    return Mounted(tuple(dict.fromkeys(found)), of_volume, of_host, developed, kept, reached)


def _has_user(service: Service) -> bool:
    """Tell whether a service runs as a user of its own, whatever the image says."""
    return bool(service.user) and ("$" not in service.user or ":-" in service.user or ":" in service.user)


def _of_root(service: Service, *, serves: bool) -> Refusal | None:
    """Return why what a service gets is there for root alone: a device, what lies in its home or others write."""
    file = service.file
    if service.extends[0] and not (service.context or service.dockerfile or service.images):
        why = f"{file} describes `{service.name}` by {service.extends[0]}, and cannot tell what that mounts"
        return Refusal("U13", why, "add USER if that writes nothing of the host")
    if not (service.context or service.dockerfile):
        return None
    device = next((word for word in service.devices if not _FOR_ALL.match(word.partition(":")[0])), None)
    if device is not None:
        why = f"{file} gives it the device {device.partition(':')[0]}, which only root and a group of the host may use"
        return Refusal("U20", why, "add that group with `group_add`, and USER")
    if "pid: host" in service.grants:
        why = f"{file} shows it the processes of the host (`pid: host`), and only root can end or signal all of them"
        return Refusal("U20", why, "add USER if it only lists them")
    if service.grants:
        why = f"{file} gives it `{service.grants[0]}`, which has no effect for another user than root"
        return Refusal("U20", why, "give the program that capability in a RUN (setcap), and add USER")
    if service.closed:
        why = f"{file} mounts {service.closed[0]} with a mode that shuts out all but root"
        return Refusal(
            "U07", why, "give it a mode for all (0444; a tmpfs 1777), or the number of the user, and add USER"
        )
    home = next((path for path in _targets(service) if is_within(path.rstrip("/"), "/root")), None)
    if home is not None:
        why = f"{file} mounts {home}, in root's home: another user has another home, and cannot enter it"
        return Refusal("U05", why, "mount it in the home of the user, and add USER")
    for mount in () if serves else service.shared:
        if not _READ_MOUNT.search(mount.target):
            why = f"{file} mounts {mount.source} at {mount.target}, where another image writes as another user"
            return Refusal("U13", why, "give both images one number in USER, or the volume to one of them")
    return None


def _targets(service: Service) -> tuple[str, ...]:
    return (*(mount.target for mount in service.volumes), *service.read_only)


def _of_the_host(service: Service, mount: Mount) -> Refusal:
    file, folder = service.file, mount.target
    reason = f"{file} mounts {mount.source} at {folder}, which keeps its owner, and the program may write there"
    instead = "give it a group with fsGroup" if service.source == "kubernetes" else "mount a named volume"
    return Refusal("U13", reason, f"{instead}, or read only (:ro), or add USER with the number of that owner")


__all__ = ["Mounted", "mounted"]
