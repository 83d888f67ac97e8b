"""What a run says beside its findings: about harden's own comments in the file, and files that cannot be read."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from hardener.project.builds import Builds
from hardener.project.context import Answers
from hardener.rules import Listed, known_names
from hardener.rules.base import Lookup
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile
from hardener.syntax.ignore_comments import MALFORMED, ignored_rules, is_malformed, no_such_rule
from hardener.text import LineIndex

_NOT_NEEDED = "] is not needed: the rule finds nothing below"


def warnings_of(
    tree: Dockerfile, facts: Answers, rules: Collection[Listed], served: set[tuple[str, str]]
) -> tuple[tuple[int, str], ...]:
    """Return line and text of each warning.

    Args:
        tree: the file as it was given.
        facts: what the rules were told.
        rules: those that ran.
        served: text and rule of the ignore comments that kept a finding away.
    """
    return (*_unread(facts), *_ignores(tree, rules, served))


def _unread(facts: Answers) -> Iterator[tuple[int, str]]:
    """Yield which compose files cannot be read, if a rule wanted to know what they say."""
    builds = facts.get(Lookup("builds", ""))
    for one in builds.unread if isinstance(builds, Builds) else ():
        yield 1, f"cannot read {one.place}: {one.problem}; harden holds back what depends on it"


def _ignores(tree: Dockerfile, rules: Collection[Listed], served: set[tuple[str, str]]) -> Iterator[tuple[int, str]]:
    source = tree.code
    if "harden:" not in source and "harden ignore" not in source:
        return
    from hardener.syntax.edits import offsets

    known, ran = known_names(), {rule.name for rule in rules}
    lines = LineIndex(source)
    for node, at in offsets(tree).items():
        if not isinstance(node, Comment):
            continue
        if is_malformed(node.text):
            yield lines.line(at), MALFORMED
        for name in ignored_rules(node.text):
            if name not in known:
                yield lines.line(at), no_such_rule(name, known)
            elif known[name] in ran and (node.text, known[name]) not in served:
                yield lines.line(at), f"ignore[{name}{_NOT_NEEDED}"


def not_needed(warning: str) -> str:
    """Return the name in a warning about an ignore comment that is not needed, "" for another warning."""
    is_one = warning.startswith("ignore[") and warning.endswith(_NOT_NEEDED)
    return warning.removeprefix("ignore[").removesuffix(_NOT_NEEDED) if is_one else ""
