"""go.mod, go.work and go.sum."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.context import Files
from hardener.project.node.package_json import inside
from hardener.project.texts import joined


@dataclass(frozen=True, slots=True)
class GoModule:
    """One go.mod.

    Attributes:
        folder: where it lies in the build context.
        path: the module path, such as "example.org/app".
        version: of the language, "" where it is not said.
        requires: (module, version), indirect ones too.
        local: folders that `replace` directives name, as paths of the context (they may leave it with `..`).
        replaced: modules that are replaced.
    """

    folder: str
    path: str
    version: str
    requires: tuple[tuple[str, str], ...]
    local: tuple[str, ...]
    replaced: tuple[str, ...]


def read_module(files: Files, folder: str = "") -> GoModule | None:
    """Return the go.mod of a folder."""
    text = files.text(joined(folder, "go.mod"))
    if text is None:
        return None
    requires, local, replaced, path, version = [], [], [], "", ""
    for verb, words in _directives(text):
        if verb == "module" and words:
            path = words[0]
        elif verb == "go" and words:
            version = words[0]
        elif verb == "require" and len(words) >= 2:
            requires.append((words[0], words[1]))
        elif verb == "replace" and "=>" in words:
            target = words[words.index("=>") + 1 :]
            replaced.append(words[0])
            if target and target[0].startswith((".", "/")):
                local.append(inside(folder, target[0]))
    return GoModule(folder, path, version, tuple(requires), tuple(local), tuple(replaced)) if path else None


def _directives(text: str) -> list[tuple[str, list[str]]]:
    found, block = [], ""
    for line in text.splitlines():
        words = [word.strip('"`') for word in re.sub(r"//.*", "", line).split()]
        if not words:
            continue
        if block:
            if words[0] == ")":
                block = ""
            else:
                found.append((block, words))
        elif words[-1] == "(":
            block = words[0]
        else:
            found.append((words[0], words[1:]))
    return found


def work_folders(files: Files, folder: str = "") -> tuple[str, ...] | None:
    """Return the folders that a go.work uses, None where there is none."""
    text = files.text(joined(folder, "go.work"))
    if text is None:
        return None
    return tuple(inside(folder, words[0]) for verb, words in _directives(text) if verb == "use" and words)


def missing_sums(files: Files, module: GoModule) -> tuple[str, ...] | None:
    """Return the required modules whose go.mod has no checksum in go.sum; None where there is no go.sum."""
    text = files.text(joined(module.folder, "go.sum"))
    if text is None:
        return None
    known, replaced = {tuple(line.split()[:2]) for line in text.splitlines()}, frozenset(module.replaced)
    wanted = [(name, version) for name, version in module.requires if name not in replaced]
    return tuple(name for name, version in wanted if (name, f"{version}/go.mod") not in known)


_IMPORTS = regex(r'^import\s*(?:(\()|(?:[\w.]+\s+)?("[^"\n]+"))', re.MULTILINE)
_SOURCES = 400
#: parts of an import path that are looked at: no module path is as long
_PARTS = 50


def unknown_imports(files: Files, module: GoModule) -> tuple[str, ...] | None:
    """Return what the sources import and no required module provides; None where there are too many sources."""
    tree = files.tree
    if tree is None:
        return None
    names = [path for path in tree.below(module.folder) if path.endswith(".go") and "/vendor/" not in f"/{path}"]
    if len(names) > _SOURCES:
        return None
    known = frozenset((module.path, *module.replaced, *(name for name, _ in module.requires)))
    paths = dict.fromkeys(path for name in names for path in _imported(files.text(name) or ""))
    return tuple(path for path in paths if "." in path.partition("/")[0] and not _provided(path, known))


def imports_of(text: str) -> tuple[str, ...]:
    """Return the packages of other modules that a source file imports: their first part is a host."""
    return tuple(path for path in _imported(text) if "." in path.partition("/")[0])


def _imported(text: str) -> Iterator[str]:
    """Yield what a source file imports. Each block is looked at once, as files of others may have many open ones."""
    at = 0
    while match := _IMPORTS.search(text, at):
        at = match.end()
        if not match[1]:
            yield match[2][1:-1]
            continue
        end = text.find(")", at)
        if end < 0:
            return
        yield from re.findall(r'"([^"\n]+)"', text[at:end])
        at = end


def _provided(path: str, known: frozenset[str]) -> bool:
    """Tell whether a package lies in a module of `known`."""
    parts = path.split("/")
    return any("/".join(parts[: count + 1]) in known for count in range(min(len(parts), _PARTS)))
