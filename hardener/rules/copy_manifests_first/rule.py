"""copy-manifests-first (HD401)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel
from hardener.packages.managers import gate
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Instruction, Run, Stage
from hardener.syntax.dockerfile.views import mounts

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from hardener.rules.copy_manifests_first.plan import ManifestCopy


#: a build that fetches what it needs as it compiles, and the command that would fetch it alone
_ONE_COMMAND = {
    regex(r"(?:^|[\s;&|/])mvnw?\s(?![^&|;]*dependency:)[^&|;]*\b(?:package|install|verify|compile)\b"): (
        "mvn",
        "mvn dependency:go-offline",
    ),
    regex(r"(?:^|[\s;&|/])go\s+build\b"): ("go build", "go mod download"),
}
_DOUBT = ".dockerignore does not keep the folder that it fills out of the build context"


def _before(model: Model, run: Run) -> Iterator[Instruction]:
    """Yield what stands above a RUN in its stage."""
    for stage in model.stages:
        if run in stage.node.body:
            yield from stage.node.body[: stage.node.body.index(run)]


class CopyManifestsFirst(Rule):
    """Copy what an installation reads before it, and the sources after it.

    ## What it does
    The manifests, lock files and settings that the installation reads, and that are in the build context, get a `COPY`
    of their own; the `COPY` of the sources moves after the installation. A build step in the same RUN moves with it. A
    `WORKDIR` right after the RUN moves above it if the tool finds its manifest only there.

    ## Why
    A `RUN` is taken from the cache while all before it is unchanged. After `COPY . .` every change of a file
    reinstalls all dependencies; after the manifests alone, only a change of a manifest does.

    ## Example
    The build context has package.json, package-lock.json and a .dockerignore with `node_modules`:
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY . .
    RUN npm ci
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    It reads the build context: workspaces, local packages, included requirements files, projects of a solution,
    modules of a pom.xml are copied too. The folder that is filled (`node_modules`, `vendor`, `obj`) must be kept out
    by .dockerignore; unsafe where .dockerignore does not name it and it is not in the context either. Nothing moves
    past a RUN that may read the sources.

    ## When it only reports
    - C15: the build context is unknown, a script that runs by itself or the installation itself reads the sources, the
      folder that it fills is in the context, or a later COPY would be overwritten
    - P01: a comment stands where the RUN would be cut in two
    """

    code = "HD401"
    name = "copy-manifests-first"
    safety = Safety.HARDENING
    after = ("dockerignore",)
    needs = frozenset({"Add", "Copy"})
    effects = frozenset({Effect.RUN, Effect.COPY, Effect.WORKDIR})

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what any of its findings is about."""
        return gate().names

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that no installation has the sources in front of it."""
        return "none is needed: no installation that harden knows comes after the sources"

    @classmethod
    def settled(cls, model: Model) -> Iterator[tuple[Instruction, str]]:
        """Say of each build that downloads as it compiles that there is no installation to move; else as others do."""
        none = True
        for run in (run for stage in model.stages for run in stage.node.body if isinstance(run, Run)):
            for pattern, (name, command) in _ONE_COMMAND.items():
                if not pattern.search(run.text) or any(command in node.text for node in _before(model, run)):
                    continue
                none = False
                if any(mount.type == "cache" for mount in mounts(run)):
                    yield run, f"none is needed: `{name}` keeps what it downloads in a cache mount"
                else:
                    yield run, f"`{name}` downloads as it compiles: `RUN {command}` before the sources would be cached"
        if none:
            yield from super().settled(model)

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[Stage, tuple[Run, ManifestCopy | Refusal]]:
        """Return the first installation of each stage that comes after its sources, and what is to be done."""
        stages = [s for s in model.stages if any(isinstance(i, Run) and gate().search(i.text) for i in s.node.body)]
        if not stages:
            return {}
        from hardener.rules.copy_manifests_first.plan import plan

        found = {stage.node: plan(model, stage, files) for stage in stages}
        return {node: made for node, made in found.items() if made is not None}

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Rewrite the first installation of the stage that comes after its sources."""
        plan: dict[Stage, tuple[Run, ManifestCopy | Refusal]] = self.planned
        if original not in plan:
            return updated
        from hardener.rules.copy_manifests_first.move import moved_stage

        run, made = plan[original]
        message = "every source change reruns the install, because the sources are copied before it"
        if isinstance(made, Refusal):
            return self.report(run, updated, made, message)
        if made.workdir is not None:
            message += "; and it runs before WORKDIR, in a folder without a manifest"
        doubt = "" if made.is_certain else _DOUBT
        places = (run, *(moved.node for moved in made.moved))
        return self.rewrite(places, updated, moved_stage(self.model, updated, made), message, doubt=doubt)
