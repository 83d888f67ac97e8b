"""Who owns files by a CODEOWNERS file of GitHub or GitLab: the repository's text, so read with bounds.

Patterns are matched without regular expressions: a hostile one costs time in proportion to its length alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache

from hardener.bot.forge.records import Wishes
from hardener.fast.records import dataclass

#: where forges look for it, the first one counts
PLACES = (".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
#: of the file, in bytes; a longer one is left
SIZE = 64 << 10
#: more are not asked for one request
_MOST = 10
_NAME = re.compile(r"@([A-Za-z0-9_][A-Za-z0-9_.-]{0,99})(/[A-Za-z0-9_.-]{1,100})?")


@dataclass(frozen=True, slots=True)
class _Entry:
    section: str
    pattern: str
    owners: tuple[str, ...]


def owners(text: str, paths: Iterable[str]) -> Wishes:
    """Return the people and teams who own files.

    Args:
        text: of the file.
        paths: of the files, with `/` and without one at the start.
    """
    entries = list(_entries(text))
    found: dict[str, None] = {}
    for path in paths:
        last: dict[str, tuple[str, ...]] = {}
        for entry in entries:
            if covers(entry.pattern, path):
                last[entry.section] = entry.owners
        found.update(dict.fromkeys(name for names in last.values() for name in names))
    names = list(found)[:_MOST]
    return Wishes(tuple(n for n in names if "/" not in n), tuple(n for n in names if "/" in n))


def _entries(text: str) -> Iterator[_Entry]:
    """Yield the lines that name owners; sections with owners of their own are GitLab's."""
    section, default = "", tuple[str, ...]()
    for line in text.splitlines()[:2000]:
        words = line.partition(" #")[0].split()
        if not words or words[0].startswith("#"):
            continue
        head = re.match(r"\^?\[([^\]]*)\](?:\[\d+\])?", line.strip())
        if head:
            section, default = head[1].lower(), tuple(_names(line.strip()[head.end() :].split()))
        elif not words[0].startswith("!"):
            yield _Entry(section, words[0], tuple(_names(words[1:])) or default)


def _names(words: Iterable[str]) -> Iterator[str]:
    """Yield names without `@`; addresses of mail are none, as forges are asked by name."""
    yield from (word[1:] for word in words if _NAME.fullmatch(word))


def covers(pattern: str, path: str) -> bool:
    """Tell whether a pattern, as in .gitignore, covers a file: by itself, or a folder above it."""
    is_anchored = "/" in pattern.rstrip("/")
    parts = [part for part in pattern.split("/") if part]
    if pattern.endswith("/"):
        parts.append("**")
    if not is_anchored:
        parts.insert(0, "**")
    names = path.split("/")

    @cache
    def fits(at: int, name: int) -> bool:
        if at == len(parts):
            # what is left is below a folder that the pattern names; `dir/*` covers its files alone
            return name == len(names) or parts[-1:] != ["*"]
        if parts[at] == "**":
            return fits(at + 1, name) or (name < len(names) and fits(at, name + 1))
        return name < len(names) and _fits(parts[at], names[name]) and fits(at + 1, name + 1)

    return len(parts) <= 50 and len(names) <= 50 and bool(parts) and fits(0, 0)


def _fits(pattern: str, text: str) -> bool:
    """Tell whether `*` and `?` of a pattern fit a name: the last `*` takes as little as it can, and then more."""
    p = t = 0
    star, mark = -1, 0
    while t < len(text):
        if p < len(pattern) and pattern[p] == "*":
            star, mark, p = p, t, p + 1
        elif p < len(pattern) and pattern[p] in ("?", text[t]):
            p, t = p + 1, t + 1
        elif star >= 0:
            mark += 1
            p, t = star + 1, mark
        else:
            return False
    return set(pattern[p:]) <= {"*"}
