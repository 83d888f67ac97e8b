"""Which RUN the installation of an init, or a user of one's own number, can stand above as well as below (C15)."""

from __future__ import annotations

from hardener.fast.patterns import regex
from hardener.image.package_lists import runs_a_script
from hardener.image.runs import RunBody
from hardener.shell.programs import SIMPLE

#: a RUN with one of these changes where packages come from, or how they are installed
_SOURCES = regex(
    r"/etc/(apt|apk|yum|dnf|pki|ssl|ca-certificates|alternatives|ld\.so)|sources\.list|apt-key|add-apt|dpkg|\.deb\b|rpm\b"
    r"|proxy|nodesource|setup_\d|crypto-policies|\b(eatmydata|chroot|update-ca|update-ca-\w+|ldconfig|deborphan)\b"
)
#: a RUN with one of these has to do with accounts
_ACCOUNTS = regex(
    r"\b(useradd|adduser|usermod|userdel|deluser|groupadd|addgroup|groupmod|groupdel|delgroup|newusers|chpasswd|vipw"
    r"|passwd|shadow|nologin|getent|su|sudo|gosu|runuser)\b|/etc/(group|login|skel|default)"
)
_MANAGERS = frozenset(("apt", "apk", "dnf", "microdnf", "tdnf", "zypper"))
#: what takes packages away, or brings others than it names
_TURNS = frozenset(
    "remove purge autoremove autopurge del erase upgrade dist-upgrade full-upgrade distro-sync update".split()  # noqa: SIM905
)
#: of the simple commands, those that run what they are given
_RUNNING = frozenset(("eval", "exec", "command", "find", "time", "test", "[", "[[", "sh-syntax", "trap", "xargs"))
_FETCHES_LISTS = frozenset((("apt", "update"), ("apk", "update")))


def lets_an_init_pass(run: RunBody, *, users: bool) -> bool:
    """Tell whether a RUN neither changes what an installation of an init finds, nor finds a change by it.

    Args:
        run: what it does.
        users: whether the init comes with an account, or there is only one, with numbers of its own.
    """
    text = run.line.text
    if _SOURCES.search(text) or (users and _ACCOUNTS.search(text)):
        return False
    for command in run.commands:
        kind = (command.manager, command.verb)
        if command.manager in _MANAGERS and command.verb in _TURNS and kind not in _FETCHES_LISTS:
            return False
    return not runs_a_script(_without_plain_commands(run))


def _without_plain_commands(run: RunBody) -> str:
    """Return the text of a RUN without the commands that run no other: `chmod +x run.sh` starts no script."""
    text = run.line.text
    for command in run.body.commands:
        nested = command.context.substitution or any("$(" in word.raw or "`" in word.raw for word in command.words)
        if command.name in SIMPLE and command.name not in _RUNNING and not nested:
            text = text[: command.start] + " " * (command.end - command.start) + text[command.end :]
    return text
