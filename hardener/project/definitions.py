"""Images and features that bake files (HCL, JSON) and dev containers (JSON with comments) name, and where they stand.

Formats: Docker's reference of bake files (target.contexts), the Development Container Specification (image, features).

What is read is handed over as YAML of the same length that says nothing but the strings with images, a list: so each
keeps its place, and the machinery of YAML files writes and proves the changes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hardener.fast.patterns import regex
from hardener.fast.records import dataclass
from hardener.project.yaml_file import YamlFile
from hardener.syntax.yaml import Mapping, Node, Pair, Scalar, Sequence, parse, value_of
from hardener.text import LineIndex, Span

_PREFIX = "docker-image://"
#: a string, which may hold what begins a comment elsewhere, closed or up to the end of its line; or a comment
_TOKEN = regex(r"\"(?:[^\"\\\n]|\\.)*+\"?|(?://|#)[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_JSON_TOKEN = regex(r"\"(?:[^\"\\\n]|\\.)*+\"?|//[^\n]*|/\*.*?(?:\*/|\Z)", re.DOTALL)
_CONTEXTS = regex(r"(?<![\w.\"-])\"?contexts\"?[ \t]*=[ \t]*\{")
#: in a text whose strings are blanked
_ENTRY = regex(r"[\s,]*(?:\"_*\"|[\w.-]+)[ \t]*[=:][ \t]*(\"_*\")[ \t\r]*(?=[,\n}])")
_VISIBLE = regex(r"[^\r\n]")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image, or a feature of a dev container, is named.

    Attributes:
        text: the reference.
        prefix: what stands in front of it in its string.
        is_feature: whether it is a feature; else it is an image.
    """

    text: str
    prefix: str
    is_feature: bool


@dataclass(frozen=True, slots=True, eq=False)
class Definitions(YamlFile):
    """A bake file, or one of a dev container.

    Attributes:
        places: where images and features are named; the n-th is the item `n` of the only document.
    """

    places: tuple[Place, ...]

    def pair(self, path: tuple[str, ...], document: int = 0) -> Pair | None:
        """Return an image as an entry that is its own key, to show where it stands."""
        root = self.documents[document].root if self.documents else None
        if not path or not isinstance(root, Sequence):
            return None
        item = root.items[int(path[0])]
        return Pair(item, item, item.span, None)


def read_definitions(text: str, filename: str | None = None) -> Definitions:
    """Return the images that a file names.

    Raises:
        YamlSyntaxError: it is no JSON, or it passes a bound.
    """
    name = (filename or "").replace("\\", "/").rpartition("/")[2].lower()
    token = _TOKEN if name.endswith(".hcl") else _JSON_TOKEN
    plain = token.sub(lambda match: match[0] if match[0][0] == '"' else _VISIBLE.sub(" ", match[0]), text)
    found = list(_in_hcl(plain)) if name.endswith(".hcl") else list(_in_json(plain, filename, "bake" in name))
    documents = parse(_list_of(text, [span for span, _ in found]), filename)
    values = tuple(value_of(document.root) if document.root is not None else None for document in documents)
    places = tuple(_place(text[span.start + 1 : span.end - 1], is_feature) for span, is_feature in found)
    model = Definitions(name, text, documents, values, places)
    model.memo["comments"] = _comments(text, token)
    return model


def _place(text: str, is_feature: bool) -> Place:
    return Place(text.removeprefix(_PREFIX), _PREFIX if text.startswith(_PREFIX) else "", is_feature)


def _list_of(text: str, spans: list[Span]) -> str:
    """Return a list of the strings at spans, each at its place, and nothing else."""
    if not spans:
        return ""
    letters = list(_VISIBLE.sub(" ", text))
    for span in spans:
        letters[span.start : span.end] = text[span.start : span.end]
        letters[span.end] = ","
    letters[spans[0].start - 1], letters[spans[-1].end] = "[", "]"
    return "".join(letters[: spans[-1].end + 1])


def _in_hcl(plain: str) -> Iterator[tuple[Span, bool]]:
    """Yield the strings of named contexts that are images; a block ends where it has anything but strings."""
    blank = _TOKEN.sub(lambda match: _blanked(match[0]), plain)
    for block in _CONTEXTS.finditer(blank):
        at = block.end()
        while (entry := _ENTRY.match(blank, at)) is not None:
            at = entry.end()
            value = plain[entry.start(1) + 1 : entry.end(1) - 1]
            if value.startswith(_PREFIX) and "\\" not in value:
                yield Span(entry.start(1), entry.end(1)), False


def _blanked(token: str) -> str:
    """Return a string without what stands in it; one that is not closed is none."""
    is_closed = len(token) > 1 and token.endswith('"')
    return f'"{"_" * (len(token) - 2)}"' if is_closed else "_" * len(token)


def _in_json(plain: str, filename: str | None, is_bake: bool) -> Iterator[tuple[Span, bool]]:
    """Yield the strings that name images, and features: of named contexts of targets, or of the dev container."""
    documents = parse(plain.replace("\t", " "), filename)
    root = documents[0].root if len(documents) == 1 else None
    nodes = [(node, False) for node in _contexts(root)] if is_bake else _of_container(root)
    for node, is_feature in nodes:
        if isinstance(node, Scalar) and node.style == "double" and "\\" not in plain[node.span.start : node.span.end]:
            yield Span(node.span.start, node.span.end), is_feature


def _of_container(root: Node | None) -> list[tuple[Node, bool]]:
    """Return the image and the features of a dev container in their order, each with whether it is a feature."""
    found = []
    for key, node in _entries(root):
        if key == "image":
            found.append((node, False))
        elif key == "features" and isinstance(node, Mapping):
            found += [(pair.key, True) for pair in node.pairs]
    return found


def _contexts(root: Node | None) -> list[Node]:
    targets = [target for key, node in _entries(root) if key == "target" for _, target in _entries(node)]
    named = [node for target in targets for key, node in _entries(target) if key == "contexts"]
    values = [value for node in named for _, value in _entries(node)]
    return [value for value in values if isinstance(value, Scalar) and value.text.startswith(_PREFIX)]


def _entries(node: Node | None) -> list[tuple[str | None, Node]]:
    return [(pair.name, pair.value) for pair in node.pairs] if isinstance(node, Mapping) else []


def _comments(text: str, token: re.Pattern[str]) -> dict[int, tuple[bool, str]]:
    """Return the comments by line, as they would stand in YAML: whether one stands alone there, and its text."""
    found, lines = dict[int, tuple[bool, str]](), LineIndex(text)
    for match in token.finditer(text):
        if match[0][0] != '"':
            start = text.rfind("\n", 0, match.start()) + 1
            words = match[0].removeprefix("//").removeprefix("/*").removesuffix("*/")
            found[lines.line(match.start())] = not text[start : match.start()].strip(), f"#{words}"
    return found
