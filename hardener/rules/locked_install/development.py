"""Whether an image needs the packages that a project has for its development only (S01, S03, S04)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from hardener.fast.patterns import regex
from hardener.image.model import Model, StageModel
from hardener.image.process import all_programs
from hardener.image.runs import parsed
from hardener.packages.reads_no_source import reads_no_source
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.node.development import develops
from hardener.project.node.named import imported, loads_computed, named, package_of, started_words
from hardener.project.node.package_json import Package
from hardener.project.node.scripts import script_call, steps
from hardener.project.program_sources import is_test
from hardener.project.texts import joined, json_of
from hardener.rules.locked_install.site import UNKNOWN, Site, program_of
from hardener.shell import Body, Command
from hardener.syntax.dockerfile.nodes import Instruction, Run, ShellForm
from hardener.syntax.dockerfile.views import mounts

#: commands of packages that are not called like the package
_BINS = {
    "tsc": "typescript", "tsserver": "typescript", "ng": "@angular/cli", "nest": "@nestjs/cli", "vue-cli-service":
    "@vue/cli-service", "babel": "@babel/cli", "babel-node": "@babel/node", "webpack": "webpack-cli", "remix-serve":
    "@remix-run/serve", "medusa": "@medusajs/cli", "sequelize": "sequelize-cli", "playwright": "@playwright/test",
    "ts-node-dev": "ts-node-dev", "tsnd": "ts-node-dev", "strapi": "@strapi/strapi", "nuxi": "nuxt",
    "react-router-serve": "@react-router/serve", "dotenv": "dotenv-cli", "pm2-runtime": "pm2", "tsx": "tsx",
}  # fmt: skip
_RELATIVE = regex(
    r"""(?:\brequire\s*\(\s*|\bimport\s*\(\s*|\bfrom\s*|^[ \t]*import\s*)["'](\.[^"'\n]*)["']""", re.MULTILINE
)
#: no part of a program that runs
_ASIDE = regex(
    r"(^|/)(node_modules|docs?|coverage|\.[\w-]+)/|\.(config|d)\.\w+\Z"
    r"|(^|/)(gulpfile|Gruntfile)[^/]*\Z"
)
_ENDINGS = (
    "",
    ".js",
    ".mjs",
    ".cjs",
    ".json",
    ".ts",
    ".tsx",
    ".jsx",
    "/index.js",
    "/index.mjs",
    "/index.cjs",
    "/index.ts",
)
_RUN = frozenset(("start", "run", "run-script", "exec", "restart", "test"))
_LIMIT = 300


def needs_development(site: Site, package: Package, folder: str) -> str:
    """Return what in the image may need a development package; "" where nothing does, as far as the files tell."""
    shipped = _shipped_in(site)
    if shipped is None:
        return "another stage uses what it installs"
    for command in (*site.later, *(_commands(site, shipped) if shipped is not site.stage else ())):
        if not reads_no_source(command, site.where):
            return f"`{program_of(command) or 'a later step'}` runs after it"
    for name, text in package.lifecycle.items():
        for part in re.split(r"\s*(?:&&|\|\||;)\s*", text.strip()):
            if not _is_shipped_program(package, part.split()):
                return f"the script {name} runs `{part[:40]}`"  # S03
    named = all_programs(site.model, shipped, site.files)
    if shipped.end.values.get("NODE_OPTIONS", "") != "":
        return "NODE_OPTIONS may load one"
    if not named:
        return "cannot tell what the image runs"
    return next((why for why in (_started(site.files, package, folder, p) for p in named) if why), "")


def _shipped_in(site: Site) -> StageModel | None:
    """Return the stage whose image holds what is installed: its own, or a final one if that alone copies from it."""
    if site.is_shipped:
        return site.stage
    model = site.model
    if site.stage.children or site.stage.is_final:
        return None
    users = [stage for stage in model.stages if any(_takes_from(model, node, site.stage) for node in stage.node.body)]
    return users[0] if len(users) == 1 and users[0].is_final and users[0].is_leaf else None


def _takes_from(model: Model, node: Instruction, source: StageModel) -> bool:
    names = [node.flag("from"), *(mount.from_ for mount in mounts(node))]
    return any(model.find(name) is source for name in names if name)


def _commands(site: Site, stage: StageModel) -> Iterator[Command]:
    """Yield all commands of a stage."""
    for node in stage.node.body:
        if isinstance(node, Run):
            body = parsed(site.model, node) if isinstance(node.arguments, ShellForm) else None
            if not isinstance(body, Body) or node.heredocs:
                yield UNKNOWN
            else:
                yield from body.commands


def _is_shipped_program(package: Package, words: list[str]) -> bool:
    words = words[1:] if words[:1] == ["npx"] else words
    if not words:
        return True
    if words[0] in ("echo", "true", "exit", ":", "is-ci", "cross-env"):
        return True
    return _BINS.get(words[0], words[0]) in package.runtime


def _started(files: Files, package: Package, folder: str, program: tuple[str, ...], depth: int = 0) -> str:
    """Return why a command line needs a development package; scripts of package.json are followed."""
    words = [word for word in program if "=" not in word or not re.match(r"\w+=", word)]
    if not words or depth > 4:
        return "cannot tell what the image runs"
    name, rest = basename(words[0]), words[1:]
    call = script_call(tuple(words))
    if call is not None and call.is_program and not (call.is_script and steps(package, call.name)):
        return _started(files, package, folder, (call.name, *call.arguments), depth + 1)
    if call is not None:
        return _script(files, package, folder, call.name, depth)
    if name in ("npm", "yarn", "pnpm", "npx", "pnpx", "bunx"):
        return f"cannot tell what {name} runs"
    if name == "cross-env":
        return _started(files, package, folder, tuple(rest), depth + 1)
    if name in ("node", "nodejs"):
        return _node(files, package, folder, rest)
    if develops(name, rest):
        return f"`{' '.join([name, *rest])[:40]}` is for development"  # it loads plugins by its configuration
    wanted = _BINS.get(name, name)
    return "" if wanted in package.runtime else f"`{name}` is not one of its dependencies"


def _script(files: Files, package: Package, folder: str, name: str, depth: int) -> str:
    found = steps(package, name)
    if not found:
        if name == "start" and files.has(joined(folder, "server.js")):
            return _node(files, package, folder, ["server.js"])
        return f"the script {name} is not in package.json"
    for one, text in found:
        for part in re.split(r"\s*(?:&&|\|\||;|&|\|)\s*", text.strip()):
            why = _started(files, package, folder, tuple(part.split()), depth + 1)
            if why:
                return f"the script {one}: {why}"  # S01
    return ""


def _node(files: Files, package: Package, folder: str, words: list[str]) -> str:
    """Return why a file that node runs needs a development package: what it imports is followed."""
    rest = iter(words)
    entry = None
    for word in rest:
        name, equals, value = word.partition("=")
        if name in ("-r", "--require", "--import", "--loader", "--experimental-loader"):
            value = value if equals else next(rest, "")
            if value.startswith(".") or package_of(value) in package.runtime:
                continue
            return f"node loads {value}"
        if not word.startswith("-"):
            entry = word
            break
    if entry is None:
        return "cannot tell what node runs"
    tree = files.tree
    if tree is None:
        return "cannot tell what node runs"
    first = _resolved(tree, normpath(joined(folder, entry.lstrip("/") if entry.startswith("./") else entry)))
    if first is None:
        return f"{entry} is not in the build context"
    return _loaded(files, package, folder, first) or _peer(files, package, folder)


def _loaded(files: Files, package: Package, folder: str, first: str) -> str:
    """Return which file that runs loads a development package, or may; "" for none."""
    tree = files.tree
    assert tree is not None
    reached = _reached(files, tree, first)
    texts = {path: files.text(path) or "" for path in reached}
    computes = any(loads_computed(text) for text in texts.values())
    if computes:
        texts |= {path: files.text(path) or "" for path in _sources(tree, folder)}
    own = joined(folder, "package.json")
    if own in texts and not any("devDependencies" in text for path, text in texts.items() if path != own):
        del texts[own]  # read for its version: it names what it does not load
    commands = {_BINS.get(name, name): name for name in package.development}
    commands |= {bin_name: name for bin_name, name in _BINS.items() if name in package.development}
    for path, text in texts.items():
        name = named(text, package.development, any_string=computes)
        if name:
            return f"{path} {'imports' if name in imported(text) else 'names'} {name}"
        word = min(started_words(text) & commands.keys(), default="")
        if word:
            return f"{path} may start {word}"
    return ""


def _peer(files: Files, package: Package, folder: str) -> str:
    """Return which package uses a development package where it finds it, as the lock file says; "" for none."""
    entries = (json_of(files, joined(folder, "package-lock.json")) or {}).get("packages")
    for path, entry in entries.items() if isinstance(entries, dict) else ():
        peers = entry.get("peerDependencies") if path and isinstance(entry, dict) and not entry.get("dev") else None
        for name in peers if isinstance(peers, dict) else ():
            if name in package.development:
                return f"{path.rpartition('node_modules/')[2]} may use {name}"
    return ""


def _sources(tree: ContextTree, folder: str) -> Iterator[str]:
    """Yield the files that a program may load by names that it works out."""
    for path in tree.below(folder):
        if path.endswith((".js", ".mjs", ".cjs", ".ts")) and not (_ASIDE.search(path) or is_test(path)):
            yield path


def _reached(files: Files, tree: ContextTree, first: str) -> list[str]:
    """Return a file and the files that it imports, and those that they import."""
    found = [first]
    for path in found:
        for name in _RELATIVE.findall(files.text(path) or ""):
            other = _resolved(tree, normpath(join(dirname(path), name)))
            if other is not None and other not in found and len(found) < _LIMIT:
                found.append(other)
    return found


def _resolved(tree: ContextTree, path: str) -> str | None:
    return next((path + ending for ending in _ENDINGS if tree.is_file(path + ending)), None)
