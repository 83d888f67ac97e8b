"""locked-install (HD402)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.packages.commands import splice
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.continuations import Logical
from hardener.syntax.dockerfile.nodes import Run, ShellForm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.locked_install.site import Locked
    from hardener.shell import Command

#: only a cheap look before anything is read
_HINT = regex(r"npm|yarn|bun|pip|uv |poetry|composer|go get|dotnet|cargo")


class LockedInstall(Rule):
    """Install exactly what the lock file names, and nothing that is for development only.

    ## What it does
    `npm install` becomes `npm ci`; Yarn, pnpm and Bun get `--frozen-lockfile` (Yarn 2 and later `--immutable`), uv
    `--locked`, Pipenv `--deploy`, Cargo `--locked`, .NET `--locked-mode`, Bundler `BUNDLE_FROZEN=true`, pip a compiled
    requirements file and `--require-hashes`; `composer update` becomes `composer install`, `go get ./...` becomes
    `go mod download`. In the image that is run `--omit=dev` or its like is added.

    ## Why
    Without it the same commit builds another image tomorrow. Development packages are weight, and something to patch.

    ## Example
    The build context has server.js, package.json and package-lock.json:
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY . .
    RUN npm install
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY . .
    RUN npm ci --omit=dev
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    The lock file must be in the build context, be copied before, and be in step with its manifest: the two are read
    and compared. Development packages go only from the final stage, if no later step, no script that runs by itself
    (S03), no start script (S01) and no file that is imported from the entry point needs one; NODE_ENV counts (S04).
    Unsafe where the version of npm is unknown and the lock file has format 3.

    ## When it only reports
    - C16: there is no lock file, it is out of step, kept out by .dockerignore, not copied before the installation,
      or of another version or package manager; the build context is unknown
    """

    code = "HD402"
    name = "locked-install"
    safety = Safety.HARDENING
    effects = frozenset({Effect.RUN})
    after = ("copy-manifests-first",)

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Run, list[tuple[Command, Locked | Refusal]]]:
        """Return what is to be done with the installations of each RUN."""
        runs = [(s, r) for s in model.stages for r in s.node.body if isinstance(r, Run) and _HINT.search(r.text)]
        if not runs:
            return {}
        from hardener.rules.locked_install.plan import locked

        return {run: locked(model, stage, run, files) for stage, run in runs}

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the installations of one RUN."""
        plan: dict[Run, list[tuple[Command, Locked | Refusal]]] = self.planned
        line = self.model.logical(original)
        for _, answer in reversed(plan.get(original, [])):
            if isinstance(answer, Refusal):
                message = "the installation may ignore the lock file"
                updated = self.report(original, updated, answer, message)
                continue
            edits = [_raw(line, edit) for edit in answer.edits]
            new = splice(updated.text, edits)
            changed = updated.with_changes(arguments=ShellForm(new))
            updated = self.rewrite(original, updated, changed, answer.message, doubt=answer.doubt)
        return updated


def _raw(line: Logical, edit: tuple[int, int, str]) -> tuple[int, int, str]:
    """Return an edit of a logical text as one of the raw text; what ends in a blank goes before its word."""
    start, end, new = edit
    if start < end or new.endswith(" "):
        return line.raw(start), line.raw_end(end) if start < end else line.raw(start), new
    return line.raw_end(start), line.raw_end(start), new
