"""The unified diff of two lists of lines: what `difflib` says, for files of tens of thousands of lines too.

`difflib` goes through all lines of a part for each difference in it, a time that grows with lines times differences.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import Match, SequenceMatcher

#: lines shown around a difference
_AROUND = 3
#: a part of fewer lines is gone through line by line
_SHORT = 100


class _Matcher(SequenceMatcher[str]):
    """Finds the same longest match as its base, among the runs of equal lines: they are worked out once."""

    #: where each line of b stands that is not too frequent (documented, but not known to type checkers)
    b2j: dict[str, list[int]]

    def __init__(self, a: list[str], b: list[str]) -> None:
        super().__init__(None, a, b)
        self._before, self._after = a, b
        #: (start in a, start in b, lines) of each run that cannot be made longer, the longest first
        self._runs = sorted(self._found_runs(a), key=lambda run: -run[2])

    def _found_runs(self, a: list[str]) -> Iterator[tuple[int, int, int]]:
        """Yield the runs; lines that the base leaves out as too frequent begin and continue none."""
        lengths: dict[int, int] = {}  # of the runs that end with the line before, by where they end in b
        for i, line in enumerate([*a, None]):
            places = self.b2j.get(line, ()) if line is not None else ()
            new = {j: lengths.pop(j - 1, 0) + 1 for j in places}
            yield from ((i - size, j + 1 - size, size) for j, size in lengths.items())
            lengths = new

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Return the longest run within a part; of several the first in a, then the first in b."""
        a_end, b_end = len(self._before) if ahi is None else ahi, len(self._after) if bhi is None else bhi
        if a_end - alo < _SHORT:  # all runs are more than its lines
            return super().find_longest_match(alo, a_end, blo, b_end)
        i, j, size = alo, blo, 0
        for a_start, b_start, length in self._runs:
            if length < size:
                break
            cut = max(0, alo - a_start, blo - b_start)
            left = min(length, a_end - a_start, b_end - b_start) - cut
            if left >= max(size, 1) and (left > size or (a_start + cut, b_start + cut) < (i, j)):
                i, j, size = a_start + cut, b_start + cut, left
        # frequent lines beside it belong to it
        while i > alo and j > blo and self._before[i - 1] == self._after[j - 1]:
            i, j, size = i - 1, j - 1, size + 1
        while i + size < a_end and j + size < b_end and self._before[i + size] == self._after[j + size]:
            size += 1
        return Match(i, j, size)


def unified_lines(a: list[str], b: list[str], old: str, new: str) -> Iterator[str]:
    """Yield the lines of the unified diff, as `difflib.unified_diff` does.

    Args:
        a, b: the lines before and after, with their newlines.
        old, new: what the two are called.
    """
    for number, group in enumerate(_Matcher(a, b).get_grouped_opcodes(_AROUND)):
        if not number:
            yield f"--- {old}\n"
            yield f"+++ {new}\n"
        (_, a_start, _, b_start, _), (_, _, a_end, _, b_end) = group[0], group[-1]
        yield f"@@ -{_range(a_start, a_end)} +{_range(b_start, b_end)} @@\n"
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                yield from (" " + line for line in a[i1:i2])
                continue
            yield from ("-" + line for line in a[i1:i2])
            yield from ("+" + line for line in b[j1:j2])


def _range(start: int, end: int) -> str:
    """Return a range as a diff writes it: from 1, an empty one by the line before it."""
    length = end - start
    return f"{start + 1}" if length == 1 else f"{start + 1 if length else start},{length}"
