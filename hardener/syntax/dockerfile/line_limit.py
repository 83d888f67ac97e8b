"""How long a line may be that BuildKit reads (P39)."""

from __future__ import annotations

from hardener.syntax.tree import Flatten, Node

#: BuildKit's lines end before 64 KiB; the other lines of a file are no rule's work
_LINE = 65_000


def is_too_long(old: Node | Flatten, new: Node | Flatten) -> bool:
    """Tell whether a line of `new` may be longer than BuildKit reads, where none of `old` is."""
    return _longest(new) > _LINE >= _longest(old)


def _longest(part: Node | Flatten) -> int:
    """Return the bytes of the longest line, 0 where no line can be long enough to matter."""
    codes = [node.code for node in (part.nodes if isinstance(part, Flatten) else (part,))]
    if sum(map(len, codes)) * 4 <= _LINE:
        return 0
    return max(len(line.encode("utf-8", "surrogateescape")) for code in codes for line in code.split("\n"))
