"""join-installs (HD107)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import ClassVar

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.image.runs import COMMENTED, RunBody, read_body, read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.shell import Item
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm
from hardener.text import Edit, apply_edits

#: options that say nothing about what is installed
_QUIET = frozenset(
    ("-y", "-q", "-qq", "-qy", "-yq", "-yqq", "-qqy", "--yes", "--assume-yes", "--quiet", "--no-progress")
)
_PLAIN = {"apt": frozenset(("--no-install-recommends",)), "apk": frozenset(("--no-cache", "-U", "--update-cache"))}
#: packages that recommend nothing, so that `--no-install-recommends` makes no difference to them
_ALONE = frozenset(("tini", "dumb-init"))
_INSTALLS = frozenset((("apt", "install"), ("apk", "add")))
_LISTS = regex(r"rm\s+-r?f?r?\s+/var/lib/apt/lists(/\*)?\Z")
_KEPT = Refusal("C01", "the package lists are removed after the first installation only", "remove them at the end")


class JoinInstalls(Rule):
    """Install with one command what one RUN installs with two.

    ## What it does
    In a chain of `&&`, a second `apt-get install` or `apk add` with the same options, with nothing but an update and
    the removal of the package lists between them, is joined with the first; a package that both name is named once.
    Package lists that a RUN removes and fetches again at once are kept.

    ## Why
    The package lists are fetched once instead of twice.

    ## Example
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y --no-install-recommends python3 && rm -rf /var/lib/apt/lists/* && \\
        apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
    ```
    becomes
    ```dockerfile
    FROM debian:trixie-slim
    RUN apt-get update && apt-get install -y --no-install-recommends python3 tini && rm -rf /var/lib/apt/lists/*
    ```

    ## Fix safety
    The same packages are installed; where several packages can satisfy a dependency, the package manager now chooses
    with all of them in view. Other options (`-t`, `--virtual`, a version's suite), a local file or a variable between
    the two leave them apart (C01).

    ## When it only reports
    - C01: the lists are removed after the first installation, and not after the second
    - P01: a comment stands between the two
    """

    code: ClassVar[str] = "HD107"
    name: ClassVar[str] = "join-installs"
    safety: ClassVar[Safety] = Safety.HARDENING
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.RUN})
    after: ClassVar[tuple[str, ...]] = ("merge-run", "clean-package-cache", "no-install-recommends")

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say at each RUN that installs more than once why these stay apart, or that none does."""
        several = False
        for stage in model.stages:
            for node in stage.node.body:
                run = read_run(model, stage, node) if isinstance(node, Run) else None
                if run is not None and len([c for c in run.commands if (c.manager, c.verb) in _INSTALLS]) > 1:
                    several = True
                    yield node, _why_apart(run)
        if not several:
            final = model.stages[-1].node.from_
            yield final, "none is needed: no RUN installs more than once with apt-get or apk"

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Join the installations of a RUN."""
        text = original.text
        if text.count("install") + text.count("add") < 2 and text.count("update") < 2:
            return updated
        stage = self.model.holder(original)
        run = read_run(self.model, stage, original) if stage else None
        joined = _joined(run, self.model.escape) if run is not None else None
        if isinstance(joined, Refusal):
            return self.report(original, updated, joined, "the package manager runs twice where once is enough")
        if joined is None:
            again = _fetched_again(run) if run is not None else None
            if again is None:
                return updated
            message = "the package lists are removed and fetched again"
            if "#" in original.text[again[0] : again[1]]:
                return self.report(original, updated, COMMENTED, message)
            new = updated.with_changes(arguments=ShellForm(apply_edits(original.text, [Edit(*again, "")])))
            return self.rewrite(original, updated, new, message)
        text, program, times = joined
        message = f"`{program}` runs {'twice' if times == 2 else f'{times} times'} where once is enough"
        return self.rewrite(original, updated, updated.with_changes(arguments=ShellForm(text)), message)


def _why_apart(run: RunBody) -> str:
    """Return why the installations of a RUN are not one."""
    if any(item.operator not in ("", "&&") or not item.command for item in run.body.top):
        return "its installations stay apart: the RUN is no plain chain of `&&`"
    found = [c for c in run.commands if (c.manager, c.verb) in _INSTALLS]
    if any(not _is_installation(package) for package in found):
        return "its installations stay apart: one takes options, files or variables of its own"
    if not any(a.program == b.program and _alike(a, b) for a, b in pairwise(found)):
        return "its installations stay apart: their programs or options differ, or they name a package in two ways"
    return "its installations stay apart: a step between them may need the first, or decide what the second finds"


def _joined(run: RunBody, escape: str) -> tuple[str, str, int] | Refusal | None:
    """Return the text with all that can be one joined; the program, and how many runs of it were one.

    All pairs of neighbours are joined at once, as often as there are any.
    """
    done: tuple[str, str, int] | None = None
    here: RunBody | None = run
    while here is not None and all(item.operator in ("", "&&") and item.command for item in here.body.top):
        pairs = _pairs(here)
        if isinstance(pairs, Refusal):
            return done or pairs
        joins = [_edits(here, *pair) for pair in pairs]
        commented = (at for at, edits in enumerate(joins) if any("#" in here.raw[e.start : e.end] for e in edits))
        plain = joins[: next(commented, len(joins))]
        if not plain:
            return done or (COMMENTED if joins else None)
        text = apply_edits(here.raw, [edit for edits in plain for edit in edits])
        done = text, pairs[0][0].program, (done[2] if done else 1) + len(plain)
        here = read_body(text, escape)
    return done


def _edits(run: RunBody, first: PackageCommand, second: PackageCommand) -> list[Edit]:
    """Return the edits that give the packages of the second installation to the first, each once."""
    there = {word.raw for word in first.operands}
    added = [word for word in second.operands if word.raw not in there]
    names = "".join(f" {word.raw}" for word in added)
    here = run.line.raw_end(first.command.end)
    top = list(run.body.top)
    at = next(index for index, item in enumerate(top) if item.command == second.command)
    after = top[at + 1] if at + 1 < len(top) else None
    if _is_removal(run, top[at - 2]) and after is not None and _is_removal(run, after):
        # the removal that follows the first stays as it is written there
        return [Edit(here, here, names), Edit(run.line.raw_end(top[at - 2].end), run.line.raw_end(after.end), "")]
    if not added:
        return [Edit(here, run.line.raw_end(second.command.end), "")]
    edits = [Edit(here, run.line.raw(added[0].start), " ")]
    words = second.command.words
    for before, word in pairwise(words[words.index(added[0]) :]):
        if word in second.operands and word.raw in there:
            edits.append(Edit(run.line.raw_end(before.end), run.line.raw_end(word.end), ""))
    return edits


def _is_removal(run: RunBody, item: Item) -> bool:
    return _LISTS.match(run.body.text[item.start : item.end].strip()) is not None


def _pairs(run: RunBody) -> list[tuple[PackageCommand, PackageCommand]] | Refusal:
    """Return pairs of installations that can be one, with only updates and removed lists between them; none twice.

    The first has to come after an update where the second does: what is added to it is not in the lists otherwise.
    """
    managers = run.by_start
    found: list[tuple[PackageCommand, PackageCommand]] = []
    first: PackageCommand | None = None
    removed = fetched = first_fetched = False
    for item in run.body.top:
        command = item.command
        package = managers.get(command.start) if command is not None else None
        if package is not None and _is_installation(package):
            if first is not None and _alike(first, package) and first_fetched == fetched:
                if removed and not _removes_later(run, item.end):
                    return found or _KEPT
                found.append((first, package))
                first = None
            else:
                first, removed, first_fetched = package, False, fetched
        elif _is_removal(run, item):
            removed = True
        elif package is None or package.manager != "apt" or package.verb not in ("update", "clean"):
            first = None
        fetched = fetched or _is_update(managers, item)
    return found


def _fetched_again(run: RunBody) -> tuple[int, int] | None:
    """Return the part of a chain that removes the lists and fetches them again at once, where the end removes them."""
    managers, top = run.by_start, list(run.body.top)
    if any(item.operator not in ("", "&&") or item.command is None for item in top):
        return None
    fetched = False
    for index, item in enumerate(top[:-1]):
        following = top[index + 1]
        if (
            fetched
            and _is_removal(run, item)
            and _is_update(managers, following)
            and _removes_later(run, following.end)
        ):
            return run.line.raw_end(top[index - 1].end), run.line.raw_end(following.end)
        fetched = _is_update(managers, item) or (fetched and _adds_no_source(managers, item))
    return None


def _adds_no_source(managers: dict[int, PackageCommand], item: Item) -> bool:
    """Tell whether a step of a chain is an installation from the archive, or removes its lists."""
    package = managers.get(item.command.start) if item.command is not None else None
    if package is None or package.manager != "apt" or item.command is None or item.command.redirects:
        return False
    return not package.is_open and all(re.match(r"[\w.+:=~-]+\Z", word.raw) for word in package.operands)


def _is_update(managers: dict[int, PackageCommand], item: Item) -> bool:
    package = managers.get(item.command.start) if item.command is not None else None
    return package is not None and (package.manager, package.verb, package.prefix) == ("apt", "update", "")


def _removes_later(run: RunBody, at: int) -> bool:
    return any(_is_removal(run, item) for item in run.body.top if item.start >= at)


def _is_installation(package: PackageCommand) -> bool:
    if (package.manager, package.verb) not in _INSTALLS or package.is_open or package.prefix:
        return False
    options = {word.raw for word in package.options} - _QUIET
    # `vim-` removes
    plain = all(re.match(r"[\w.+:~-]*[\w+]\Z", word.raw) for word in package.operands)
    extras = package.command.redirects or package.command.assignments
    return bool(package.operands) and plain and not extras and options <= _PLAIN[package.manager]


def _alike(first: PackageCommand, second: PackageCommand) -> bool:
    in_both = {word.raw for word in first.operands} & {word.raw for word in second.operands}
    if first.program != second.program or set(first.packages) & set(second.packages) - in_both:
        return False
    options = [{word.raw for word in package.options} - _QUIET for package in (first, second)]
    return options[0] == options[1] or set(second.packages) <= _ALONE
