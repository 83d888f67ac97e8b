"""The language of .dockerignore: rooted patterns, Go's filepath.Match and `**`, the last match wins.

It is not that of .gitignore: `node_modules` matches at the root alone, `**/node_modules` everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import normpath

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass, field
from hardener.syntax.globs import DEEP, FOLDERS, STAR, matcher

#: More patterns, or longer ones, are not read.
_PATTERNS, _LENGTH = 10_000, 1_000
_GO_META = ".+(){}|$"
_WILDCARD = regex(r"[*?\[\\]")


@dataclass(frozen=True, slots=True)
class _Pattern:
    negated: bool
    #: the text before its first wildcard
    start: str
    matches: Callable[[str], bool]

    def may_match_below(self, folder: str) -> bool:
        below = folder + "/"
        return self.start.startswith(below) or below.startswith(self.start)


@dataclass(frozen=True, slots=True)
class Dockerignore:
    """The patterns of one file.

    Attributes:
        patterns: in order.
        broken: BuildKit would refuse the file: a pattern is malformed; or it is more than is read.
        spent: characters that patterns with many wildcards looked at so far.
    """

    patterns: tuple[_Pattern, ...] = ()
    broken: bool = False
    spent: list[int] = field(default_factory=lambda: [0], compare=False, repr=False)
    #: for each folder that was asked about: is it kept out, and which patterns matched it or a folder above
    _folders: dict[str, tuple[bool, tuple[bool, ...]]] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> Dockerignore:
        """Read the text of a .dockerignore."""
        found: list[_Pattern] = []
        broken = False
        spent = [0]
        for line in text.removeprefix("\ufeff").split("\n"):
            if line.startswith("#") or not line.strip():
                continue
            pattern = line.strip()
            negated = pattern.startswith("!")
            if negated:
                pattern = pattern[1:].strip()
                broken |= not pattern
            if not pattern:
                continue
            if len(found) >= _PATTERNS or len(pattern) > _LENGTH:
                return cls((), broken=True)
            try:
                clean = _clean(pattern)
                found.append(_Pattern(negated, _WILDCARD.split(clean, 1)[0], _matcher(clean, spent)))
            except re.error:
                broken = True
        return cls(tuple(found), broken, spent)

    def has_exceptions(self, folder: str) -> bool:
        """Tell whether a pattern with `!` may leave something in a folder that is kept out."""
        return any(pattern.negated and pattern.may_match_below(folder) for pattern in self.patterns)

    def ignores(self, path: str) -> bool:
        """Tell whether the file or folder at `path` (relative, with `/`) is kept out."""
        folder, _, _ = path.rpartition("/")
        return self._state(path, self._folder(folder))[0]

    def _folder(self, path: str) -> tuple[bool, ...]:
        if not path:
            return (False,) * len(self.patterns)
        known = self._folders.get(path)
        if known is None:
            known = self._folders[path] = self._state(path, self._folder(path.rpartition("/")[0]))
        return known[1]

    def _state(self, path: str, above: tuple[bool, ...]) -> tuple[bool, tuple[bool, ...]]:
        """Walk the patterns as BuildKit does: one that matched the folder above matches all in it."""
        ignored = False
        matched = []
        for pattern, inherited in zip(self.patterns, above, strict=True):
            # a pattern that could change nothing is not tried, and does not count for what lies below
            hit = inherited or (pattern.negated == ignored and pattern.matches(path))
            matched.append(hit)
            if hit:
                ignored = not pattern.negated
        return ignored, tuple(matched)


def _clean(pattern: str) -> str:
    """Return the pattern as Go's filepath.Clean leaves it, without the `/` at its front."""
    clean = normpath(pattern)
    clean = clean[1:] if clean.startswith("//") else clean
    return clean[1:] if len(clean) > 1 and clean[0] == "/" else clean


def _matcher(pattern: str, spent: list[int]) -> Callable[[str], bool]:
    """Return a test for paths.

    Raises:
        re.error: the pattern is malformed.
    """
    parts, kind = _parts(pattern)
    if kind == "exact":
        return pattern.__eq__
    if kind == "prefix":
        start = pattern[:-2]
        return lambda path: path.startswith(start)
    if kind == "suffix":
        end = pattern[2:]
        return lambda path: path.endswith(end) or (end.startswith("/") and path == end[1:])
    return matcher(parts, spent)


def _parts(pattern: str) -> tuple[list[str], str]:
    """Return the parts of a pattern for `matcher` and how it is to be used.

    That is "exact", "prefix" (`a**`), "suffix" (`**a`) or "regex".
    """
    out: list[str] = []
    kind, at, turn = "exact", 0, 0
    while at < len(pattern):
        char = pattern[at]
        at += 1
        if char == "*" and pattern[at : at + 1] == "*":
            at += 1 + (pattern[at + 1 : at + 2] == "/")
            if at < len(pattern):
                out.append(FOLDERS)
                kind = "regex"
            elif kind == "exact":
                kind = "prefix"
            else:
                out.append(DEEP)
                kind = "regex"
            if turn == 0:
                kind = "suffix"
        elif char in "*?":
            out.append(STAR if char == "*" else "[^/]")
            kind = "regex"
        elif char == "\\" and at < len(pattern):
            out.append(re.escape(pattern[at]))
            at += 1
            kind = "regex"
        elif char == "[":
            end = pattern.find("]", at + 1)
            if end < 0:
                raise re.error("missing ]")
            inner = pattern[at:end].replace("[", r"\[")
            out.append(f"[{inner}]")
            at = end + 1
            kind = "regex"
        else:
            out.append("\\" + char if char in _GO_META or char == "\\" else char)
        turn += 1
    return out, kind
