"""A YAML file of a project: its text, its documents, and where in it a path of keys is written."""

from __future__ import annotations

from typing import Any

from hardener.fast.records import dataclass, field
from hardener.syntax.yaml import Document, Mapping, Pair, Sequence
from hardener.text import is_number


@dataclass(frozen=True, slots=True, eq=False)
class YamlFile:
    """What all kinds of YAML files have.

    Attributes:
        name: of the file, without its folder.
        text: what it says.
        documents: its YAML documents.
        values: their values.
        memo: what was worked out about this very text, by question.
    """

    name: str
    text: str
    documents: tuple[Document, ...]
    values: tuple[Any, ...]
    memo: dict[Any, Any] = field(default_factory=dict, init=False)

    @property
    def parts(self) -> int:
        """How many services or containers it describes: each is looked at by every rule."""
        return 0

    def pair(self, path: tuple[str, ...], document: int = 0) -> Pair | None:
        """Return the entry that is written at a path, or the nearest one above it; None for the whole document.

        Items of lists are named by their number; one that is a mapping stands for its first entry.
        """
        node, found = self.documents[document].root, None
        for key in path:
            if isinstance(node, Sequence) and is_number(key) and int(key) < len(node.items):
                node = node.items[int(key)]
                if isinstance(node, Mapping) and node.pairs:
                    found = node.pairs[0]
                continue
            pair = node.pair(key) if isinstance(node, Mapping) else None
            if pair is None:
                break
            found, node = pair, pair.value
        return found
