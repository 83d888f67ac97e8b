"""start-without-npm (HD206)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from posixpath import basename
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Cmd, Comment, ExecForm, Instruction, ShellForm, Stage
from hardener.syntax.dockerfile.writer import exec_text

if TYPE_CHECKING:
    from hardener.project.node.scripts import ScriptCall

_MANAGERS = regex(r"\b(?:npm|npx|yarn|pnpm|pnpx|bun|bunx)\b")
#: entry points that run their arguments as they are, and what they are told
_PASSING = frozenset(("docker-entrypoint.sh", "tini", "dumb-init", "--", "-g", "--single-child"))
_OTHERWISE = "cannot follow what CMD names: it is no script of package.json, or an entry point may change it"


class StartWithoutNpm(Rule):
    """Start the program itself instead of `npm start`.

    ## What it does
    Replaces `CMD npm start`, `CMD ["npm", "run", "serve"]` and the same of yarn and pnpm by the command of that script
    in package.json, where it is `node` with arguments, or a program of a dependency such as `next`, which is then named
    by its path in node_modules/.bin (E15). After `&&` only the last command changes. Variables that the script sets
    (`PORT=80 node .`, `cross-env …`) are set by `env`.

    ## Why
    npm does not pass SIGTERM on: `docker stop` waits ten seconds and kills the server with its connections. npm also
    costs a second process and some tens of megabytes of memory.

    ## Example
    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    CMD npm start
    ```
    becomes
    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    The script has to lie in the working folder, to be one plain command, and to have no `pre` and `post` script; no
    source may read a variable that npm sets, or start programs that npm would find in node_modules/.bin.

    ## When it only reports
    - E15: one of these conditions does not hold
    """

    code: ClassVar[str] = "HD206"
    name: ClassVar[str] = "start-without-npm"
    safety: ClassVar[Safety] = Safety.HARDENING
    about_start: ClassVar[bool] = True
    needs = frozenset({"Cmd"})
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CMD})
    after: ClassVar[tuple[str, ...]] = ("merge-run", "copy-manifests-first", "locked-install")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return ("npm", "npx", "yarn", "pnpm", "pnpx", "bun")

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[int, tuple[str, ...] | Refusal | None]:
        """Return the command behind the script that each final stage starts, by its index."""
        found = [(stage, start) for stage in model.finals if (start := _start(model, stage)) is not None]
        if not found:
            return {}
        from hardener.rules.start_without_npm.script import started

        return {s.index: started(model, s, start.call, files) for s, start in found}

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say that no package manager stands in between, or why that cannot be told."""
        stage = model.stages[-1]
        node = stage.cmd.instruction
        if not stage.is_posix:
            yield stage.node.from_, "none is needed: a Windows image, or it may be one"
        elif isinstance(node, Cmd) and stage.cmd.stage == stage.index and _MANAGERS.search(node.text):
            unseen = _start(model, stage) is not None
            yield node, "cannot see package.json: the build context is unknown" if unseen else _OTHERWISE
        else:
            yield stage.node.from_, "none is needed: CMD does not start npm, yarn or pnpm in front of the program"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the CMD of the final stage."""
        stage = self.model.stage_of(original)
        node, found = stage.cmd.instruction, _start(self.model, stage)
        if found is None or node is None or not stage.is_final or node not in updated.body:
            return updated
        plan: dict[int, tuple[str, ...] | Refusal | None] = self.planned
        words = plan.get(stage.index)
        if words is None:
            return updated
        what = f"the script {found.call.name}" if not found.call.is_program else f"`{found.call.name}`"
        message = f"{what} runs behind {found.call.manager}, which does not pass SIGTERM on"
        if isinstance(words, Refusal):
            return self.report(node, updated, words, message)
        moved = tuple(Comment(line + self.model.style.newline) for line in comment_lines(node.text))
        new = node.with_changes(leading=(*node.leading, *moved), arguments=found.form(words))
        body = tuple(new if item is node else item for item in updated.body)
        return self.rewrite(node, updated, updated.with_changes(body=body), message)


class _Start(NamedTuple):
    """What a CMD asks of a package manager, and what runs before it.

    Attributes:
        call: what it asks.
        before: the commands of a shell that run first, with `&&` at the end.
        shell: the words in front of the text of a shell that an exec form names, such as ("sh", "-c").
    """

    call: ScriptCall
    before: str = ""
    shell: tuple[str, ...] = ()

    def form(self, words: tuple[str, ...]) -> ShellForm | ExecForm:
        """Return the arguments of a CMD that runs `words` instead of what is asked."""
        from shlex import join

        if not self.before:
            return ExecForm(exec_text(words))
        if self.shell:
            return ExecForm(exec_text((*self.shell, f"{self.before}exec {join(words)}")))
        return ShellForm(self.before + join(words))


def _start(model: Model, stage: StageModel) -> _Start | None:
    """Return what the CMD of a stage asks of a package manager, None where it runs something else."""
    node = stage.cmd.instruction
    if not isinstance(node, Cmd) or stage.cmd.stage != stage.index or "\n" in node.gap or not stage.is_posix:
        return None
    entry = stage.entrypoint.argv
    if entry is None or {basename(word) for word in entry} - _PASSING:
        return None  # it may act on its first argument, or ignore CMD (E10)
    text = model.logical(node).text
    if not _MANAGERS.search(text):
        return None
    from hardener.project.node.scripts import script_call

    if isinstance(node.arguments, ExecForm):
        return _of_words(tuple(json.loads(text)))
    from hardener.shell import argv

    words = argv(text)
    if not isinstance(words, Refusal):
        call = script_call(words)
        return _Start(call) if call is not None else None
    return _last_of(text) if "\n" not in node.text else None


def _of_words(words: tuple[str, ...]) -> _Start | None:
    """Return what the words of an exec form ask, those of a shell that they name too: `sh -c "npm start"`."""
    from hardener.image.launched import shell_call
    from hardener.project.node.scripts import script_call
    from hardener.shell import argv

    found = shell_call(words)
    if found is None:
        call = script_call(words)
        return _Start(call) if call is not None else None
    if not found.is_text or found.at != len(words) - 1:
        return None
    text = words[found.at]
    inner = argv(text)
    if not isinstance(inner, Refusal):
        call = script_call(inner)
        return _Start(call) if call is not None else None
    last = _last_of(text)
    return last._replace(shell=words[: found.at]) if last is not None else None


def _last_of(text: str) -> _Start | None:
    """Return what the last command of an `&&` list asks; nothing may stand before it that moves."""
    from hardener.project.node.scripts import script_call
    from hardener.shell import Body, argv, exec_prefix, parse_shell

    place = exec_prefix(text)
    body = parse_shell(text)
    if isinstance(place, Refusal) or not isinstance(body, Body):
        return None
    words = argv(text[place:])
    call = script_call(words) if not isinstance(words, Refusal) else None
    moves = any(c.name in ("cd", "export", ".", "source", "set", "alias") or not c.words for c in body.commands[:-1])
    return _Start(call, text[:place]) if call is not None and not moves else None
