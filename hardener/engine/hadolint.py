"""What hadolint was told, in our terms: by the table of knowledge/data/linters.json."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from hardener.errors import ConfigError, DockerfileSyntaxError, YamlSyntaxError
from hardener.fast.records import dataclass
from hardener.knowledge.facts import facts
from hardener.syntax.dockerfile.nodes import Comment, Instruction
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.edits import offsets
from hardener.syntax.ignore_comments import ignored_rules
from hardener.text import LineIndex, newline_of

_PRAGMA = re.compile(r"^#\s*hadolint\s+(?P<all>global\s+)?ignore\s*=\s*(?P<ids>[A-Za-z0-9,\s]+)$")
#: keys of .hadolint.yaml that say nothing about rules, and what says the same here
_OTHERS = {
    "failure-threshold": "see --fail-level",
    "no-fail": "see --exit-zero",
    "format": "see --output-format",
    "no-color": "see --color",
    "override": "harden has levels of change, no severities; see `level` and --fail-level",
}
_UNANSWERED = ("no rule of harden is about it", "ShellCheck's, and harden does not run it")


@dataclass(frozen=True, slots=True)
class Mapped:
    """Rules of ours for ids of hadolint, and what is said of the other ids."""

    rules: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class HadolintSettings:
    """What .hadolint.yaml ignores, and what is said of its other keys."""

    ignored: tuple[str, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """A comment that was added: its line in the new text, that of hadolint's in the old one, and the rules."""

    line: int
    at: int
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Inline:
    """A Dockerfile with our comments above hadolint's.

    Attributes:
        text: the new text.
        added: the comments.
        everywhere: rules that a global pragma ignores in the whole file.
        notes: (line, what is said of an id).
    """

    text: str
    added: tuple[Added, ...] = ()
    everywhere: tuple[str, ...] = ()
    notes: tuple[tuple[int, str], ...] = ()


def mapped(ids: Iterable[str]) -> Mapped:
    """Return the rules that do what the ignored rules of hadolint would ask for.

    A rule counts if it alone answers one of the ids, or if all that it answers is ignored. Where it answers more than
    was ignored, that is said: to change less than asked is the mistake that harms nobody.
    """
    known: dict[str, dict[str, Any]] = facts("linters")["hadolint"]["rules"]
    wanted = list(dict.fromkeys(name.strip().upper() for name in ids if name.strip()))
    rules: list[str] = []
    notes: list[str] = []
    for name in wanted:
        row = known.get(name, {})
        answers = row.get("rules", ())
        about = f"{name} ({row['about']})" if row.get("about") else name
        if not answers:
            notes.append(f"{about}: {_UNANSWERED[name.startswith('SC')]}: nothing to ignore")
            continue
        taken = [rule for rule in answers if len(answers) == 1 or _all_ignored(rule, known, wanted)]
        rules += taken
        notes += [f"{about}: {rule} is ignored, which also answers {', '.join(more)}"
                  for rule in taken if (more := _others(rule, known, wanted))]  # fmt: skip
        if left := [rule for rule in answers if rule not in taken]:
            notes.append(f"{about}: {', '.join(left)} would do more than this, so not ignored; add it if you want to")
    return Mapped(tuple(dict.fromkeys(rules)), tuple(notes))


def _all_ignored(rule: str, known: dict[str, dict[str, Any]], ids: list[str]) -> bool:
    return not _others(rule, known, ids)


def _others(rule: str, known: dict[str, dict[str, Any]], ids: list[str]) -> list[str]:
    """Return the ids that a rule answers besides those that are ignored."""
    return [name for name, row in known.items() if rule in row["rules"] and name not in ids]


def settings_of(text: str, name: str) -> HadolintSettings:
    """Read .hadolint.yaml.

    Args:
        text: of the file.
        name: of the file, for errors.

    Raises:
        ConfigError: it is no YAML, or no table.
    """
    from hardener.syntax import yaml  # only who reads YAML pays for it

    try:
        documents = yaml.parse(text, name)
        value = yaml.texts_of(documents[0].root) if documents and documents[0].root is not None else {}
    except YamlSyntaxError as error:
        raise ConfigError(str(error)) from None
    if not isinstance(value, dict):
        raise ConfigError(f"{name}: is no configuration of hadolint: it must be a table")
    ignored = value.get("ignored") or []
    if not isinstance(ignored, list) or not all(isinstance(one, str) for one in ignored):
        raise ConfigError(f"{name}: ignored must be a list of rules")
    others = [key for key in value if key != "ignored"]
    return HadolintSettings(tuple(ignored), tuple(f"{key}: {_OTHERS.get(key, 'no counterpart')}" for key in others))


def with_comments(
    source: str, known: frozenset[str] = frozenset(), needless: frozenset[tuple[int, str]] = frozenset()
) -> Inline:
    """Return a Dockerfile with our ignore comments above those of hadolint, which must stay next to their line.

    Args:
        source: the text.
        known: rules that need no comment: they are ignored everywhere.
        needless: (line of hadolint's comment, rule) of those that would do nothing.
    """
    if "hadolint" not in source:
        return Inline(source)
    added: list[Added] = []
    everywhere: list[str] = []
    notes: list[tuple[int, str]] = []
    lines = source.split("\n")
    try:
        found = list(_pragmas(source))
    except DockerfileSyntaxError as error:
        return Inline(source, notes=((error.line or 1, f"left as it is: {error.message}"),))
    for at, pragma, present in found:
        answer = mapped(pragma["ids"].split(","))
        notes += [(at, note) for note in answer.notes]
        if pragma["all"]:
            everywhere += [rule for rule in answer.rules if rule not in known]
            continue
        rules = [r for r in answer.rules if r not in known | present and (at, r) not in needless]
        if rules:
            added.append(Added(at + len(added), at, tuple(rules)))
    for one in reversed(added):
        lines.insert(one.at - 1, _comment(lines[one.at - 1], one.rules, newline_of(source)))
    return Inline("\n".join(lines), tuple(added), tuple(dict.fromkeys(everywhere)), tuple(notes))


def _pragmas(source: str) -> Iterator[tuple[int, re.Match[str], frozenset[str]]]:
    """Yield line and match of each comment for hadolint, with the rules of ours that are ignored there already."""
    tree = parse(source)
    lines, places = LineIndex(source), offsets(tree)
    for node in tree.instructions:
        comments = [one for one in node.leading if isinstance(one, Comment)]
        present = frozenset(rule for one in comments for rule in ignored_rules(one.text))
        for one in comments:
            pragma = _PRAGMA.match(one.text.strip())
            if pragma is not None and isinstance(node, Instruction):
                yield lines.line(places[one]), pragma, present


def _comment(below: str, rules: tuple[str, ...], newline: str) -> str:
    indent = below[: len(below) - len(below.lstrip(" \t"))]
    return f"{indent}# harden: ignore[{', '.join(rules)}]" + newline.removesuffix("\n")
