"""Edits of a YAML text that change one value and no other byte: a new key, a new item, another scalar.

Values are plain Python values. An edit is written as what stands around it: its indentation, its line break, its style
of quotes. What an alias stands for changes in every place that names it: who edits has to look (`Node.anchor`).
"""

from __future__ import annotations

from typing import Any

from hardener.errors import YamlEditError
from hardener.fast.patterns import regex
from hardener.syntax.yaml import written
from hardener.syntax.yaml.nodes import Mapping, Node, Scalar, Sequence, Style
from hardener.syntax.yaml.scalars import Value
from hardener.syntax.yaml.source import Source
from hardener.syntax.yaml.written import Layout
from hardener.text import Edit, newline_of

_REST = regex(r"[ \t]*(?:(?<=[ \t])#[^\r\n]*)?(?=\r?\n|\Z)")
_NEWLINE = regex(r"\r?\n")
_BLANK = regex(r"(?:[ \t]*\r?\n)*")
_NESTED = regex(r"(?m)^( *)[^\s#-][^\n]*:[ \t]*(?:#[^\r\n]*)?\r?\n(?:[ \t]*\r?\n)*( *)(-[ \t])?[^\s#]")


def insert_key(mapping: Mapping, key: str, value: Any) -> Edit:
    """Return the edit that adds a key at the end of a mapping, before comments and blank lines that follow.

    Args:
        mapping: which has not got the key.
        key: the new key.
        value: a scalar, a list or a dict.

    Raises:
        YamlEditError: the mapping has the key, or is written so that nothing can be added.
    """
    if mapping.pair(key) is not None:
        raise YamlEditError(f"the mapping already has the key `{key}`")
    if mapping.style == "flow":
        return _into_flow(mapping, key, value)
    indent, layout = mapping.source.column(mapping.span.start), layout_of(mapping.source)
    at = _end_of_line(mapping)
    if at is not None:
        return Edit(at, at, layout.newline + " " * indent + written.entry(key, value, layout, indent))
    start = mapping.span.start
    if "\t" in mapping.source.text[start - indent : start]:
        raise YamlEditError("a tab stands before the first key")
    return Edit(start, start, written.entry(key, value, layout, indent) + layout.newline + " " * indent)


def append_item(sequence: Sequence, value: Any) -> Edit:
    """Return the edit that adds an item at the end of a sequence.

    Raises:
        YamlEditError: the sequence is written so that nothing can be added.
    """
    if sequence.style == "flow":
        return _into_flow(sequence, None, value)
    indent, layout = sequence.source.column(sequence.span.start), layout_of(sequence.source)
    at = _end_of_line(sequence)
    if at is None:
        raise YamlEditError("the last item is text whose end would change")
    return Edit(at, at, layout.newline + " " * indent + written.item(value, layout, indent))


def remove_key(mapping: Mapping, key: str) -> Edit:
    """Return the edit that takes a key with its scalar out of a mapping in block style, with its line.

    Where it was the first of the text, or stood below a blank line, the blank lines behind it go too.

    Raises:
        YamlEditError: there is no such key, or it does not stand alone on its lines.
    """
    pair, text, source = mapping.pair(key), mapping.source.text, mapping.source
    if pair is None:
        raise YamlEditError(f"the mapping has no key `{key}`")
    if mapping.style == "flow" or len(mapping.pairs) == 1 or not isinstance(pair.value, Scalar):
        raise YamlEditError(f"`{key}` does not stand alone on its lines")
    start = pair.span.start - source.column(pair.span.start)
    rest = _REST.match(text, pair.value.outer.end)
    if rest is None or text[start : pair.span.start].strip(" ") or pair.value.style in ("literal", "folded"):
        raise YamlEditError(f"`{key}` does not stand alone on its lines")
    if "#" in rest[0]:
        raise YamlEditError("a comment stands on its line")
    newline = _NEWLINE.match(text, rest.end())
    if newline is None:  # the last line, without a line break: that before it goes
        return Edit(start - len(newline_of(text)), rest.end(), "")
    end = newline.end()
    blank = _BLANK.match(text, end)
    above = text[source.skipped : start].rstrip(" \t")
    opens = not above or above.endswith(("\n\n", "\n\r\n"))
    return Edit(start, blank.end() if opens and blank is not None else end, "")


def replace_list(mapping: Mapping, key: str, value: Any) -> Edit:
    """Return the edit that gives a key a list or mapping in the place of its list, which holds scalars alone.

    Raises:
        YamlEditError: there is no such list, or it has comments, anchors or aliases in it.
    """
    pair = mapping.pair(key)
    if pair is None or not isinstance(pair.value, Sequence):
        raise YamlEditError(f"`{key}` is no list")
    old, source = pair.value, mapping.source
    if not all(isinstance(item, Scalar) and item.anchor is None and item.tag is None for item in old.items):
        raise YamlEditError(f"`{key}` has more in it than texts")
    start, end = old.outer.start, _last(old).outer.end
    if "#" in source.text[pair.key.outer.end : end]:
        raise YamlEditError(f"a comment stands in `{key}`")
    if old.style == "flow":
        return Edit(start, end, written.flow(value))
    start, indent = pair.span.start, source.column(pair.span.start)
    return Edit(start, end, written.entry(key, value, layout_of(source), indent))


def replace_scalar(scalar: Scalar, value: Value) -> Edit:
    """Return the edit that gives a scalar another value, in its style where that can hold it.

    Raises:
        YamlEditError: the scalar has a tag, which says what kind of value it is.
    """
    if scalar.tag is not None:
        raise YamlEditError(f"the value has the tag {scalar.tag_name}")
    start, end, text = scalar.span.start, scalar.span.end, scalar.source.text
    if scalar.style in ("literal", "folded"):
        block = scalar.block
        lines = _block_lines(scalar, value) if isinstance(value, str) else None
        if lines is not None and block.end > block.start:
            return Edit(block.start, block.end, lines)
        last = block.end
        while last > start and text[last - 1] in "\r\n":
            last -= 1
        return Edit(start, max(last, start + len(block.header)), written.scalar(value))
    new = written.scalar(value, scalar.style)
    if start == end and start > 0 and text[start - 1] not in " \t\r\n":
        new = " " + new
    if start == end and text[end : end + 1] not in ("", " ", "\t", "\r", "\n", ",", "}", "]"):
        new += " "
    return Edit(start, end, new)


def layout_of(source: Source) -> Layout:
    """Return how a text is written, worked out once: as the first mapping and the first sequence below a key are."""
    known: Layout | None = source.memo.get(layout_of)
    if known is None:
        known = source.memo[layout_of] = _layout_of(source.text)
    return known


def _layout_of(text: str) -> Layout:
    step = item_step = None
    for match in _NESTED.finditer(text):
        deeper = len(match[2]) - len(match[1])
        if match[3] and item_step is None and deeper >= 0:
            item_step = deeper
        elif not match[3] and step is None and deeper > 0:
            step = deeper
        if step is not None and item_step is not None:
            break
    step = step or 2
    return Layout(step, step if item_step is None else item_step, newline_of(text))


def _into_flow(node: Mapping | Sequence, key: str | None, value: Any) -> Edit:
    text, start = node.source.text, node.span.start
    if text[start] not in "{[":
        raise YamlEditError("a pair in a list has no room for another one")
    parts: list[Node] = [p.key for p in node.pairs] if isinstance(node, Mapping) else list(node.items)
    style: Style = "double" if parts and all(isinstance(p, Scalar) and p.style == "double" for p in parts) else "plain"
    new = written.flow(value, style) if key is None else f"{written.scalar(key, style)}: {written.flow(value, style)}"
    if not parts:
        return Edit(start + 1, start + 1, new)
    end = node.pairs[-1].span.end if isinstance(node, Mapping) else node.items[-1].outer.end
    return Edit(end, end, ", " + new)


def _last(node: Node) -> Node:
    """Return the node that a block collection ends with."""
    while isinstance(node, Mapping | Sequence) and node.style == "block":
        node = node.pairs[-1].value if isinstance(node, Mapping) else node.items[-1]
    return node


def _end_of_line(node: Node) -> int | None:
    """Return where the last line of a block collection ends; None where a new line there would change a value."""
    text, last = node.source.text, _last(node)
    if isinstance(last, Scalar) and last.style in ("literal", "folded"):
        block = last.block
        if block.keeps or not block.ended:
            return None
        at = block.end - 1
        return at - (text[at - 1] == "\r")
    rest = _REST.match(text, last.outer.end)
    if rest is None:
        raise YamlEditError("there is more on the line that the collection ends with")
    return rest.end()


def _block_lines(scalar: Scalar, value: str) -> str | None:
    """Return the lines of a literal or folded scalar with another text; None where they cannot hold it."""
    block, newline = scalar.block, newline_of(scalar.source.text)
    strips = "-" in block.header.split("#")[0]
    body = value if strips else value.removesuffix("\n")
    if (not strips and not value.endswith("\n")) or block.keeps or block.indent < 1 or not block.ended:
        return None
    lines = body.split("\n")
    if not lines[0] or not lines[-1] or lines[0][0] in " \t" or (scalar.style == "folded" and len(lines) > 1):
        return None
    if any(written.has_control(line) for line in lines):
        return None
    return "".join((" " * block.indent + line if line else "") + newline for line in lines)
