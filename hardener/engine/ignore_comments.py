"""What is to be said of the `# harden: ignore[…]` comments of a file."""

from __future__ import annotations

from hardener.rules import all_rules
from hardener.rules.base import Rule, ignored_rules
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile
from hardener.syntax.edits import offsets
from hardener.text import LineIndex


def unneeded(
    tree: Dockerfile, rules: tuple[type[Rule], ...], served: set[tuple[str, str]]
) -> tuple[tuple[int, str], ...]:
    """Return (line, text) for each comment that names no rule, or that no finding was kept away by.

    Args:
        tree: the file as it was given.
        rules: of the run.
        served: comments that kept a finding away, with the name of its rule.
    """
    known = {key: rule for rule in all_rules() for key in (rule.name, rule.code)}
    lines = LineIndex(tree.code)
    out = []
    for node, at in offsets(tree).items():
        if not isinstance(node, Comment):
            continue
        for name in ignored_rules(node.text):
            if name not in known:
                out.append((lines.line(at), f"ignore[{name}]: no such rule"))
            elif known[name] in rules and (node.text, known[name].name) not in served:
                out.append((lines.line(at), f"ignore[{name}] is not needed: the rule finds nothing below"))
    return tuple(out)
