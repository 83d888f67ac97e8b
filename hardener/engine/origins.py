"""Where the instructions of a tree come from: which of the source they were, and which are of our own making."""

from __future__ import annotations

from hardener.fast.records import dataclass, field
from hardener.rules.base import Region
from hardener.syntax.dockerfile.nodes import Dockerfile, Instruction
from hardener.text import LineIndex

#: so many of the instructions that came are looked at for each that is gone
_NEAR = 12


@dataclass(frozen=True, slots=True)
class Origin:
    """Where one instruction comes from.

    Attributes:
        at: the instruction of the source that it is shown at.
        sources: the instructions of the source that its text was made from.
        made: it holds text of an instruction that no instruction of the source was.
    """

    at: Instruction
    sources: tuple[Instruction, ...]
    made: bool


@dataclass(slots=True)
class Origins:
    """The way back from the present tree of a run to the file as it was given.

    `follow` is told of every change of the tree; a node that stands in no pair of it is one of the source.
    """

    first: Dockerfile
    known: dict[Instruction, Origin] = field(default_factory=dict)
    regions: dict[Instruction, Region] = field(default_factory=dict)

    def of(self, node: Instruction) -> Origin:
        """Return the origin of an instruction of the present tree."""
        return self.known.get(node) or Origin(node, (node,), made=False)

    def region(self, node: Instruction | None) -> Region:
        """Return where an instruction of the present tree stands in the file as it was given."""
        if not self.regions:
            self.regions = _regions(self.first)
        known = self.regions.get(self.of(node).at) if node is not None else None
        return known or next(iter(self.regions.values()))

    def follow(self, before: Dockerfile, after: Dockerfile) -> None:
        """Take in one pass: pair each new instruction with those that it was made from."""
        old, new = list(before.instructions), list(after.instructions)
        place = {node: index for index, node in enumerate(old)}
        fresh = [node for node in new if node not in place]
        if not fresh:
            return
        gone = set(old) - set(new)
        index, came = 0, list[Instruction]()
        for node in (*new, None):
            kept = len(old) if node is None else place.get(node, -1)
            if node is not None and kept < index:
                came += [node] if kept < 0 else []
                continue
            if came:
                beside = old[min(index, len(old) - 1) :]
                self._pair([one for one in old[index:kept] if one in gone], came, beside, old)
            index, came = kept + 1, []

    def _pair(
        self, gone: list[Instruction], came: list[Instruction], beside: list[Instruction], old: list[Instruction]
    ) -> None:
        partners = _partners(gone, came)
        for node in came:
            found = partners[node] or [one for one in old if _is_same(one, node)][:1]
            origins = [self.of(one) for one in found]
            at = origins[0].at if origins else self.of(beside[0]).at
            sources = tuple(dict.fromkeys(source for origin in origins for source in origin.sources))
            self.known[node] = Origin(at, sources, not origins or any(origin.made for origin in origins))


def _partners(gone: list[Instruction], came: list[Instruction]) -> dict[Instruction, list[Instruction]]:
    """Return for each new instruction those that it stands for: by their text in it, else in order."""
    if [one.name for one in gone] == [node.name for node in came]:
        return {node: [one] for one, node in zip(gone, came, strict=True)}
    partners: dict[Instruction, list[Instruction]] = {node: [] for node in came}
    texts = {node: " ".join(node.text.split()) for node in came}
    at = 0  # what came of an instruction comes after what came of those above it
    left = []
    for one in gone:
        text = " ".join(one.text.split())
        near = range(at, min(at + _NEAR, len(came)))
        home = next((i for i in near if came[i].name == one.name and text in texts[came[i]]), None)
        if home is None:
            left.append((one, at))
        else:
            partners[came[home]].append(one)
            at = home
    for one, start in left:
        alike = [node for node in came[start : start + _NEAR] if node.name == one.name]
        free = next((node for node in alike if not partners[node]), alike[0] if alike else None)
        if free is not None:
            partners[free].append(one)
    return partners


def _is_same(one: Instruction, node: Instruction) -> bool:
    return one.name == node.name and one.text == node.text


def _regions(tree: Dockerfile) -> dict[Instruction, Region]:
    """Return the place of each instruction, without what stands above it, its blanks and its newline."""
    lines, found = LineIndex(tree.code), {}
    at = len(tree.bom) + sum(len(directive.code) for directive in tree.header)
    for node in tree.instructions:
        code = node.code
        start = sum(len(trivia.code) for trivia in node.leading) + len(node.indent)
        end = len(code.rstrip())
        line, column = lines.position(at + start)
        found[node] = Region(line, column, *lines.position(at + max(end, start)))
        at += len(code)
    return found
