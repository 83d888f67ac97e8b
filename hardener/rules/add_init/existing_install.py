"""An installation that a stage has already and that takes one package more: no RUN of its own, no list read twice.

What is added there has to be in the image for certain: the command runs and its failure ends the build,
nothing takes the package out again, and no option says where packages come from or go.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.runs import RunBody, named_operand, read_run
from hardener.packages.commands import PackageCommand
from hardener.packages.managers import managers
from hardener.shell import Command
from hardener.shell.invocation import Invocation
from hardener.syntax.dockerfile.nodes import Run
from hardener.syntax.dockerfile.writer import Style
from hardener.text import Edit, apply_edits

#: options that say nothing about which packages are had, from where, and where to
_PLAIN = {
    "apt": "-y -q -qq -qy -yq -yqq -qqy --yes --assume-yes --quiet -f -m -V --no-install-recommends "
    "--install-recommends --no-install-suggests --fix-missing --fix-broken --allow-downgrades "
    "--allow-unauthenticated --allow-change-held-packages --force-yes",
    "apk": "--no-cache -U --update-cache --update -u --upgrade -q --quiet --no-progress -l --latest",
    "dnf": "-y -q --assumeyes --quiet --nodocs --best --allowerasing --refresh --setopt=install_weak_deps=False "
    "--setopt=tsflags=nodocs",
}
_INSTALLS = (("apt", "install"), ("apk", "add"), ("dnf", "install"))
_TAKES = ("remove", "purge", "del", "erase")
#: minideb and Bitnami: update, installation and removal of the lists in one command
_MINIDEB = "install_packages"
_PROGRAMS_OF = r"/(?:s?bin|usr|usr/s?bin)?/?\*?[\"']?(?=[\s;&]|\Z)"
#: what takes away more than it names: packages marked as not wanted, programs deleted by folder
_SWEEPS = regex(
    r"apt-mark|markauto|deborphan|debfoster|\bdpkg\b[^;&|]* (?:-[rP]\b|--purge|--remove)|/etc/apk/world"
    rf"|\brm +-[^;&|]*\s[\"']?{_PROGRAMS_OF}"
    rf"|\bfind\b[^;&|]*\s[\"']?{_PROGRAMS_OF}[^;&|]*(?:-delete|\brm\b)"
)
_SAVED = regex(r"\b(\w+)=\"?\$\(apt-mark showmanual\)")
_MARKS = regex(r"apt-mark\s+(?:-\S+\s+)*(?:auto|minimize)")
_UNREAD = regex(r"\b(?:remove|purge|del|erase)\b")
_NAME = regex(r"[a-z0-9][\w.+-]*(?::\w+)?\Z|[\"']?\$\{?\w+\}?[\"']?\Z")
_LINE_END = regex(r"[;&|]")
_APT = regex(r"\b(?:apt|apt-get|aptitude)\b")
_UPDATE = regex(r"\supdate(?!\S)")
_LISTS = "/var/lib/apt/lists"
_JUMPS = ("exit", "return", "exec", "eval")


def in_a_list(model: Model, stage: StageModel, package: str, install: str) -> tuple[Run, str] | None:
    """Return the last RUN of a stage with an installation that takes `package`, and its text with it.

    Only the stage's own instructions are looked at: what is below is there for other stages too. A list in which all
    has a version is left alone (B19).

    Args:
        model: the file.
        stage: the stage.
        package: name of the package; it recommends nothing.
        install: the text of a RUN that would install it.
    """
    manager = next((name for name in _PLAIN if install.startswith(name)), None)
    removed: list[str] = []
    for node in reversed(stage.node.body if manager else ()):
        if not isinstance(node, Run):
            continue
        run = read_run(model, stage, node)
        state = stage.states[node]
        # what installs is root, where that is not known
        if run is not None and manager is not None and (state.user is None or state.is_root):
            place = _place(run, state.shell, manager, package, removed)
            if place is not None and _has_lists(model, stage, node, run, place):
                return node, apply_edits(run.raw, [_edit(run, place, package, model.style)])
        taken = _taken(run.commands, 0) if run is not None else [None] if _UNREAD.search(node.text) else []
        names = [name for name in taken if name is not None]
        if len(names) != len(taken) or package in names or _sweeps(node.text):
            return None
        removed += names
    return None


def _place(
    run: RunBody, shell: tuple[str, ...] | None, manager: str, package: str, removed: list[str]
) -> PackageCommand | None:
    """Return the last list of a RUN that takes a package; `removed` is what later RUNs take out of the image."""
    unclear = run.body.background or run.body.functions or run.body.heredoc
    if unclear or any(command.name in _JUMPS for command in run.body.commands):
        return None
    quiet = not _SWEEPS.search(run.line.text)  # then no part of it sweeps
    takes = [command for command in run.commands if command.verb in _TAKES]
    for place in reversed(list(_lists(run, manager))):
        gone = _taken(takes, place.command.end)
        if None in gone or package in gone or (not quiet and _sweeps(run.line.text[place.command.end :])):
            return None
        lasting = {word.raw for word in place.operands}.difference(removed, gone)
        if lasting and _runs_for_certain(run, place.command, shell):
            return place
    return None


def _has_lists(model: Model, stage: StageModel, node: Run, run: RunBody, place: PackageCommand) -> bool:
    """Tell whether apt knows packages where it installs: what is installed already needs no lists, a new package does.

    Alpine and Fedora fetch theirs when they need them, and so does `install_packages`.
    """
    if place.manager != "apt" or place.command.name == _MINIDEB:
        return True
    if _updates(run.line.text[: place.command.start]):
        return True
    above: StageModel | None = stage
    while above is not None:
        body = above.node.body
        before = body[: body.index(node)] if above is stage else body
        if any(isinstance(other, Run) and _updates(other.text) and _LISTS not in other.text for other in before):
            return True
        above = above.parent
    return False


def _updates(text: str) -> bool:
    """Tell whether a command of a text fetches the package lists."""
    for part in _LINE_END.split(text):
        found = _APT.search(part)
        if found is not None and _UPDATE.search(part, found.end()):
            return True
    return False


def _edit(run: RunBody, place: PackageCommand, package: str, style: Style) -> Edit:
    """Return the edit that adds a package: in its place in a sorted list, else last, on a line of its own if others."""
    names = [word.raw for word in place.operands]
    if names == sorted(names) and package < names[-1]:
        return named_operand(run, place, package, style)
    at = run.line.raw_end(place.operands[-1].end)
    above, _, before = run.raw[: run.line.raw(place.operands[-1].start)].rpartition("\n")
    alone = above and not before.strip() and len(names) > 1
    return Edit(at, at, " " + (style.continuation(before) if alone else "") + package)


def _lists(run: RunBody, manager: str) -> Iterator[PackageCommand]:
    """Yield the installations of a RUN to which a package can be added."""
    known = run.by_start
    for command in run.body.commands:
        found = known.get(command.start)
        if command.name == _MINIDEB and manager == "apt":
            words = command.words
            if len(words) > 1 and not any(word.raw.startswith("-") for word in words):
                called = Invocation(_MINIDEB, 0, 1)
                found = PackageCommand(
                    "apt", _MINIDEB, "install", words[0], (), words[1:], "", False, command, called, managers()["apt"]
                )  # fmt: skip
        if found is None or (found.manager, found.verb) not in _INSTALLS or found.manager != manager:
            continue
        plain = {word.raw for word in found.options} <= set(_PLAIN[manager].split())
        alone = not (found.prefix or found.is_open) and not any(a.name == "APT_CONFIG" for a in command.assignments)
        if plain and alone and any(_NAME.match(word.raw) for word in found.operands):
            yield found


def _sweeps(text: str) -> bool:
    """Tell whether commands may take away more than they name.

    `saved="$(apt-mark showmanual)"` … `apt-mark auto '.*'` … `apt-mark manual $saved` keeps what was there before.
    """
    saved = _SAVED.search(text)
    if saved is not None:
        marked = text.find("apt-mark auto", saved.end())
        before, after = text[: saved.start()], text[max(marked, saved.end()) :]
        kept = re.search(rf"apt-mark manual \$\{{?{saved[1]}\b", after)
        if marked >= 0 and "apt-mark" not in before and kept is not None and not _MARKS.search(after, kept.end()):
            text = text.replace("apt-mark", "")
    return _SWEEPS.search(text) is not None


def _taken(commands: Sequence[PackageCommand], start: int) -> list[str | None]:
    """Return the packages that commands from an offset on remove; None for one that is not in the file."""
    found: list[str | None] = []
    for command in commands:
        if command.command.start >= start and command.verb in _TAKES and command.manager in _PLAIN:
            found += [None if re.search(r"[*?`\[]|\$\(", word.raw) else word.raw for word in command.operands]
            found += [None] * command.is_open
    return found


def _runs_for_certain(run: RunBody, command: Command, shell: tuple[str, ...] | None) -> bool:
    """Tell whether a command runs in every build, and its failure ends it."""
    top = run.body.top
    index = next((i for i, item in enumerate(top) if item.start == command.start and item.command == command), None)
    if index is None or top[index].negated or top[index].operator == "||":
        return False
    after = [item.operator for item in top[index + 1 :]]
    if all(operator == "&&" for operator in after):
        return True
    first = top[0].command
    sets = [c for c in run.body.commands if c.name == "set"]
    strict = any(re.match(r"-[a-z]*e", word) for word in (shell or ())[1:])
    strict |= first is not None and first.name == "set" and any(re.match(r"-[a-zA-Z]*e", w.raw) for w in first.words)
    if not strict or any(word.raw.startswith("+") for c in sets for word in c.words[1:]):
        return False
    # `set -e` does not look at what stands to the left of `&&`
    return top[index].operator in ("", ";") and after[0] == ";"


__all__ = ["in_a_list"]
