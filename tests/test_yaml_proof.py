"""What the proof says of changes of a YAML file: each fault, and the nearest change that is none."""

from __future__ import annotations

import pytest

from hardener import Safety
from hardener.engine import yaml_proof
from hardener.engine.yaml_proof import Attempt, attempt
from hardener.errors import YamlEditError
from hardener.project.yaml_file import YamlFile
from hardener.rules._yaml_rule import YamlRule
from hardener.syntax.yaml import parse, value_of
from hardener.syntax.yaml.changes import Change, applied
from hardener.text import Edit

TEXT = "a: 1 # one\nb: [x]\n"


class Given(YamlRule):
    """A rule that announces the keys a and b."""

    code, name, safety, keys = "HD999", "given", Safety.SAFE, ("a", "b")

    @classmethod
    def key_of(cls, change: Change) -> str:
        return change.path[0]


def file(text: str, name: str | None) -> YamlFile:
    documents = parse(text, name)
    return YamlFile(name or "", text, documents, tuple(value_of(one.root) for one in documents))


def tried(text: str, *changes: Change) -> Attempt[YamlFile]:
    return attempt(file(text, "f"), file, changes, Given)


def written(text: str, edit: Edit, monkeypatch: pytest.MonkeyPatch) -> Attempt[YamlFile]:
    """Return what comes of a change of a to 2 that is written as another edit."""
    monkeypatch.setattr(yaml_proof, "edit_of", lambda document, change: edit)
    return tried(text, Change("put", ("a",), 2))


def over(old: str, new: str) -> Edit:
    """Return the edit of the text of these tests that replaces a part."""
    return Edit(TEXT.index(old), TEXT.index(old) + len(old), new)


@pytest.mark.parametrize(
    ("edit", "faults"),
    [
        (over("1", "2"), ()),
        (over("1", "3"), ("the file says something else than was meant [Z04]",)),
        (over("1 # one", "2"), ("a comment was lost [Z07]",)),
        (over("1 # one\n", "2 # one\r\n"), ("the newline style changed [Z07]",)),
        (over("1 # one\nb: [x]\n", "2 # one\nb: [x]\r\n"), ("the newline style changed [Z07]",)),
        (over("1", "[2"), "does not parse"),
    ],
)
def test_what_an_edit_does_besides(edit: Edit, faults: tuple[str, ...] | str, monkeypatch: pytest.MonkeyPatch) -> None:
    result = written(TEXT, edit, monkeypatch)
    if isinstance(faults, str):
        assert faults in result.faults[0]
        assert "[Z01]" in result.faults[0]
    else:
        assert result.faults == faults
    assert (result.model is None) == bool(faults)


def test_newlines_of_one_kind_stay_and_a_mixed_file_may_lose_one(monkeypatch: pytest.MonkeyPatch) -> None:
    assert written("a: 1\r\n", Edit(3, 6, "2\n"), monkeypatch).faults == ("the newline style changed [Z07]",)
    assert written("a: 1\r\nb: 1\n", Edit(3, 6, "2\n"), monkeypatch).faults == ()
    assert written("a: 1", Edit(3, 4, "2\n"), monkeypatch).faults == ()


def test_two_edits_of_which_the_first_tears_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_proof, "edit_of", lambda document, change: over("1", "[2"))
    result = tried(TEXT, Change("put", ("a",), 2), Change("put", ("a",), 2))
    assert result.model is None
    assert "does not parse" in result.faults[0]


def test_a_change_is_written_into_what_those_before_it_left() -> None:
    result = tried(TEXT, Change("put", ("a",), 1000), Change("append", ("b",), "w"), Change("put", ("a",), 3))
    assert result.model is not None
    assert result.model.text == "a: 3 # one\nb: [x, w]\n"


def test_what_is_not_announced() -> None:
    changes = (Change("put", ("d",), 1), Change("put", ("c",), 1), Change("put", ("a",), 1))
    assert tried(TEXT, *changes).faults == ("it changed c, d unannounced [Z04]",)


@pytest.mark.parametrize(
    ("text", "change", "after"),
    [
        (TEXT, Change("put", ("a",), 2), "a: 2 # one\nb: [x]\n"),
        (TEXT, Change("append", ("b",), "w"), "a: 1 # one\nb: [x, w]\n"),
        ("a: 1\nb: 2\n", Change("remove", ("b",)), "a: 1\n"),
        (TEXT, Change("put", ("b", "0"), "z"), "a: 1 # one\nb: [z]\n"),
        (TEXT, Change("put", ("b", "1"), "z"), None),
        (TEXT, Change("remove", ("b", "0")), None),
        (TEXT, Change("append", ("a",), "z"), None),
        (TEXT, Change("put", ("a", "x"), "z"), None),
        (TEXT, Change("put", ("a",), ["x"]), None),
        (TEXT, Change("put", ("b",), "x"), None),
        (TEXT, Change("rename", ("a",), "b"), None),
        ("a: {x: 1, z: 2}\n", Change("rename", ("a", "x"), "w"), "a: {w: 1, z: 2}\n"),
        ("a: {x: 1}\n", Change("remove", ("a", "y")), None),
        (
            "a:\n  - {x: 1}\n  - {x: 2}\n  - {x: 3}\n", Change("put", ("a", "1", "x"), 7),
            "a:\n  - {x: 1}\n  - {x: 7}\n  - {x: 3}\n",
        ),
        ("a: &n {x: 1}\nc: *n\n", Change("put", ("a", "x"), 2), None),
        ("a: &n {x: 1}\nd: &nn 1\nc: *nn\n", Change("put", ("a", "x"), 2), "a: &n {x: 2}\nd: &nn 1\nc: *nn\n"),
        ("a: &n {x: {y: 1}}\nc: *n\n", Change("put", ("a", "x", "y"), 2), None),
        ("a:\n  - x: 1\n    z: 2\n", Change("remove", ("a", "0", "z")), "a:\n  - x: 1\n"),
        ("c: &n {x: 1}\na: *n\n", Change("put", ("a", "x"), 2), None),
        ("c: &n {x: 1}\na: [*n]\n", Change("put", ("a", "0"), 2), None),
        ("c: &n {x: 1}\na: {<<: *n}\n", Change("rename", ("a", "x"), "y"), None),
        ("a: &n [1]\nc: *n\n", Change("append", ("a",), 2), None),
        ("a: [&n 1]\nc: *n\n", Change("put", ("a", "0"), 2), None),
        ("a: 1\n---\na: 1\n", Change("put", ("a",), 2, document=1), "a: 1\n---\na: 2\n"),
    ],
)  # fmt: skip
def test_a_change_is_written_or_refused(text: str, change: Change, after: str | None) -> None:
    result = tried(text, change)
    assert result.faults == ()
    assert (result.model.text if result.model else None) == after
    assert bool(result.refusal) == (after is None)


def test_there_is_no_such_place() -> None:
    with pytest.raises(YamlEditError, match="no `c`"):
        applied({"a": 1}, Change("remove", ("c",)))
    before = {"a": {"x": 1}, "b": [1, 2]}
    assert applied(before, Change("rename", ("a", "x"), "y")) == {"a": {"y": 1}, "b": [1, 2]}
    assert applied(before, Change("put", ("b", "1"), 3)) == {"a": {"x": 1}, "b": [1, 3]}
    assert before == {"a": {"x": 1}, "b": [1, 2]}
