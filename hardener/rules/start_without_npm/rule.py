"""start-without-npm (HD206)."""

from __future__ import annotations

import json
from posixpath import basename
from typing import ClassVar

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Cmd, Comment, ExecForm, Stage
from hardener.syntax.dockerfile.writer import exec_text

#: entry points that run their arguments as they are, and what they are told
_PASSING = frozenset(("docker-entrypoint.sh", "tini", "dumb-init", "--", "-g", "--single-child"))


class StartWithoutNpm(Rule):
    """Start the program itself instead of `npm start`.

    ## What it does
    `CMD npm start`, `CMD ["npm", "run", "serve"]` and the same of yarn and pnpm become the command that package.json
    in the build context has for the script, where that is exactly `node` with arguments (E15).

    ## Why
    npm keeps SIGTERM for itself: `docker stop` waits ten seconds and kills the server with its connections. It also
    costs a second process and some tens of megabytes for as long as the server runs.

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
    - E15: one of these does not hold
    """

    code: ClassVar[str] = "HD206"
    name: ClassVar[str] = "start-without-npm"
    safety: ClassVar[Safety] = Safety.HARDENING
    effects: ClassVar[frozenset[Effect]] = frozenset({Effect.CMD})
    after: ClassVar[tuple[str, ...]] = ("merge-run", "copy-manifests-first", "locked-install")

    @classmethod
    def plan(cls, model: Model, files: Files) -> tuple[str, ...] | Refusal | None:
        """Return the command behind the script that the final stage starts."""
        stage = model.stages[-1] if model.stages else None
        script = _script(model, stage) if stage is not None else None
        if stage is None or script is None:
            return None
        from hardener.rules.start_without_npm.script import started

        return started(model, stage, script, files)

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the CMD of the final stage."""
        stage = self.model.stage_of(original)
        node, script = stage.cmd.instruction, _script(self.model, stage)
        if script is None or node is None or not stage.is_final or node not in updated.body:
            return updated
        words: tuple[str, ...] | Refusal | None = self.planned
        message = f"the script {script} runs behind npm, which does not pass SIGTERM on"
        if words is None:
            return updated
        if isinstance(words, Refusal):
            return self.report(node, updated, words, message)
        moved = tuple(Comment(line + self.model.style.newline) for line in comment_lines(node.text))
        new = node.with_changes(leading=(*node.leading, *moved), arguments=ExecForm(exec_text(words)))
        body = tuple(new if item is node else item for item in updated.body)
        return self.rewrite(node, updated, updated.with_changes(body=body), message)


def _script(model: Model, stage: StageModel) -> str | None:
    """Return the script that the CMD of a stage runs, None where it runs something else."""
    node = stage.cmd.instruction
    if not isinstance(node, Cmd) or stage.cmd.stage != stage.index or "\n" in node.gap or model.escape != "\\":
        return None
    image = stage.image
    if image is not None and image.windows:
        return None
    entry = stage.entrypoint.argv
    if entry is None or {basename(word) for word in entry} - _PASSING:
        return None  # it may act on its first argument, or ignore CMD (E10)
    text = model.logical(node).text
    if not any(name in text for name in ("npm", "yarn", "\\u")):  # JSON may write a letter by its number
        return None
    from hardener.rules.start_without_npm.script import script_of
    from hardener.shell import argv

    if isinstance(node.arguments, ExecForm):
        return script_of(tuple(json.loads(text)))
    words = argv(text)
    return script_of(words) if isinstance(words, tuple) else None
