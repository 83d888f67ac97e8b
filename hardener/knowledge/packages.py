"""Package managers: their commands, options, caches and clean-up (C01 to C08, C16 to C18)."""

from __future__ import annotations

from functools import cache
from typing import Any

from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts


@dataclass(frozen=True, slots=True)
class PackageManager:
    """What is known about a package manager.

    Attributes:
        name: apt, apk, dnf, yum, microdnf, zypper, pip, npm …
        commands: the programs it is called by ("apt-get" and "apt").
        kind: "system" (packages of the distribution) or "language".
        install, update: subcommands, in one or two words; "" is the call without any (`yarn`).
        valued: options that take the next word as their value.
        caches: directories that hold what can be fetched again, for root and the default configuration.
        clean: the shell text that empties them; None where nothing safe is known.
        no_cache: the option that leaves no cache behind; no_recommends: the one that installs no more than needed.
        yes: the option that answers questions; mounts: targets for cache mounts (C02 to C04).
        lock_sharing: the cache mounts need sharing=locked.
    """

    name: str
    commands: tuple[str, ...]
    kind: str
    install: tuple[str, ...]
    update: tuple[str, ...]
    valued: tuple[str, ...]
    caches: tuple[str, ...]
    kept_clean: tuple[str, ...]
    clean: str | None
    no_cache: str | None
    no_recommends: str | None
    yes: str | None
    mounts: tuple[str, ...]
    lock_sharing: bool
    confidence: str
    source: str

    def subcommand(self, words: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
        """Return the subcommand of an install or update call and what is left without options and their values.

        `words` are the arguments after the program. None where the call is neither, such as `apt-get remove`.
        """
        plain = self.operands(words)
        if self.name == "pacman":  # its subcommands are spelled as options
            found = next((word for word in words if word in self.install), None)
            return None if found is None else (found, plain)
        for size in (2, 1):
            name = " ".join(plain[:size])
            if len(plain) >= size and name in (*self.install, *self.update):
                return name, plain[size:]
        return ("", ()) if not plain and "" in self.install else None

    def operands(self, words: tuple[str, ...]) -> tuple[str, ...]:
        """Return the words that are neither options nor the values of options."""
        plain: list[str] = []
        words_left = iter(words)
        for word in words_left:
            if word == "--":
                plain.extend(words_left)
            elif word in self.valued:
                next(words_left, None)
            elif not word.startswith("-") or word == "-":
                plain.append(word)
        return tuple(plain)


def package_manager(command: str) -> PackageManager | None:
    """Return the manager that a program belongs to: "apt-get", "/usr/bin/apk", "pip3.11", "./mvnw"; None: unknown."""
    name = command.rpartition("/")[2]
    if name.startswith("pip3."):
        name = "pip3"
    return _by_command().get(name)


def manager(name: str) -> PackageManager | None:
    """Return a manager by its own name, as in `BaseImage.pkg_manager`."""
    return next((found for found in _by_command().values() if found.name == name), None)


def runtime_packages(release: str | None, package: str) -> tuple[str, ...] | None:
    """Return the libraries that a -dev package of a Debian release brings; None where not known (sonames differ)."""
    known = facts("libraries")["releases"].get(release, {}).get(package)
    return None if known is None else tuple(known.split())


@cache
def _by_command() -> dict[str, PackageManager]:
    found = {}
    for name, row in facts("packages")["managers"].items():
        fields: dict[str, Any] = {key: tuple(value) if isinstance(value, list) else value for key, value in row.items()}
        made = PackageManager(name=name, **fields)
        found.update(dict.fromkeys(made.commands, made))
    return found
