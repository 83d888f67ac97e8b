"""copy-chmod-chown (HD105)."""

from __future__ import annotations

from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.rules.base import Lookup, Rule, Safety
from hardener.semantics.adjusting import absolute_paths, copy_flag, folder_owner, numbers_of, source_lookup
from hardener.semantics.config import Effect
from hardener.semantics.model import Model, StageModel
from hardener.semantics.shell import Body, Command, parse_shell
from hardener.semantics.words import expand, split
from hardener.syntax.nodes import Comment, Copy, Flag, Run, ShellForm, Stage

_SH = (("/bin/sh", "-c"), ("/bin/bash", "-c"), ("/bin/ash", "-c"), ("/bin/sh", "-ec"), ("/bin/bash", "-ec"))
_RECURSIVE = Refusal(
    "C14", "it also reaches what was there before the COPY", "use --chown or --chmod on each COPY into the folder"
)


class CopyChmodChown(Rule):
    """Set mode and owner of a file while it is copied.

    ## What it does
    `COPY` of files and the `RUN chmod` or `RUN chown` of exactly these files that follows become `COPY --chmod` or
    `COPY --chown`. Of a chain of commands only the first goes. `chown -R` of a folder that the COPY alone fills becomes
    `COPY --chown` and a `chown` of the folder itself. Names in `COPY --link --chown` become numbers.

    ## Why
    The RUN stores every file a second time: the mode belongs to the layer that holds the file.

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
    On exactly the copied files, as root, under a POSIX shell (C14); with `-R` only `chown`, and only of a folder of the
    application's own to which nothing else writes before. A source must be a file: by its ending, or in the build
    context. What `+x` and its like make of a file depends on its mode, which only the build
    context tells; a directory is left alone. Needs BuildKit, as `--chmod` always does. The group that `chown user`
    leaves is written as 0, and with `--link` numbers take the place of names (U25).

    ## When it only reports
    - U25: `COPY --link --chown=name` where the number of the name is not known
    - C14: `-R` on the folder that was copied, where it may also reach what was there before; what else is not certain
      is left alone without a word
    """

    code = "HD105"
    name = "copy-chmod-chown"
    safety = Safety.SAFE
    effects = frozenset({Effect.RUN, Effect.COPY})
    after = ("no-cache-dir",)

    @classmethod
    def lookups(cls, model: Model) -> Iterable[Lookup]:
        """Ask which sources of a COPY before a chmod or chown are files."""
        for stage in model.stages:
            for copy, run in zip(stage.node.body, stage.node.body[1:], strict=False):
                if not (isinstance(copy, Copy) and isinstance(run, Run) and run.text.startswith(("chmod", "chown"))):
                    continue
                local = not any(flag.text.startswith("--from") for flag in copy.flags)
                yield from (source_lookup(source) for source in split(copy.arguments, model.escape)[:-1] if local)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite each COPY that a chmod or chown of its files follows."""
        stage = self.model.stage_of(original)
        updated = self._linked(original, updated, stage)
        for copy, run in zip(original.body, original.body[1:], strict=False):
            if not (isinstance(copy, Copy) and isinstance(run, Run)):
                continue
            found = self._adjustment(stage, run)
            if found is None:
                continue
            command, rest = found
            if self._is_recursive(stage, copy, command):
                updated = self._folder(stage, updated, copy, run, command)
                continue
            flag = copy_flag(self.model, stage, copy, run, command)
            if flag is not None and copy in updated.body and run in updated.body:
                message = f"`{command.name}` stores the files that COPY brings a second time"
                updated = self.rewrite((copy, run), updated, _replaced(updated, copy, run, flag, rest), message)
        return updated

    def _folder(self, stage: StageModel, updated: Stage, copy: Copy, run: Run, command: Command) -> Stage:
        """Rewrite a COPY and the `chown -R` of its folder: the folder itself, made by WORKDIR, keeps one."""
        message = f"`{command.name} -R` stores all that COPY brings again"
        flag = folder_owner(self.model, stage, copy, command)
        line, option = self.model.logical(run), command.words[1]
        start, end = line.raw(option.start), line.raw(command.words[2].start)
        rest = run.text[:start] + run.text[end:]
        if flag is None or copy not in updated.body or run not in updated.body or "\n" in run.text[start:end]:
            return self.report(copy, updated, _RECURSIVE, message)
        return self.rewrite((copy, run), updated, _replaced(updated, copy, run, flag, rest), message)

    def _linked(self, original: Stage, updated: Stage, stage: StageModel) -> Stage:
        """Write numbers for names in `COPY --link --chown`."""
        message = "`--link` copies without the users of the image: a name in --chown fails"
        for copy in original.body:
            numbers = numbers_of(self.model, stage, copy) if isinstance(copy, Copy) else None
            if isinstance(numbers, Refusal):
                updated = self.report(copy, updated, numbers, message)
            elif numbers is not None:
                flag = f"--chown={numbers}"
                flags = tuple(f.with_changes(text=flag) if f.text.startswith("--chown=") else f for f in copy.flags)
                body = tuple(copy.with_changes(flags=flags) if node is copy else node for node in updated.body)
                updated = self.rewrite(copy, updated, updated.with_changes(body=body), message)
        return updated

    def _adjustment(self, stage: StageModel, run: Run) -> tuple[Command, str] | None:
        """Return the chmod or chown that a RUN begins with, and the raw text that remains without it."""
        state = stage.states[run]
        plain_run = isinstance(run.arguments, ShellForm) and not run.flags and not run.heredocs
        if not plain_run or not run.text.startswith(("chmod", "chown")) or not state.is_root:
            return None
        windows = self.model.escape != "\\" or stage.image is None or stage.image.windows
        if windows or state.shell not in _SH:
            return None
        line = self.model.logical(run)
        body = parse_shell(line.text)
        if not isinstance(body, Body) or not body.top or body.background or body.heredoc:
            return None
        first = body.top[0].command
        if first is None or first.redirects or first.assignments or body.top[0].negated:
            return None
        if len(body.top) == 1:
            return None if "#" in run.text else (first, "")
        cut = line.raw(body.top[1].start)
        joined = line.text[body.top[0].end : body.top[1].start].strip() in ("&&", ";")
        if not joined or "#" in run.text[:cut]:
            return None
        return first, run.text[cut:]

    def _is_recursive(self, stage: StageModel, copy: Copy, command: Command) -> bool:
        """Tell whether the command changes all below the one folder that is copied to."""
        words = [word.value or "" for word in command.words]
        state = stage.states[copy]
        target = expand(split(copy.arguments, self.model.escape)[-1], state.values, self.model.escape)
        if len(words) != 4 or words[1] not in ("-R", "--recursive") or not target or state.workdir is None:
            return False
        return absolute_paths(state.workdir, [target]) == absolute_paths(state.workdir, [words[3]])


def _replaced(updated: Stage, copy: Copy, run: Run, flag: str, rest: str) -> Stage:
    """Return the stage with the flag on the COPY and without the command; comments above a RUN that goes stay."""
    moved = () if rest else tuple(t for t in run.leading if isinstance(t, Comment))
    eol = copy.eol if rest else run.eol
    new_copy = copy.with_changes(leading=(*copy.leading, *moved), flags=(*copy.flags, Flag(flag, " ")), eol=eol)
    new_run = (run.with_changes(arguments=ShellForm(rest)),) if rest else ()
    at = updated.body.index(copy)
    return updated.with_changes(body=(*updated.body[:at], new_copy, *new_run, *updated.body[at + 2 :]))
