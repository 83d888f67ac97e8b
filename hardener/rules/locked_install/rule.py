"""locked-install (HD402)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model
from hardener.packages.managers import gate
from hardener.project.missing_lock import NoLock
from hardener.rules.base import Files, Finding, Rule, Safety
from hardener.syntax.dockerfile.continuations import Logical
from hardener.syntax.dockerfile.nodes import Copy, Dockerfile, Instruction, Run, ShellForm, Stage
from hardener.text import Edit, apply_edits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from hardener.rules.locked_install.site import Locked, MoreCopied
    from hardener.shell import Command


class LockedInstall(Rule):
    """Install exactly what the lock file names, without development packages.

    ## What it does
    `npm install` becomes `npm ci`; Yarn, pnpm and Bun get `--frozen-lockfile` (Yarn 2 and later `--immutable`), uv
    `--locked`, Pipenv `--deploy`, Cargo `--locked`, .NET `--locked-mode`, Bundler `BUNDLE_FROZEN=true`, pip a compiled
    requirements file and `--require-hashes`; `composer update` becomes `composer install`, `go get ./...` becomes
    `go mod download`. In the final image it adds `--omit=dev` or the like. Where a `COPY` brings the manifest without
    the lock file beside it, the rule adds the lock file to that `COPY`.

    ## Why
    Otherwise the same commit builds another image tomorrow. Development packages make the image larger and need
    patches.

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
    The lock file must be in the build context, be copied before or beside its manifest, and match it: harden compares
    the two. Development packages go only from the final stage, if no later step, no script that runs by itself (S03),
    no start script (S01) and no file that is imported from the entry point needs one; an ENV NODE_ENV counts too (S04).
    Unsafe where the version of npm is unknown and the lock file has format 3, where development packages are left
    out without a lock file, and for `cargo install` of published crates, whose locked versions may not compile with the
    Rust of the image.

    ## When it only reports
    - C16: there is no lock file, it does not match, .dockerignore excludes it, it cannot be copied with its manifest,
      or is of another version or package manager; the build context is unknown
    """

    code = "HD402"
    name = "locked-install"
    safety = Safety.HARDENING
    needs = frozenset({"Run"})
    effects = frozenset({Effect.RUN, Effect.COPY})
    after = ("copy-manifests-first",)

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return gate().names

    def __init__(self, tree: Dockerfile, model: Model, select: Callable[[Finding], bool]) -> None:
        super().__init__(tree, model, select)
        #: what each COPY has to bring too
        self.copied: dict[Instruction, list[MoreCopied]] = {}

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Run, list[tuple[Command, Locked | Refusal]]]:
        """Return what is to be done with the installations of each RUN."""
        runs = [(s, r) for s in model.stages for r in s.node.body if isinstance(r, Run) and gate().search(r.text)]
        if not runs:
            return {}
        from hardener.rules.locked_install.plan import locked

        return {run: locked(model, stage, run, files) for stage, run in runs}

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say of each installation of a project that it keeps to its lock file, or has no manifest; or that none is."""
        from hardener.rules.locked_install.plan import installs

        found = [(run, name) for stage in model.stages for run in stage.node.body for name in installs(model, run)]
        for run, name in found:
            yield run, f"none is needed: `{name}` keeps to the lock file, or finds no manifest of the build context"
        if not found:
            yield model.stages[-1].node.from_, "none is needed: no RUN installs the packages of a project"

    def leave_Run(self, original: Run, updated: Run) -> Run:
        """Rewrite the installations of one RUN."""
        plan: dict[Run, list[tuple[Command, Locked | Refusal]]] = self.planned
        line = self.model.logical(original)
        for _, answer in reversed(plan.get(original, [])):
            if isinstance(answer, Refusal):
                message = (
                    "no lock file holds the versions"
                    if isinstance(answer, NoLock)
                    else "the installation may ignore the lock file"
                )
                updated = self.report(original, updated, answer, message)
                continue
            edits = [_raw(line, edit) for edit in answer.edits]
            new = apply_edits(updated.text, edits)
            changed = updated.with_changes(arguments=ShellForm(new))
            more = answer.copied
            places = original if more is None else (original, more.node)
            message = answer.message + (f"; {more.word} is not copied before it" if more is not None else "")
            kept = updated
            updated = self.rewrite(places, updated, changed, message, doubt=answer.doubt)
            if more is not None and updated is not kept:
                known = self.copied.setdefault(more.node, [])
                known += [more] if more not in known else []
        return updated

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Copy the lock files that installations are held to."""
        if not any(node in self.copied for node in original.body):
            return updated
        from hardener.rules.locked_install.lock_copy import with_more

        body = [
            with_more(new, self.copied[old]) if old in self.copied and isinstance(new, Copy) else new
            for old, new in zip(original.body, updated.body, strict=True)
        ]
        return updated.with_changes(body=tuple(body))


def _raw(line: Logical, edit: Edit) -> Edit:
    """Return an edit of a logical text as one of the raw text; what ends in a blank goes before its word."""
    start, end, new = edit.start, edit.end, edit.new
    if start < end or new.endswith(" "):
        return Edit(line.raw(start), line.raw_end(end) if start < end else line.raw(start), new)
    return Edit(line.raw_end(start), line.raw_end(start), new)
