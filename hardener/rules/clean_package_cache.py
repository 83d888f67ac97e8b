"""clean-package-cache (HD102)."""

from __future__ import annotations

from collections.abc import Iterator

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.runs import COMMENTED, read_run
from hardener.knowledge.cleaning import ELSEWHERE, Cleaning, cleanings
from hardener.packages.commands import PackageCommand
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Comment, Instruction, Run, ShellForm
from hardener.syntax.tree import Flatten

_LOADED = Refusal(
    "C03", "programs load packages from the cache of Yarn", "set `nodeLinker: node-modules` in .yarnrc.yml"
)


class CleanPackageCache(Rule):
    """Remove what a package manager fetched in the RUN that fetched it.

    ## What it does
    Adds the removal to the end of the RUN: `rm -rf /var/lib/apt/lists/*` after `apt-get update`, `dnf clean all`,
    `yum clean all`, `zypper clean -a`, `npm cache clean --force`, `conda clean -afy` and the like. For `apk` and `pip`
    see `no-cache-dir`.

    ## Why
    Package lists and caches have no use in an image, make it larger and are stale a day later. A layer keeps what is
    there at the end of its RUN, so that a removal in a later RUN saves nothing.

    ## Example
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends tini
    ```
    becomes
    ```dockerfile
    FROM debian:bookworm-slim
    RUN apt-get update && apt-get install -y --no-install-recommends tini && rm -rf /var/lib/apt/lists/*
    ```

    ## Fix safety
    The files are gone from the image on purpose. The removal runs only if all commands before it succeeded. Stages
    whose files end up in no image are left alone, as is a RUN with a cache mount at that place. Unsafe:
    `yarn cache clean`, because with Yarn 2 and later the cache may hold the packages themselves, and apt lists where a
    later RUN starts a script that harden cannot see.

    An `apt-get update` without an installation after it is removed, if its RUN is a plain chain of `&&`.

    ## When it only reports
    - C01: a later RUN, an ONBUILD step, a stage built on this one or the program in the image uses the lists
    - C03: programs load packages from the cache of Yarn (Plug'n'Play)
    - P01: a comment stands in or above what would be removed
    - M04, M08, M09, M10, M13: a command at the end of the body would not run, or would hide a failure
    """

    code = "HD102"
    name = "clean-package-cache"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    after = ("merge-run", "no-install-recommends", "cache-mount")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        from hardener.packages.managers import programs_of

        return programs_of(cleanings())

    @classmethod
    def plan(cls, model: Model, files: Files) -> bool:
        """Return whether programs load packages from the cache of Yarn: then it is none."""
        runs = [run for stage in model.stages for run in stage.node.body if isinstance(run, Run)]
        if not any("yarn" in run.text for run in runs) or "__metadata:" not in (files.text("yarn.lock") or ""):
            return False
        from hardener.project.node.yarn_cache import linker

        return linker(files.text(".yarnrc.yml") or "", model.stages[-1].end.values) not in ("node-modules", "pnpm")

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say of each RUN that fetches something where that ends up, or that none does."""
        fetched = False
        for stage in model.stages:
            for node in stage.node.body:
                run = read_run(model, stage, node) if isinstance(node, Run) else None
                last = [c for c in run.commands if c.manager in cleanings() and _fetches(c)][-1:] if run else []
                if isinstance(node, Run) and last:
                    fetched = True
                    yield node, _why_clean(model, stage, node, last[0])
        if not fetched:
            final = model.stages[-1].node.from_
            yield final, "none is needed: no RUN that harden can read fetches package lists, or what lies in a cache"

    def leave_Run(self, original: Run, updated: Run) -> Run | Flatten:
        """Clean up after each package manager that fetched something here; take out an update that nothing uses."""
        stage = self.model.holder(original)
        run = read_run(self.model, stage, original) if stage else None
        if stage is None or run is None or not run.commands or not stage.is_shipped:
            return updated
        from hardener.image.unused_lists import useless_update, without

        useless = useless_update(self.model, stage, original, run)
        if useless is not None:
            text, message = without(run, useless), "nothing uses the package lists that this fetches"
            if text is None:
                return updated  # to clean up after it would leave a step that does nothing
            if not text and any(isinstance(item, Comment) for item in original.leading):
                text = COMMENTED
            if isinstance(text, Refusal):
                return self.report(original, updated, text, message)
            new = Flatten((updated.with_changes(arguments=ShellForm(text)),) if text else ())
            result = self.rewrite(original, Flatten((updated,)), new, message)
            return result if result is new else updated
        for manager in dict.fromkeys(command.manager for command in run.commands):
            if manager in cleanings():
                own = [c for c in run.commands if c.manager == manager]
                fetches = [c for c in own if _fetches(c)]
                unknown = next((c.unknown for c in own if c.unknown), "")
                if fetches and unknown:
                    message = f"`{fetches[-1].program} {fetches[-1].verb}` may leave its cache in the layer"
                    updated = self.report(original, updated, Refusal("C01", unknown, "clean up by hand"), message)
                elif fetches:
                    updated = self._clean(stage, original, updated, fetches[-1], cleanings()[manager])
        return updated

    def _clean(self, stage: StageModel, original: Run, updated: Run, last: PackageCommand, cleaning: Cleaning) -> Run:
        text = self.model.logical(original).text
        from hardener.image.package_lists import mounts, needs_lists
        from hardener.shell.append import append_commands

        if cleaning.done.search(text[last.command.end :]) or mounts(original, *cleaning.places):
            return updated
        message = f"`{last.program} {last.verb}` leaves its {cleaning.leaves} in the layer"
        if last.manager == "yarn" and self.planned:
            return self.report(original, updated, _LOADED, message)
        doubt = cleaning.doubt
        if last.manager == "apt":
            needed = needs_lists(self.model, stage, original, "apt")
            if isinstance(needed, Refusal):
                return self.report(original, updated, needed, message)
            if needed:
                doubt = "a later RUN starts a script that may use it"
        prefix = last.prefix if last.prefix.startswith(("sudo ", "doas ")) else ""
        commands = tuple(prefix + command for command in cleaning.commands)
        shell = stage.states[original].shell
        new = append_commands(updated.text, commands, self.model.style, shell)
        if isinstance(new, Refusal):
            return self.report(original, updated, new, message)
        return self.rewrite(original, updated, updated.with_changes(arguments=ShellForm(new)), message, doubt=doubt)


def _fetches(command: PackageCommand) -> bool:
    cleaning = cleanings()[command.manager]
    return command.verb in cleaning.verbs and not command.has(*ELSEWHERE)


def _why_clean(model: Model, stage: StageModel, run: Run, last: PackageCommand) -> str:
    """Return why nothing is left to remove of what the last command of a RUN fetches."""
    from hardener.image.package_lists import mounts

    cleaning = cleanings()[last.manager]
    if not stage.is_shipped:
        return "none is needed: no image ships the layers of this stage"
    if mounts(run, *cleaning.places):
        return f"none is needed: a mount keeps the {cleaning.leaves} of `{last.program} {last.verb}` out of the layer"
    if cleaning.done.search(model.logical(run).text[last.command.end :]):
        return f"none is needed: the RUN removes the {cleaning.leaves} of `{last.program} {last.verb}` itself"
    return f"none is needed: nothing uses what `{last.program} {last.verb}` fetches, and the RUN does nothing else"
