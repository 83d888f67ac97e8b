"""What the image of a Node program runs: scripts of package.json, tools, packages for development (S01, S03, S11)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from hardener.fast.patterns import regex
from hardener.project.node.named import BUILD_TOOLS, loads_computed, named, started_words
from hardener.rules.split_stages.model import Case

#: commands of packages that are not called like the package
BINS = {
    "typescript": "tsc", "@angular/cli": "ng", "@nestjs/cli": "nest", "@vue/cli-service": "vue-cli-service",
    "@vue/cli": "vue", "@babel/cli": "babel", "@babel/node": "babel-node", "webpack-cli": "webpack", "pm2":
    "pm2 pm2-runtime pm2-docker pm2-dev", "sequelize-cli": "sequelize sequelize-cli", "@playwright/test": "playwright",
    "dotenv-cli": "dotenv", "ts-node": "ts-node ts-node-esm", "ts-node-dev": "ts-node-dev tsnd", "grunt-cli": "grunt",
    "gulp-cli": "gulp", "npm": "npm npx", "pnpm": "pnpm pnpx", "yarn": "yarn yarnpkg", "corepack": "pnpm yarn yarnpkg",
    "bun": "bun bunx",
}  # fmt: skip
#: settings of tools that no program reads when it runs
_SETTINGS = regex(
    r"(^|/)\.?(jest|babel|webpack|rollup|vite|vitest|tsup|eslint|prettier|tailwind|postcss|commitlint|karma|cypress"
    r"|playwright|nodemon|lint-staged|stylelint|rspack|esbuild|svgo|codegen|orval|wdio|protractor|release|gulpfile"
    r"|gruntfile|eslintrc|prettierrc|babelrc|metro|storybook|vue|craco|quasar|svelte|astro)\b[^/]*\Z",
    re.IGNORECASE,
)
_WORD = regex(r"[@\w][\w@/.:+-]*")
#: settings of programs, which load by name what they name
_LOADING = regex(r"(^|/)(ecosystem[^/]*|[^/]*\.config\.\w+|\.\w+rc(\.\w+)?|[^/]*\.json)\Z")
_DATA = (".json", ".yml", ".yaml")
_ENDINGS = (".js", ".mjs", ".cjs", ".ts", ".mts", ".cts", ".tsx", ".jsx", *_DATA)


def words_that_run(case: Case) -> frozenset[str]:
    """Return the words of all that runs in the image: its command lines, shell scripts, scripts of package.json."""
    if "node words" not in case.memo:
        texts = [" ".join(program) for program in case.programs]
        texts += [n.text for n in case.stage.node.body if n.name in ("ENV", "CMD", "ENTRYPOINT", "HEALTHCHECK")]
        texts += case.project.run_texts(case.programs)
        found = _with_scripts(_words("\n".join(texts)), _scripts(case))
        case.memo["node words"] = frozenset(found)
    known: frozenset[str] = case.memo["node words"]
    return known


def _words(text: str) -> set[str]:
    """Return the words of a text, and the program that a path below node_modules/.bin names."""
    found = set(_WORD.findall(text))
    return found | {word.rpartition("/")[2] for word in found if ".bin/" in word}


def _scripts(case: Case) -> dict[str, str]:
    """Return the scripts of every package.json by name, those of one name together."""
    found: dict[str, str] = {}
    for path in case.project.paths:
        if path.rpartition("/")[2] != "package.json" or "node_modules/" in path:
            continue
        data = case.project.json(path)
        scripts: Any = data.get("scripts") if isinstance(data, dict) else None
        for name, text in scripts.items() if isinstance(scripts, dict) else ():
            if isinstance(text, str):
                found[name] = f"{found.get(name, '')}\n{text}"
    return found


def _with_scripts(words: set[str], scripts: dict[str, str]) -> set[str]:
    """Add the words of scripts that are named, of what runs before and after them, and so on."""
    queue = [name for name in scripts if name in words]
    seen: set[str] = set()
    while queue:
        name = queue.pop()
        if name in seen:
            continue
        seen.add(name)
        new = _words(scripts[name])
        words |= new
        queue += [other for other in scripts if other in new or other in (f"pre{name}", f"post{name}")]
    return words


def is_called(case: Case, names: Iterable[str]) -> bool:
    """Tell whether anything that runs in the image calls a tool of one of these packages, as far as it is known."""
    words = words_that_run(case)
    return any({name, name.rpartition("/")[2], *BINS.get(name, "").split()} & words for name in names)


def installed_globally(case: Case) -> list[str]:
    """Return the packages that are installed globally and that the image may run."""
    found: list[str] = []
    for call in case.calls:
        if call.name in ("npm", "yarn", "pnpm") and {"-g", "--global", "global"} & set(call.words):
            names = [re.sub(r"(?<=.)@.*", "", word) for word in call.words[1:] if not word.startswith("-")]
            found += [] if only_builds(case, names) else names
    return found


def fetched_at_start(case: Case) -> str:
    """Return the manager that the image starts and that corepack would fetch then, "" for none.

    The first call fetches it into the home folder; the build has made that call, the runtime stage has not.
    """
    calls = [call for call in case.calls if call.name == "corepack"]
    if not calls or any({"prepare", "install", "use", "up", "pack", "hydrate"} & set(call.words) for call in calls):
        return ""
    named = {name for name in ("pnpm", "yarn") if is_called(case, (name,))}
    return min(named.difference(installed_globally(case)), default="")


def only_builds(case: Case, names: Iterable[str]) -> bool:
    """Tell whether all of these packages are tools for the build alone."""
    every = list(names)
    return all(name in BUILD_TOOLS for name in every) and not is_called(case, every)


def uses_development(case: Case, names: Iterable[str], lock: dict[str, dict[str, Any]]) -> str:
    """Return what of the image may use one of these packages, which are for development (S01, S03); "" for nothing.

    Args:
        case: the stage.
        names: of the packages.
        lock: entries of the lock file by name, those for development among them.
    """
    wanted = [name for name in names if not name.startswith("@types/")]
    bins = {name: lock.get(name, {}).get("bin") for name in wanted}
    words = words_that_run(case)
    for name in wanted:
        own = bins[name]
        if (isinstance(own, dict) and own.keys() & words) or is_called(case, (name,)):
            return f"what the image starts names {name}"
        if any(word.startswith(f"{name}/") for word in words):
            return f"what the image starts loads {name}"
    for other, entry in lock.items():
        peers = entry.get("peerDependencies") if not entry.get("dev") else None
        name = min(peers.keys() & set(wanted), default="") if isinstance(peers, dict) else ""
        if name:
            return f"{other} may use {name}"  # a package looks for it, and uses it where it is
    return _named_in_files(case, wanted)


def _named_in_files(case: Case, wanted: list[str]) -> str:
    """Return which file of the program loads or starts one of these packages, or may; "" for none."""
    texts = {path: case.project.text(path) or "" for path in _read(case)} if wanted else {}
    commands = {*wanted, *(word for name in wanted for word in BINS.get(name, "").split())}
    computes = any(loads_computed(text) for path, text in texts.items() if not path.endswith(_DATA))
    for path, text in texts.items():
        name = named(text, wanted, any_string=computes or _LOADING.search(path) is not None)
        if not name and path.endswith((".yml", ".yaml")):
            name = min(set(_WORD.findall(text)) & set(wanted), default="")
        word = name or min(started_words(text) & commands, default="")
        if word:
            return f"{path} names {word}"
    return ""


def _read(case: Case) -> list[str]:
    """Return the files that a Node program may load: sources, and settings that are no tool's."""
    kept = (p for p in case.project.paths if p.endswith(_ENDINGS) and not case.project.is_aside(p))
    return [
        path
        for path in kept
        if not _SETTINGS.search(path)
        and not re.search(
            r"(^|/)(package(-lock)?|tsconfig[\w.-]*|npm-shrinkwrap|nest-cli)\.json\Z|-lock\.ya?ml\Z", path
        )
        and not path.endswith((".d.ts", "compose.yaml", "compose.yml"))
    ]
