"""The proof after every pass: what the rule did not announce must not have happened (Z01, Z03, Z04, Z07)."""

from __future__ import annotations

from collections import Counter

from hardener.engine.reread import reads_as_built
from hardener.errors import DockerfileSyntaxError
from hardener.fast.records import dataclass
from hardener.image.config import Config, Effect, differences, evaluate, final_differences
from hardener.image.model import Model, sources
from hardener.rules.base import Rule
from hardener.syntax.dockerfile.continuations import comment_lines
from hardener.syntax.dockerfile.nodes import Comment, Dockerfile, Instruction

#: effects of a pass that may ask something new of an image, or take from it what it starts
_PLACING = frozenset({Effect.STAGES, Effect.BASE, Effect.RUN, Effect.COPY, Effect.ENTRYPOINT})
#: effects of a pass that starts another program in the last stage, with all that belongs to one
_ANOTHER_PROGRAM = frozenset({Effect.BASE, Effect.ENTRYPOINT, Effect.CMD, Effect.USER, Effect.WORKDIR})


@dataclass(frozen=True, slots=True)
class Proof:
    """What the proof of a pass came to.

    Attributes:
        faults: what is wrong; () for a pass that holds.
        model: what the new tree means; None for a tree that is not read as it was built.
    """

    faults: tuple[str, ...]
    model: Model | None


def faults(before: Dockerfile, after: Dockerfile, rule: type[Rule]) -> tuple[str, ...]:
    """Return what is wrong with a pass of `rule` from `before` to `after`; () for a pass that holds."""
    return proved(Model(before), after, rule).faults


def proved(before: Model, after: Dockerfile, rule: type[Rule]) -> Proof:
    """Return the proof of a pass of `rule` that made `after` of the tree of a model."""
    return Proof(*_faults(before, after, rule))


def _faults(old: Model, after: Dockerfile, rule: type[Rule]) -> tuple[tuple[str, ...], Model | None]:
    before = old.tree
    try:
        is_as_built = reads_as_built(before, after)
    except DockerfileSyntaxError as error:
        return (f"the result does not parse: {error.message} (line {error.line}) [Z01]",), None
    if not is_as_built:
        return ("the result reads as another tree than the one that was built [Z01]",), None
    new = Model(after, old.facts)
    found = []
    announced = rule.effects
    splits = Effect.STAGES in announced and len(before.stages) != len(after.stages)
    compare = final_differences if splits else differences
    unannounced = compare(_configs(old), _configs(new)) - announced
    if splits:
        found += _split_faults(old, new, announced)
    if _PLACING & announced:
        from hardener.engine.lacking import lacking

        found += lacking(old, new)
    if unannounced:
        found.append(f"it changed {', '.join(sorted(e.name for e in unannounced))} unannounced [Z04]")
    if _keys(before) != _keys(after):
        found.append("the parser directives changed [Z07]")
    if not {Effect.BASE, Effect.STAGES} & announced and _names(before) != _names(after):
        found.append("the stages or their names changed [Z03]")
    kept = frozenset(before.instructions) & frozenset(after.instructions)
    lost = comments(before, kept) - comments(after, kept)
    if lost:
        found.append(f"a comment was lost: {next(iter(lost))!r} [Z07]")
    if _newlines(before.code) not in ("mixed", _newlines(after.code)):
        found.append("the newline style changed [Z07]")
    return tuple(found), new


def _configs(model: Model) -> tuple[Config, ...]:
    """Return the configuration of each stage, worked out once: what one pass made is what the next begins with."""
    known: tuple[Config, ...] | None = model.memo.get("configurations")
    if known is None:
        known = model.memo["configurations"] = evaluate(model.tree)
    return known


def _keys(tree: Dockerfile) -> list[str]:
    """Return the parser directives without the value of `# syntax=`, which is for the effects to announce."""
    keys = [directive.text.partition("=")[0] for directive in tree.header]
    return [k if "syntax" in k.lower() else d.text for k, d in zip(keys, tree.header, strict=True)]


def _names(tree: Dockerfile) -> list[str]:
    return [" ".join(stage.from_.text.split()[1:]).lower() for stage in tree.stages]


def _split_faults(old: Model, new: Model, announced: frozenset[Effect]) -> list[str]:
    """Return what a new number of stages breaks: names, numbers, the last stage, what it runs (Z03, S24, S25)."""
    found = []
    names = [stage.name for stage in new.stages if stage.name]
    if len(set(names)) != len(names) or any(stage.name not in names for stage in old.stages if stage.name):
        found.append("a stage lost its name, or two share one [S25]")
    if not old.stages or not new.stages or old.stages[-1].name != new.stages[-1].name:
        found.append("the last stage is not the last any more [Z03]")
        return found
    for stage in new.stages:
        for name in sources(stage.node):
            target = new.find(name)
            if name.isdigit() or (target is not None and target.index >= stage.index):
                found.append(f"--from={name} may mean another stage now [Z03]")
    if announced >= _ANOTHER_PROGRAM:
        return found
    for what in ("entrypoint", "cmd"):
        mine, theirs = getattr(old.stages[-1], what), getattr(new.stages[-1], what)
        if mine.instruction is not None and mine.argv != theirs.argv:
            found.append(f"the {what} of the image changed [S24]")
    start, now = old.stages[-1].end, new.stages[-1].end
    if start.workdir != now.workdir or (start.user != now.user and not (start.is_root and now.is_root)):
        found.append("the folder or the user that the image starts with changed [S24]")
    return found


def comments(tree: Dockerfile, besides: frozenset[Instruction] = frozenset()) -> Counter[str]:
    """Return the comment lines of a file, those inside continuations too, without blanks around them.

    Args:
        tree: the file.
        besides: instructions that are not looked at, with what stands above them.
    """
    found: Counter[str] = Counter()
    instructions = [node for node in tree.instructions if node not in besides]
    trivia = [t for i in instructions for t in i.leading] + list(tree.footer)
    found.update(t.text.strip() for t in trivia if isinstance(t, Comment))
    for instruction in instructions:
        text = instruction.gap + instruction.text
        if "#" in text and "\n" in text:
            found.update(comment_lines(text))
    return found


def _newlines(code: str) -> str:
    """Return which line ends there are. A mixed file may lose one kind; lines that stay keep theirs all the same."""
    crlf, all_of_them = code.count("\r\n"), code.count("\n")
    return "none" if not crlf else "all" if crlf == all_of_them else "mixed"
