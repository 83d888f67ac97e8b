"""Reader of nginx settings: directives and their blocks, with includes followed (U09).

Format: nginx.org/en/docs/beginners_guide.html#conf_structure and src/core/ngx_conf_file.c.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field

_TOKEN = regex(
    r"""(?P<blank>\s+|\#[^\n]*)|(?P<quoted>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|(?P<sign>[{};])"""
    r"""|(?P<word>(?!["'])(?:\\.|\$\{[^}]*\}|[^\s{};\\])+)"""
)
_DEPTH = 5


@dataclass(frozen=True, slots=True)
class Directive:
    """One directive.

    Attributes:
        name: its first word.
        arguments: the other words, quotes taken off.
        block: what stands in its braces; None where it has none.
    """

    name: str
    arguments: tuple[str, ...] = ()
    block: tuple[Directive, ...] | None = None

    def every(self) -> Iterator[Directive]:
        """Yield the directive and all below it."""
        yield self
        for inner in self.block or ():
            yield from inner.every()


@dataclass(slots=True)
class Included:
    """Settings with their includes put in.

    Attributes:
        directives: of the main file, in order.
        files: the paths that were read.
        unknown: the paths that are included, and of which it is not known what they say.
    """

    directives: tuple[Directive, ...] = ()
    files: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_nginx(text: str) -> tuple[Directive, ...] | None:
    """Return the directives of a text; None for what is no nginx settings, or holds Lua."""
    stack: list[list[Directive]] = [[]]
    heads: list[tuple[str, ...]] = []
    words: list[str] = []
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return None
        at = found.end()
        if found["quoted"]:
            words.append(found["quoted"][1:-1])
        elif found["word"]:
            words.append(found["word"])
        elif found["sign"] and not _closed(found["sign"], stack, heads, words):
            return None
    return tuple(stack[0]) if not (heads or words) else None


def _closed(sign: str, stack: list[list[Directive]], heads: list[tuple[str, ...]], words: list[str]) -> bool:
    """End a directive, or open or end a block; False where that cannot be."""
    if sign == "}":
        if words or not heads:
            return False
        head = heads.pop()
        block = tuple(stack.pop())
        stack[-1].append(Directive(head[0], head[1:], block))
        return True
    if not words or words[0].endswith("_by_lua_block"):
        return False
    if sign == "{":
        heads.append(tuple(words))
        stack.append([])
    else:
        stack[-1].append(Directive(words[0], tuple(words[1:])))
    words.clear()
    return True


def with_includes(main: str, texts: Mapping[str, str | None], harmless: frozenset[str]) -> Included:
    """Return what the settings say that start with one file.

    Args:
        main: its path in the image.
        texts: what lies where below the folder of settings; None for a file whose text is not known.
        harmless: files of the package that say nothing of ports, users and files.
    """
    out = Included()
    reader = _Includer(posixpath.dirname(main), texts, harmless, out)
    out.directives = tuple(reader.file(main, _DEPTH))
    return out


@dataclass(frozen=True, slots=True)
class _Includer:
    root: str
    texts: Mapping[str, str | None]
    harmless: frozenset[str]
    out: Included

    def file(self, path: str, depth: int) -> Iterator[Directive]:
        text = self.texts.get(path)
        found = read_nginx(text) if text is not None and depth else None
        if found is None:
            self.out.unknown.append(path)
            return
        self.out.files.append(path)
        yield from self.put_in(found, depth)

    def put_in(self, directives: tuple[Directive, ...], depth: int) -> Iterator[Directive]:
        """Yield directives with those of included files in the places of the includes."""
        for one in directives:
            if one.name == "include" and one.arguments:
                for path in self.matching(posixpath.normpath(posixpath.join(self.root, one.arguments[0]))):
                    if path not in self.harmless:
                        yield from self.file(path, depth - 1)
            elif one.block is not None:
                yield Directive(one.name, one.arguments, tuple(self.put_in(one.block, depth)))
            else:
                yield one

    def matching(self, wanted: str) -> list[str]:
        """Return the files that an include means: one that must be there, or those that a pattern finds."""
        if not any(char in wanted for char in "*?["):
            return [wanted]
        return sorted(path for path in self.texts if fnmatchcase(path, wanted) and path.count("/") == wanted.count("/"))
