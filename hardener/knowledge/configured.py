"""Facts about an image together with what the image says of itself, which counts more.

What the configuration cannot say stays as cautious as for an unknown image: the accounts, and what an entry point that
nobody has read does with its arguments and its user.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.knowledge import catalog
from hardener.knowledge.facts import UNKNOWN, facts
from hardener.knowledge.images import DEFAULT_SHELL, BaseImage, User, base_image
from hardener.knowledge.inits import is_init, must_be_pid1
from hardener.knowledge.tags import debian_release
from hardener.syntax.image_reference import ImageReference

if TYPE_CHECKING:
    from hardener.knowledge.configuration import Configuration, System

_DEBIAN = regex(r"# debian\.sh .*'([a-z]+)' '@\d+'")
_ALPINE = regex(r"alpine-minirootfs-(\d+\.\d+)[.\d_a-z]*-")
_UBUNTU = regex(r"LABEL org\.opencontainers\.image\.version=(\d\d\.\d\d)\Z")
#: steps at the start that may show the root file system
_FIRST = 8
#: variables of official images that name their version, and the image
_MARKS = {
    "NODE_VERSION": "node", "PYTHON_VERSION": "python", "GOLANG_VERSION": "golang", "RUBY_VERSION": "ruby",
    "PHP_VERSION": "php", "RUST_VERSION": "rust", "NGINX_VERSION": "nginx", "JAVA_VERSION": "eclipse-temurin",
}  # fmt: skip
_ROOT = ("", "root", "0")
#: ID of os-release to the name that the facts use
_SYSTEMS = {"debian": "debian", "ubuntu": "ubuntu", "alpine": "alpine", "rhel": "rhel", "centos": "centos",
            "rocky": "rocky", "almalinux": "almalinux", "ol": "oraclelinux", "fedora": "fedora", "wolfi": "wolfi",
            "amzn": "amazonlinux", "photon": "photon", "arch": "arch", "opensuse-leap": "opensuse"}  # fmt: skip
#: package managers whose program has another name, or that are looked for
_MANAGERS = {"apt": "apt-get", "apk": "apk", "zypper": "zypper", "pacman": "pacman", "tdnf": "tdnf"}


def configured(reference: ImageReference, known: BaseImage | None, found: Configuration) -> BaseImage:
    """Return the facts about an image with its configuration.

    Args:
        reference: as FROM has it.
        known: the facts of its name and tag.
        found: the configuration.
    """
    if found.os == "windows":
        return _windows(reference, known)
    distro, release = _origin(found)
    same = known if known is not None and (distro in (None, known.distro)) else _moved(found, distro, release)
    image = same or _unlisted(reference, distro)
    image = replace(image, **_settings(image, found))
    if release is not None:
        # a tag may move on to a later release, where packages have other names: only a digest fixes it (B16)
        by_tag = known.release if known is not None and same is known else None
        fixed = release if reference.digest is not None or not image.is_listed else by_tag
        image = replace(
            image, release=fixed, release_floor=release, archive_may_have_moved=False,
            archive_moved=catalog.archive_moved(image.distro, release),
        )  # fmt: skip
    return image if found.system is None else _with_files(image, found.system)


def _settings(image: BaseImage, found: Configuration) -> dict[str, Any]:
    """Return the fields that the configuration says outright, and what follows from its entry point."""
    entry = found.entrypoint or None
    read = image.is_listed and image.entrypoint == entry
    settings: dict[str, Any] = {
        "shell": found.shell or DEFAULT_SHELL,
        "default_user": found.user or None,
        "runs_as_root": found.user.partition(":")[0] in _ROOT,
        "entrypoint": entry,
        "cmd": found.cmd or None,
        "workdir": found.workdir or None,
        "stopsignal": found.stopsignal or None,
        "expose": found.ports,
        "volumes": found.volumes,
        "healthcheck": found.healthcheck,
        "onbuild": found.onbuild,
        # a version whose user nobody looked up may have other accounts too
        "knows_users": image.knows_users and image.runs_as_root is not None,
    }
    if read:
        return settings
    init = entry[0] if entry and is_init(entry) else None
    return {
        **settings,
        "init_in_image": init if init or entry is None else UNKNOWN,
        "must_be_pid1": bool(entry) and must_be_pid1(entry or ()),
        "entrypoint_inspects_args": entry is not None,
        "program": None,
        "has_unread_entrypoint": entry is not None,
    }


def _unlisted(reference: ImageReference, distro: str | None) -> BaseImage:
    """Return an image of which only the distribution is known, if that."""
    row = facts("images")["distros"].get(distro, {})
    scratch = base_image(ImageReference(None, "scratch"))
    assert scratch is not None
    return replace(
        scratch, family=reference.repository, distro=distro, release=None, release_floor=None, archive_moved=None,
        libc=row.get("libc"), pkg_manager=row.get("pkg_manager"), user_tool=row.get("user_tool"),
        has_shell=True if row else None, bash=None, has_curl=None, has_wget=None, has_ca_certificates=None,
        users=(), app_user=None, confidence="configuration", source="the image's own configuration", notes=(),
        is_listed=False, knows_users=False,
    )  # fmt: skip


def _windows(reference: ImageReference, known: BaseImage | None) -> BaseImage:
    if known is not None and known.windows:
        return known
    unknown: dict[str, Any] = dict.fromkeys(
        ("default_user", "entrypoint", "cmd", "workdir", "stopsignal", "init_in_image"), UNKNOWN
    )
    return replace(
        _unlisted(reference, None), windows=True, shell=("cmd", "/S", "/C"), runs_as_root=None, **unknown,
    )  # fmt: skip


def _origin(found: Configuration) -> tuple[str | None, str | None]:
    """Return distribution and release: of os-release, else of the step that brought the root file system."""
    if found.system is not None and found.system.release:
        return _named(found.system.release)
    first = found.history[:_FIRST]
    text = first[0] if first else ""
    if match := _DEBIAN.search(text):
        known = {row["release"] for row in facts("suites")["debian"]}
        return "debian", match[1] if match[1] in known else None
    if match := _ALPINE.search(text):
        return "alpine", match[1]
    if any(step.endswith("LABEL org.opencontainers.image.ref.name=ubuntu") for step in first):
        versions = [match[1] for match in map(_UBUNTU.search, first) if match]
        return "ubuntu", versions[0] if versions else None
    return None, None


def _named(release: Any) -> tuple[str | None, str | None]:
    """Return distribution and release as the facts call them, of the assignments of an os-release."""
    distro, number = _SYSTEMS.get(release.get("ID", "")), release.get("VERSION_ID", "")
    if distro == "debian":
        known = {row["release"] for row in facts("suites")["debian"]}
        code = release.get("VERSION_CODENAME", "") or debian_release(number) or ""
        return distro, code if code in known else None
    if distro in ("ubuntu", "alpine"):
        return distro, ".".join(number.split(".")[:2]) or None
    return distro, number.partition(".")[0] or None


def _moved(found: Configuration, distro: str | None, release: str | None) -> BaseImage | None:
    """Return the facts of the official image that this is a copy of, under whatever name; None where it is none.

    A copy ends with the very step that sets the command of the official image; what is built on it has more steps.
    """
    if distro not in ("debian", "alpine") or release is None or not found.history:
        return None
    suite = release if distro == "debian" else f"alpine{release}"
    for variable, name in _MARKS.items():
        version = found.env.get(variable, "").removeprefix("v")
        for tag in (f"{version}-{suite}", f"{version}-slim-{suite}"):
            reference = ImageReference.parse(f"{name}:{tag}") if version else None
            image = base_image(reference) if reference else None
            if image is not None and _is_copy(image, found) and _is_slim(found) == ("-slim-" in tag):
                return image
    return None


def _is_copy(image: BaseImage, found: Configuration) -> bool:
    if (image.entrypoint or ()) != found.entrypoint or (image.cmd or ()) != found.cmd or not found.cmd:
        return False
    words = " ".join(f'"{word}"' for word in found.cmd)
    last = found.history[-1]
    return f"CMD [{words}]" in last and sum(f"CMD [{words}]" in step for step in found.history) == 1


def _is_slim(found: Configuration) -> bool:
    """Tell whether no step installs the tools that buildpack-deps has, as in a slim image."""
    return not any("autoconf" in step or "git" in step.split() for step in found.history)


def _with_files(image: BaseImage, system: System) -> BaseImage:
    """Return the facts with accounts and programs as the image's files have them."""
    users = tuple(User(*row) for row in system.users)
    own = image.app_user
    has = system.programs
    manager = image.pkg_manager
    if manager is not None and _MANAGERS.get(manager, manager) not in has:
        manager = next((name for name in ("dnf", "microdnf") if manager == "dnf" and name in has), None)
    return replace(
        image, users=users, groups=system.groups,
        app_user=own if own in users else None, knows_users=bool(users), pkg_manager=manager,
        user_tool=_user_tool(image.user_tool, has), has_shell="sh" in has, bash="bash" in has,
        has_curl="curl" in has, has_wget="wget" in has,
    )  # fmt: skip


def _user_tool(known: str | None, has: frozenset[str]) -> str | None:
    if known == "adduser-busybox":
        return known if {"adduser", "addgroup"} <= has and "useradd" not in has else None
    return "useradd" if {"useradd", "groupadd"} <= has else None
