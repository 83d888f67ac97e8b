"""The sources of a Node service: the file that starts, TypeScript behind what is compiled, and what it imports."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.image.model import Model, StageModel
from hardener.project.context import Files
from hardener.rules.healthcheck.probe import source_of

#: what starts the file that is named next
_STARTERS = frozenset(("node", "nodejs", "ts-node", "tsx", "nodemon", "ts-node-dev", "pm2-runtime"))
#: options of Node that take the next word
_VALUED = frozenset(("-r", "--require", "--import", "--loader", "--experimental-loader", "--env-file"))
_IMPORT = regex(
    r"""(?:\brequire\s*\(\s*|\bfrom\s+|^[ \t]*import\s+)["']((?:\.|@/|~/|src/)[^"'\n]*)["']""", re.MULTILINE
)
_ENDINGS = ("", ".js", ".mjs", ".cjs", ".ts", ".mts", ".tsx", "/index.js", "/index.ts")
_COMPILED = ("dist/src/", "dist/", "build/src/", "build/", "lib/", "out/")
_OUT = regex(r'"outDir"\s*:\s*"(?:\./)?([\w./-]+?)/?"')
_COMMENTS = regex(r"^[ \t]*//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/", re.MULTILINE)
_ROUTER = regex(r"\b(\w+)\s*(?::\s*[\w.]+)?\s*=\s*(?:new\s+)?(?:[\w.]+\.|require\([^)]*\)\.)?Router\(")
_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Sources:
    """The text of the file that starts and of all that it imports, one after the other.

    Attributes:
        paths: of the files, in the context.
        starts: where the text of each begins.
    """

    text: str
    paths: tuple[str, ...]
    starts: tuple[int, ...]

    def file_at(self, offset: int) -> str:
        """Return the file whose text an offset lies in."""
        return self.paths[bisect_right(self.starts, offset) - 1]

    def of(self, path: str) -> str:
        """Return the text of one file."""
        at = self.paths.index(path)
        return self.text[self.starts[at] : self.starts[at + 1] if at + 1 < len(self.starts) else None]

    def routers(self, path: str) -> list[str]:
        """Return the names of the routers that a file makes."""
        return _ROUTER.findall(self.of(path))

    def is_router(self, path: str, name: str) -> bool:
        """Tell whether a name is a router of a file."""
        return name in self.routers(path)

    def resolved(self, path: str, name: str, module: str) -> tuple[str, str] | None:
        """Return file and name of the router that a name, or what is imported from a module, means in a file."""
        if name and self.is_router(path, name):
            return path, name
        if name:
            pattern = rf"(?:\b{name}\b[^\n;]*?(?:=\s*require\(\s*|\bfrom\s+))[\"']([^\"'\n]+)[\"']"
            found = re.findall(pattern, self.of(path))
            module = found[0] if len(found) == 1 else ""
        target = _resolved(self.paths, path, module) if module else None
        routers = self.routers(target) if target else []
        return (target, routers[0]) if target and len(routers) == 1 else None


def entry_of(model: Model, stage: StageModel, files: Files, words: tuple[str, ...]) -> str | None:
    """Return the file of the context that a command line of Node starts; None for other programs."""
    name = basename(words[0]) if words else ""
    if name == "nest" and words[1:2] == ("start",):
        return _typescript(model, stage, files, "dist/main.js")
    if name not in _STARTERS:
        return None
    entry, rest = "", iter(words[1:])
    for word in rest:
        if word in _VALUED:
            next(rest, "")
        elif not word.startswith("-"):
            entry = word
            break
    if not entry:
        return None
    found = source_of(model, stage, files, entry) or source_of(model, stage, files, f"{entry}.js")
    return found or _typescript(model, stage, files, entry)


def _typescript(model: Model, stage: StageModel, files: Files, entry: str) -> str | None:
    """Return the source of a file that a build makes: dist/server.js of src/server.ts."""
    manifest = source_of(model, stage, files, "package.json")
    folder = dirname(manifest) if manifest else ""
    out = _OUT.search(files.text(join(folder, "tsconfig.json")) or "")
    name = re.sub(r"\.[cm]?js\Z", "", normpath(entry))
    for made in (f"{out[1]}/src/", f"{out[1]}/") if out else _COMPILED:
        if not name.startswith(made):
            continue
        for place in ("src/", ""):
            for ending in (".ts", ".mts", ".tsx", ".js"):
                path = join(folder, place + name[len(made) :] + ending)
                if files.tree is not None and files.tree.is_file(path):
                    return path
    return None


def read_sources(files: Files, first: str) -> Sources:
    """Return the sources from the file that starts on, comments left out."""
    paths, texts, starts, at = [], [], [], 0
    for path, text in _texts(files, first):
        paths.append(path)
        texts.append(text)
        starts.append(at)
        at += len(text) + 1
    return Sources("\n".join(texts), tuple(paths), tuple(starts))


def _texts(files: Files, first: str) -> Iterator[tuple[str, str]]:
    queue, seen = [first], {first}
    while queue:
        path = queue.pop(0)
        text = files.text(path) or ""
        yield path, _COMMENTS.sub("", text)
        for name in _IMPORT.findall(text):
            tree = files.tree
            found = next((p for p in _candidates(path, name) if tree is not None and tree.is_file(p)), None)
            if found is not None and found not in seen and len(seen) < _LIMIT:
                seen.add(found)
                queue.append(found)


def _resolved(paths: tuple[str, ...], path: str, module: str) -> str | None:
    return next((p for p in _candidates(path, module) if p in paths), None)


def _candidates(path: str, name: str) -> Iterator[str]:
    """Yield the files that an import in a file may mean, TypeScript behind `.js` too; `@/` is the folder src."""
    if name.startswith("."):
        place = normpath(join(dirname(path), name))
    else:
        place = normpath(join(path.rpartition("src/")[0], "src", re.sub(r"\A(?:@/|~/|src/)", "", name)))
    bare = re.sub(r"\.([cm]?)js\Z", r".\1ts", place)
    yield from (place + ending for ending in _ENDINGS)
    yield bare
