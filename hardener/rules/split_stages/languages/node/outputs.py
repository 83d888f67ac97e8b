"""Where the build of a Node program writes: the folder of the application, or outside of it (S22)."""

from __future__ import annotations

import posixpath
import re

from hardener.fast.patterns import regex
from hardener.image.files import is_within
from hardener.rules.split_stages import paths
from hardener.rules.split_stages.languages.node.project import manifest
from hardener.rules.split_stages.model import Call, Case

#: a path in a script that leaves the folder it runs in; those of URLs and of options on addresses do not count
_LEAVES = regex(r"(?<![\w.:/@$}*-])((?:\.\./)+[\w./-]*|/[A-Za-z][\w.-]*(?:/[\w.-]+)*)")
_ADDRESS = regex(r"--?(base(-href|-path|Url)?|public-(path|url)|deploy-url|path-prefix|publicPath)[= ]\S+")
_SETTINGS = regex(
    r"((vite|rollup|webpack|vue|next|nuxt|astro|svelte|tsup)[\w.-]*\.(js|ts|mjs|cjs)|(angular|tsconfig[\w.-]*)\.json)\Z"
)
_TARGET = regex(r"(outDir|outputDir|distDir|outputPath|\bdir\b|\bpath)[\"']?\s*:[^\n]*?[\"'](\.\./[\w./-]*)[\"']")
#: scripts of package.json that an installation runs
INSTALLING = ("preinstall", "install", "postinstall", "prepare")
_HARMLESS = ("/dev/null", "/tmp", "/bin/", "/usr/bin/")


def outside(case: Case, call: Call, script: str) -> str:
    """Return a path outside of the folder of the application that a command may write to, "" where none is known."""
    folder = call.folder or "/"
    root = paths.root_of(case, folder)
    found = manifest(case, folder)
    scripts = found.section("scripts") if found is not None else {}
    texts = [call.raw]
    queue, seen = [script, f"pre{script}", f"post{script}"], set[str]()
    while queue:
        name = queue.pop()
        if name in seen or name not in scripts:
            continue
        seen.add(name)
        texts.append(scripts[name])
        queue += [other for other in scripts if re.search(rf"(?<![\w:-]){re.escape(other)}(?![\w:-])", scripts[name])]
    words = [m[1] for text in texts for m in _LEAVES.finditer(_ADDRESS.sub("", text))]
    here = folder[len(root) :].strip("/") if is_within(folder, root) else ""
    installs = script in INSTALLING and script not in scripts  # it runs nothing that reads settings
    settings = [path for path in case.project.paths if posixpath.dirname(path) == here] if not installs else []
    words += [m[2] for path in settings if _SETTINGS.match(posixpath.basename(path))
              for m in _TARGET.finditer(case.project.text(path) or "")]  # fmt: skip
    for word in words:
        place = posixpath.normpath(posixpath.join(folder, word))
        if not is_within(place, root) and not place.startswith(_HARMLESS):
            return place
    return ""


def of_tsc(case: Case, call: Call, script: str) -> tuple[str, ...] | None:
    """Return what a build script writes where it only runs tsc and the configuration names the folder."""
    found = manifest(case, call.folder)
    body = found.section("scripts").get(script, "") if found else ""
    if not re.fullmatch(r"(rimraf \S+ && |rm -rf \S+ && )?tsc( -p (\./)?tsconfig\.json)?", body) or found is None:
        return None
    if {f"pre{script}", f"post{script}"} & found.section("scripts").keys():
        return None
    text = case.project.text("tsconfig.json")
    match = re.search(r'"outDir"\s*:\s*"(\./)?([\w-]+)/?"', _without_comments(text)) if text else None
    if match is None or call.folder is None or '"references"' in (text or ""):
        return None
    return (posixpath.join(call.folder, match[2]),)


def _without_comments(text: str) -> str:
    return re.sub(r"(?m)^\s*//.*$|/\*.*?\*/", "", text)
