"""The folder that the build of a web page writes, by the tool and its configuration (S20)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from hardener.fast.patterns import regex
from hardener.project.context import Files
from hardener.project.node.package_json import Package
from hardener.project.python.manifests import table
from hardener.project.texts import json_of

#: commands in a script that leave nothing of their own in the folder, or only empty it
_BESIDE = regex(
    r"(tsc|vue-tsc|svelte-check|svelte-kit sync|astro check|eslint|rimraf|rm|mkdir|echo|del-cli|prettier|test)\b"
)
#: tools with one folder: option for another one, its place in a configuration file, what it is without both
_TOOLS: dict[str, tuple[str, str, str, str]] = {
    "vite build": ("--outDir", "vite.config", "outDir", "dist"),
    "astro build": ("--outDir", "astro.config", "outDir", "dist"),
    "vue-cli-service build": ("--dest", "vue.config", "outputDir", "dist"),
    "react-scripts build": ("", "", "", "build"),
    "craco build": ("", "craco.config", r"paths?\.appBuild|path", "build"),
    "react-app-rewired build": ("", "config-overrides", r"appBuild|path", "build"),
    "gatsby build": ("", "", "", "public"),
    "parcel build": ("--dist-dir", "", "", "dist"),
    "eleventy": ("--output", "eleventy.config", "output", "_site"),
    "docusaurus build": ("--out-dir", "", "", "build"),
    "storybook build": ("--output-dir", "", "", "storybook-static"),
    "react-router build": ("", "react-router.config", "buildDirectory", "build/client"),
    "nuxt generate": ("", "nuxt.config", r"output|publicDir|preset", ".output/public"),
    "nuxi generate": ("", "nuxt.config", r"output|publicDir|preset", ".output/public"),
}
_ENDINGS = ("js", "ts", "mjs", "mts", "cjs", "cts")


def output_of(files: Files, package: Package, script: str, values: Mapping[str, str | None], depth: int = 0) -> str:
    """Return the folder that a script of package.json writes, relative to it; "" where that is not known.

    Args:
        files: the build context.
        package: its package.json.
        script: the name of the script.
        values: variables of the environment that the script runs in.
        depth: of scripts that call each other.
    """
    body = package.scripts.get(script, "")
    names = {f"pre{script}", f"post{script}"} & package.scripts.keys()
    if depth > 3 or not body or (f"post{script}" in names):
        return ""
    found = ""
    for part in re.split(r"\s*(?:&&|;)\s*", body.strip()):
        words = [word for word in part.split() if not re.match(r"\w+=", word)]
        words = words[1:] if words[:1] in (["npx"], ["cross-env"], ["env"]) else words
        line = " ".join(word for word in words if "=" not in word or word.startswith("-"))
        if "BUILD_PATH=" in part or "OUT_DIR=" in part:
            return ""
        if _BESIDE.match(line):
            continue
        called = re.fullmatch(r"(?:npm run|yarn|yarn run|pnpm|pnpm run) ([\w:-]+)", line)
        parallel = re.fullmatch(r'run-[ps] [\w:-]+ "?([\w:-]*build[\w:-]*)(?: \{@\})?"?(?: --)?', line)
        inner = called or parallel
        made = output_of(files, package, inner[1], values, depth + 1) if inner else of_command(files, line, values)
        if not made or (found and made != found):
            return ""
        found = made
    return found


def of_command(files: Files, line: str, values: Mapping[str, str | None]) -> str:
    """Return what one command of a script writes."""
    if values.get("BUILD_PATH") or "BUILD_PATH" in "".join(files.text(p) or "" for p in (".env", ".env.production")):
        return ""
    if line.startswith(("next build", "next export")):
        return _next(files, line)
    if line.startswith("ng build"):
        return _angular(files, line)
    if line.startswith("vitepress build"):
        return _below(line, "vitepress build", ".vitepress/dist")
    if line.startswith("vite build") and any(files.has(f"svelte.config.{e}") for e in _ENDINGS):
        return _svelte(files)
    tool = next((name for name in _TOOLS if line == name or line.startswith(f"{name} ")), None)
    if tool is None:
        return ""
    option, config, key, plain = _TOOLS[tool]
    given = re.search(rf"(?:^|\s){option}[= ](\S+)", line) if option else None
    if given:
        return _clean(given[1])
    if tool == "vite build" and re.fullmatch(r"vite build(?: --\S+(?:[= ]\w+)?)*", line) is None:
        return ""  # another root
    return _configured(files, config, key, plain) if config else plain


def _configured(files: Files, config: str, key: str, plain: str) -> str:
    """Return the folder that a configuration file names, what it is without one, "" where it is an expression."""
    for ending in _ENDINGS:
        text = _code(files.text(f"{config}.{ending}") or "")
        if re.search(r"(?<![\w.])root\s*:", text):
            return ""
        if re.search(rf"\b(?:{key})\b", text):
            found = re.findall(rf"\b(?:{key})\s*:\s*[\"'`]([^\"'`$]+)[\"'`]", text)
            return _clean(found[0]) if len(found) == 1 else ""
    return plain


def _next(files: Files, line: str) -> str:
    text = "".join(_code(files.text(f"next.config.{ending}") or "") for ending in _ENDINGS)
    if line.startswith("next export"):
        given = re.search(r"\s(?:-o|--outdir)[= ](\S+)", line)
        return _clean(given[1]) if given else "out"
    exports = re.search(r"output\s*:\s*[\"'`]export[\"'`]", text)
    return "out" if exports and "distDir" not in text else ""


def _angular(files: Files, line: str) -> str:
    """Return the folder of the only project of angular.json that `ng build` builds."""
    given = re.search(r"--output-path[= ](\S+)", line)
    projects = (json_of(files, "angular.json") or {}).get("projects")
    if not isinstance(projects, dict) or len(projects) != 1:
        return _clean(given[1]) if given else ""
    name, project = next(iter(projects.items()))
    build = table(project if isinstance(project, dict) else {}, "architect", "build")
    options = table(build, "options")
    path = given[1] if given else options.get("outputPath", f"dist/{name}")
    inner = "browser" if str(build.get("builder", "")).endswith(":application") else ""
    if isinstance(path, dict):
        inner = str(path.get("browser", inner))
        path = path.get("base", "")
    return _clean(posixpath.join(str(path), inner)) if path else ""


def _svelte(files: Files) -> str:
    text = "".join(_code(files.text(f"svelte.config.{ending}") or "") for ending in _ENDINGS)
    return "build" if "adapter-static" in text and "pages" not in text and "assets" not in text else ""


def _below(line: str, tool: str, inner: str) -> str:
    words = line[len(tool) :].split()
    if len(words) > 1 or any(word.startswith("-") for word in words):
        return ""
    return _clean(posixpath.join(words[0] if words else ".", inner))


def _code(text: str) -> str:
    """Return a JavaScript text without most of its comments."""
    return re.sub(r"(?m)^\s*//[^\n]*$|/\*(?s:.*?)\*/", "", text)


def _clean(path: str) -> str:
    """Return a folder below the project in its plain form, "" for any other."""
    plain = posixpath.normpath(path.strip("\"'"))
    return "" if plain in (".", "/") or plain.startswith(("..", "/")) else plain
