"""Which program `npm start` starts, where package.json says so and nothing of npm is needed for it (E15)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.file_contents import in_context
from hardener.image.files import absolute
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.project.context_tree import ContextTree
from hardener.project.node.package_json import Package, npm_settings, read_package, yarn_settings
from hardener.project.node.scripts import QUIET, ScriptCall, script_call, steps
from hardener.project.program_sources import is_test
from hardener.rules.start_without_npm.programs import program_at
from hardener.rules.start_without_npm.settings import set_and_run

_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".json", ".env")
#: what the sources would find of npm: its variables, and node_modules/.bin in PATH for what they start
_OF_NPM = regex(
    r"\bnpm_(package|config|lifecycle|execpath|node_execpath|command)\b|\bnpm_\w+|child_process|\bexeca\b|shelljs"
)
_SETTINGS = frozenset(("script-shell", "node-options", "scripts-prepend-node-path"))
#: more sources than this are not read
_LIMIT = 300
#: scripts that call scripts
_NESTED = 4
_UNKNOWN = Refusal("E15", "the build context has no package.json where it starts", "name the program that it starts")


def started(model: Model, stage: StageModel, call: ScriptCall, files: Files) -> tuple[str, ...] | Refusal | None:
    """Return the command that a script is, why npm has to stay, or None where the build context is not known."""
    if files.tree is None:
        return None
    place = absolute(stage.end.workdir, "package.json")
    found = in_context(model, stage, place, files) if place else None
    package = read_package(files, posixpath.dirname(found)) if found is not None else None
    if package is None:
        return _UNKNOWN
    found_words = _followed(package, call)
    if isinstance(found_words, Refusal):
        return found_words
    settings, words = found_words
    if settings and not (stage.image is not None and stage.image.has_shell):
        return Refusal("E15", f"the image may have no `env` to set {settings[0]} with", "set it with ENV")
    if words[0] != "node":
        program = program_at(model, stage, package, words, files)
        if isinstance(program, Refusal):
            return program
        words = (program, *words[1:])
    if set(npm_settings(files, package.folder)) & _SETTINGS:
        return Refusal("E15", ".npmrc says how scripts are run", "name the program that the script starts")
    if _is_plug_and_play(files, package.folder):
        return Refusal(
            "E15", "Yarn's Plug'n'Play loads the packages, and node alone does not", "set nodeLinker: node-modules"
        )
    return _needs_npm(files, package.folder, tests=any(is_test(word) for word in words)) or (
        ("env", *settings, *words) if settings else words
    )


def _followed(package: Package, call: ScriptCall) -> tuple[tuple[str, ...], tuple[str, ...]] | Refusal:
    """Return the one command that a call comes to, through scripts that are one call themselves, and its variables.

    The variables are `NAME=value`, those of outer scripts first.
    """
    settings: tuple[str, ...] = ()
    for _ in range(_NESTED):
        loud = [option for option in call.options if option not in QUIET]
        if loud:
            return Refusal("E15", f"cannot tell what `{loud[0]}` tells {call.manager}", "name the program itself")
        found = steps(package, call.name) if call.is_script else ()
        if not found:
            if call.is_program:
                return settings, (call.name, *call.arguments)
            return Refusal("E15", f"package.json has no script {call.name}", "name the program that is to start")
        around = [name for name, _ in found if name != call.name]
        if around:
            return Refusal(
                "E15", f"package.json has a script {around[0]} too", "name the program that the script starts"
            )
        command = set_and_run(found[0][1])
        if command is None:
            return Refusal("E15", f"the script {call.name} is more than one command", "name the program that it starts")
        settings += command[0]
        words = (*command[1], *call.arguments)
        inner = script_call(words)
        if inner is None:
            return settings, words
        call = inner
    return Refusal("E15", "scripts call scripts too deep to follow", "name the program that is to start")


def _is_plug_and_play(files: Files, folder: str) -> bool:
    linked = yarn_settings(files, folder).get("nodeLinker") == "node-modules"
    names = (".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", ".yarnrc.yml")
    return not linked and any(files.has(posixpath.join(folder, name)) for name in names)


def _needs_npm(files: Files, folder: str, *, tests: bool) -> Refusal | None:
    """Return which source reads what npm sets for its scripts; `tests`: those are started, so they count too."""
    tree = files.tree
    names = tree.once(_source_names, folder, tests) if tree is not None else ()
    if len(names) > _LIMIT:
        return Refusal("E15", "there are too many sources to see whether they need npm", "name the program itself")
    for name in names:
        match = _OF_NPM.search(files.text(name) or "") if not name.endswith(("package.json", "lock.json")) else None
        if match:
            return Refusal(
                "E15", f"{name} uses `{match[0]}`, which may need npm", "name the program itself if it does not"
            )
    return None


def _source_names(tree: ContextTree, folder: str, tests: bool) -> tuple[str, ...]:
    found = (name for name in tree.below(folder) if name.endswith(_SOURCES) and "node_modules/" not in name)
    return tuple(name for name in found if tests or not is_test(name))
