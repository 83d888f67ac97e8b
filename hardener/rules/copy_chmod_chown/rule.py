"""copy-chmod-chown (HD105)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.image.runs import COMMENTED, parsed
from hardener.rules.base import Lookup, Rule, Safety
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Comment, Copy, Flag, Run, ShellForm, Stage

_SH = (("/bin/sh", "-c"), ("/bin/bash", "-c"), ("/bin/ash", "-c"), ("/bin/sh", "-ec"), ("/bin/bash", "-ec"))


class CopyChmodChown(Rule):
    """Set mode and owner of a file while it is copied.

    ## What it does
    A `COPY` of files, and a `RUN chmod` or `RUN chown` of exactly these files after it, become `COPY --chmod` or
    `COPY --chown`. In a chain of commands this concerns the first one. `-R` on a folder that only the COPY fills
    becomes flags of the COPY and a change of the folder itself. Names in `COPY --link --chown` become numbers.

    ## Why
    The RUN stores every file a second time, because a layer holds files together with their mode and owner.

    ## Example
    ```dockerfile
    FROM debian:bookworm-slim
    COPY start.sh /usr/local/bin/
    RUN chmod 755 /usr/local/bin/start.sh
    ```
    becomes
    ```dockerfile
    FROM debian:bookworm-slim
    COPY --chmod=755 start.sh /usr/local/bin/
    ```

    ## Fix safety
    On exactly the copied files, as root, under a POSIX shell (C14); with `-R` only of a folder of the application's
    own to which nothing else writes before, and only with octal modes that leave folders open (a setgid bit of a
    folder in the build context, which Git does not keep, would be lost). A source must be a file: by its ending, or in
    the build context. For `+x` and the like the build context must show the mode of the file. Needs BuildKit, as
    `--chmod` always does. `chown user` becomes `user:0`, since it keeps the group, and with `--link` numbers replace
    names (U25).

    ## When it only reports
    - U25: `COPY --link --chown=name` where harden cannot tell the number of the name
    - P01: a comment stands between the COPY and the command, or in it
    - C14: `-R` on the folder that was copied, where it may also reach what was there before, the mode is symbolic,
      special or closes folders, or the COPY has other flags; other uncertain places are left alone without a message
    """

    code = "HD105"
    name = "copy-chmod-chown"
    safety = Safety.SAFE
    needs = frozenset({"Copy"})
    effects = frozenset({Effect.RUN, Effect.COPY})
    after = ("no-cache-dir",)

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask which sources of a COPY before a chmod or chown are files."""
        for stage in model.stages:
            for copy, run in zip(stage.node.body, stage.node.body[1:], strict=False):
                if not (isinstance(copy, Copy) and isinstance(run, Run) and run.text.startswith(("chmod", "chown"))):
                    continue
                from hardener.rules.copy_chmod_chown.files import source_lookups

                yield from source_lookups(model, copy)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite each COPY that a chmod or chown of its files follows."""
        stage = self.model.stage_of(original)
        if any(isinstance(node, Copy) for node in original.body):
            updated = self._linked(original, updated, stage)
        for copy, run in zip(original.body, original.body[1:], strict=False):
            if not (isinstance(copy, Copy) and isinstance(run, Run)):
                continue
            found = self._adjustment(stage, run)
            if found is None:
                continue
            from hardener.rules.copy_chmod_chown.files import copy_flag
            from hardener.rules.copy_chmod_chown.folders import is_recursive

            command, rest = found
            if "#" in run.text[: len(run.text) - len(rest)]:
                updated = self._commented(stage, updated, copy, run, command)
                continue
            if is_recursive(self.model, stage, copy, command):
                updated = self._folder(stage, updated, copy, run, command)
                continue
            flag = copy_flag(self.model, stage, copy, run, command)
            if flag is not None and copy in updated.body and run in updated.body:
                message = f"`{command.name}` stores the copied files a second time"
                updated = self.rewrite((copy, run), updated, _replaced(updated, copy, run, (flag,), rest), message)
        return updated

    def _folder(self, stage: StageModel, updated: Stage, copy: Copy, run: Run, command: Command) -> Stage:
        """Rewrite a COPY and the chmod and chown -R of its folder: the folder itself keeps one of each."""
        message = f"`{command.name} -R` stores all the copied files a second time"
        from hardener.rules.copy_chmod_chown.folders import moved_to_copy

        moved = moved_to_copy(self.model, stage, copy, run)
        if isinstance(moved, Refusal):
            return self.report(copy, updated, moved, message)
        if copy not in updated.body or run not in updated.body:
            return updated
        return self.rewrite((copy, run), updated, _replaced(updated, copy, run, moved.flags, moved.text), message)

    def _commented(self, stage: StageModel, updated: Stage, copy: Copy, run: Run, command: Command) -> Stage:
        """Hold back where a comment would go with the command."""
        from hardener.rules.copy_chmod_chown.files import copy_flag
        from hardener.rules.copy_chmod_chown.folders import is_recursive, moved_to_copy

        if is_recursive(self.model, stage, copy, command):
            concerned = not isinstance(moved_to_copy(self.model, stage, copy, run), Refusal)
        else:
            concerned = copy_flag(self.model, stage, copy, run, command) is not None
        message = f"`{command.name}` stores the copied files a second time"
        return self.report((copy, run), updated, COMMENTED, message) if concerned else updated

    def _linked(self, original: Stage, updated: Stage, stage: StageModel) -> Stage:
        """Write numbers for names in `COPY --link --chown`."""
        message = "`--link` copies without the users of the image: a name in --chown fails"
        linked = [node for node in original.body if isinstance(node, Copy) and node.flag("link") is not None]
        if not linked:
            return updated
        from hardener.rules.copy_chmod_chown.files import numbers_of

        for copy in linked:
            numbers = numbers_of(self.model, stage, copy)
            if isinstance(numbers, Refusal):
                updated = self.report(copy, updated, numbers, message)
            elif numbers is not None:
                flag = f"--chown={numbers}"
                flags = tuple(f.with_changes(text=flag) if f.name == "chown" else f for f in copy.flags)
                body = tuple(copy.with_changes(flags=flags) if node is copy else node for node in updated.body)
                updated = self.rewrite(copy, updated, updated.with_changes(body=body), message)
        return updated

    def _adjustment(self, stage: StageModel, run: Run) -> tuple[Command, str] | None:
        """Return the chmod or chown that a RUN begins with, and the raw text that remains without it."""
        state = stage.states[run]
        plain_run = isinstance(run.arguments, ShellForm) and not run.flags and not run.heredocs
        if not plain_run or not run.text.startswith(("chmod", "chown")) or not state.is_root:
            return None
        if stage.image is None or not stage.is_posix or state.shell not in _SH:
            return None
        line = self.model.logical(run)
        body = parsed(self.model, run)
        if not isinstance(body, Body) or not body.top or body.background or body.heredoc:
            return None
        first = body.top[0].command
        if first is None or first.redirects or first.assignments or body.top[0].negated:
            return None
        if len(body.top) == 1:
            return first, ""
        cut = line.raw(body.top[1].start)
        joined = line.text[body.top[0].end : body.top[1].start].strip() in ("&&", ";")
        if not joined:
            return None
        return first, run.text[cut:]


def _replaced(updated: Stage, copy: Copy, run: Run, flags: tuple[str, ...], rest: str) -> Stage:
    """Return the stage with the flags on the COPY and without the command; comments above a RUN that goes stay."""
    moved = () if rest else tuple(t for t in run.leading if isinstance(t, Comment))
    eol = copy.eol if rest else run.eol
    all_flags = (*copy.flags, *(Flag(flag, " ") for flag in flags))
    new_copy = copy.with_changes(leading=(*copy.leading, *moved), flags=all_flags, eol=eol)
    new_run = (run.with_changes(arguments=ShellForm(rest)),) if rest else ()
    at = updated.body.index(copy)
    return updated.with_changes(body=(*updated.body[:at], new_copy, *new_run, *updated.body[at + 2 :]))
