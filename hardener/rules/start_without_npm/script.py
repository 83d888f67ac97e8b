"""Which program `npm start` starts, where package.json says so and nothing of npm is needed for it (E15)."""

from __future__ import annotations

import posixpath

from hardener.errors import Refusal
from hardener.fast.patterns import regex
from hardener.image.file_contents import in_context
from hardener.image.files import absolute
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.project.node.package_json import npm_settings, read_package, yarn_settings
from hardener.project.program_sources import is_test
from hardener.shell import argv

_MANAGERS = frozenset(("npm", "yarn", "pnpm"))
_SOURCES = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".jsx", ".tsx", ".json", ".env")
#: what the sources would find of npm: its variables, and node_modules/.bin in PATH for what they start
_OF_NPM = regex(
    r"\bnpm_(package|config|lifecycle|execpath|node_execpath|command)\b|\bnpm_\w+|child_process|\bexeca\b|shelljs"
)
_SETTINGS = frozenset(("script-shell", "node-options", "scripts-prepend-node-path"))
#: more sources than this are not read
_LIMIT = 300
_UNKNOWN = Refusal("E15", "the build context has no package.json where it starts", "name the program that it starts")


def script_of(words: tuple[str, ...]) -> str | None:
    """Return the script that a command of npm, yarn or pnpm runs; None for another command or one with arguments."""
    if not words or words[0] not in _MANAGERS:
        return None
    rest = [word for word in words[1:] if word not in ("--silent", "-s", "--quiet")]
    if rest == ["start"]:
        return "start"
    if len(rest) == 2 and rest[0] in ("run", "run-script"):
        return rest[1]
    return None


def started(model: Model, stage: StageModel, script: str, files: Files) -> tuple[str, ...] | Refusal | None:
    """Return the command that a script is, why npm has to stay, or None where the build context is not known."""
    if files.tree is None:
        return None
    place = absolute(stage.end.workdir, "package.json")
    found = in_context(model, stage, place, files) if place else None
    package = read_package(files, posixpath.dirname(found)) if found is not None else None
    if package is None:
        return _UNKNOWN
    around = [name for name in (f"pre{script}", f"post{script}") if name in package.scripts]
    if around:
        return Refusal("E15", f"package.json has a script {around[0]} too", "name the program that the script starts")
    text = package.scripts.get(script)
    if not text:
        return Refusal("E15", f"package.json has no script {script}", "name the program that is to start")
    words = argv(text)
    if isinstance(words, Refusal):
        return Refusal("E15", f"the script {script} is more than one command", "name the program that it starts")
    if words[0] != "node":
        return Refusal(
            "E15", f"the script {script} starts `{words[0]}`, which npm finds", "name the program by its path"
        )
    if set(npm_settings(files, package.folder)) & _SETTINGS:
        return Refusal("E15", ".npmrc says how scripts are run", "name the program that the script starts")
    if _is_plug_and_play(files, package.folder):
        return Refusal(
            "E15", "Yarn's Plug'n'Play loads the packages, and node alone does not", "set nodeLinker: node-modules"
        )
    return _needs_npm(files, package.folder, tests=any(is_test(word) for word in words)) or words


def _is_plug_and_play(files: Files, folder: str) -> bool:
    linked = yarn_settings(files, folder).get("nodeLinker") == "node-modules"
    names = (".pnp.cjs", ".pnp.js", ".pnp.loader.mjs", ".yarnrc.yml")
    return not linked and any(files.has(posixpath.join(folder, name)) for name in names)


def _needs_npm(files: Files, folder: str, *, tests: bool) -> Refusal | None:
    """Return which source reads what npm sets for its scripts; `tests`: those are started, so they count too."""
    tree = files.tree
    names = [n for n in tree.below(folder) if n.endswith(_SOURCES) and "node_modules/" not in n] if tree else []
    names = [name for name in names if tests or not is_test(name)]
    if len(names) > _LIMIT:
        return Refusal("E15", "there are too many sources to see whether they need npm", "name the program itself")
    for name in names:
        match = _OF_NPM.search(files.text(name) or "") if not name.endswith(("package.json", "lock.json")) else None
        if match:
            return Refusal(
                "E15", f"{name} uses `{match[0]}`, which may need npm", "name the program itself if it does not"
            )
    return None
