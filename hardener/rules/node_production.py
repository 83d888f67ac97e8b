"""node-production (HD210)."""

from __future__ import annotations

import posixpath
from posixpath import basename

from hardener.errors import Refusal
from hardener.image.config import Effect
from hardener.image.model import Model, StageModel, image_lookup
from hardener.rules.base import Files, Rule, Safety, kinds
from hardener.syntax.dockerfile.nodes import Env, Instruction, Stage

TYPE_CHECKING = False
if TYPE_CHECKING:
    from hardener.project.node.package_json import Package

_NAME = "NODE_ENV"
_MESSAGE = "Node.js runs as in development: Express and others show errors with their stack and keep no views"
_DOUBT = "cannot tell what the program does otherwise in production: secure cookies, other settings, another database"
_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
#: files of variables that programs load by themselves; a variable of the image would count before them
_ENV_FILES = (".env", ".env.production", ".env.local", ".env.production.local")
_SCRIPTS = 4


class NodeProduction(Rule):
    """Run Node.js in production.

    ## What it does
    Adds `ENV NODE_ENV=production` where the image starts `node` or a script of package.json that does, and nothing in
    the repository gives the variable a value.

    ## Why
    Express, and many others, take an unset NODE_ENV for development: error pages show the stack, templates are read
    again for each request, and some frameworks run several times slower.

    ## Example
    The build context has server.js and a package.json:
    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    CMD ["node", "server.js"]
    ```
    becomes
    ```dockerfile
    FROM node:22-slim
    WORKDIR /app
    COPY . .
    ENV NODE_ENV=production
    CMD ["node", "server.js"]
    ```

    ## Fix safety
    Always unsafe: the program may choose its cookies, settings or database by the variable (J06). It stands behind all
    steps of the build, so that what they install and compile stays the same.

    ## When it only reports
    - J06: a file of variables in the build context names it, before which the variable of the image would count

    Where a development server starts (`nodemon`, `node --watch`, the script `dev`), or where the Dockerfile, its base
    image, package.json, a compose file or a manifest names the variable, nothing is said.
    """

    code = "HD210"
    name = "node-production"
    safety = Safety.UNSAFE
    about_start = True
    effects = frozenset({Effect.ENV})
    needs = frozenset({"Copy", "Add"})  # a package.json comes from the build context
    after = ("split-stages", "exec-form", "add-init", "add-user", "healthcheck", "python-unbuffered")

    @classmethod
    def words(cls) -> tuple[str, ...]:
        """Return what a command that starts Node.js holds."""
        return ("node", *sorted(_MANAGERS))

    @classmethod
    def plan(cls, model: Model, files: Files) -> dict[int, Refusal | None]:
        """Return by index the stages that start Node.js without the variable, and what keeps it away."""
        if _NAME in model.tree.code or not cls.needs & kinds(model.tree):
            return {}
        found = {}
        for stage in model.finals:
            if stage.is_leaf and stage.is_posix and stage.declares_start and _may_start(stage):
                package = _package(model, stage, files)
                if package is not None and _starts_node(model, stage, package, files):
                    found[stage.index] = _named(package, files)
        return found

    @classmethod
    def unneeded(cls, stage: StageModel) -> str:
        """Say that no Node.js starts that lacks the variable."""
        return "none is needed: no `node` of a package in the build context starts, or NODE_ENV has a value"

    def leave_Stage(self, original: Stage, updated: Stage) -> Stage:
        """Add the variable to a stage whose image runs."""
        stage = self.model.stage_of(original)
        plan: dict[int, Refusal | None] = self.planned
        at: Instruction = stage.cmd.instruction or stage.entrypoint.instruction or original.from_
        if stage.index not in plan or at not in original.body:
            return updated
        refusal = plan[stage.index]
        if refusal is not None:
            return self.report(at, updated, refusal, _MESSAGE)
        from hardener.syntax.dockerfile.writer import before_commands, insert

        place = before_commands(updated.body)
        if any(node.name in ("RUN", "ONBUILD") for node in updated.body[place:]):
            return updated
        new = insert(updated, place, (self.model.style.words(Env, f"{_NAME}=production"),), self.model.style)
        return self.rewrite(at, updated, new, _MESSAGE, doubt=_DOUBT)


def _may_start(stage: StageModel) -> bool:
    """Tell whether the words of CMD and ENTRYPOINT name Node.js or a package manager."""
    words = (*(stage.entrypoint.argv or ()), *(stage.cmd.argv or ()))
    return any(name in word for word in words for name in ("node", *_MANAGERS))


def _package(model: Model, stage: StageModel, files: Files) -> Package | None:
    """Return the package.json where the program starts."""
    from hardener.image.file_contents import in_context
    from hardener.image.files import absolute
    from hardener.project.node.package_json import read_package

    place = absolute(stage.end.workdir, "package.json") if files.tree is not None else None
    name = in_context(model, stage, place, files) if place is not None else None
    return read_package(files, posixpath.dirname(name)) if name is not None else None


def _starts_node(model: Model, stage: StageModel, package: Package, files: Files) -> bool:
    """Tell whether a stage starts Node.js and no development server, and nothing outside of it says how."""
    from hardener.image.process import programs, services_of
    from hardener.knowledge.configuration import Configuration

    text = files.text(posixpath.join(package.folder, "package.json")) or ""
    reference = stage.root.reference
    said = model.facts.get(image_lookup(reference)) if reference is not None else None
    if _NAME in text or (isinstance(said, Configuration) and _NAME in said.env):
        return False
    services = services_of(model, stage, files)
    if any(word.startswith(_NAME) for service in services for word in service.environment):
        return False
    if any(_NAME in (files.text(name) or "") for service in services for name in service.env_files):
        return False
    named = programs(model, stage)
    return bool(named) and all(_is_node(argv, package, _SCRIPTS) for argv in named)


def _is_node(argv: tuple[str, ...], package: Package, depth: int) -> bool:
    """Tell whether a command line is Node.js with a program, through scripts that are one command."""
    from hardener.project.node.development import develops
    from hardener.project.node.scripts import script_call, steps

    name, rest = basename(argv[0]), list(argv[1:])
    if name in ("node", "nodejs"):
        return any(not word.startswith("-") for word in rest) and not develops(name, rest) and "-e" not in rest
    call = script_call(argv)
    if call is None or not call.is_script or call.name in ("dev", "develop", "watch", "test") or not depth:
        return False
    found = steps(package, call.name)
    return len(found) == 1 and _is_node(tuple(found[0][1].split()) or ("",), package, depth - 1)


def _named(package: Package, files: Files) -> Refusal | None:
    """Return which file of variables names it: the program loads that one, and it would no longer count (J06)."""
    for name in _ENV_FILES:
        path = posixpath.join(package.folder, name)
        if files.has(path) and _NAME in (files.text(path) or ""):
            return Refusal(
                "J06", f"{path} names NODE_ENV, and a variable of the image counts before it", "set it there"
            )
    return None
