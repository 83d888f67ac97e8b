"""copy-chmod-chown (HD105)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable

from hardener.errors import Refusal
from hardener.rules.base import Lookup, Rule, Safety
from hardener.semantics.accounts import number_of
from hardener.semantics.config import Effect
from hardener.semantics.context import ContextFile
from hardener.semantics.model import Model, StageModel
from hardener.semantics.modes import changed_mode, is_mode
from hardener.semantics.shell import Body, Command, parse_shell
from hardener.semantics.words import expand, flag_value, split
from hardener.syntax.nodes import Comment, Copy, ExecForm, Flag, Run, ShellForm, Stage

_SH = (("/bin/sh", "-c"), ("/bin/bash", "-c"), ("/bin/ash", "-c"), ("/bin/sh", "-ec"), ("/bin/bash", "-ec"))
_OWNER = re.compile(r"([a-z_][\w-]*|\d+)(:([a-z_][\w-]*|\d+))?\Z")
#: folders of every image: `--chown` would also give away one that COPY has to make
_FOLDERS = ("/", "/etc", "/opt", "/tmp", "/usr/bin", "/usr/local/bin")
#: names of this kind are files; of others only the build context can tell (C14)
_FILE = re.compile(
    r"\w[\w.-]*\.(sh|bash|py|pl|rb|js|mjs|jar|conf|cfg|ini|json|ya?ml|toml|xml|txt|sql|crt|pem|key|cnf)\Z"
)
_RECURSIVE = Refusal(
    "C14", "it also reaches what was there before the COPY", "use --chown or --chmod on each COPY into the folder"
)


class CopyChmodChown(Rule):
    """Set mode and owner of a file while it is copied.

    ## What it does
    `COPY` of files and the `RUN chmod` or `RUN chown` of exactly these files that follows become `COPY --chmod` or
    `COPY --chown`. Of a chain of commands only the first goes.

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
    Without `-R`, on exactly the copied files, as root, under a POSIX shell (C14). A source must be a file: by its
    ending, or in the build context. What `+x` and its like make of a file depends on its mode, which only the build
    context tells; a directory is left alone. Needs BuildKit, as `--chmod` always does. The group that `chown user`
    leaves is written as 0, and with `--link` numbers take the place of names (U25).

    ## When it only reports
    - C14: `-R` on the folder that was copied: it also reaches what was there before; what else is not certain is left
      alone without a word
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
                yield from (_lookup(source) for source in split(copy.arguments, model.escape)[:-1] if local)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite each COPY that a chmod or chown of its files follows."""
        stage = self.model.stage_of(original)
        for copy, run in zip(original.body, original.body[1:], strict=False):
            if not (isinstance(copy, Copy) and isinstance(run, Run)):
                continue
            found = self._adjustment(stage, run)
            if found is None:
                continue
            command, rest = found
            if self._is_recursive(stage, copy, command):
                updated = self.report(
                    copy, updated, _RECURSIVE, f"`{command.name} -R` stores all that COPY brings again"
                )
                continue
            flag = self._flag(stage, copy, run, command)
            if flag is not None and copy in updated.body and run in updated.body:
                message = f"`{command.name}` stores the files that COPY brings a second time"
                updated = self.rewrite((copy, run), updated, _replaced(updated, copy, run, flag, rest), message)
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
        return _absolute(state.workdir, [target]) == _absolute(state.workdir, [words[3]])

    def _flag(self, stage: StageModel, copy: Copy, run: Run, command: Command) -> str | None:
        """Return the flag that does what the command does, None where it may not."""
        names = [flag.text[2:].partition("=")[0] for flag in copy.flags]
        words = [word.value for word in command.words[1:]]
        raw = "".join(word.raw for word in command.words)
        if copy.heredocs or set(names) - {"from", "link"} or re.search(r"[*?\[{~$`]", raw):
            return None
        if len(words) < 2 or any(word is None or word.startswith("-") for word in words):
            return None
        value, paths = words[0] or "", [word or "" for word in words[1:]]
        where = stage.states[run].workdir
        targets = self._targets(stage, copy, set(_absolute(where, paths)))
        if where is None or targets is None:
            return None
        new = self._mode(copy, value) if command.name == "chmod" else self._owner(stage, value, "link" in names)
        if not new:
            return None
        folders = _FOLDERS[:1] if "link" in names else _FOLDERS
        if command.name == "chown" and any(posixpath.dirname(path) not in folders for path in targets):
            return None
        return f"--{command.name}={new}"

    def _mode(self, copy: Copy, text: str) -> str | None:
        """Return the octal mode that all copied files have after `chmod text`, None where it is not known."""
        sources = [] if flag_value(copy.flags, "from") is not None else split(copy.arguments, self.model.escape)[:-1]
        known = [self.model.facts.get(_lookup(source)) for source in sources] or [None]
        modes = {changed_mode(text, file.mode if isinstance(file, ContextFile) else None) for file in known}
        return modes.pop() if len(modes) == 1 and is_mode(text) else None

    def _owner(self, stage: StageModel, text: str, link: bool) -> str | None:
        """Return the value for --chown: without a group it stays 0, and --link knows no names (U25)."""
        if not _OWNER.match(text):
            return None
        user, _, group = text.partition(":")
        if link and not user.isdigit():
            found = number_of(self.model, stage, user)
            if found is None or (group and (found[1] < 0 or group != user)):
                return None
            user, group = str(found[0]), str(found[1]) if group else ""
        return None if link and group and not group.isdigit() else f"{user}:{group or 0}"

    def _targets(self, stage: StageModel, copy: Copy, adjusted: set[str]) -> set[str] | None:
        """Return the paths that a COPY of files writes if they are exactly `adjusted`."""
        state = stage.states[copy]
        words = split(copy.arguments, self.model.escape)
        if not isinstance(copy.arguments, ExecForm):
            words = tuple(expand(word, state.values, self.model.escape) or "" for word in words)
        if len(words) < 2 or not all(words) or state.workdir is None or re.search(r"[*?\[$]", "".join(words)):
            return None
        *sources, target = words
        local = not any(flag.text.startswith("--from") for flag in copy.flags)
        if not all(self._is_file(source, local) for source in sources):
            return None
        inside = set(_absolute(state.workdir, [f"{target}/{posixpath.basename(source)}" for source in sources]))
        itself = set(_absolute(state.workdir, [target]))
        if adjusted == inside:
            return inside
        named = len(sources) == 1 and not target.endswith(("/", ".")) and _FILE.match(posixpath.basename(target))
        same = posixpath.basename(sources[0]) == posixpath.basename(target)
        return itself if adjusted == itself and (named or same) else None

    def _is_file(self, source: str, local: bool) -> bool:
        known = self.model.facts.get(_lookup(source)) if local else None
        if isinstance(known, ContextFile):
            return not known.is_dir
        return _FILE.match(posixpath.basename(source)) is not None


def _lookup(source: str) -> Lookup:
    return Lookup("file", posixpath.normpath(source).lstrip("/"))


def _absolute(where: str | None, paths: list[str]) -> list[str]:
    return [posixpath.normpath(posixpath.join(where or "/", path)) for path in paths]


def _replaced(updated: Stage, copy: Copy, run: Run, flag: str, rest: str) -> Stage:
    """Return the stage with the flag on the COPY and without the command; comments above a RUN that goes stay."""
    moved = () if rest else tuple(t for t in run.leading if isinstance(t, Comment))
    eol = copy.eol if rest else run.eol
    new_copy = copy.with_changes(leading=(*copy.leading, *moved), flags=(*copy.flags, Flag(flag, " ")), eol=eol)
    new_run = (run.with_changes(arguments=ShellForm(rest)),) if rest else ()
    at = updated.body.index(copy)
    return updated.with_changes(body=(*updated.body[:at], new_copy, *new_run, *updated.body[at + 2 :]))
