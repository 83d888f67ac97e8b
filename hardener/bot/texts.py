"""Title, body and comments of a request. Text of a repository stands in them as text: no markup, mention or command."""

from __future__ import annotations

from hardener._version import DOCUMENTATION
from hardener.bot.advice import table, watched
from hardener.bot.families import UPDATES
from hardener.bot.mark import marked
from hardener.bot.rewriting import Group, Note
from hardener.bot.template import Template
from hardener.fast.records import dataclass
from hardener.output.escape import valid
from hardener.output.findings import CHANGED, HELD_BACK, OFFERED
from hardener.output.markdown import code, escaped
from hardener.output.style import reason_url
from hardener.output.totals import counted

#: rules that stand open: more than that nobody reads in two minutes
_READ = 12
#: rows of a list; the rest is counted. GitHub takes bodies of 65,536 characters
_ROWS = 60
_LONGEST = 60_000
#: in the comment with which the bot closes a request, so that it is not written twice
NOTHING_LEFT = "<!-- harden nothing-left -->"


@dataclass(frozen=True, slots=True)
class Style:
    """How requests are worded: by a template of the organisation, if it has one, for the repository of this name."""

    template: Template | None = None
    repository: str = ""


def title(group: Group, style: Style | None = None) -> str:
    """Return the title of a request."""
    if style is not None and style.template is not None:
        return style.template.fill(_values(group, style.repository))[0]
    files = counted(len(group.changes), "file")
    if group.name == "all":
        return f"Harden the container build ({files})"
    if group.name == UPDATES:
        return f"Update pinned images ({files})"
    if group.name.isalpha():
        return f"Harden the container build: {group.name} ({files})"
    return f"Harden one container file ({files})"


def message(group: Group) -> str:
    """Return the message of the commit: the rules that changed something, without text of the repository."""
    return f"{title(group)}\n\nRules: {_rules(group)}\n"


def _rules(group: Group) -> str:
    return ", ".join(sorted({note.rule for note in group.notes if note.status == CHANGED}))


def body(group: Group, style: Style | None = None) -> str:
    """Return the body of a request, with its mark at the end."""
    if style is not None and style.template is not None:
        for rows in (_ROWS, 10, 0):
            text = style.template.fill(_values(group, style.repository, rows))[1]
            if len(text) <= _LONGEST:
                return marked(valid(text), group.keys)
    made = [note for note in group.notes if note.status == CHANGED]
    parts = [_intro(group), _effects(made), _why(group), _watch(made), _held(group), _offered(group), _errors(group)]
    text = "\n".join(part for part in [*parts, _HOW] if part)
    if len(text) > _LONGEST:
        parts[2] = _why(group, rows=10)
        parts[4:7] = ["", "", ""]
        text = "\n".join(part for part in [*parts, _HOW] if part)
    return marked(valid(text), group.keys)


def _values(group: Group, repository: str, rows: int = _ROWS) -> dict[str, str]:
    """Return what a template may name."""
    made = [note for note in group.notes if note.status == CHANGED]
    is_short = rows < _ROWS
    return {
        "title": title(group),
        "files": ", ".join(code(change.path[:200]) for change in group.changes[:8]),
        "rules": _rules(group),
        "repository": _line(repository),
        "intro": _intro(group),
        "effects": _effects(made),
        "why": _why(group, rows),
        "watch": _watch(made),
        "held": "" if is_short else _held(group),
        "offered": "" if is_short else _offered(group),
        "errors": "" if is_short else _errors(group),
        "how": _HOW,
    }


def closing() -> str:
    """Return the comment for a request that the bot closes."""
    return (
        f"Nothing is left to do: the base branch has these changes, or does not need them any more.\n\n{NOTHING_LEFT}\n"
    )


def _intro(group: Group) -> str:
    names = [code(change.path) for change in group.changes[:5]]
    more = f" and {len(group.changes) - 5} more" if len(group.changes) > 5 else ""
    if group.name == UPDATES:
        return f"harden moved pins in {', '.join(names)}{more} to what their tags name now. No image was built.\n"
    checked = "Each change was checked against the files of this repository; no image was built."
    return f"harden rewrote {', '.join(names)}{more}. {checked}\n"


def _effects(made: list[Note]) -> str:
    rows = "".join(f"| {name} | {text} | {_files(paths)} |\n" for name, text, paths in table(made))
    return f"### What changes for you\n\n| | | in |\n|---|---|---|\n{rows}" if rows else ""


def _files(paths: list[str]) -> str:
    return ", ".join(code(path[:200]) for path in paths[:2]) + (f" and {len(paths) - 2} more" if len(paths) > 2 else "")


def _why(group: Group, rows: int = _ROWS) -> str:
    """Return why: one line a rule with its first finding and the places of all, as people have two minutes."""
    found: dict[tuple[str, str], list[Note]] = {}
    for note in group.notes:
        if note.status == CHANGED:
            found.setdefault((note.code, note.rule), []).append(note)
    lines = []
    for (number, rule), notes in sorted(found.items()):
        others = len({note.message for note in notes}) - 1
        text = _line(notes[0].message) + (f"; {others} more of this kind" if others else "")
        lines.append(f"* [{rule}]({DOCUMENTATION}/rules/#{number.lower()}-{rule}): {text} ({_places(notes)})\n")
    if len(lines) > _READ:
        return _folded(f"Why: {counted(len(lines), 'rule')}, one by one", lines, rows)
    return "### Why\n\n" + _cut(lines, rows)


def _watch(made: list[Note]) -> str:
    lines = [f"* {text}\n" for text in watched(made)]
    return "### What to watch after merging\n\n" + "".join(lines) if lines else ""


def _held(group: Group) -> str:
    found: dict[tuple[str, str, str, str], list[Note]] = {}
    for note in group.notes:
        if note.status == HELD_BACK:
            found.setdefault((note.rule, note.reason, note.spec, note.allow), []).append(note)
    lines = []
    for (rule, reason, spec, allow), notes in found.items():
        more = f"; {_line(allow)}" if allow else ""
        page = f" [{spec}]({reason_url(spec)})" if spec.isalnum() and spec.isascii() else ""
        lines.append(f"* {_places(notes)} {rule}: {_line(reason)}{page}{more}\n")
    return _folded(f"{counted(len(lines), 'reason')} to hold back", lines)


def _offered(group: Group) -> str:
    found: dict[tuple[str, str], list[Note]] = {}
    for note in group.notes:
        if note.status == OFFERED:
            found.setdefault((note.rule, note.message), []).append(note)
    lines = [f"* {_places(notes)} {rule}: {_line(text)}\n" for (rule, text), notes in found.items()]
    return _folded(f"{len(lines)} more that the files cannot prove; harden verify tries them", lines)


def _errors(group: Group) -> str:
    return _folded("Files that could not be read", [f"* {_line(error)}\n" for error in group.errors])


def _folded(head: str, lines: list[str], rows: int = _ROWS) -> str:
    return f"<details><summary>{head}</summary>\n\n{_cut(lines, rows)}\n</details>\n" if lines else ""


def _cut(lines: list[str], rows: int) -> str:
    rest = len(lines) - rows
    return "".join(lines[:rows]) + (f"* … and {rest} more\n" if rest > 0 else "")


def _line(text: str) -> str:
    """Return text of a repository as one line that means nothing to a forge."""
    return escaped(text[:400])


def _places(notes: list[Note]) -> str:
    found: dict[str, list[int]] = {}
    for note in notes:
        found.setdefault(note.path, []).append(note.line)
    shown = [f"{code(path[:200])} {_at(lines)}" for path, lines in list(found.items())[:2]]
    return ", ".join(shown) + (f" and {counted(len(found) - 2, 'more file')}" if len(found) > 2 else "")


def _at(lines: list[int]) -> str:
    """Return the lines of one file."""
    first = ", ".join(map(str, lines[:3]))
    return f"line{'s' * (len(lines) > 1)} {first}" + (f" and {len(lines) - 3} more" if len(lines) > 3 else "")


_HOW = f"""### What you can do

* **Leave something out**: name the rule in `ignore` of a `harden.toml` here, or put `# harden: ignore[RULE]` above the
  instruction ([configuration]({DOCUMENTATION}/cli/)). The next run rebuilds this request without it.
* **Postpone**: leave this request open. It follows its base branch without a new message.
* **Change it**: push to its branch. It is yours then and is never overwritten.
* **Close for good**: close this request. These changes are not proposed again.
"""
