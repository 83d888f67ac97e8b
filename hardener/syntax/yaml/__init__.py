"""YAML, losslessly: nodes with spans on tree-sitter-yaml, plain values, and edits that change nothing else."""

from __future__ import annotations

from hardener.syntax.yaml.nodes import Alias, Document, Mapping, Node, Pair, Scalar, Sequence, resolve
from hardener.syntax.yaml.reader import Text, comments_of
from hardener.syntax.yaml.values import mappings_of, text_of, texts_of, value_of

__all__ = [
    "Alias",
    "Document",
    "Mapping",
    "Node",
    "Pair",
    "Scalar",
    "Sequence",
    "comments_of",
    "mappings_of",
    "parse",
    "resolve",
    "text_of",
    "texts_of",
    "value_of",
]


def parse(text: str, filename: str | None = None) -> tuple[Document, ...]:
    """Return the documents of a text; () for one without content.

    Args:
        text: as `hardener.text.decode` gives it; offsets of spans are its characters.
        filename: for errors.

    Raises:
        YamlSyntaxError: the text is no YAML, or passes a bound (depth, lines, columns).
    """
    return Text(text, filename).documents()
