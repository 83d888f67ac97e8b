"""RUN instructions that a plain user can run: they write in a folder that the user owns, or in the user's home (U01).

A command that is not known to need no root counts as needing it.
"""

from __future__ import annotations

import re

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, replace
from hardener.image.data_folders import commands_of
from hardener.image.file_contents import text_at
from hardener.image.files import absolute, is_within
from hardener.image.model import Model, StageModel
from hardener.knowledge.reading import fills_home, harmless
from hardener.project.context import Files
from hardener.project.node.package_json import npm_settings, read_package, yarn_settings
from hardener.rules.add_user.named_paths import paths_in_settings, paths_in_source
from hardener.rules.add_user.shown import imported
from hardener.shell import Body, Command, parse_shell
from hardener.syntax.dockerfile.nodes import Run, ShellForm
from hardener.syntax.dockerfile.views import pairs

_DEPTH = 4
_GLOBAL = regex(
    r"(?:-\w*g|--global(?:=\S*)?|--location(?:=\S*)?|--prefix(?:=\S*)?|-C|--dir(?:=\S*)?|--cwd(?:=\S*)?|--cache(?:=\S*)?|--store-dir(?:=\S*)?|--modules-folder(?:=\S*)?)\Z"
)
#: what package managers do in the folder of the project and in the home, by program
_VERBS = {
    "npm": frozenset("install i ci add prune rebuild dedupe".split()),  # noqa: SIM905
    "yarn": frozenset(("", "install", "add")),
    "pnpm": frozenset("install i add prune".split()),  # noqa: SIM905
    "composer": frozenset("install dump-autoload dumpautoload".split()),  # noqa: SIM905
}
_RUNS_SCRIPTS = ("npm", "yarn", "pnpm")
#: tools of packages that make files in the folder of the project and in the home, and nowhere else
_BUILDERS = regex(
    r"(?:prisma generate|next (?:build|telemetry)|nuxt (?:build|generate|prepare)|vite build|vue-cli-service build"
    r"|react-scripts build|ng (?:build|analytics)|nest build|tsc|vue-tsc|husky|playwright install|svelte-kit sync)\b"
)
_OUTSIDE = regex(r"--with-deps|--out(?:-?dir|put(?:-path)?)?[= ]+(?:/|\.\.)|-d /|--dest\S* /")
#: programs that write to their operands only
_ON_OPERANDS = frozenset("chmod mkdir touch rm cp mv".split())  # noqa: SIM905
_WRITES_NOTHING = frozenset("echo printf true : cd ls pwd test [ set export".split())  # noqa: SIM905
_MODE = regex(r"[0-7]{3,4}\Z|[ugoa]*[-+=][rwxX]+\Z")
_DOWNLOADERS = frozenset(("nltk.downloader", "playwright"))
#: settings of the project that say where packages and caches lie
_KEPT_ELSEWHERE = frozenset(
    "prefix cache store-dir globalconfig cacheFolder globalFolder cache-folder global-folder storeDir".split()  # noqa: SIM905
)
#: what a script may not do to be run as another user
_DOUBTS = regex(
    r"\b(?:subprocess|os\.(?:system|chown|setuid|exec|spawn)|shutil\.chown|ctypes|importlib|__import__|eval|exec)\b"
    r"|\.\./|expanduser|sys\.executable|sys\.argv"
)
_NODE_DOUBTS = regex(
    r"child_process|worker_threads|process\.(?:set\w*[ug]id|argv|chdir)|\beval\(|\bnew Function\b|homedir|\bchown|\.\./"
    r"|require\(\s*[^'\"\s]|import\(\s*[^'\"\s]"
)
_NODE_MODULES = regex(r"""(?:\brequire\(\s*|\bimport\(\s*|\bfrom\s+|\bimport\s+)['"]([^'"]+)""")
_HERE, _HOME = "tree", "home"


def writes_as_user(model: Model, stage: StageModel, run: Run, files: Files) -> frozenset[str] | None:
    """Return where a RUN writes that needs no root: "tree" for its folder, "home"; None where it may need root.

    Args:
        model: of the file. stage: the final one. run: one of its RUN instructions.
        files: the build context.
    """
    folder = stage.states[run].workdir
    plain = isinstance(run.arguments, ShellForm) and not run.heredocs and not run.flags
    commands = [command for node, command in commands_of(model, stage) if node is run] if plain else []
    if folder is None or not commands:
        return None
    judge = _Judge(model, stage, files, folder, folder)
    found: set[str] = set()
    for command in commands:
        where = judge.command(command)
        if where is None:
            return None
        found |= where
    return frozenset(found)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges commands that run in a folder of the project.

    Attributes:
        tree: the folder that the user owns.
        folder: where the commands run.
        depth: of scripts of package.json that call each other.
    """

    model: Model
    stage: StageModel
    files: Files
    tree: str
    folder: str
    depth: int = 0

    def command(self, command: Command) -> frozenset[str] | None:
        """Return where one command writes, None where it may need root."""
        words = [word.value for word in command.words]
        if not words or None in words or not all(self.is_here(r.target and r.target.value) for r in command.redirects):
            return None
        argv = [word or "" for word in words]
        if argv[0] == "cross-env":
            argv = argv[next((i for i, word in enumerate(argv[1:], 1) if "=" not in word), len(argv)) :]
        if argv[:1] == ["cd"]:
            return frozenset() if len(argv) == 2 and absolute(self.folder, argv[1]) == self.folder else None
        return self.argv(argv, written=bool(command.redirects)) if argv else None

    def argv(self, argv: list[str], *, written: bool = False) -> frozenset[str] | None:
        name, rest = argv[0], argv[1:]
        if name in _WRITES_NOTHING:
            return frozenset((_HERE,) if written else ())
        if name in _VERBS:
            return self.manager(name, rest)
        if name == "npx" or self.depth:
            argv = [word for word in rest if word not in ("-y", "--yes")] if name == "npx" else argv
            if _BUILDERS.match(" ".join(argv)) and not _OUTSIDE.search(" ".join(argv)):
                return frozenset((_HERE, _HOME))
        if name in _ON_OPERANDS:
            operands = [
                word for word in rest if not word.startswith("-") and not (name == "chmod" and _MODE.match(word))
            ]
            return frozenset((_HERE,)) if operands and all(map(self.is_inside, operands)) else None
        if name == "javac" and all(self.is_here(word) for word in rest if not word.startswith("-")):
            return frozenset((_HERE,))
        if re.fullmatch(r"python[\d.]*", name):
            return self.python(rest)
        if name in ("node", "nodejs") and len(rest) == 1:
            return self.node(rest[0])
        return None

    def is_here(self, path: str | None) -> bool:
        """Tell whether a path lies in the folder that the user owns, or is no file."""
        if path is not None and (path.isdigit() or path == "/dev/null"):
            return True
        where = absolute(self.folder, path) if path else None
        return where is not None and is_within(where, self.tree)

    def is_inside(self, path: str) -> bool:
        where = absolute(self.folder, path)
        return self.is_here(path) and where != self.tree and not re.search(r"[*?\[~{]", path)

    def manager(self, name: str, rest: list[str]) -> frozenset[str] | None:
        """Return where a package manager writes: in its folder and home, and what the scripts of the project do."""
        if any(_GLOBAL.match(word) for word in rest):
            return None
        verb = next((word for word in rest if not word.startswith("-")), "")
        if name in _RUNS_SCRIPTS and _KEPT_ELSEWHERE & {*npm_settings(self.files), *yarn_settings(self.files)}:
            return None
        if rest[:2] in (["cache", "clean"], ["config", "set"], ["store", "prune"]):
            return frozenset((_HOME,))
        if (verb in _VERBS[name] and rest[:1] in ([], [verb])) or (verb == "" and "" in _VERBS[name]):
            return self.scripts(None) if name in _RUNS_SCRIPTS else frozenset((_HERE, _HOME))
        script = next((word for word in rest if not word.startswith("-") and word not in ("run", "run-script")), "")
        return self.scripts(script) if name in _RUNS_SCRIPTS and script else None

    def scripts(self, name: str | None) -> frozenset[str] | None:
        """Return where a script of package.json writes, or those that an installation runs for `name` None."""
        package = read_package(self.files)
        if package is None or self.depth > _DEPTH or package.workspaces:
            return None
        if name is None:
            texts = list(package.lifecycle.values())
        else:
            texts = [package.scripts[key] for key in (f"pre{name}", name, f"post{name}") if key in package.scripts]
            if name not in package.scripts:
                return None
        found, deeper = {_HERE, _HOME}, replace(self, depth=self.depth + 1)
        for text in texts:
            body = parse_shell(text)
            judged = [deeper.command(command) for command in body.commands] if isinstance(body, Body) else [None]
            if not judged or any(where is None for where in judged):
                return None
        return frozenset(found)

    def python(self, rest: list[str]) -> frozenset[str] | None:
        """Return where a call of Python writes: a downloader, a line of code that loads models, a script at hand."""
        if rest[:1] == ["-m"] and rest[1:2] and rest[1] in _DOWNLOADERS and not _OUTSIDE.search(" ".join(rest)):
            return frozenset((_HOME,)) if rest[1] != "playwright" or rest[2:3] == ["install"] else None
        if rest[:1] == ["-c"] and len(rest) == 2:
            return self.code(rest[1], frozenset((_HOME,)))
        script = absolute(self.folder, rest[0]) if rest and not rest[0].startswith("-") else None
        if script is None or not is_within(script, self.tree) or len(rest) > 1:
            return None
        return self.code(text_at(self.model, self.stage, script, self.files), frozenset((_HERE, _HOME)))

    def code(self, text: str | None, where: frozenset[str]) -> frozenset[str] | None:
        """Return `where` for a text of Python that only uses what is known, and names no path outside."""
        if text is None or _DOUBTS.search(text) or not self.stays_here(text):
            return None
        if _HERE not in where and re.search(r"\bopen\(|\bos\.|pathlib", text):
            return None
        known = harmless("python")
        free = (
            known.modules
            | known.packages
            | set(known.partial)
            | {"os", "shutil", "pathlib", "io", "csv", "tempfile", "sqlite3"}
        )
        names = {name.partition(".")[0] for name in imported(re.sub(r";\s*", "\n", text))}
        return where if all(name in free or fills_home(name) for name in names) else None

    def node(self, name: str) -> frozenset[str] | None:
        """Return where a script of Node.js writes that loads no other source, and only packages that are known."""
        place = absolute(self.folder, name)
        inside = place is not None and is_within(place, self.tree)
        text = text_at(self.model, self.stage, place, self.files) if place is not None and inside else None
        if text is None or _NODE_DOUBTS.search(text) or not self.stays_here(text):
            return None
        known = harmless("node")
        free = known.modules | known.packages | set(known.partial) | {"fs", "path", "fs/promises"}
        needed = _NODE_MODULES.findall(text)
        return frozenset((_HERE, _HOME)) if all(one.removeprefix("node:") in free for one in needed) else None

    def stays_here(self, text: str) -> bool:
        """Tell whether the paths that a source names, itself or by variables, lie in the folder that the user owns."""
        named = [*paths_in_source(text)]
        if re.search(r"environ|getenv|process\.env", text):
            variables = (node for node in self.stage.node.body if node.name in ("ENV", "ARG"))
            for key, value in (pair for node in variables for pair in pairs(node, self.model.escape)):
                named += paths_in_settings(f"{key}={value or ''}")
        return all(is_within(path, self.tree) for path in named)


__all__ = ["writes_as_user"]
