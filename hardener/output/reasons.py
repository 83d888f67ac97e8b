"""What the ids in messages mean, such as [U15]: one by one, and all of them as Markdown."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from hardener.fast.records import dataclass
from hardener.rules import every_rule

_FILE = Path(__file__).parents[1] / "rules" / "reasons.md"
_ID = re.compile(r"\b[A-Z]\d\d\b")


@dataclass(frozen=True, slots=True)
class Section:
    """Reasons with one letter: `subject` is what they are about, `text` says it in a sentence or two."""

    letter: str
    subject: str
    text: str


@dataclass(frozen=True, slots=True)
class Reason:
    """What one id means.

    Attributes:
        id: a letter, that of its section, and two digits.
        title: what was found, in a line.
        text: why that matters and, where something can be done, what allows the change.
    """

    id: str
    title: str
    text: str
    section: Section


def read_reasons(text: str) -> tuple[Reason, ...]:
    """Return the reasons of a text in the format of reasons.md, in its order.

    `## U Subject` begins a section and `### U15 Title` a reason; the lines below each are its text.
    """
    found: list[Reason] = []
    section = Section("", "", "")
    for block in re.split(r"(?m)^(?=###? )", text):
        head, _, body = block.partition("\n")
        marks, name, title = [*head.split(" ", 2), "", ""][:3]
        if marks == "##":
            section = Section(name, title, body.strip())
        elif marks == "###":
            found.append(Reason(name, title, body.strip(), section))
    return tuple(found)


@cache
def all_reasons() -> dict[str, Reason]:
    """Return the reasons by id, in the order of their pages; the file is read when this is first asked."""
    return {reason.id: reason for reason in read_reasons(_FILE.read_text(encoding="utf-8"))}


def reason(name: str) -> Reason | None:
    """Return what an id means, written in any case and as messages have it: `U15`, `u15`, `[U15]`; else None."""
    return all_reasons().get(name.strip("[]() ").upper())


def page(one: Reason) -> str:
    """Return what is known of a reason as text for a terminal."""
    from textwrap import fill

    text = "\n".join(fill(line, 100, break_on_hyphens=False, break_long_words=False) for line in one.text.splitlines())
    rules = ", ".join(rules_by_reason().get(one.id, ()))
    return f"{one.id} {one.title}\n\n{text}\n\nSubject: {one.section.subject}\n" + (
        f"Rules: {rules}\n" if rules else ""
    )


def section_page(letter: str) -> str | None:
    """Return the reasons with a letter as text for a terminal, one a line; None for a letter that has none."""
    rows = [one for name, one in all_reasons().items() if name[0] == letter.strip("[]() ").upper()]
    if not rows:
        return None
    head = f"{rows[0].section.letter} {rows[0].section.subject}"
    return "\n".join([head, "", *(f"{one.id} {one.title}" for one in rows), ""])


def rules_by_reason() -> dict[str, list[str]]:
    """Return for each id the names of the rules whose page names it, sorted."""
    found: dict[str, list[str]] = {}
    for rule in sorted(every_rule(), key=lambda r: r.name):
        for name in set(_ID.findall(rule.__doc__ or "")):
            found.setdefault(name, []).append(rule.name)
    return found


def linked(text: str) -> str:
    """Return Markdown in which the ids of reasons outside of code lead to docs/reasons.md."""
    parts = re.split(r"(```.*?```|`[^`\n]*`)", text, flags=re.DOTALL)
    return "".join(part if place % 2 else _ID.sub(_link, part) for place, part in enumerate(parts))


def _link(found: re.Match[str]) -> str:
    name = found[0]
    return f"[{name}](reasons.md#{name.lower()})" if name in all_reasons() else name


def markdown() -> str:
    """Return docs/reasons.md: each id with an anchor of its own, such as `#u15`."""
    text = _FILE.read_text(encoding="utf-8")
    head, body = text.split("\n## ", 1)
    made = "Generated from hardener/rules/reasons.md by `python -m hardener.output.reasons > docs/reasons.md`."
    sections = dict.fromkeys(one.section for one in all_reasons().values())
    index = "\n".join(f"* [{s.letter}](#{s.letter.lower()}) {s.subject}" for s in sections)
    anchored = re.sub(r"(?m)^(###?) ([A-Z](?:\d\d)?) ", _anchor, f"## {body}")
    return f"{head.rstrip()}\n\n{made}\n\n{index}\n\n{_with_rules(anchored)}"


def _anchor(found: re.Match[str]) -> str:
    return f'{found[1]} <a id="{found[2].lower()}"></a>{found[2]} '


def _with_rules(text: str) -> str:
    """Return the page with a line below each reason that pages of rules name."""
    codes = {rule.name: rule.code.lower() for rule in every_rule()}
    for name, rules in rules_by_reason().items():
        links = ", ".join(f"[{rule}](rules.md#{codes[rule]}-{rule})" for rule in rules)
        text = re.sub(rf"(</a>{name} .*\n.+\n)", rf"\1\nRules: {links}\n", text)
    return text


if __name__ == "__main__":
    print(markdown(), end="")
