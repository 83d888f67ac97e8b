"""Which RUN can stand above the instructions before it without a difference to the image (C15)."""

from __future__ import annotations

import re
from posixpath import basename

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import copied, is_within, target_of
from hardener.image.model import Model, StageModel
from hardener.image.runs import RunBody, read_run
from hardener.packages.commands import PackageCommand
from hardener.project.context_tree import ContextTree
from hardener.rules.install_before_copy.named_packages import (
    finds_its_manager,
    installs_by_name,
    is_out_of_the_way,
    reads_from,
)
from hardener.rules.install_before_copy.passed_runs import lets_an_init_pass
from hardener.shell import Command
from hardener.syntax.dockerfile import views
from hardener.syntax.dockerfile.nodes import Add, Copy, Run
from hardener.text import is_number

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
#: what tells an installation something: read by apt, dpkg, debconf, apk, dnf and rpm, by the shell and the loader,
#: and by the Perl, Python and Java of maintainer scripts
_TOLD = regex(
    r"(?i:(?:https?|ftp|all|no|rsync|socks)_proxy)\Z"
    r"|(?:PATH|HOME|SHELL|ENV|BASH_ENV|IFS|CDPATH|SHELLOPTS|BASHOPTS|POSIXLY_CORRECT|TERM|TZ|LANG|LANGUAGE|TMPDIR|TMP|TEMP"
    r"|GLIBC_TUNABLES|OPENSSL_CONF|SSL_CERT_FILE|SSL_CERT_DIR|CURL_CA_BUNDLE|GNUPGHOME|SOURCE_DATE_EPOCH|ACCEPT_EULA|RUNLEVEL"
    r"|PERL5LIB|PERL5OPT|PERLLIB|PYTHONPATH|PYTHONHOME|JAVA_HOME|JAVA_TOOL_OPTIONS|_JAVA_OPTIONS)\Z"
    r"|(?:LD|LC|APT|DEB|DEBIAN|DEBCONF|DPKG|UCF|NEEDRESTART|SYSTEMD|APK|DNF|YUM|RPM)_\w*\Z"
)
_INITS = frozenset(("tini", "dumb-init", "catatonit"))
#: what the installation of an init alone writes and reads
_INIT_TOUCHES = ("/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/dev", "/proc", "/sys", "/run", "/tmp",
                 "/usr/bin", "/usr/sbin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/libexec", "/usr/share",
                 "/etc/apt", "/etc/apk", "/etc/dpkg", "/etc/dnf", "/etc/yum.conf", "/etc/yum", "/etc/yum.repos.d",
                 "/etc/rpm", "/etc/pki", "/etc/ssl", "/etc/ca-certificates", "/etc/crypto-policies",
                 "/etc/alternatives", "/etc/passwd", "/etc/group", "/etc/shadow", "/etc/hosts", "/etc/resolv.conf",
                 "/etc/nsswitch.conf",
                 "/etc/ld.so.conf", "/etc/ld.so.conf.d", "/etc/ld.so.preload", "/etc/perl", "/etc/environment",
                 "/var/lib/apt", "/var/lib/dpkg", "/var/lib/rpm", "/var/lib/dnf", "/var/cache", "/var/log")  # fmt: skip
#: a name that nobody gives to a folder
_FILE_NAME = regex(
    r"(?:.*/)?[\w.-]+\.(?:sh|py|js|mjs|cjs|ts|json|txt|toml|lock|ya?ml|jar|war|ini|cfg|md|rb|php|go|sum|mod)\Z"
)
#: numbers from here on are given to no user of a package
_OWN_NUMBERS = 10_000
_DESCRIBING = frozenset(("EXPOSE", "LABEL", "MAINTAINER", "STOPSIGNAL", "HEALTHCHECK", "CMD", "ENTRYPOINT", "WORKDIR"))


@dataclass(frozen=True, slots=True)
class Step:
    """A RUN that only installs packages, or only creates users.

    Attributes:
        packages: of the distribution that it installs; empty where it creates users.
        users: whether it creates users.
        homes: words of the commands that create users that are paths, such as homes.
        is_numbered: each user and group has a number that no package takes.
        of_language: it installs packages of a language.
    """

    packages: frozenset[str]
    users: bool
    homes: tuple[str, ...] = ()
    is_numbered: bool = True
    of_language: bool = False

    @property
    def is_slight(self) -> bool:
        """Whether it installs an init at most: what harden itself puts there, and no build waits for."""
        return self.packages <= _INITS and not self.of_language

    def passes(self, run: RunBody | None) -> bool:
        """Tell whether it can stand above a RUN as well as below it."""
        if not (self.is_slight and self.is_numbered) or run is None or any(home in run.raw for home in self.homes):
            return False
        return lets_an_init_pass(run, users=self.users)


def step_of(model: Model, stage: StageModel, node: Run) -> Step | None:
    """Return what a RUN does if that is all that it does; None for any other one."""
    if node.flags or node.heredocs or not any(word in node.text for word in ("install", "add")):
        return None
    run = read_run(model, stage, node)
    if run is None or any(item.operator not in ("", "&&") or item.command is None for item in run.body.top):
        return None
    packages: set[str] = set()
    users = of_language = False
    numbered = True
    homes: list[str] = []
    managers = run.by_start
    for item in run.body.top:
        command = item.command
        if command is None or command.redirects or command.assignments or item.negated:
            return None
        package = managers.get(command.start)
        if package is not None and _installs(package, packages):
            continue
        if package is not None and installs_by_name(package) and finds_its_manager(stage, node):
            of_language = True
            continue
        if command.name in _MAKES_USERS and all(word.value is not None for word in command.words):
            users = True
            numbered &= any(
                is_number(word.value or "") and int(word.value or 0) >= _OWN_NUMBERS for word in command.words
            )
            homes += [path for word in command.words[1:] if (path := "/" + (word.value or "").partition("/")[2]) != "/"]
        elif not _forgets_lists(run, command):
            return None
    if not (packages or users or of_language):
        return None
    return Step(frozenset(packages), users, tuple(homes), numbered, of_language)


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


def commutes(model: Model, stage: StageModel, step: Step, index: int, tree: ContextTree | None) -> bool:
    """Tell whether `step` can stand above the instruction at `index` of the body as well as below it."""
    above = stage.node.body[index]
    if isinstance(above, Copy | Add):
        written = _written(model, stage, above, tree)
        if step.of_language and any(reads_from(stage.states[above].values, path) for path in written):
            return False
        return all(_is_elsewhere(path, step) for path in written) or _is_image(model, stage, above, step)
    if above.name == "WORKDIR":
        return _is_elsewhere(_workdir(stage, index), step)
    if above.name == "VOLUME":
        words = views.words(above, model.escape)
        return bool(words) and all(_is_elsewhere(word, step) for word in words)
    if above.name in ("ENV", "ARG"):
        if step.of_language:  # builds of packages read whatever variable they like
            return False
        told = views.pairs(above, model.escape)
        return not any(_TOLD.match(name) and not _adds_own_folders(name, value) for name, value in told)
    if isinstance(above, Run):
        return step.passes(read_run(model, stage, above))
    return above.name in _DESCRIBING


def _written(model: Model, stage: StageModel, node: Copy | Add, tree: ContextTree | None) -> tuple[str, ...]:
    """Return where a COPY or ADD writes: for the root folder, as far as is known, the names that it brings there."""
    target = target_of(model, node)
    found = copied(model, node) if target == "/" and isinstance(node, Copy) else None
    if found is None or found.from_stage is not None or found.heredocs:
        return (target or "",)
    names: list[str] = []
    for source in found.sources:
        matching = tree.matching(source) if tree is not None else ()
        for name in matching:
            below = () if tree is None or tree.is_file(name) else tuple(tree.below(name))
            prefix = len(name) + 1 if name else 0
            names += {path[prefix:].partition("/")[0] for path in below} if below else [basename(name)]
        if not matching:
            names.append(basename(source) if _FILE_NAME.match(source) else "")
    return tuple(f"/{name}" for name in names)


def _is_image(model: Model, stage: StageModel, node: Copy | Add, step: Step) -> bool:
    """Tell whether all of another image is put over this one: an init is better installed while the packages fit."""
    found = copied(model, node)
    if found is None or found.from_stage is None or step.users or not step.is_slight:
        return False
    return (found.sources, found.target) == (("/",), "/") and found.stage is None


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
    if step.of_language and not is_out_of_the_way(target):
        return False
    if step.is_slight and not step.users:
        return not any(is_within(target, folder) or is_within(folder, target) for folder in _INIT_TOUCHES)
    if step.packages - _INITS and (target == "/usr/local" or any(is_within(target, folder) for folder in _READ)):
        return False
    if any(is_within(target, folder) for folder in _FREE):
        return True
    return not any(is_within(target, folder) for folder in _SYSTEM)
