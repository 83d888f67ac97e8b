"""Slim variants of official images, and what their full variant has besides (B14).

Sources: the tag lists of docker-library/official-images (library/node, python, ruby, debian), and the Dockerfiles of
docker-library/buildpack-deps (curl, scm and full), whose packages the full variants have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from hardener.fast.patterns import regex
from hardener.fast.records import replace
from hardener.knowledge.images import base_image

if TYPE_CHECKING:
    from hardener.syntax.image_reference import ImageReference

#: whether `slim` stands before the suite (`3.13-slim-trixie`) or behind it (`22-trixie-slim`)
_BEFORE_SUITE = {"python": True, "ruby": True, "node": False, "debian": False}
#: the images that have such variants
FULL = tuple(_BEFORE_SUITE)
_TAG = regex(r"(?P<version>\d+(?:\.\d+)*|lts|current)?-?(?P<suite>[a-z]+)?")
_KEPT = ("distro", "release", "libc", "pkg_manager", "entrypoint", "cmd", "default_user", "workdir", "shell",
         "stopsignal", "expose", "volumes", "users")  # fmt: skip

HTTPS = "https://"
#: programs of the full variants, and the Debian packages that bring them; bookworm and trixie agree
PROGRAMS: dict[str, tuple[str, ...]] = {
    "curl": ("curl",),
    "wget": ("wget",),
    "gpg": ("gnupg", "gpg"),
    "git": ("git",),
    "hg": ("mercurial",),
    "svn": ("subversion",),
    "ssh": ("openssh-client",),
    "scp": ("openssh-client",),
    "ssh-keyscan": ("openssh-client",),
    "ps": ("procps",),
    "pkill": ("procps",),
    "pgrep": ("procps",),
    "top": ("procps",),
    "free": ("procps",),
    "autoconf": ("autoconf",),
    "automake": ("automake",),
    "bzip2": ("bzip2",),
    "bunzip2": ("bzip2",),
    "file": ("file",),
    "gcc": ("gcc", "build-essential"),
    "cc": ("gcc", "build-essential"),
    "g++": ("g++", "build-essential"),
    "c++": ("g++", "build-essential"),
    "make": ("make", "build-essential"),
    "ld": ("binutils", "build-essential", "gcc"),
    "strip": ("binutils", "build-essential", "gcc"),
    "convert": ("imagemagick",),
    "mogrify": ("imagemagick",),
    "identify": ("imagemagick",),
    "patch": ("patch",),
    "unzip": ("unzip",),
    "xz": ("xz-utils",),
    "unxz": ("xz-utils",),
    "mysql_config": ("default-libmysqlclient-dev",),
    "pg_config": ("libpq-dev",),
    "pkg-config": ("pkg-config", "pkgconf"),
}
#: programs that the full image has because buildpack-deps brings Python, by repository
_PYTHON = {"node": ("python3",), "ruby": ("python3",)}


def slim_variant(reference: ImageReference) -> ImageReference | None:
    """Return the slim variant of a full official image of Debian; None where there is none or it differs otherwise.

    Nor for `latest`, which replace-latest turns into a version first.
    """
    name = replace(reference, tag=None, digest=None).familiar
    match = _TAG.fullmatch(reference.tag or "")
    if name not in _BEFORE_SUITE or match is None or reference.digest or not (match["version"] or match["suite"]):
        return None
    if reference.tag == "latest":
        return None
    parts = [match["version"], "slim", match["suite"]]
    if not _BEFORE_SUITE[name]:
        parts = [match["version"], match["suite"], "slim"]
    slim = replace(reference, tag="-".join(part for part in parts if part))
    full_facts, slim_facts = base_image(reference), base_image(slim)
    if full_facts is None or slim_facts is None or full_facts.family == slim_facts.family:
        return None
    same = all(getattr(full_facts, field) == getattr(slim_facts, field) for field in _KEPT)
    return slim if same and full_facts.distro == "debian" else None


def missing_programs(reference: ImageReference) -> dict[str, tuple[str, ...]]:
    """Return the programs that the slim variant of an image lacks, with the packages that bring each.

    `HTTPS` stands for the certificates that curl, wget and git need to speak it.
    """
    name = replace(reference, tag=None, digest=None).familiar
    if name == "debian":
        return {}
    slim = slim_variant(reference)
    facts = base_image(slim) if slim else None
    lacks = {HTTPS: ("ca-certificates",)} if facts is None or not facts.has_ca_certificates else {}
    return PROGRAMS | lacks | {program: (program,) for program in _PYTHON.get(name, ())}
