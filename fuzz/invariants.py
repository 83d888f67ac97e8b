"""What holds for every run, whatever the file: the checks that `rules` and `whole` share."""

from __future__ import annotations

from fuzz.target import FoundError, UnusableError
from fuzz.targets.shell import is_shell
from hardener import DockerfileSyntaxError, InputError, Options, Result, harden, parse
from hardener.engine.proof import comments
from hardener.image.config import differences, evaluate
from hardener.rules import all_rules
from hardener.syntax.dockerfile.checks import check
from hardener.syntax.dockerfile.continuations import logical
from hardener.syntax.dockerfile.nodes import Dockerfile, Run, ShellForm


def run(text: str, options: Options) -> Result:
    """Run harden over one file and check all that has to hold.

    Raises:
        FoundError: it does not hold.
        UnusableError: the text is no Dockerfile.
    """
    try:
        check(parse(text))
        result = harden(text, options=options)
    except (DockerfileSyntaxError, InputError):
        raise UnusableError from None
    if result.faults:
        fault = result.faults[0]
        raise FoundError(f"fault of {fault.rule}: {fault.reasons[0].split(':')[0][:60]}", f"{fault.reasons}")
    try:
        after = parse(result.code)
        check(after)
    except DockerfileSyntaxError as error:
        raise FoundError("the result is no Dockerfile", str(error)) from None
    _same(parse(text), after, result)
    _newlines(text, result)
    _shells(parse(text), after)
    return result


def idempotent(result: Result, options: Options) -> None:
    """Check that a second run changes nothing (Z02)."""
    again = harden(result.code, options=options)
    if again.code != result.code:
        rules = sorted({step.rule for step in again.steps})
        raise FoundError(f"Z02: a second run changes the file: {', '.join(rules)}", again.code)


def _same(before: Dockerfile, after: Dockerfile, result: Result) -> None:
    steps = {step.rule for step in result.steps}
    announced = {effect for rule in all_rules() if rule.name in steps for effect in rule.effects}
    # stages that are split are others: the proof of that rule compares them
    new = differences(evaluate(before), evaluate(after)) - announced if "split-stages" not in steps else set()
    if new:
        raise FoundError(f"Z04: changes what no rule announces: {sorted(e.name for e in new)} by {sorted(steps)}")
    if comments(before) - comments(after):
        raise FoundError(f"Z07: a comment is lost by {sorted(steps)}")
    if [d.text for d in after.header][: len(before.header)] != [
        d.text for d in before.header
    ] and "pin-frontend" not in steps:
        raise FoundError(f"Z07: a parser directive changed by {sorted(steps)}")


def _newlines(text: str, result: Result) -> None:
    if "<<" in text or not result.changed:
        return
    bare, windows = text.replace("\r\n", "").count("\n"), text.count("\r\n")
    left = result.code.replace("\r\n", "").count("\n")
    if windows and not bare and left:
        raise FoundError("Z07: a newline of the other kind", repr(result.code))
    if bare and not windows and "\r\n" in result.code:
        raise FoundError("Z07: a newline of the other kind", repr(result.code))


def _shells(before: Dockerfile, after: Dockerfile) -> None:
    """Check that where a shell could read every RUN, it still can."""
    old, new = _bodies(before), _bodies(after)
    if new - old and all(is_shell(text, "dash") for text in old):
        broken = [text for text in new - old if not is_shell(text, "dash")]
        if broken:
            raise FoundError("a shell could read all RUNs, and now one it cannot", repr(broken[0]))


def _bodies(tree: Dockerfile) -> set[str]:
    return {
        logical(node.text, tree.escape).text
        for node in tree.instructions
        if isinstance(node, Run) and isinstance(node.arguments, ShellForm) and not node.heredocs
    }
