"""Which RUN can stand above the instructions before it without a difference to the image (C15)."""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.copies import copied, is_within, target_of
from hardener.image.model import Model, StageModel
from hardener.image.package_lists import runs_a_script
from hardener.image.runs import RunBody, read_run
from hardener.image.words import pairs
from hardener.packages.commands import PackageCommand
from hardener.shell import Command
from hardener.syntax.dockerfile.nodes import Add, Copy, Run

_UPDATES = frozenset((("apt", "update"), ("apt", "clean"), ("dnf", "clean"), ("apk", "update")))
_INSTALLS = frozenset((("apt", "install"), ("apk", "add"), ("dnf", "install")))
_REMOVALS = frozenset(("remove", "purge", "autoremove", "del", "erase"))
_MANAGERS = {"yum": "dnf", "microdnf": "dnf", "tdnf": "dnf"}
_LISTS = regex(r"/var/lib/apt/lists(/\*)?|/var/cache/(apt|apk|dnf|yum)(/[\w.*/-]*)?\Z")
_MAKES_USERS = frozenset(("groupadd", "useradd", "addgroup", "adduser"))
#: what packages and users write to; a COPY into one of these may be what they find there
_SYSTEM = ("/bin", "/boot", "/dev", "/etc", "/lib", "/lib32", "/lib64", "/libx32", "/proc", "/root", "/run", "/sbin",
           "/sys", "/tmp", "/usr", "/var")  # fmt: skip
_FREE = ("/usr/src", "/usr/local")
#: what the installation of packages reads: certificates and libraries of one's own
_READ = ("/usr/local/share", "/usr/local/lib", "/usr/local/lib64", "/usr/local/etc")
_TOLD = regex(r"proxy|(DEBIAN_FRONTEND|PATH|TZ|LANG|HOME|SHELL|ENV|BASH_ENV|IFS|(LD|LC|APT|DEB|DNF|APK)_\w*)\Z", re.I)
#: a RUN with one of these changes where packages come from, or which ones are there
_SOURCES = regex(
    r"/etc/(apt|apk|yum|dnf|pki)|sources\.list|apt-key|add-apt|dpkg|\.deb\b|rpm\b|proxy|nodesource|setup_\d|crypto-policies"
    r"|\b(remove|purge|autoremove|del|upgrade|dist-upgrade|full-upgrade|eatmydata|chroot|update-ca)\b"
)
_INITS = frozenset(("tini", "dumb-init", "catatonit"))
_DESCRIBING = frozenset(("EXPOSE", "LABEL", "MAINTAINER", "STOPSIGNAL", "HEALTHCHECK", "CMD", "ENTRYPOINT", "WORKDIR"))


@dataclass(frozen=True, slots=True)
class Step:
    """A RUN that only installs packages of the distribution, or only creates users.

    Attributes:
        packages: what it installs; empty where it creates users.
        users: whether it creates users.
        homes: words of the commands that create users that are paths, such as homes.
    """

    packages: frozenset[str]
    users: bool
    homes: tuple[str, ...] = ()

    @property
    def is_slight(self) -> bool:
        """Whether it installs an init at most: what harden itself puts there, and no build waits for."""
        return self.packages <= _INITS


def step_of(model: Model, stage: StageModel, node: Run) -> Step | None:
    """Return what a RUN does if that is all that it does; None for any other one."""
    if node.flags or node.heredocs or not any(word in node.text for word in ("install", "add")):
        return None
    run = read_run(model, stage, node)
    if run is None or any(item.operator not in ("", "&&") or item.command is None for item in run.body.top):
        return None
    packages: set[str] = set()
    users = False
    homes: list[str] = []
    managers = run.by_start
    for item in run.body.top:
        command = item.command
        if command is None or command.redirects or command.assignments or item.negated:
            return None
        package = managers.get(command.start)
        if package is not None and _installs(package, packages):
            continue
        if command.name in _MAKES_USERS and all(word.value is not None for word in command.words):
            users = True
            homes += [path for word in command.words[1:] if (path := "/" + (word.value or "").partition("/")[2]) != "/"]
        elif not _forgets_lists(run, command):
            return None
    return Step(frozenset(packages), users, tuple(homes)) if packages or users else None


def installs_here(model: Model, stage: StageModel, node: Run) -> bool:
    """Tell whether a RUN installs packages of the distribution and removes none: they are there to stay."""
    run = read_run(model, stage, node)
    if run is None:
        return False
    kinds = {(_MANAGERS.get(one.manager, one.manager), one.verb) for one in run.commands}
    named = any(set(one.packages) - _INITS for one in run.commands)
    return bool(kinds & _INSTALLS) and named and not any(verb in _REMOVALS for _, verb in kinds)


def _installs(package: PackageCommand, packages: set[str]) -> bool:
    kind = (_MANAGERS.get(package.manager, package.manager), package.verb)
    if package.is_open or package.prefix or kind not in _UPDATES | _INSTALLS:
        return False
    if any(
        not re.match(r"[\w.+:=~@-]+\Z", word.raw) or word.raw.endswith((".deb", ".rpm")) for word in package.operands
    ):
        return False
    if kind in _INSTALLS:
        packages.update(package.packages)
    return True


def _forgets_lists(run: RunBody, command: Command) -> bool:
    paths = [word.raw for word in command.words[1:] if not word.raw.startswith("-")]
    return command.name == "rm" and bool(paths) and all(_LISTS.match(path) for path in paths)


def commutes(model: Model, stage: StageModel, step: Step, index: int) -> bool:
    """Tell whether `step` can stand above the instruction at `index` of the body as well as below it."""
    above = stage.node.body[index]
    if isinstance(above, Copy | Add):
        target = target_of(model, stage, above)
        return target is not None and (_is_elsewhere(target, step) or _is_image(model, stage, above, step))
    if above.name == "WORKDIR":
        return _is_elsewhere(_workdir(stage, index), step)
    if above.name in ("ENV", "ARG"):
        told = pairs(model.logical(above).text, model.escape)
        return not any(_TOLD.search(name) and not _adds_own_folders(name, value) for name, value in told)
    if isinstance(above, Run):
        text = above.text + "".join(heredoc.body for heredoc in above.heredocs)
        foreign = _SOURCES.search(text) or runs_a_script(text) or read_run(model, stage, above) is None
        return not step.users and step.is_slight and not foreign
    return above.name in _DESCRIBING


def _is_image(model: Model, stage: StageModel, node: Copy | Add, step: Step) -> bool:
    """Tell whether all of another image is put over this one: an init is better installed while the packages fit."""
    found = copied(model, stage, node)
    if found is None or found.from_stage is None or step.users or not step.is_slight:
        return False
    return (found.sources, found.target) == (("/",), "/") and model.find(found.from_stage) is None


def _adds_own_folders(name: str, value: str | None) -> bool:
    """Tell whether a variable is PATH with nothing more than folders of the application in front of what it was."""
    added = re.fullmatch(r"((?:/[\w.@+-]+)+(?::(?:/[\w.@+-]+)+)*):\$(?:PATH|\{PATH\})", (value or "").strip('"'))
    return (
        name == "PATH"
        and added is not None
        and not any(is_within(path, folder) for path in added[1].split(":") for folder in _SYSTEM)
    )


def _workdir(stage: StageModel, index: int) -> str:
    """Return the folder that the WORKDIR at `index` makes; "" where that is not known."""
    body = stage.node.body
    state = stage.states[body[index + 1]] if index + 1 < len(body) else stage.end
    return state.workdir or ""


def _is_elsewhere(target: str, step: Step) -> bool:
    """Tell whether a folder is none that packages or the creation of users write to."""
    if target in ("", "/") or "$" in target or (step.users and is_within(target, "/home")):
        return False
    if any(is_within(home, target) or is_within(target, home) for home in step.homes):
        return False
    if step.packages - _INITS and (target == "/usr/local" or any(is_within(target, folder) for folder in _READ)):
        return False
    if any(is_within(target, folder) for folder in _FREE):
        return True
    return not any(is_within(target, folder) for folder in _SYSTEM)
