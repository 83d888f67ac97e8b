"""The number that an account gets for which a RUN names none (U16).

Each tool takes the first number that is free, or the one behind the highest: the accounts of the base image and the
commands before tell which. Sources: `loginutils/adduser.c` and `addgroup.c` of BusyBox, `find_new_uid.c` of shadow,
adduser(8) of Debian. Packages take numbers below 1000 (Debian policy, 9.2.2).
"""

from __future__ import annotations

from hardener.fast.records import dataclass
from hardener.image.account_commands import NAMES, AccountCall, account_call
from hardener.image.data_folders import commands_of
from hardener.image.files import copied, is_within
from hardener.image.model import Model, StageModel
from hardener.image.runs import parsed
from hardener.knowledge.images import BaseImage
from hardener.packages.commands import package_command
from hardener.packages.managers import is_system_tool, manager_of
from hardener.shell import Body, Command
from hardener.shell.programs import FETCHERS, SIMPLE
from hardener.syntax.dockerfile.nodes import Add, Copy, Run

_DISTROS = ("alpine", "debian", "ubuntu")
_FIRST, _END = 1000, 60000
_SYSTEM_FIRST, _SYSTEM_LAST = 100, 999
#: the group `users`
_USERS = 100
_RUNS_OTHERS = frozenset(("eval", "exec", "command", "find", "time"))
_CHANGES = frozenset(("usermod", "groupmod", "userdel", "deluser", "groupdel", "delgroup", "vipw", "vigr", "newusers"))
_FILES = ("/etc/passwd", "/etc/group", "/etc/login.defs", "/etc/adduser.conf", "/etc/default")
#: packages of Alpine that create no account, nor does what they depend on
_QUIET = frozenset(
    """
    bash ca-certificates curl dumb-init gcompat git jq libc6-compat libgcc libstdc++ musl-dev openssl su-exec tini
    tzdata wget
    """.split()  # noqa: SIM905 (a table of words reads better)
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """The number that a tool chooses for an account.

    Attributes:
        number: of the user.
        run: the instruction that creates it. command: the one in it.
        option: what would say the number to that tool.
    """

    number: int
    run: Run
    command: Command
    option: str


class _UnknownError(Exception):
    """Something may change the accounts in a way that cannot be told."""


@dataclass(slots=True)
class _Accounts:
    """The numbers that are taken so far; `is_mixed` where a package may have taken some of the system's range."""

    distro: str
    uids: set[int]
    gids: set[int]
    is_mixed: bool = False


def chosen_number(model: Model, stage: StageModel, name: str) -> Chosen | None:
    """Return the number that a RUN of a stage gives a user without naming it, None where that cannot be told.

    Args:
        model: of the file.
        stage: the one that creates the user; the stages that it is built on are read too.
        name: of the user.
    """
    accounts = _of_base(stage.root.image)
    if accounts is None:
        return None
    found: Chosen | None = None
    try:
        for link in stage.chain:
            for node in link.node.body:
                if found is None:
                    found = _followed(model, accounts, link, node, name)
                else:
                    _keeps_accounts(model, link, node)
    except _UnknownError:
        return None
    return found if found is not None and found.run in stage.node.body else None


def _of_base(image: BaseImage | None) -> _Accounts | None:
    """Return the accounts of a base image, None where they are not all known."""
    if image is None or not image.knows_users or image.windows or image.distro not in _DISTROS:
        return None
    uids = {user.uid for user in image.users}
    # since 23.04 the images of Ubuntu have a user 1000, also those that are built on them
    if image.distro == "ubuntu" and _FIRST not in uids and (image.release is None or image.release >= "23.04"):
        return None
    gids = {_USERS, *(user.gid for user in image.users), *(number for _, number in image.groups)}
    return _Accounts(image.distro, uids, gids)


def _followed(model: Model, accounts: _Accounts, link: StageModel, node: object, name: str) -> Chosen | None:
    """Follow an instruction; return the number of the user if it creates it."""
    _keeps_accounts(model, link, node)
    if not isinstance(node, Run):
        return None
    if node.heredocs or not isinstance(parsed(model, node), Body):
        raise _UnknownError
    for command in (command for run, command in commands_of(model, link) if run is node):
        if command.name not in NAMES:
            _followed_command(accounts, command)
            continue
        call = account_call(command, accounts.distro)
        if call is None or not command.plain:
            raise _UnknownError
        number = _taken(accounts, call)
        if not call.is_group and call.name == name:
            return Chosen(number, node, command, call.option) if call.number is None else None
    return None


def _keeps_accounts(model: Model, link: StageModel, node: object) -> None:
    """Raise where an instruction brings other files of accounts, or changes an account that is there."""
    if isinstance(node, Copy | Add):
        found = copied(model, node)
        if found is None or found.target in ("/", "/etc") or any(is_within(found.target, path) for path in _FILES):
            raise _UnknownError
    if isinstance(node, Run) and any(c.name in _CHANGES for run, c in commands_of(model, link) if run is node):
        raise _UnknownError


def _followed_command(accounts: _Accounts, command: Command) -> None:
    """Note what a command that is not about accounts may do to them."""
    name = (command.name or "").rpartition("/")[2]
    named = any(path in word.raw for word in command.words for path in _FILES)
    if named or name in _RUNS_OTHERS or (not name and command.words):
        raise _UnknownError
    if is_system_tool(name):
        call = package_command(command)
        names = [word.value for word in call.operands] if call is not None else [None]
        accounts.is_mixed |= accounts.distro != "alpine" or not all(value in _QUIET for value in names)
    elif name and name not in SIMPLE and name not in FETCHERS and manager_of(name) is None:
        raise _UnknownError


def _taken(accounts: _Accounts, call: AccountCall) -> int:
    """Return the number of a new user or group, and note what it takes."""
    if call.is_system and call.number is None and accounts.is_mixed:
        raise _UnknownError
    if call.is_group:
        number = call.number if call.number is not None else _group(accounts, call)
        accounts.gids.add(number)
        return number
    number = call.number if call.number is not None else _user(accounts, call)
    if call.group is None and not (call.is_system and call.tool == "busybox"):
        if number in accounts.gids and not call.is_system:
            raise _UnknownError  # the group gets another number
        accounts.gids.add(number)
    accounts.uids.add(number)
    return number


def _group(accounts: _Accounts, call: AccountCall) -> int:
    """Return the number that a tool chooses for a group."""
    if call.is_system:
        return _of_system(accounts.gids, call)
    return _behind_highest(accounts.gids) if call.tool == "shadow" else _first_free(accounts.gids)


def _user(accounts: _Accounts, call: AccountCall) -> int:
    """Return the number that a tool chooses for a user: BusyBox and Debian want it for a group of its own too."""
    if call.is_system:
        return _of_system(accounts.uids, call)
    if call.tool == "shadow":
        return _behind_highest(accounts.uids)
    return _first_free(accounts.uids if call.group is not None else accounts.uids | accounts.gids)


def _of_system(taken: set[int], call: AccountCall) -> int:
    """Return the number that a tool chooses in the range of the system, upwards or downwards."""
    if call.tool == "debian":
        raise _UnknownError  # the first behind those of the base image, which differ by release
    if call.tool == "busybox":
        return next(number for number in range(_SYSTEM_FIRST, _SYSTEM_LAST + 1) if number not in taken)
    used = [number for number in taken if _SYSTEM_FIRST < number <= _SYSTEM_LAST]
    if any(number != _SYSTEM_LAST - at for at, number in enumerate(sorted(used, reverse=True))):
        raise _UnknownError
    return _SYSTEM_LAST - len(used)


def _behind_highest(taken: set[int]) -> int:
    return max((number for number in taken if _FIRST <= number <= _END), default=_FIRST - 1) + 1


def _first_free(taken: set[int]) -> int:
    return next(number for number in range(_FIRST, _END) if number not in taken)


__all__ = ["Chosen", "chosen_number"]
