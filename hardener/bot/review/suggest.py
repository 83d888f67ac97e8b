"""From a change of a file to a comment on a pull request: a suggestion can be applied as it is, or is none.

A change is proven as a whole, so a file gets one suggestion that spans all of it. Where the lines that a forge lets
comment on do not hold that span, the comment says what harden would change and offers nothing to click.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from difflib import SequenceMatcher

from hardener._version import DOCUMENTATION
from hardener.bot.rewriting import Change, Note
from hardener.fast.records import dataclass
from hardener.output.escape import shown, valid
from hardener.output.findings import CHANGED
from hardener.output.markdown import escaped

_HUNK = re.compile(r"^@@ -\d+(?:,\d+)? \+(\d+)(?:,(\d+))? @@", re.MULTILINE)
_MARK = "<!-- harden review {} -->"
_MARKS = re.compile(r"<!-- harden review ([0-9a-f]{16}) -->")
#: of a suggestion, in lines; of what is said of one file, in rows
_LINES, _ROWS = 200, 20
#: lines above the one that a comment of GitLab stands on
_ABOVE = 100


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on lines of a file, from 1, both included; `key` stands for it."""

    path: str
    start: int
    end: int
    text: str
    key: str


def hunks(patch: str) -> list[tuple[int, int]]:
    """Return the lines of the new file that a patch shows: first and last of each hunk."""
    found = [(int(start), int(count or 1)) for start, count in _HUNK.findall(patch)]
    return [(start, start + count - 1) for start, count in found if count]


def keys(texts: Iterable[str]) -> frozenset[str]:
    """Return the keys of remarks that were made already."""
    return frozenset(key for text in texts for key in _MARKS.findall(text))


def remark(
    change: Change, notes: Iterable[Note], patch: str, *, is_alone: bool, fence: str = "suggestion"
) -> Remark | None:
    """Return the comment for a file; None where none can be placed.

    Args:
        change: of the file as the pull request has it.
        notes: of all files.
        patch: what the pull request changes of it.
        is_alone: whether the change needs no other file to change with it.
        fence: of suggestions, see `records.Reviews`.
    """
    shown_lines = hunks(patch)
    if change.before is None or not shown_lines:
        return None
    try:
        before, after = change.before.decode().split("\n"), change.after.decode().split("\n")
    except UnicodeDecodeError:
        return None
    start, end, lines = _span(before, after)
    fits = any(first <= start and end <= last for first, last in shown_lines)
    can_show = is_alone and len(lines) <= _LINES and _is_plain(before[start - 1 : end] + lines)
    can_apply = can_show and fits and _is_taken(lines, end - start, fence)
    digest = hashlib.sha256("\0".join([change.path, *before[start - 1 : end], "", *lines]).encode()).hexdigest()[:16]
    mine = [note for note in notes if note.path == change.path and note.status == CHANGED]
    if can_apply:
        text = f"{_why(mine)}\n{fenced(lines, fence.format(above=end - start))}"
    elif can_show and not fence:
        text = f"{_why(mine)}\n{_lines(start, end)} become:\n\n{fenced(lines, '')}"
        start = end = _anchor(end, shown_lines)
    else:
        start = end = _anchor(start, shown_lines)
        text = f"{_why(mine)}\n`harden --write` makes these changes."
    return Remark(change.path, start, end, f"{text}\n{_MARK.format(digest)}\n", digest)


def _span(before: list[str], after: list[str]) -> tuple[int, int, list[str]]:
    """Return the lines that change, from 1, and what stands there instead; one line at least."""
    blocks = [b for b in SequenceMatcher(None, before, after, autojunk=False).get_opcodes() if b[0] != "equal"]
    first, last, new_first, new_last = blocks[0][1], blocks[-1][2], blocks[0][3], blocks[-1][4]
    if first == last or new_first == new_last:  # lines are put in or left out: a line beside them goes with them
        if first:
            first, new_first = first - 1, new_first - 1
        else:
            last, new_last = last + 1, new_last + 1
    if last == len(before) and not before[-1] and last - first > 1 and not after[-1]:
        last, new_last = last - 1, new_last - 1  # what follows the last newline is no line
    return first + 1, last, after[new_first:new_last]


def _is_plain(lines: list[str]) -> bool:
    """Tell whether a suggestion holds exactly these lines: forges may change control characters and line ends."""
    return all(valid(line) == line and shown(line.replace("\t", "")) == line.replace("\t", "") for line in lines)


def _anchor(line: int, shown_lines: list[tuple[int, int]]) -> int:
    """Return the line of the patch that is nearest to a line."""
    return min((max(first, min(line, last)) for first, last in shown_lines), key=lambda one: abs(one - line))


def _is_taken(lines: list[str], above: int, fence: str) -> bool:
    """Tell whether the forge puts exactly these lines there."""
    if "{above}" not in fence:
        return bool(fence)
    # GitLab: blank lines alone leave lines out, and a line with a slash first might be taken for a command
    return above <= _ABOVE and any(map(str.strip, lines)) and not any(line.lstrip().startswith("/") for line in lines)


def _lines(start: int, end: int) -> str:
    return f"Line {start}" if start == end else f"Lines {start} to {end}"


def fenced(lines: list[str], name: str) -> str:
    """Return a suggestion; its fence is longer than any in the text, so that the text cannot end it."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([f"{fence}{name}", *lines, fence])


def _why(notes: list[Note]) -> str:
    rows = dict.fromkeys(
        f"* [{one.rule}]({DOCUMENTATION}/rules/#{one.code.lower()}-{one.rule}): {escaped(one.message[:300])}"
        for one in notes
    )
    rest = len(rows) - _ROWS
    return "\n".join([*list(rows)[:_ROWS], *([f"* … and {rest} more"] if rest > 0 else []), ""])
