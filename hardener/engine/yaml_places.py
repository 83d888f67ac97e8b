"""Places of a YAML file: the region of a finding, and the ignore comments that count for it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from hardener.project.yaml_file import YamlFile
from hardener.rules.base import Region
from hardener.syntax import yaml
from hardener.syntax.ignore_comments import MALFORMED, ignored_rules, is_malformed, no_such_rule
from hardener.syntax.yaml import Pair, Scalar
from hardener.text import LineIndex


def region_of(model: YamlFile, path: tuple[str, ...], document: int) -> Region:
    """Return where a path is written: a key with its value on one line, the key alone of all that is longer."""
    pair = model.pair(path, document)
    lines = _lines(model)
    if pair is None:
        return Region(1, 1, 1, 1)
    end = pair.key.outer.end
    if _is_whole(model, pair, path, document) and "\n" not in model.text[pair.span.start : pair.span.end]:
        end = pair.span.end
    return Region(*lines.position(pair.span.start), *lines.position(end))


def _is_whole(model: YamlFile, pair: Pair, path: tuple[str, ...], document: int) -> bool:
    """Tell whether a scalar is written at the path itself, not only the key above it."""
    return isinstance(pair.value, Scalar) and (len(path) < 2 or model.pair(path[:-1], document) is not pair)


def ignores(model: YamlFile, path: tuple[str, ...], document: int, names: set[str]) -> list[int]:
    """Return the lines of the comments that say `# harden: ignore[…]` for one of `names` at a place.

    They stand directly above a key on the way to the place, the service among them, or behind it on its line.
    """
    comments = _with_ignores(model)
    if not comments:
        return []
    found = []
    for depth in range(1, len(path) + 1):
        pair = model.pair(path[:depth], document)
        if pair is None or (depth > 1 and pair is model.pair(path[: depth - 1], document)):
            continue
        line = _lines(model).line(pair.span.start)
        found += [at for at in _around(comments, line) if names & set(ignored_rules(comments[at][1]))]
    return found


def _with_ignores(model: YamlFile) -> Mapping[int, tuple[bool, str]]:
    """Return the comments of a file where one may ignore a rule, else nothing."""
    known: bool | None = model.memo.get("ignores")
    if known is None:
        known = model.memo["ignores"] = "harden:" in model.text
    return comments_of(model) if known else {}


def _around(comments: Mapping[int, tuple[bool, str]], line: int) -> list[int]:
    """Return the lines of the comments on a line and, as far as they stand alone, directly above it."""
    found = [line] if line in comments else []
    above = line - 1
    while above in comments and comments[above][0]:
        found.append(above)
        above -= 1
    return found


def comments_of(model: YamlFile) -> dict[int, tuple[bool, str]]:
    """Return the comments by line: whether one stands alone there, and its text."""
    known: dict[int, tuple[bool, str]] | None = model.memo.get("comments")
    if known is None:
        known = model.memo["comments"] = {}
        for span in yaml.comments_of(model.documents):
            start = model.text.rfind("\n", 0, span.start) + 1
            alone = not model.text[start : span.start].strip(" \t\ufeff")
            known[_lines(model).line(span.start)] = alone, model.text[span.start : span.end]
    return known


def unneeded(
    model: YamlFile, known: Mapping[str, str], running: set[str], served: set[tuple[int, str]]
) -> Iterator[tuple[int, str]]:
    """Yield what is wrong with the ignore comments of a file, by line.

    Args:
        model: the file as it was given.
        known: names and codes of all rules, each with the name.
        running: names of the rules of this run.
        served: (line, rule) of those that kept a finding away.
    """
    if "harden:" not in model.text and "harden ignore" not in model.text:
        return
    for line, (_, text) in sorted(comments_of(model).items()):
        if is_malformed(text):
            yield line, MALFORMED
        for name in ignored_rules(text):
            if name not in known:
                yield line, no_such_rule(name, known)
            elif known[name] in running and (line, known[name]) not in served:
                yield line, f"ignore[{name}] is not needed: the rule finds nothing below"


def _lines(model: YamlFile) -> LineIndex:
    known: LineIndex | None = model.memo.get("lines")
    if known is None:
        known = model.memo["lines"] = LineIndex(model.text)
    return known
