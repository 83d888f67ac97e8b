"""From what harden finds in the container files of a pull request to what a check says of it."""

from __future__ import annotations

from collections.abc import Collection

from hardener._version import DOCUMENTATION
from hardener.bot.dry import patch
from hardener.bot.forge.checks import Annotation, Verdict
from hardener.bot.review.suggest import fenced
from hardener.bot.rewriting import Group, Note
from hardener.output.escape import shown, shown_lines, valid
from hardener.output.findings import CHANGED, HELD_BACK
from hardener.output.markdown import escaped
from hardener.rules.base import Safety

#: of a text, in characters: GitHub takes 65,535 bytes, and a character may be four
_LONGEST = 16_000
#: annotations of one check; errors that it lists
_MOST, _ERRORS = 300, 20
_LEVELS = ("failure", "warning", "notice")
_RANKS = (*(one.value for one in Safety), HELD_BACK)

NOTHING = Verdict("success", "No container file", "This request changes no Dockerfile and no compose file.")


def verdict(group: Group, paths: Collection[str], fail_level: str) -> Verdict:
    """Return what is said of the files of a pull request.

    Args:
        group: what harden found in the repository as the request has it.
        paths: of the container files that the request adds or changes.
        fail_level: as the option of the command: "none", a level, or "held-back".
    """
    notes = [note for note in group.notes if note.path in paths]
    errors = [error for error in group.errors if error.startswith(tuple(f"{path}:" for path in paths))]
    changes = [change for change in group.changes if change.path in paths]
    annotations = sorted((_annotation(note, fail_level) for note in notes), key=lambda one: _LEVELS.index(one.level))
    failed = sum(one.level == "failure" for one in annotations)
    if failed or (errors and fail_level != "none"):
        conclusion = "failure"
    else:
        conclusion = "neutral" if changes or errors else "success"
    rows = [
        f"{_counted(len(changes), 'file')} of {len(paths)} would change; "
        f"{_counted(len(notes), 'finding')}, {sum(note.status == HELD_BACK for note in notes)} held back."
    ]
    if fail_level != "none":
        rows.append(f"{_counted(failed, 'finding')} up to the level `{fail_level}`.")
    rows += [f"* cannot read {escaped(shown(error)[:300])}" for error in errors[:_ERRORS]]
    if len(annotations) > _MOST:
        rows.append(f"The first {_MOST} findings are shown.")
    rows.append(f"No image was built. [What the rules do]({DOCUMENTATION}/rules/).")
    title = "Cannot read all files" if errors else _title(len(changes), failed)
    text = _diff(patch(changes)) if changes else ""
    return Verdict(conclusion, title, "\n\n".join(rows), text, tuple(annotations[:_MOST]))


def _title(changes: int, failed: int) -> str:
    if failed:
        return f"{_counted(failed, 'finding')} to mend"
    return f"{_counted(changes, 'file')} would change" if changes else "Nothing to change"


def _annotation(note: Note, fail_level: str) -> Annotation:
    why = f"; held back: {note.reason}" if note.reason else ""
    allow = f" ({note.allow})" if note.allow else ""
    level = "failure" if _counts(note, fail_level) else "warning" if note.status == CHANGED else "notice"
    message = valid(shown(f"{note.message}{why}{allow}"))[:4000]
    line = max(1, note.line)
    return Annotation(note.path, line, line, level, f"{note.code} {note.rule}", message)


def _counts(note: Note, fail_level: str) -> bool:
    return fail_level in _RANKS and _RANKS.index(note.level or HELD_BACK) <= _RANKS.index(fail_level)


def _diff(data: bytes) -> str:
    """Return a patch as a block that its text cannot end; where it is too long, how to get it."""
    text = shown_lines(valid(data.decode("utf-8", "surrogateescape")))
    if len(text) > _LONGEST:
        return "`harden --diff` shows the changes."
    return fenced(text.rstrip("\n").split("\n"), "diff")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" + "s" * (number != 1)
