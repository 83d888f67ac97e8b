"""What is known about a base image: `base_image(reference)`.

The family is chosen by the repository and by every part of the tag; a part that is not understood makes the image
unknown, and so does a digest without a tag where the variants of a repository differ. Semantics: B, I03, I05, U08.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.knowledge import catalog
from hardener.knowledge.facts import UNKNOWN, Unknown, facts

if TYPE_CHECKING:
    from hardener.knowledge.confinement import Confinement
    from hardener.syntax.image_reference import ImageReference

DEFAULT_SHELL = ("/bin/sh", "-c")
#: what an image configures
_CONFIGURED = ("default_user", "entrypoint", "cmd", "workdir", "shell")
#: in names and tags of Windows images that no record knows
_WINDOWS_NAME = regex(r"nanoserver|servercore|ltsc20\d\d|^mcr\.microsoft\.com/windows[/:]")


@dataclass(frozen=True, slots=True)
class User:
    """An account of an image that an application may run as."""

    name: str
    uid: int
    gid: int
    home: str


# compared by identity: making the methods that compare 38 fields would take longer than a look-up
@dataclass(frozen=True, slots=True, eq=False)
class BaseImage:
    """What is known about an image. None is "known to have none", or "not known" where a flag may be None.

    Attributes:
        family: the record in data/images.json that the image was found in.
        distro: debian, ubuntu, alpine, wolfi, rhel …, distroless, scratch; None where not known.
        release: bookworm, "22.04", "3.20", "9"; None where the tag does not fix it (B16).
        release_floor: the oldest release that such a tag can mean; None where not known.
        archive_moved: the package archive of the release is gone from its usual address (B17); None: not known.
        archive_may_have_moved: the tag does not fix the release, and may mean one whose archive is gone (B16, B17).
        shell: the SHELL of the image's configuration; `has_shell` says if /bin/sh exists at all.
        users: accounts worth reusing; `app_user` is the one meant for the application (U19).
        default_user, runs_as_root: the USER of the configuration.
        program: what the entry point puts before arguments that are no program ("node"), see I04.
        entrypoint_inspects_args: the entry point looks at its first argument (I03, I04).
        drops_privileges: how the image itself leaves root (U08); needs_root: why it cannot run without it (U20).
        init_in_image: path of an init that is PID 1 already or started by the entry point (I05).
        must_be_pid1: the entry point works only as PID 1 (s6) or as the platform starts it (I05).
        confidence: "source-read", "docs", "issue-read", "memory", or "configuration" where the image itself said it.
        is_listed: data/images.json has a record of it; without one only its own configuration is known.
        knows_users: `users` has all accounts that a name or number could clash with.
        groups: the name and number of each group, where they were read.
        has_unread_entrypoint: nobody has read what its entry point does.
        writes_nowhere: it is built here, and its user can write to no file of it but in /tmp.
        profile: it is built here, and somebody measured what it needs.
    """

    family: str
    distro: str | None
    release: str | None
    release_floor: str | None
    archive_moved: bool | None
    archive_may_have_moved: bool
    libc: str | None
    pkg_manager: str | None
    user_tool: str | None
    shell: tuple[str, ...] | Unknown
    has_shell: bool | None
    bash: bool | None
    has_curl: bool | None
    has_wget: bool | None
    has_ca_certificates: bool | None
    default_user: str | Unknown | None
    runs_as_root: bool | None
    users: tuple[User, ...]
    app_user: User | None
    entrypoint: tuple[str, ...] | Unknown | None
    cmd: tuple[str, ...] | Unknown | None
    workdir: str | Unknown | None
    stopsignal: str | Unknown | None
    expose: tuple[int, ...] | Unknown
    volumes: tuple[str, ...] | Unknown
    init_in_image: str | Unknown | None
    must_be_pid1: bool
    entrypoint_inspects_args: bool
    program: str | None
    drops_privileges: str | None
    needs_root: str | None
    healthcheck: bool | None
    onbuild: bool
    windows: bool
    confidence: str
    source: str
    notes: tuple[str, ...]
    is_listed: bool = True
    knows_users: bool = True
    groups: tuple[tuple[str, int], ...] = ()
    has_unread_entrypoint: bool = False
    writes_nowhere: bool = False
    profile: Confinement | None = None


def base_image(reference: ImageReference) -> BaseImage | None:
    """Return what is known about the image of a FROM line; None where repository or variant is not known.

    A name without tag is `latest`; a digest without tag says nothing of the variant. Linux is assumed unless the tag
    or the repository names Windows. Stage names and `$` are for the caller to sort out.
    """
    found = catalog.find(reference)
    if found is None:
        return None
    record, tag = found
    record = {**facts("images")["distros"].get(record["distro"], {}), **record}
    name = catalog.library_name(reference)
    release = catalog.release(record, tag, reference.repository)
    users = tuple(User(*row) for row in record.get("users", ()))
    windows = bool(record.get("windows"))
    return BaseImage(
        family=record["family"],
        distro=record["distro"],
        release=release,
        release_floor=release or catalog.floor(record, tag),
        archive_moved=catalog.archive_moved(record["distro"], release),
        archive_may_have_moved=release is None and catalog.may_have_moved(record, tag),
        users=users,
        app_user=next((user for user in users if user.name == record.get("app_user")), None),
        # docker-library takes no image with a HEALTHCHECK of its own (its FAQ)
        healthcheck=False if name.startswith("docker.io/library/") else None,
        onbuild="onbuild" in tag.words,
        windows=windows,
        **_tools(record, windows),
        **_config(record),
    )


def _tools(record: dict[str, Any], windows: bool) -> dict[str, Any]:
    return {
        "libc": record.get("libc"),
        "pkg_manager": record.get("pkg_manager"),
        "user_tool": record.get("user_tool"),
        "has_shell": record.get("has_shell", None if windows else True),
        "bash": record.get("bash"),
        "has_curl": record.get("curl"),
        "has_wget": record.get("wget"),
        "has_ca_certificates": record.get("ca"),
        "confidence": record["confidence"],
        "source": record["source"],
        "notes": tuple(record.get("notes", ())),
    }


def _config(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "shell": _read(record.get("shell", DEFAULT_SHELL)),
        "default_user": _read(record.get("default_user")),
        "runs_as_root": record.get("root"),
        "entrypoint": _read(record.get("entrypoint")),
        "cmd": _read(record.get("cmd")),
        "workdir": _read(record.get("workdir")),
        "stopsignal": _read(record.get("stopsignal")),
        "expose": _read(record.get("expose", ())),
        "volumes": _read(record.get("volumes", ())),
        "init_in_image": _read(record.get("init")),
        "must_be_pid1": bool(record.get("pid1")),
        "entrypoint_inspects_args": bool(record.get("inspects")),
        "program": record.get("program"),
        "drops_privileges": record.get("drops"),
        "needs_root": record.get("needs_root"),
    }


def _read(value: Any) -> Any:
    """Turn what JSON can say into what a field holds: "?" is UNKNOWN, a list a tuple."""
    if value == "?":
        return UNKNOWN
    return tuple(value) if isinstance(value, list) else value


def is_windows(reference: ImageReference | None, image: BaseImage | None) -> bool:
    """Tell whether an image is known to be one of Windows; what no record knows is told by its name (B20)."""
    if image is not None:
        return image.windows
    return reference is not None and _WINDOWS_NAME.search(str(reference)) is not None


def is_rough(image: BaseImage | None, *, release: bool = False) -> bool:
    """Tell whether the image's own configuration would say more than the facts do.

    Args:
        image: the facts.
        release: the very release counts, not only the oldest that a tag can mean.
    """
    if image is None:
        return True
    if image.windows:
        return False
    if any(getattr(image, name) is UNKNOWN for name in _CONFIGURED) or image.runs_as_root is None:
        return True
    open_ = image.release is None and (release or image.release_floor is None)
    return open_ and image.distro in ("debian", "ubuntu", "alpine")
