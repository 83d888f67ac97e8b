"""dockerignore (HD407)."""

from __future__ import annotations

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.files import is_local
from hardener.image.model import Model
from hardener.rules.base import Files, Rule, Safety
from hardener.syntax.dockerfile.nodes import Add, Copy, Dockerfile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.rules.dockerignore.plan import Plan

_NOT_HERE = Refusal(
    "D14", "harden cannot write .dockerignore here", "run harden on the Dockerfile itself, in its repository"
)


class Dockerignore(Rule):
    """Keep out of the build what it does not need: .git, node_modules, caches, keys.

    ## What it does
    The `.dockerignore` in force (`<Dockerfile>.dockerignore` where that is there) is made, or gets lines at its end,
    for what a COPY or ADD of a folder brings and no build needs: the repository, folders that the installation in the
    image fills, results that the image builds again, caches, settings of editors, private keys, .env files that nothing
    reads, and the Dockerfiles themselves. Lines that are there stay as they are.

    ## Why
    What is copied is in the image for everybody who has it, passwords and history too. Each change of such a file runs
    all later steps again, and packages of another system overwrite those that were installed.

    ## Example
    The build context has package.json, package-lock.json and server.js, and no .dockerignore:
    ```dockerfile
    FROM node:22-bookworm-slim
    WORKDIR /app
    COPY package.json package-lock.json ./
    RUN npm ci
    COPY . .
    CMD ["node", "server.js"]
    ```
    gets a new file .dockerignore:
    ```text
    .git
    node_modules
    .dockerignore
    ```

    ## Fix safety
    harden reads all Dockerfiles in the build context, and those that compose files build with it. What one of them
    names in a COPY, an ADD or a mount stays. node_modules is left out only if each Dockerfile that would bring it
    installs it; .git only if no RUN and no source looks at the repository.

    ## When it only reports
    - D02: a RUN or a source may look at the repository
    - D03: .npmrc holds a password that the installation may read
    - D04: something may read an .env file
    - D06: a stage may use the installed packages of the build context
    - D10: something may read a private key
    - D12: a Dockerfile over the same context copies what harden cannot tell
    - D14: the file may not be written: standard input, a link, or a place outside of the repository
    """

    code = "HD407"
    name = "dockerignore"
    safety = Safety.HARDENING
    needs = frozenset({"Add", "Copy"})
    effects = frozenset({Effect.FILES})

    @classmethod
    def plan(cls, model: Model, files: Files) -> Plan | Refusal | None:
        """Return the new lines, why there can be none, or None where nothing brings a folder of the context."""
        if not any(is_local(node) for stage in model.stages for node in stage.node.body) or files.tree is None:
            return None
        from hardener.rules.dockerignore.plan import plan

        return plan(model, files)

    def run(self) -> Dockerfile:
        """Say what is to be done, and propose the change."""
        plan: Plan | Refusal | None = self.planned
        if isinstance(plan, Refusal):
            first = next(n for s in self.stages for n in s.node.body if isinstance(n, Copy | Add) and is_local(n))
            self.report(first, self.tree, plan, "a COPY may bring what the image does not need")
        elif plan is not None:
            self._propose(plan)
        return self.tree

    def _propose(self, plan: Plan) -> None:
        if plan.at is not None:
            message = f"builds {'' if plan.is_there else 'may '}bring {_listed(plan.patterns)}, which no image needs"
            if plan.change is None:
                self.report(plan.at, self.tree, _NOT_HERE, message)
            else:
                made = "" if plan.change.before is not None else "missing: "
                line = (plan.change.before or "").rstrip("\n").count("\n") + 1
                self.propose(plan.at, plan.change, made + message, line=line)
        for node, one in plan.kept:
            if one.refusal is not None:
                self.report(node, self.tree, one.refusal, f"{one.paths[0]} is copied into the image")


def _listed(patterns: tuple[str, ...]) -> str:
    """Return the first patterns, and how many more there are."""
    shown = ", ".join(patterns[:4])
    return shown if len(patterns) <= 4 else f"{shown} and {len(patterns) - 4} more"
