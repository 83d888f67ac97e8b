"""What useradd, adduser, groupadd and addgroup say of the account that they create: three tools share four names."""

from __future__ import annotations

import re

from hardener.fast.records import dataclass
from hardener.shell import Command
from hardener.text import is_number

NAMES = frozenset(("useradd", "adduser", "groupadd", "addgroup"))
_NAME = r"[a-z_][a-z0-9_-]*\Z"


@dataclass(frozen=True, slots=True)
class _Tool:
    """The options of a tool: those with a value, and which of them say a number, the main group or a system account."""

    valued: frozenset[str]
    number: frozenset[str]
    main: frozenset[str]
    system: frozenset[str]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHADOW_USER = _Tool(
    _words(
        "-u --uid -g --gid -G --groups -d --home-dir --home -s --shell -c --comment -e --expiredate -f --inactive"
        " -k --skel -K --key -p --password -b --base-dir -Z --selinux-user"
    ),
    _words("-u --uid"), _words("-g --gid"), _words("-r --system"),
)  # fmt: skip
_SHADOW_GROUP = _Tool(_words("-g --gid -K --key -p --password"), _words("-g --gid"), frozenset(), _words("-r --system"))
_BUSYBOX_USER = _Tool(
    _words("-h --home -g --gecos -s --shell -G --ingroup -u --uid -k --skel"),
    _words("-u --uid"), _words("-G --ingroup"), _words("-S --system"),
)  # fmt: skip
_BUSYBOX_GROUP = _Tool(_words("-g --gid"), _words("-g --gid"), frozenset(), _words("-S --system"))
_DEBIAN_USER = _Tool(
    _words("--home --shell --uid --gecos --comment --ingroup --gid --conf"),
    _words("--uid"), _words("--ingroup --gid"), _words("--system"),
)  # fmt: skip
_DEBIAN_GROUP = _Tool(_words("--gid --conf"), _words("--gid"), frozenset(), _words("--system"))
#: flags without a value; an option that is not known makes the command unreadable
_FLAGS = _words(
    "-m --create-home -M --no-create-home -l --no-log-init -U --user-group -D --disabled-password"
    " --disabled-login -H -q --quiet --force-badname --allow-bad-names -f --empty-password"
)


@dataclass(frozen=True, slots=True)
class AccountCall:
    """A command that creates an account.

    Attributes:
        name: of the user or group. is_group: which of them.
        number: that it says; None where the tool chooses one.
        group: the main group that it says, as it is written.
        is_system: whether the number comes from the system's range.
        tool: "shadow", "busybox" or "debian".
        option: what says the number to that tool.
    """

    name: str
    is_group: bool
    number: int | None
    group: str | None
    is_system: bool
    tool: str
    option: str


def account_call(command: Command, distro: str | None) -> AccountCall | None:
    """Return what a command creates; None where it creates no account, or that cannot be read.

    Args:
        command: one of `NAMES`. distro: of the image, which tells the tools that have the same name apart.
    """
    tool, options = _tool(command.name or "", distro)
    number: int | None = None
    group: str | None = None
    is_system, names = False, []
    rest = iter([word.value for word in command.words[1:]])
    for word in rest:
        if word is None:
            return None
        if not word.startswith("-"):
            names.append(word)
            continue
        for option, inline in _options(word):
            is_system = is_system or option in options.system
            if option in options.valued:
                value = inline or next(rest, None)
                if value is None or (option in options.number and not is_number(value)):
                    return None
                number = int(value) if option in options.number else number
                group = value if option in options.main else group
            elif option not in _FLAGS and option not in options.system:
                return None
    if len(names) != 1 or not re.match(_NAME, names[0]):
        return None
    says = "-u" if tool != "debian" else "--uid"
    return AccountCall(names[0], "group" in (command.name or ""), number, group, is_system, tool, says)


def _tool(name: str, distro: str | None) -> tuple[str, _Tool]:
    is_group = "group" in name
    if name in ("useradd", "groupadd"):
        return "shadow", _SHADOW_GROUP if is_group else _SHADOW_USER
    if distro == "alpine":
        return "busybox", _BUSYBOX_GROUP if is_group else _BUSYBOX_USER
    return "debian", _DEBIAN_GROUP if is_group else _DEBIAN_USER


def _options(word: str) -> list[tuple[str, str]]:
    """Return the options in one word, each with a value that follows an equals sign: `-ms`, `--uid=10`."""
    if word.startswith("--"):
        key, _, value = word.partition("=")
        return [(key, value)]
    return [(f"-{letter}", "") for letter in word[1:]]


__all__ = ["NAMES", "AccountCall", "account_call"]
