"""Packages of a language that are installed by name alone: nothing of the build context is read (C15)."""

from __future__ import annotations

import re
from collections.abc import Mapping

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.files import is_within
from hardener.image.model import Model
from hardener.image.runs import read_run
from hardener.image.stage import StageModel
from hardener.packages.commands import PackageCommand
from hardener.syntax.dockerfile.nodes import Run


@dataclass(frozen=True, slots=True)
class _Way:
    """How a manager installs by name.

    Attributes:
        verbs: that install.
        options: that read no file and write nowhere else, with or without a value.
        needed: of which one has to be there, unless there are none.
        name: what a package of the manager's index looks like.
    """

    verbs: frozenset[str]
    options: frozenset[str]
    needed: frozenset[str]
    name: re.Pattern[str]


_WAYS = {
    "pip": _Way(
        frozenset(("install",)),
        frozenset((
            "--no-cache-dir", "-q", "--quiet", "-U", "--upgrade", "--no-compile", "--break-system-packages", "--pre",
            "--disable-pip-version-check", "--root-user-action", "--prefer-binary", "--progress-bar", "--timeout",
            "--default-timeout", "--retries", "--upgrade-strategy", "--index-url", "-i", "--extra-index-url",
            "--no-warn-script-location", "--only-binary", "--no-binary", "--no-deps", "--no-input", "--trusted-host",
        )),
        frozenset(),
        regex(r"[A-Za-z0-9][\w.-]*(?:\[[\w,.-]+\])?(?:[=<>!~]=?=?[\w.*+!,<>=~-]+)?\Z"),
    ),
    # with -g no .npmrc of the project is read
    "npm": _Way(
        frozenset(("install", "i", "add")),
        frozenset((
            "-g", "--global", "--no-audit", "--no-fund", "--silent", "--quiet", "-q", "-s", "--loglevel",
            "--no-update-notifier", "--ignore-scripts", "--registry", "--unsafe-perm", "--omit", "--no-progress",
        )),
        frozenset(("-g", "--global")),
        regex(r"(?:@[\w.-]+/)?[A-Za-z0-9][\w.-]*(?:@[\w.^~<>=*-]+)?\Z"),
    ),
}  # fmt: skip
_ARCHIVE = regex(r".*\.(?:whl|zip|tar|gz|tgz|bz2|xz|egg)\Z")
#: variables that name files which pip, npm or what they run read
_READS = regex(r"(?i)(?:PIP|NPM_CONFIG|UV|SSL|REQUESTS|CURL|NODE_EXTRA|GIT|OPENSSL)_\w|NETRC\Z|NODE_OPTIONS\Z")
_NAMES_FILES = regex(r"(?i).*(?:CONSTRAINT|FIND_LINKS|REQUIREMENT|CONFIG_FILE|USERCONFIG|CERT|CA_?FILE|_FILE|BUNDLE)")
_PATH = regex(r"/|\.[A-Za-z]{2,}\Z")
#: first words of the families of images in which the manager lies in a folder of the system, or in /usr/local
_KNOWN = frozenset({"python", "node", "debian", "ubuntu", "alpine", "buildpack"})


def installs_by_name(package: PackageCommand) -> bool:
    """Tell whether a command only installs packages of an index that it names, whatever lies in the working folder."""
    way = _WAYS.get(package.manager)
    if way is None or "/" in package.program or package.invocation.host in ("uv", "corepack"):
        return False
    return not package.is_open and not package.prefix and _is_by_name(package)


def _is_by_name(package: PackageCommand) -> bool:
    way = _WAYS.get(package.manager)
    if way is None or package.verb not in way.verbs or not package.operands:
        return False
    options = {(option.value or "").partition("=")[0] for option in package.options}
    valued = [value for _, value in package.pairs if value is not None]
    if not options <= way.options or (way.needed and not options & way.needed):
        return False
    words = [word.value for word in (*package.operands, *valued)]
    names = [word.value or "" for word in package.operands]
    return None not in words and all(way.name.match(name) and not _ARCHIVE.match(name) for name in names)


def keeps_its_names(model: Model, stage: StageModel, node: Run) -> bool:
    """Tell whether all that a RUN does is to install packages by name, with whatever manager."""
    run = read_run(model, stage, node) if "install" in node.text or "add" in node.text else None
    return (
        run is not None
        and len(run.commands) == len(run.body.commands)
        and all(_is_by_name(package) for package in run.commands)
    )


def finds_its_manager(stage: StageModel, node: Run) -> bool:
    """Tell whether a RUN as root runs the manager of the image, and no other one that a COPY may have brought."""
    image, state = stage.root.image, stage.states[node]
    known = image is not None and image.family.partition("-")[0] in _KNOWN
    return known and state.is_root and "PATH" not in state.values and "HOME" not in state.values


def reads_from(values: Mapping[str, str | None], target: str) -> bool:
    """Tell whether a variable that an installer reads may name a file in a folder, as PIP_CONSTRAINT does."""
    for name, value in values.items():
        if not _READS.match(name):
            continue
        for word in (value or "$").split():
            path = word.removeprefix("file://")
            if path.startswith("/") and not (is_within(path, target) or is_within(target, path)):
                continue
            if "$" in path or ("://" not in path and (_NAMES_FILES.match(name) or _PATH.search(path))):
                return True
    return False


def is_out_of_the_way(target: str) -> bool:
    """Tell whether nothing that is installed or read lies in a folder of its own."""
    return target not in ("", "/") and "$" not in target and not is_within(target, "/usr/local")
