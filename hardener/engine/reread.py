"""Whether a text reads as the tree that was built of it (Z01), by reading no more of it than a pass has touched.

BuildKit reads a Dockerfile instruction by instruction. Where one stands between the same two as before, it is read as
before. So only the others are read again, in a short file of their own; where that file shows anything unusual, or is
not read as it should be, the whole text decides.
"""

from __future__ import annotations

from collections.abc import Sequence

from hardener.errors import DockerfileSyntaxError
from hardener.syntax.dockerfile.nodes import Dockerfile, From, Instruction
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.tree import Node

_START = "FROM scratch\n"


def reads_as_built(before: Dockerfile, after: Dockerfile) -> bool:
    """Tell whether the text of `after`, which was made of `before`, reads as `after`.

    Raises:
        DockerfileSyntaxError: BuildKit would refuse the text.
    """
    return _is_read_in_parts(before, after) or parse(after.code).deep_equals(after)


def _is_read_in_parts(before: Dockerfile, after: Dockerfile) -> bool:
    """Tell whether what is new in `after` reads as it was built; False where the whole text has to be read."""
    old, new = tuple(before.instructions), tuple(after.instructions)
    if after.bom != before.bom or after.header is not before.header or not _has_stages_in_order(after):
        return False
    if old[:1] != new[:1]:  # a comment above the first instruction may be a parser directive
        return False
    fresh = _fresh(old, new)
    if not fresh:
        return False
    ends = fresh[-1] is new[-1]
    if not ends and after.footer is not before.footer:
        return False
    footer = "".join(trivia.code for trivia in after.footer) if ends else ""
    start = _START if after.escape == "\\" else f"# escape={after.escape}\n{_START}"
    try:
        read = parse(start + "".join(node.code for node in fresh) + footer)
    except DockerfileSyntaxError:
        return False
    _, *found = read.instructions
    return _are_equal(found, fresh) and _are_equal(read.footer, after.footer if ends else ())


def _are_equal(found: Sequence[Node], built: Sequence[Node]) -> bool:
    return len(found) == len(built) and all(map(Node.deep_equals, found, built))


def _fresh(old: tuple[Instruction, ...], new: tuple[Instruction, ...]) -> list[Instruction]:
    """Return the instructions of `new` that do not stand between the same two as in `old`."""
    around = dict(zip(old, zip((None, *old), (*old[1:], None), strict=False), strict=True))
    now = zip((None, *new), (*new[1:], None), strict=False)
    return [node for node, beside in zip(new, now, strict=True) if around.get(node) != beside]


def _has_stages_in_order(tree: Dockerfile) -> bool:
    """Tell whether each FROM of a tree begins a stage, and nothing else does."""
    rest = (*tree.preamble, *(node for stage in tree.stages for node in stage.body))
    return all(isinstance(stage.from_, From) for stage in tree.stages) and not any(isinstance(n, From) for n in rest)
