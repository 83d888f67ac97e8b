"""The proof after every pass: what the rule did not announce must not have happened (Z01, Z03, Z04, Z07)."""

from __future__ import annotations

from collections import Counter

from hardener.errors import DockerfileSyntaxError
from hardener.rules.base import Rule
from hardener.semantics.config import Effect, differences, evaluate
from hardener.syntax.logical import comment_lines
from hardener.syntax.nodes import Comment, Dockerfile
from hardener.syntax.parser import parse


def faults(before: Dockerfile, after: Dockerfile, rule: type[Rule]) -> tuple[str, ...]:
    """Return what is wrong with a pass of `rule` from `before` to `after`; () for a pass that holds."""
    code = after.code
    try:
        reread = parse(code)
    except DockerfileSyntaxError as error:
        return (f"the result does not parse: {error.message} (line {error.line}) [Z01]",)
    if not reread.deep_equals(after):
        return ("the result reads as another tree than the one that was built [Z01]",)
    found = []
    announced = rule.effects
    unannounced = differences(evaluate(before), evaluate(after)) - announced
    if unannounced:
        found.append(f"it changed {', '.join(sorted(e.name for e in unannounced))} unannounced [Z04]")
    if _keys(before) != _keys(after):
        found.append("the parser directives changed [Z07]")
    if Effect.BASE not in announced and _names(before) != _names(after):
        found.append("the stages or their names changed [Z03]")
    lost = comments(before) - comments(after)
    if lost:
        found.append(f"a comment was lost: {next(iter(lost))!r} [Z07]")
    if _newlines(before.code) != _newlines(code):
        found.append("the newline style changed [Z07]")
    return tuple(found)


def _keys(tree: Dockerfile) -> list[str]:
    """Return the parser directives without the value of `# syntax=`, which is for the effects to announce."""
    keys = [directive.text.partition("=")[0] for directive in tree.header]
    return [k if "syntax" in k.lower() else d.text for k, d in zip(keys, tree.header, strict=True)]


def _names(tree: Dockerfile) -> list[str]:
    return [" ".join(stage.from_.text.split()[1:]).lower() for stage in tree.stages]


def comments(tree: Dockerfile) -> Counter[str]:
    """Return the comment lines of a file, those inside continuations too, without blanks around them."""
    found: Counter[str] = Counter()
    trivia = [t for i in tree.instructions for t in i.leading] + list(tree.footer)
    found.update(t.text.strip() for t in trivia if isinstance(t, Comment))
    for instruction in tree.instructions:
        text = instruction.gap + instruction.text
        if "#" in text and "\n" in text:
            found.update(comment_lines(text))
    return found


def _newlines(code: str) -> str:
    crlf, all_of_them = code.count("\r\n"), code.count("\n")
    return "none" if not crlf else "all" if crlf == all_of_them else "mixed"
