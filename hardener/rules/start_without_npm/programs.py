"""Programs of node_modules/.bin that start by their path as they do behind npm, and whether one lies there (E15)."""

from __future__ import annotations

from posixpath import basename, dirname, join, normpath

from hardener.errors import Refusal
from hardener.image.files import copied
from hardener.image.model import Model, StageModel
from hardener.image.runs import read_run
from hardener.project.context import Files
from hardener.project.node.package_json import Package, npm_settings, read_package
from hardener.shell import argv
from hardener.syntax.dockerfile.nodes import Run

#: programs that read no variable of npm and look for no other program in PATH, with the packages that bring them
_PACKAGES = {
    "astro": "astro", "fastify": "fastify-cli", "gatsby": "gatsby", "http-server": "http-server",
    "json-server": "json-server", "nest": "@nestjs/cli", "next": "next", "nodemon": "nodemon", "nuxi": "nuxt",
    "nuxt": "nuxt", "pm2-runtime": "pm2", "probot": "probot", "react-router-serve": "@react-router/serve",
    "react-scripts": "react-scripts", "remix-serve": "@remix-run/serve", "serve": "serve", "sirv": "sirv-cli",
    "strapi": "@strapi/strapi", "ts-node": "ts-node", "tsx": "tsx", "vite": "vite", "vite-node": "vite-node",
    "vue-cli-service": "@vue/cli-service",
}  # fmt: skip
#: they start what they are told: JavaScript by the node of the image, all else by what they find in PATH
_WATCHERS = frozenset(("nodemon", "pm2-runtime"))
#: options by which programs start another one
_STARTING = {"nodemon": ("--exec", "-x"), "pm2-runtime": ("--interpreter",)}
#: options of nodemon that take the next word
_VALUED = frozenset(("--watch", "-w", "--ignore", "-i", "--ext", "-e", "--delay", "-d", "--signal", "-s"))
#: settings of npm that put the programs elsewhere
_ELSEWHERE = frozenset(("bin-links", "global", "prefix", "location", "modules-dir", "shamefully-hoist"))
_INSTALLS = frozenset(("install", "i", "ci", "add", "clean-install"))
#: options of an installation that works elsewhere, or leaves the programs out
_APART = frozenset(("-g", "--global", "--no-bin-links", "--prefix", "-C", "--cwd", "--dir", "--location"))
_DEPTH = 5


def program_at(
    model: Model, stage: StageModel, package: Package, words: tuple[str, ...], files: Files
) -> str | Refusal:
    """Return the path, from the working folder, of the program that a script names; why npm has to find it."""
    name = words[0]
    wanted = _PACKAGES.get(name)
    if wanted is None:
        return Refusal("E15", f"`{name}` may need what npm sets for its scripts", "name the program by its path")
    refusal = _starts_others(package, words, files)
    if refusal is not None:
        return refusal
    if wanted not in {**package.runtime, **package.development}:
        return Refusal("E15", f"`{name}` is no program of the dependencies in package.json", f"add {wanted} to them")
    if _is_in_workspace(package, files) or set(npm_settings(files, package.folder)) & _ELSEWHERE:
        return Refusal("E15", f"`{name}` may lie in another node_modules", "name the program by its path")
    if not _is_filled(model, stage, normpath(stage.end.workdir or "/")):
        return Refusal("E15", f"cannot tell where `{name}` is installed", "name the program by its path")
    return f"node_modules/.bin/{name}"


def _starts_others(package: Package, words: tuple[str, ...], files: Files) -> Refusal | None:
    name, rest = words[0], words[1:]
    if any(word.partition("=")[0] in _STARTING.get(name, ("--exec", "-e", "-x")) for word in rest):
        return Refusal("E15", f"`{name}` starts another program, which npm finds", "name the program by its path")
    if name not in _WATCHERS:
        return None
    file = _watched(rest) or (_by_itself(package) if name == "nodemon" else "")
    has_settings = "nodemonConfig" in package.data or files.has(join(package.folder, "nodemon.json"))
    if has_settings or not file.endswith((".js", ".cjs", ".mjs")) or ".config." in file:
        return Refusal("E15", f"cannot tell what `{name}` starts", "name the program by its path")
    return None


def _watched(words: tuple[str, ...]) -> str:
    """Return the file that a watcher is told to start, "" for none."""
    values = {at + 1 for at, word in enumerate(words) if word in _VALUED}
    return next((word for at, word in enumerate(words) if at not in values and not word.startswith("-")), "")


def _by_itself(package: Package) -> str:
    """Return the file that nodemon starts without being told: `main`, or that of a start script of node."""
    main = package.data.get("main")
    if main is not None:
        return main if isinstance(main, str) else ""
    words = argv(package.scripts.get("start", ""))
    return words[1] if isinstance(words, tuple) and len(words) == 2 and words[0] == "node" else ""


def _is_in_workspace(package: Package, files: Files) -> bool:
    """Tell whether a folder above gives the package its node_modules, or may: the program would lie there."""
    parts = [part for part in package.folder.split("/") if part not in ("", ".")]
    for count in range(len(parts) + 1):
        folder = "/".join(parts[:count])
        if files.has(join(folder, "pnpm-workspace.yaml")) or files.has(join(folder, "lerna.json")):
            return True
        above = read_package(files, folder) if count < len(parts) else None
        if above is not None and above.workspaces:
            return True
    return False


def _is_filled(model: Model, stage: StageModel, folder: str, depth: int = _DEPTH) -> bool:
    """Tell whether an installation is known to run in a folder of the image, or to be copied there."""
    for link in stage.chain:
        for node in reversed(link.node.body):
            if isinstance(node, Run) and _installs(model, link, node, folder):
                return True
            found = copied(model, node)
            other = model.find(found.from_stage) if found is not None and found.from_stage else None
            if found is None or other is None or other.index >= link.index or len(found.sources) != 1 or not depth:
                continue
            source, target = normpath(join("/", found.sources[0])), found.target
            modules = target == join(folder, "node_modules") and basename(source) == "node_modules"
            if modules or (target == folder and basename(source) != "node_modules"):
                below = dirname(source) if modules else source
                if _is_filled(model, other, below, depth - 1):
                    return True
    return False


def _installs(model: Model, stage: StageModel, node: Run, folder: str) -> bool:
    """Tell whether the first command of an installation in a RUN runs in `folder`, for all that is known."""
    run = read_run(model, stage, node)
    where = stage.states[node].workdir
    if run is None or where is None or normpath(join("/", where)) != folder:
        return False
    if any(command.name in ("cd", "pushd") for command in run.body.commands):
        return False
    return any(_fills(item.manager, {word.raw for word in item.command.words}) for item in run.commands)


def _fills(manager: str, words: set[str]) -> bool:
    """Tell whether a command fills the node_modules of its folder, with its programs."""
    if manager not in ("npm", "yarn", "pnpm", "bun") or _APART & {word.partition("=")[0] for word in words}:
        return False
    return bool(_INSTALLS & words) or words == {"yarn"}
