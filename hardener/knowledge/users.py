"""Users: how an image gets one to run as, and what cannot run without root (U05, U16 to U20)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from hardener.errors import Refusal
from hardener.fast.records import dataclass
from hardener.knowledge.facts import UNKNOWN, facts

if TYPE_CHECKING:
    from hardener.knowledge.images import BaseImage

ID = 10001
NAME = "app"
#: package managers of distributions whose small images have no shadow-utils
_BARE = ("dnf", "microdnf", "tdnf", "yum")


@dataclass(frozen=True, slots=True)
class UserPlan:
    """A user to run as.

    Attributes:
        name: its name; None where the image has no passwd entry for it (U16).
        uid, gid: numbers to write in USER, so that runAsNonRoot accepts the image (U16).
        shell_command: the text of a RUN that creates it; None where the image has it already or needs none.
        home: its home directory.
    """

    name: str | None
    uid: int
    gid: int
    shell_command: str | None
    home: str

    @property
    def has_account(self) -> bool:
        """Whether the image has an account for it; a number works without, unless a program asks for name or home."""
        return self.name is not None


def create_user(image: BaseImage, home: str = "/home/app", name: str = NAME, number: int = ID) -> UserPlan | Refusal:
    """Return the user an application should run as: the image's own (U19), or one to create (U18).

    Args:
        image: the base image of the stage.
        home: home directory of a created user, made with it: caches go there (U06).
        name: of a created user. number: its uid and gid.

    A Refusal (U18) says that the image's tools are not known to create one.
    """
    if image.windows:
        return Refusal("U18", "users of Windows images are not created here")
    if image.app_user is not None:
        user = image.app_user
        return UserPlan(user.name, user.uid, user.gid, None, user.home)
    if image.has_shell is False and image.distro == "scratch":
        # a name is "unable to find user" there, a number works (U17)
        return UserPlan(None, number, number, None, "/")
    if image.has_shell is True and image.user_tool is None and image.runs_as_root and image.pkg_manager in _BARE:
        return UserPlan(None, number, number, None, "/")  # a number needs no account (U16)
    if image.has_shell is not True or image.user_tool is None:
        return Refusal("U18", f"no program to create a user is known in {image.family}", "create a user and add USER")
    if not image.knows_users:
        return Refusal("U19", f"cannot tell which users {image.family} has", "create a user and add USER")
    taken = any(number in (user.uid, user.gid) or user.name == name for user in image.users)
    if taken or any(number == gid or group == name for group, gid in image.groups):
        return Refusal("U19", f"the image has a user {name} or an id {number} already", "add USER yourself")
    if image.default_user is UNKNOWN or image.runs_as_root is None:
        return Refusal("U18", f"cannot tell the user of {image.family}, so RUN may not be root", "add USER yourself")
    if not image.runs_as_root:
        return Refusal("U18", "the image runs as another user already", "")
    return UserPlan(name, number, number, _command(image.user_tool, home, name, number), home)


def _command(tool: str, home: str, name: str, number: int) -> str:
    if tool == "adduser-busybox":
        return f"addgroup -S -g {number} {name} && adduser -S -D -h {home} -u {number} -G {name} {name}"
    # no entry in lastlog, a sparse file that a large id would make huge (U19)
    return (
        f"groupadd -r -g {number} {name}"
        f" && useradd --no-log-init -r -m -u {number} -g {name} -d {home} -s /usr/sbin/nologin {name}"
    )


def needs_root(argv: tuple[str, ...]) -> str | None:
    """Return why a command cannot run without root (U20); None where nothing is known against it."""
    if not argv:
        return None
    name = "service" if argv[0].startswith("/etc/init.d/") else argv[0].rpartition("/")[2]
    known = next((row["reason"] for row in facts("users")["needs_root"] if name in row["names"]), None)
    # what follows the first place of a program is all that follows its later ones
    first = {word: at for at, word in reversed(tuple(enumerate(argv[:-1])))}
    if known is None and any(_changes_user(argv, at) for at in first.values()):
        return "it changes to another user itself"
    return known


@lru_cache(maxsize=8)
def root_libraries(language: str) -> dict[str, str]:
    """Return the packages of a language that cannot do their work without root, each with why (U20).

    Args:
        language: "python", "node", "go", "ruby", "rust", "jvm" or "dotnet"; names are those that an import has.
    """
    return {name: row["reason"] for row in facts("users")["root_libraries"] for name in row.get(language, ())}


def _changes_user(argv: tuple[str, ...], at: int) -> bool:
    """Tell whether the program at a place of a command line is told which user to become."""
    name = argv[at].rpartition("/")[2]
    row = next((row for row in facts("users")["changes_user"] if name in row["names"]), None)
    if row is None:
        return False
    options = row["options"]
    return any(
        word in options or any(word.startswith(f"{o}=" if o.startswith("--") else o) for o in options)
        for word in argv[at + 1 :]
    )


def is_root_only(path: str) -> bool:
    """Say if a path lies in a directory that only root may enter, such as /root (U05)."""
    return any(path == root or path.startswith(f"{root}/") for root in facts("users")["root_only"]["paths"])


def user_of(image: BaseImage, name: str) -> tuple[int, int] | None:
    """Return (uid, gid) of an account that is known to be in an image; None where it is not known."""
    own = next(((user.uid, user.gid) for user in image.users if name == user.name), None)
    if own is not None:
        return own
    known = _accounts(image).get("users", {}).get(name)
    return None if known is None else (known[0], known[1])


def group_of(image: BaseImage, name: str) -> int | None:
    """Return the gid of a group that is known to be in an image; None where it is not known.

    Accounts of a distribution do not all have a group of their own name: Debian's nobody is in nogroup.
    """
    own = next((user.gid for user in image.users if name == user.name), None)
    return _accounts(image).get("groups", {}).get(name) if own is None else own


def _accounts(image: BaseImage) -> dict[str, Any]:
    """Return the accounts and groups that every system of a distribution has, with the same numbers (U16)."""
    return next((row for row in facts("users")["accounts"] if image.distro in row["distros"]), {})
