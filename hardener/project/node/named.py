"""Which packages a source of Node loads, or may load: imports, names in strings, programs that it starts (S01)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hardener.fast.patterns import regex

#: tools of which it is known that only a build calls them, unless something that runs names them
BUILD_TOOLS = frozenset(
    """
    typescript @angular/cli @nestjs/cli @vue/cli @babel/cli webpack webpack-cli gulp gulp-cli grunt grunt-cli rimraf npm
    pnpm yarn corepack turbo lerna nx vite rollup parcel node-gyp node-pre-gyp @mapbox/node-pre-gyp bower sass less jest
    eslint prettier nodemon ts-node ts-node-dev tsx npm-check-updates node-prune modclean @swc/cli tsup esbuild
    @ionic/cli expo-cli create-react-app react-scripts increase-memory-limit lockfile-lint husky
    """.split()  # noqa: SIM905 (a table of words reads better)
)
_IMPORT = regex(
    r"""(?:\b(?:require(?:\.resolve)?|import|jest\.\w+)\s*\(\s*|\bfrom\s*|\bimport\s*)["'`]([^"'`\n$]+)["'`]"""
)
_LOADS_COMPUTED = regex(r"""\b(?:require|import)\s*\(\s*(?!["'`][^"'`$]*["'`]\s*[,)])""")
_STARTS = regex(r"child_process|\bexeca\b|\bshelljs\b|\bcross-spawn\b|\bzx\b|\bBun\.(?:spawn|\$)|Deno\.(?:run|Command)")
_LITERAL = regex(r""""(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\\n]|\\.)*`""")
_QUOTED = regex(r"""["'`](@?[A-Za-z][\w./@-]*)["'`]""")
_NAME = regex(r"@?[A-Za-z0-9][\w./@-]*\Z")
_BY_PATH = regex(r"node_modules/(?:\.bin/)?(@[\w.-]+/[\w.-]+|[\w-][\w.-]*)")
_WORD = regex(r"[@\w][\w@./-]*")


def imported(text: str) -> frozenset[str]:
    """Return the packages that a source imports by name."""
    return frozenset(package_of(name) for name in _IMPORT.findall(text) if name[:1] not in "./")


def loads_computed(text: str) -> bool:
    """Tell whether a source imports what it works out."""
    return _LOADS_COMPUTED.search(text) is not None


def strings(text: str) -> frozenset[str]:
    """Return the strings of a source that may each be the name of a package or of a file in one, such as "a/register".

    A line whose quotes do not match counts with everything in it that looks like such a name.
    """
    return frozenset(name for line in text.splitlines() for name in _names(line))


def _names(line: str) -> Iterator[str]:
    if not line.strip().startswith(("//", "* ", "*/")):
        yield from (found[1:-1] for found in _LITERAL.findall(line) if _NAME.match(found[1:-1]))
        if set(_LITERAL.sub("", line)) & set("\"'`"):
            yield from _QUOTED.findall(line)


def started_words(text: str) -> frozenset[str]:
    """Return what a source may start: what it names by a path in node_modules; all words, where it starts programs."""
    by_path = frozenset(_BY_PATH.findall(text))
    if not _STARTS.search(text):
        return by_path
    return by_path | frozenset(word for found in re.findall(r"[\"'`]([^\"'`]*)", text) for word in _WORD.findall(found))


def package_of(name: str) -> str:
    """Return the package that an import names: "a" of "a/b", "@a/b" of "@a/b/c"."""
    parts = name.removeprefix("node:").split("/")
    return "/".join(parts[:2]) if name.startswith("@") else parts[0]


def named(text: str, packages: Iterable[str], *, any_string: bool = False) -> str:
    """Return the first of some packages that a source loads or may load; "" for none.

    Args:
        text: of the source.
        packages: their names.
        any_string: something of the program loads what it works out: every string that is a name counts.
    """
    wanted = frozenset(packages)
    sure = imported(text) & wanted
    if sure:
        return min(sure)
    found = [name for name in strings(text) if package_of(name) in wanted]
    kept = (name for name in found if any_string or name not in BUILD_TOOLS)
    return min((package_of(name) for name in kept), default="")
