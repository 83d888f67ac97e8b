"""no-cache-dir (HD104)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.runs import COMMENTED, RunBody, option_after_verb, read_run
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Rule, Safety
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm
from hardener.text import Edit, apply_edits

_APK_FRESH = ("--update", "--update-cache", "-U")
_APK_OTHER_USE = ("--no-cache", "--cache-dir", "--root", "-p", "--initdb", "--no-network", "--simulate", "-s")
_DONE = {
    "pip": regex(r"PIP_NO_CACHE_DIR|PIP_CACHE_DIR|rm .*(?:\.cache|/root/\*)|\bcache +purge\b"),
    "uv": regex(r"UV_NO_CACHE|UV_CACHE_DIR|rm .*\.cache|\buv +cache +(?:clean|prune)\b"),
    "apk": regex(r"rm .*/var/cache/apk|/etc/apk/cache|\bapk +cache\b"),
}
_PLACES = {"pip": (".cache",), "uv": (".cache",), "apk": ("/var/cache/apk", "/etc/apk/cache")}
_VERBS = {"pip": ("install",), "uv": ("pip install", "sync", "pip sync"), "apk": ("add", "upgrade")}
_OPTION = {"pip": "--no-cache-dir", "uv": "--no-cache", "apk": "--no-cache"}
#: pip and apk of these images do not know the option
_OLD = {
    "pip": regex(r"(?:.*/)?(?:ubuntu:(?:1[0-4]\.|precise|trusty)|debian:(?:[678]\b|wheezy|jessie|squeeze))"),
    "apk": regex(r"(?:.*/)?alpine:(?:2\.|3\.[012](?:\.|\Z))"),
}
#: what `apk update` is for beside `apk add --no-cache`
_INDEX = "`apk update` leaves its index in the layer, and `apk add --no-cache` fetches its own"


class NoCacheDir(Rule):
    """Install with pip, uv and apk without leaving a cache in the image.

    ## What it does
    Adds `--no-cache-dir` to `pip install`, `--no-cache` to `uv pip install`, `uv sync` and `apk add`. An
    `apk update &&` before it, and `--update`, are then superfluous and removed.

    ## Why
    The cache would speed up a later installation, which an image does not have: it only makes the layer larger.

    ## Example
    ```dockerfile
    FROM python:3.12-alpine
    RUN apk update && apk add libpq
    RUN pip install gunicorn
    ```
    becomes
    ```dockerfile
    FROM python:3.12-alpine
    RUN apk add --no-cache libpq
    RUN pip install --no-cache-dir gunicorn
    ```

    ## Fix safety
    The same packages are installed (C17). Left alone: a RUN with a cache mount (C02, C05), a cache that the same RUN
    removes, `PIP_NO_CACHE_DIR`, an explicit cache folder, and stages whose files end up in no image.

    ## When it only reports
    - C01: a later step uses the index that `apk` leaves behind
    - P01: a comment stands in what would be removed
    - C17: the image is so old that its pip or apk does not know the option
    """

    code = "HD104"
    name = "no-cache-dir"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    after = ("clean-package-cache",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.packages.managers import programs_of

        return programs_of(_VERBS)

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say of each RUN that installs that it keeps no cache, or that none installs."""
        installs = False
        for stage in model.stages:
            for node in stage.node.body:
                run = read_run(model, stage, node) if isinstance(node, Run) else None
                first = next((c for c in run.commands if c.verb in _VERBS.get(c.manager, ())), None) if run else None
                if first is not None:
                    installs = True
                    place = "leaves no cache in the layer" if stage.is_shipped else "runs in a stage that is no image"
                    yield node, f"none is needed: `{first.program} {first.verb}` {place}"
        if not installs:
            final = model.stages[-1].node.from_
            yield final, "none is needed: no RUN that harden can read installs with pip, uv or apk"

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Add the option to each installation of a RUN."""
        stage = self.model.holder(original)
        run = read_run(self.model, stage, original) if stage else None
        if stage is None or run is None or not run.commands or not stage.is_shipped:
            return updated
        edits: list[Edit] = []
        told: list[str] = []
        for manager in ("apk", "pip", "uv"):
            installs = [c for c in run.commands if c.manager == manager and c.verb in _VERBS[manager]]
            wanted = [c for c in installs if not _decided(c)]
            if manager == "apk" and installs and all(c.has("--no-cache") for c in installs):
                dropped = self._superfluous(stage, original, run)
                told += [_INDEX] if dropped else []
                if any("#" in run.raw[edit.start : edit.end] for edit in dropped):
                    updated = self.report(original, updated, COMMENTED, told.pop())
                    dropped = []
                edits += dropped
            if not wanted or self._is_done(stage, original, run, manager):
                continue
            message = f"`{wanted[0].program} {wanted[0].verb}` leaves its cache in the layer"
            refusal = self._refusal(stage, original, manager, wanted)
            if refusal is not None:
                updated = self.report(original, updated, refusal, message)
                continue
            told.append(message)
            edits += [_with_option(run, command) for command in wanted]
            if manager == "apk":
                dropped = self._superfluous(stage, original, run)
                edits += [edit for edit in dropped if "#" not in run.raw[edit.start : edit.end]]
        if not edits:
            return updated
        new = apply_edits(original.text, edits)
        return self.rewrite(original, updated, updated.with_changes(arguments=ShellForm(new)), "; ".join(told))

    def _is_done(self, stage: StageModel, run: Run, body: RunBody, manager: str) -> bool:
        """Tell whether the cache stays out of the image already: removed, switched off, mounted or moved."""
        question = (_DONE[manager], stage.index)
        if question not in self.model.memo:
            self.model.memo[question] = [name for name in stage.end.values if _DONE[manager].search(name)]
        names = [name for name in self.model.memo[question] if name in stage.states[run].values]
        from hardener.image.package_lists import mounts

        return bool(names or _DONE[manager].search(body.line.text)) or mounts(run, *_PLACES[manager])

    def _refusal(self, stage: StageModel, run: Run, manager: str, wanted: list[PackageCommand]) -> Refusal | None:
        base = stage.root.node.from_.text.split()[0]
        if manager in _OLD and _OLD[manager].match(base):
            return Refusal(
                "C17", f"the {manager} of {base} may not have the option {_OPTION[manager]}", "use a newer base image"
            )
        from hardener.image.package_lists import needs_lists

        if manager == "apk" and any(c.has(*_APK_FRESH) for c in wanted):
            needed = needs_lists(self.model, stage, run, "apk")
            return needed if isinstance(needed, Refusal) else None
        return None

    def _superfluous(self, stage: StageModel, original: Run, run: RunBody) -> list[Edit]:
        """Return the edits that drop `apk update &&`, where nothing but `apk add --no-cache` comes after it."""
        apk = [c for c in run.commands if c.manager == "apk"]
        others = [c for c in apk if c.verb not in ("update", "add", "upgrade", "del")]
        from hardener.image.package_lists import needs_lists

        if others or needs_lists(self.model, stage, original, "apk") is not False:
            return []
        edits = []
        text = run.line.text
        for item, following in zip(run.body.top, run.body.top[1:], strict=False):
            update = next((c for c in apk if c.command == item.command and c.verb == "update"), None)
            if update is None or update.operands or update.prefix or item.operator not in ("", "&&"):
                continue
            if following.operator != "&&" or update.command.redirects or update.command.assignments:
                continue
            start, end = run.line.raw(item.start), run.line.raw(following.start)
            used = any(c.command.start > item.start and c.verb in _VERBS["apk"] for c in apk)
            if used and text[item.end : following.start].strip() == "&&":
                edits.append(Edit(start, end, ""))
        return edits


def _decided(command: PackageCommand) -> bool:
    if command.manager == "apk":
        return command.has(*_APK_OTHER_USE)
    return command.has("--no-cache-dir", "--no-cache", "--cache-dir", "--help", "--dry-run", "--download")


def _with_option(run: RunBody, command: PackageCommand) -> Edit:
    """Return the edit that adds the option, or puts it in the place of `--update`, which it implies (C05)."""
    option = _OPTION[command.manager]
    fresh = [word for word in command.options if command.manager == "apk" and word.raw in _APK_FRESH]
    if fresh:
        return Edit(run.line.raw(fresh[0].start), run.line.raw_end(fresh[0].end), option)
    return option_after_verb(run, command, option)
