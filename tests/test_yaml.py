"""The lossless YAML reader: PyYAML says what texts mean; edits change what they name and no other byte."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from hardener.errors import HardenError, YamlEditError, YamlSyntaxError
from hardener.syntax.yaml import Alias, Mapping, Node, Scalar, Sequence, parse, resolve, value_of
from hardener.syntax.yaml.edits import append_item, insert_key, layout_of, replace_scalar
from hardener.syntax.yaml.scalars import resolved, truth
from hardener.syntax.yaml.source import Source
from hardener.text import apply_edits, decode
from tests.corpus import ROOT, SHARED, needs

STYLES = """\
# head
plain: one
folded plain: one
  two

  three
single: 'it''s # no comment'
double: "a\\tb\\x41\\u00e9\\U0001F600 \\
  joined
  folded"
literal: |
  one
   two

  three
stripped: |-
  one
kept: |+
  one

indicated: |2
    two more
  less
folded: >-
  one
  two

  three
    deeper
  four
empty:
tilde: ~
list:
- a
-   - b
    - c
- d: 1
  e: 2
-
deep:
  - - - x
flow: {a: 1, 'b': [x, y: z, "q"], c, "d":e, f: {}}
flow over lines: [
  a,   # a comment
  b,
]
? explicit
: value
? [a, b]
: a list as a key
emoji 😀: "😀" # 😀
é: [é, 日本]
url: http://example.com:80/#x
dash-in: a - b
"""


class Texts(pyyaml.BaseLoader):
    """Reads every scalar as text."""


def texts(node: Node | None) -> Any:
    """Return what a node says, all scalars as text; a collection as a key is shown as a string."""
    node = resolve(node) if node is not None else None
    if node is None:
        return ""
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Sequence):
        return [texts(item) for item in node.items]
    assert isinstance(node, Mapping)
    return {_key(texts(pair.key)): texts(pair.value) for pair in node.pairs}


def _key(key: Any) -> str:
    return key if isinstance(key, str) else str(key)


def meant(text: str) -> list[Any]:
    """Return what PyYAML reads, all scalars as text."""
    return [_composed(node) for node in pyyaml.compose_all(text, Texts)]


def _composed(node: Any) -> Any:
    if isinstance(node, pyyaml.ScalarNode):
        return node.value
    if isinstance(node, pyyaml.SequenceNode):
        return [_composed(item) for item in node.value]
    return {_key(_composed(key)): _composed(value) for key, value in node.value}


def read(text: str) -> list[Any]:
    return [texts(document.root) for document in parse(text)]


def value(text: str) -> Any:
    (document,) = parse(text)
    assert document.root is not None
    return value_of(document.root)


def root(text: str) -> Mapping:
    (document,) = parse(text)
    assert isinstance(document.root, Mapping)
    return document.root


@pytest.mark.parametrize("bom", ["", "\ufeff"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_all_styles(newline: str, bom: str) -> None:
    assert read(bom + STYLES.replace("\n", newline)) == meant(STYLES)


@pytest.mark.parametrize(
    "text",
    [
        "", "\n", "# only a comment\n", "---\n", "--- a\n--- b\n", "a: 1\n---\nb: 2\n...\n---\nc: 3\n",
        "%YAML 1.2\n---\na: 1\n",
        "plain", "'x'", "[]", "{}", "- a\n- b", "a:\n  b:\n    c", "- - - a\n    - b\n  - c\n- d\n", "a: |\n  x",
        "a: |+\n\n\nb: 1\n",
        "a: >\n\n  x\n  y\n\n\n   z\n  w\n", "a: |\n\n   x\n  # c\nb: 1\n", "- |1\n  x\n- >+2\n    y\n\n- z\n",
        "a: 'x\n\n  y'\n",
        'a: "x\\\n\n  y \\n \n z"\n', "a: !t b\nc: !!str\nd: &x\n", "? a\n? b\n", "{a, b: , c}", "[a: b, {c: d}]",
        "a: {b: [c, {d: e}]}",
        "a: # c\n  - b\n", "a: &x # c\n  b: c\n", "&a k: &b v\n*a : *b\n", "a: b#c\n", "a: b #c\n",
        "- a: 1\n  b:\n  - c\n  - d\n- e\n",
        "a: ''\nb: \"\"\n", "a:    spaced   \nb: c\n", "a: | # note\n  # text\n  more\n", "a: |\n  x\n # less\nb: 1\n",
        "a: |-\n  x  \n\n\n", "a: |\n    \n\nb: 1\n",
    ],
)  # fmt: skip
def test_small_texts(text: str) -> None:
    assert read(text) == meant(text)
    assert read(text.replace("\n", "\r\n")) == meant(text)


@pytest.mark.parametrize("text", ["on: on\nyes: no\n", "a: 0777\nb: 0o17\nc: 1_000\nd: 0x1F\ne: -0b11\n"])
def test_values_that_yaml_v3_reads_otherwise(text: str) -> None:
    assert value(text) in ({"on": "on", "yes": "no"}, {"a": 511, "b": 15, "c": 1000, "d": 31, "e": -3})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None), ("~", None), ("Null", None), ("nULL", "nULL"), ("true", True), ("False", False),
        ("tRue", "tRue"), ("yes", "yes"),
        ("off", "off"), ("y", "y"), ("0", 0), ("-12", -12), ("+3", 3), ("08", 8.0), ("1.5", 1.5), (".5", 0.5),
        ("1e3", 1000.0), ("1.", 1.0),
        ("-.inf", -math.inf), ("1e999", "1e999"), ("12:30", "12:30"), ("2001-01-01", "2001-01-01"),
        ("1.2.3", "1.2.3"), ("-", "-"), (".", "."),
        ("0x", "0x"), ("18446744073709551615", 2**64 - 1), ("18446744073709551616", 18446744073709551616.0),
        ("9" * 5000, "9" * 5000), ("é", "é"), ("١", "١"),
    ],
)  # fmt: skip
def test_plain_scalars_are_those_of_yaml_v3(text: str, expected: Any) -> None:
    found = resolved(text)
    assert found == expected
    assert type(found) is type(expected)


def test_truth_where_it_is_wanted() -> None:
    assert [truth(word) for word in ("Yes", "on", "true", "N", "off", "1", "")] == [
        True,
        True,
        True,
        False,
        False,
        None,
        None,
    ]


def test_tags() -> None:
    assert value("a: !!str 1\nb: !!int '2'\nc: !!float 3\nd: !reset null\ne: ! 4\n") == {
        "a": "1", "b": 2, "c": 3.0, "d": "null", "e": "4",
    }  # fmt: skip
    with pytest.raises(YamlSyntaxError, match="no !!bool"):
        value("a: !!bool x\n")


def test_spans_styles_anchors_and_comments() -> None:
    text = "\ufeff# é😀\nk: &a !t 'é' # c\nm: &b\n  - *a\nn: |\n  x\n\n\no: {p: q}\n"
    (document,) = parse(text)
    assert isinstance(document.root, Mapping)
    pairs = document.root.pairs
    assert [text[p.span.start : p.span.end] for p in pairs] == [
        "k: &a !t 'é'",
        "m: &b\n  - *a",
        "n: |\n  x",
        "o: {p: q}",
    ]
    assert [p.value.style for p in pairs] == ["single", "block", "literal", "flow"]
    assert [p.value.raw for p in pairs] == ["'é'", "- *a", "|\n  x", "{p: q}"]
    assert (pairs[0].value.anchor_name, pairs[0].value.tag_name, pairs[1].value.anchor_name) == ("a", "!t", "b")
    assert [text[c.start : c.end] for c in document.comments[-1:]] == ["# c"]
    sequence = pairs[1].value
    assert isinstance(sequence, Sequence)
    assert isinstance(sequence.items[0], Alias)
    assert resolve(sequence.items[0]) is pairs[0].value


def test_bytes_that_are_no_text_keep_their_places() -> None:
    text = decode(b"a: \xff\xfe # \xe9\nb: x\n")
    pairs = root(text).pairs
    assert [text[p.value.span.start : p.value.span.end] for p in pairs] == ["\udcff\udcfe", "x"]


MERGES = """\
x: &x {a: 1, b: 2}
y: &y
  <<: *x
  b: 3
z:
  <<: [*y, {c: 4, a: 5}, *x]
  d: 6
"""


def test_merge_keys() -> None:
    assert value(MERGES)["z"] == {"a": 1, "b": 3, "c": 4, "d": 6}  # PyYAML would take b from *x
    simple = MERGES.partition("z:")[0]
    assert value(simple) == pyyaml.safe_load(simple)
    z = root(MERGES).mapping("z")
    assert z is not None
    assert [pair.name for pair in z.pairs] == ["<<", "d"]
    assert {p.name: texts(p.value) for p in z.items()} == {"d": "6", "b": "3", "a": "1", "c": "4"}
    found = z.scalar("b")
    assert found is not None
    assert found.value == 3
    assert z.get("e") is None
    assert value("a: {'<<': 1}\n") == {"a": {"<<": 1}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: *b\n", "there is no anchor &b"),
        ("a: &a [*a]\n", "stands within what it names"),
        ("a: &a {<<: *a}\n", "stands within what it names"),
        ("a: &a\n  b: &b\n    <<: *a\n", "stands within what it names"),
        ("a: {<<: 1}\n", "only mappings can be merged"),
        ("a: 1\n'a': 2\n", "stands twice"),
        ("? [a]\n: b\n", "a key that is a list"),
        ("a: &a [1]\n---\nb: *a\n", "there is no anchor"),
        ('a: "\\ud83d"\n', "no character"),
        ("a: b # c\u2028privileged: true\n", "ends a line for some readers"),
        ("a: b\x85c: d\n", "ends a line for some readers"),
    ],
)
def test_what_cannot_be_followed(text: str, message: str) -> None:
    with pytest.raises(YamlSyntaxError, match=message):
        [value_of(document.root) for document in parse(text) if document.root is not None]


def test_alias_bombs_are_bounded() -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        bomb += f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    with pytest.raises(YamlSyntaxError, match="too much"):
        value(bomb)
    merges = "a: &a {k: 1}\n"
    for before, name in zip("abcdefgh", "bcdefghi", strict=True):
        merges += f"{name}: &{name} {{<<: [{', '.join([f'*{before}'] * 9)}]}}\n"
    assert value(merges)["i"] == {"k": 1}


@pytest.mark.parametrize(
    "text",
    [
        "[" * 300 + "]" * 300, "{a: " * 300 + "}" * 300, "- " * 300 + "a", "? " * 5000 + "a", ": " * 5000,
        "- : " * 900 + "a",
        "".join(" " * i + "a:\n" for i in range(300)), "".join("  " * i + "-\n" for i in range(2000)),
        "".join(" " * i + "a:\n" for i in range(100)) + "- " * 300, "- &a " * 900,
        "a:\n" * 32_001, "a: " + "b" * 32_001,
    ],
)  # fmt: skip
def test_what_passes_the_bounds_of_the_grammar_is_refused(text: str) -> None:
    with pytest.raises(YamlSyntaxError):
        parse(text)


def test_depth_that_is_read() -> None:
    deep = "".join("  " * i + "a:\n" for i in range(20)) + "  " * 20 + "- " * 30 + "b\n"
    assert value(deep) == pyyaml.safe_load(deep)
    flow = "[" * 150 + "]" * 150
    assert value(flow) == pyyaml.safe_load(flow)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("a: [b\n", 1, 6), ("a: b: c\n", 1, 5), ("a:\n  - b\n c: d\n", 2, 6), ("a: b\n\tc: d\n", 2, 3),
        ("a: 'b\n", 1, 4),
        ("a: \0\n", 1, 4), ("é: \x07\n", 1, 4), ("a: 1\rb: 2\n", 1, 5), ("- a\nb: c\n", 2, 1), ("{a: b\n", 1, 6),
    ],
)  # fmt: skip
def test_errors_have_a_place(text: str, line: int, column: int) -> None:
    with pytest.raises(YamlSyntaxError) as caught:
        parse(text, "compose.yaml")
    error = caught.value
    assert (error.filename, error.line) == ("compose.yaml", line)
    assert abs(error.column - column) <= 5
    assert isinstance(error, HardenError)
    assert str(error).startswith(f"compose.yaml:{line}:")


WORDS = st.text(
    st.characters(codec="utf-8", exclude_characters="\ufeff\ufffe\uffff\r", exclude_categories=["Cs", "Cc"]), max_size=8
)
PLAIN = st.sampled_from(
    [
        "a",
        "yes",
        "no",
        "1",
        "0777",
        "1.5",
        "null",
        "true",
        "- x",
        "a: b",
        "#",
        " x",
        "x ",
        "'",
        '"',
        "[",
        "é 😀",
        "x\ny",
        "\n",
        "a\\b",
    ]
)
SCALARS = st.one_of(st.none(), st.booleans(), st.integers(-(10**6), 10**6), st.sampled_from([1.5, -0.25]), PLAIN, WORDS)
KEYS = st.one_of(st.sampled_from(["a", "b", "key", "c d", "é"]), WORDS.filter(lambda w: w not in ("<<", "=")))
MODELS = st.recursive(
    SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(KEYS, inner, max_size=4)),
    max_leaves=12,
)
TABLES = st.dictionaries(KEYS, MODELS, min_size=1, max_size=5)
DUMPS = st.fixed_dictionaries(
    {
        "default_flow_style": st.sampled_from([None, True, False]),
        "default_style": st.sampled_from([None, None, "'", '"', "|", ">"]),
        "indent": st.sampled_from([2, 4]),
        "width": st.sampled_from([10, 80, 1000]),
        "allow_unicode": st.booleans(),
        "line_break": st.sampled_from(["\n", "\r\n"]),
        "sort_keys": st.just(False),
    }
)


class Plainly(pyyaml.SafeDumper):
    """Writes what stands twice twice."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def dumped(model: Any, how: dict[str, Any]) -> str:
    """Write a model with PyYAML; skip what it cannot read back itself."""
    text = pyyaml.dump(model, Dumper=Plainly, **how)
    assume("\x85" not in text and "\u2028" not in text and "\u2029" not in text)
    try:
        assume(pyyaml.safe_load(text) == model)
    except pyyaml.YAMLError:
        assume(False)
    return text


@settings(deadline=None, max_examples=60)
@given(MODELS, DUMPS)
def test_what_pyyaml_writes_reads_as_it_was_meant(model: Any, how: dict[str, Any]) -> None:
    assert read(dumped(model, how)) == meant(dumped(model, how))


@settings(deadline=None, max_examples=80)
@given(st.lists(st.sampled_from(
    ["a", "b c", "- ", ": ", ":", "\n", "\n  ", "\n    ", " ", "'x'", '"y"', "[", "]", "{", "}", ", ", " # c",
     "&a ", "*a", "!t ", "|", ">-",
     "? ", "---\n", "\t", "é", "😀", "k: v\n", "  k: v\n", "- i\n"]), max_size=16))  # fmt: skip
def test_what_both_read_they_read_alike(tokens: list[str]) -> None:
    text = "".join(tokens)
    try:
        found, expected = read(text), meant(text)
    except (YamlSyntaxError, pyyaml.YAMLError):
        return
    assert [f for f in found if f != ""] == [e for e in expected if e != ""]


def collections(node: Node, kind: type[Node]) -> list[tuple[tuple[Any, ...], Any]]:
    """Return the collections of a kind below a node, each with its path."""
    found: list[tuple[tuple[Any, ...], Any]] = [((), node)] if isinstance(node, kind) else []
    inner: list[tuple[Any, Node]] = []
    if isinstance(node, Mapping):
        inner = [(texts(pair.key), pair.value) for pair in node.pairs]
    elif isinstance(node, Sequence):
        inner = list(enumerate(node.items))
    return found + [((step, *path), part) for step, child in inner for path, part in collections(child, kind)]


def at(model: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        model = model[step]
    return model


def spread(text: str, data: st.DataObject) -> str:
    """Add comments and blank lines between the lines of a text in block style."""
    lines = text.splitlines(keepends=True)
    place = data.draw(st.integers(0, len(lines)))
    lines.insert(place, data.draw(st.sampled_from(["# a comment\n", "\n", "    # deep\n", ""])))
    changed = "".join(lines)
    try:
        return changed if value(changed) == value(text) else text
    except YamlSyntaxError:
        return text


@settings(deadline=None, max_examples=80)
@given(TABLES, DUMPS, MODELS, st.data())
def test_inserted_keys(model: Any, how: dict[str, Any], new: Any, data: st.DataObject) -> None:
    text = spread(dumped(model, how), data)
    try:
        before = value(text)
    except YamlSyntaxError:
        return
    path, mapping = data.draw(st.sampled_from(collections(root(text), Mapping)))
    assume("new key" not in at(model, path) if all(step in ("", step) for step in path) else True)
    try:
        edit = insert_key(mapping, "new key", new)
    except YamlEditError:
        return
    assert edit.start == edit.end
    changed = apply_edits(text, (edit,))
    _value_at(before, mapping, text, path)["new key"] = new
    assert value(changed) == before


def _value_at(model: Any, node: Node, text: str, path: tuple[Any, ...]) -> Any:
    """Follow a path of texts in a model whose keys are values."""
    for step in path:
        model = model[step] if isinstance(model, list) else next(v for k, v in model.items() if _same(k, step))
    return model


def _same(key: Any, text: str) -> bool:
    return key == text or resolved(text) == key


@settings(deadline=None, max_examples=60)
@given(TABLES, DUMPS, MODELS, st.data())
def test_appended_items(model: Any, how: dict[str, Any], new: Any, data: st.DataObject) -> None:
    model = {"first": model, "list": [model, "x"]}
    text = spread(dumped(model, how), data)
    try:
        before = value(text)
    except YamlSyntaxError:
        return
    path, sequence = data.draw(st.sampled_from(collections(root(text), Sequence)))
    try:
        edit = append_item(sequence, new)
    except YamlEditError:
        return
    assert edit.start == edit.end
    _value_at(before, sequence, text, path).append(new)
    assert value(apply_edits(text, (edit,))) == before


@settings(deadline=None, max_examples=80)
@given(TABLES, DUMPS, SCALARS, st.data())
def test_replaced_scalars(model: Any, how: dict[str, Any], new: Any, data: st.DataObject) -> None:
    text = dumped({"list": [model, "x"], **model, "last": 1}, how)
    try:
        before = value(text)
    except YamlSyntaxError:
        return
    path, scalar = data.draw(st.sampled_from([s for s in collections(root(text), Scalar) if s[0]]))
    try:
        edit = replace_scalar(scalar, new)
    except YamlEditError:
        return
    _value_at(before, scalar, text, path[:-1])[_last(before, scalar, text, path)] = new
    assert value(apply_edits(text, (edit,))) == before


def _last(model: Any, node: Node, text: str, path: tuple[Any, ...]) -> Any:
    holder = _value_at(model, node, text, path[:-1])
    return path[-1] if isinstance(holder, list) else next(key for key in holder if _same(key, path[-1]))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "s:\n  web:\n    image: x  # c\n\n# next\n  db: {}\n",
            "s:\n  web:\n    image: x  # c\n    k: true\n\n# next\n  db: {}\n",
        ),
        ("s:\n  web:\n    a:\n    - b\n", "s:\n  web:\n    a:\n    - b\n    k: true\n"),
        ("s:\n  web:\n    a: |\n      x\n\n  db: 1\n", "s:\n  web:\n    a: |\n      x\n    k: true\n\n  db: 1\n"),
        ("s:\n  web:\n    a: |+\n      x\n\n  db: 1\n", "s:\n  web:\n    k: true\n    a: |+\n      x\n\n  db: 1\n"),
        ("s:\n  web:\n    a: |\n      x", "s:\n  web:\n    k: true\n    a: |\n      x"),
        ("s:\n  web:\n    a: b", "s:\n  web:\n    a: b\n    k: true"),
        ("s:\n  web:\n    a:   # empty\n", "s:\n  web:\n    a:   # empty\n    k: true\n"),
        ("s:\n  web: {}\n", "s:\n  web: {k: true}\n"),
        ("s:\n  web: {a: b}\n", "s:\n  web: {a: b, k: true}\n"),
        ("s:\n  web: {\n    a: b,  # c\n  }\n", "s:\n  web: {\n    a: b, k: true,  # c\n  }\n"),
        ('s: {"web": {"a": "b"}}\n', 's: {"web": {"a": "b", "k": true}}\n'),
        ("s:\n  web: &w\n    <<: *o\n", "s:\n  web: &w\n    <<: *o\n    k: true\n"),
    ],
)
def test_where_a_key_is_inserted(before: str, after: str, newline: str) -> None:
    before, after = "o: &o {é: 😀}\n" + before, "o: &o {é: 😀}\n" + after
    text = before.replace("\n", newline)
    services = root(text).mapping("s")
    assert services is not None
    web = services.mapping("web")
    assert web is not None
    assert apply_edits(text, (insert_key(web, "k", True),)) == after.replace("\n", newline)


def test_a_key_with_a_dash_below_a_list_in_the_column_of_its_key() -> None:
    text, new = "a:\n- b\n", {"c": [None], "-;": None}
    changed = apply_edits(text, (insert_key(root(text), "k", new),))
    assert value(changed) == {"a": ["b"], "k": new} == pyyaml.safe_load(changed)


def test_collections_are_written_as_the_file_writes_them() -> None:
    four = "s:\n    web:\n        image: x\n        list:\n            - a\n"
    web = root(four).mapping("s").mapping("web")  # type: ignore[union-attr]
    edit = insert_key(web, "cap_drop", ["ALL", {"a": 1, "b": [2]}])  # type: ignore[arg-type]
    assert apply_edits(four, (edit,)).endswith(
        "        cap_drop:\n            - ALL\n            - a: 1\n              b:\n                  - 2\n"
    )
    assert layout_of(Source("a:\n- b\nc:\n   d: 1\n", None))[:2] == (3, 0)
    assert layout_of(Source("a: 1\n", None))[:2] == (2, 2)


@pytest.mark.parametrize(
    ("text", "new", "expected"),
    [
        ("a: 'x' # c\n", "it's", "a: 'it''s' # c\n"), ('a: "x"\n', "y", 'a: "y"\n'), ("a: x\n", "yes", 'a: "yes"\n'),
        ("a: x\n", "y z", "a: y z\n"),
        ("a: x\n", True, "a: true\n"), ("a: 'x'\n", 5, "a: 5\n"), ("a:\n", "x", "a: x\n"),
        ("a: &b x\n", "z", "a: &b z\n"), ("a: [x, y]\n", "z", None),
        ("a: |\n  x\n  y\nb: 1\n", "p\nq\n", "a: |\n  p\n  q\nb: 1\n"), ("a: |-\n  x\n", "y", "a: |-\n  y\n"),
        ("a: >\n  x\nb: 1\n", "y\n", "a: >\n  y\nb: 1\n"),
        ("a: |\n  x\nb: 1\n", "no break", "a: no break\nb: 1\n"), ("a: x\n", None, "a: null\n"),
        ("a: x\n", "a, b", 'a: "a, b"\n'), ("a: x\n", "1:2", 'a: "1:2"\n'),
    ],
)  # fmt: skip
def test_replaced_scalars_keep_their_style(text: str, new: Any, expected: str | None) -> None:
    found = root(text).pairs[0].value
    if expected is None:
        assert isinstance(found, Sequence)
        assert apply_edits(text, (append_item(found, new),)) == "a: [x, y, z]\n"
        return
    assert isinstance(found, Scalar)
    assert apply_edits(text, (replace_scalar(found, new),)) == expected


@pytest.mark.parametrize("text", ["a: 1\n", "[a: 1]\n", "a: !!int 1\n"])
def test_edits_that_are_refused(text: str) -> None:
    (document,) = parse(text)
    (mapping,) = (m for _, m in collections(document.root, Mapping))  # type: ignore[arg-type]
    tagged = mapping.pairs[0].value
    with pytest.raises(YamlEditError):
        _ = replace_scalar(tagged, 2) if tagged.tag else insert_key(mapping, "a" if text[0] == "a" else "b", 2)


def _files(*places: Path) -> list[Path]:
    return sorted(
        path for place in places for path in place.rglob("*")
        if path.suffix in (".yml",
        ".yaml") and ".venv" not in path.parts and "node_modules" not in path.parts and path.is_file()
    )  # fmt: skip


@needs(SHARED / "cases")
def test_files_of_the_corpus() -> None:
    files = _files(SHARED / "cases")
    assert files
    for path in files:
        _check(decode(path.read_bytes()))


def test_files_of_this_repository() -> None:
    files = _files(ROOT / "tests", ROOT / "examples", ROOT / "docs")
    assert files
    for path in files:
        text = decode(path.read_bytes())
        if path.parent.stem.endswith("cannot-be-read"):
            with pytest.raises(YamlSyntaxError):
                parse(text)
        elif not {"compose", "manifests"} & set(path.parts):  # they have anchors: the tests of their rules read them
            _check(text)


def _check(text: str) -> None:
    """Compare what a file says with PyYAML, then add a key to every mapping of it, one after the other."""
    assert read(text) == meant(text)
    for number, document in enumerate(parse(text)):
        for path, mapping in collections(document.root, Mapping) if document.root is not None else []:
            edit = insert_key(mapping, "x-new", True)
            assert edit.start == edit.end
            model = read(text)
            at(model[number], path)["x-new"] = "true"
            assert read(apply_edits(text, (edit,))) == model
