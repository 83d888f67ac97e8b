"""The ids in messages, such as [U15]: each can be looked up, and docs/reasons.md is made of what is printed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.output.reasons import all_reasons, linked, markdown, page, read_reasons, reason, section_page
from tests.corpus import ROOT

FILE = ROOT / "hardener" / "rules" / "reasons.md"
LETTERS = "PMEIUSBCHKDJZ"
ID = re.compile(rf"\b[{LETTERS}]\d\d\b")


def used(path: Path) -> set[str]:
    return set(ID.findall(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("folder", ["hardener", "docs"])
def test_each_id_that_is_used_can_be_looked_up(folder: str) -> None:
    found = {(str(path.relative_to(ROOT)), name) for path in (ROOT / folder).rglob("*.*")
             if path.suffix in (".py", ".md") for name in used(path)}  # fmt: skip
    assert len(found) > 100
    assert {(path, name) for path, name in found if name not in all_reasons()} == set()


def test_no_id_stands_twice_and_all_are_in_order() -> None:
    names = [one.id for one in read_reasons(FILE.read_text(encoding="utf-8"))]
    assert len(names) == len(set(names)) == len(all_reasons())
    assert names == [
        f"{letter}{n:02}" for letter in LETTERS for n in range(1, 1 + len([m for m in names if m[0] == letter]))
    ]


def test_each_reason_is_short_and_complete() -> None:
    for one in all_reasons().values():
        assert one.id[0] == one.section.letter
        assert one.title
        assert not one.title.endswith(".")
        assert one.text.endswith((".", "?"))
        assert len(one.text) <= 300
        assert one.section.subject
        assert one.section.text


def test_the_page_is_in_step() -> None:
    assert (ROOT / "docs" / "reasons.md").read_text(encoding="utf-8") == markdown(), (
        "run python -m hardener.output.reasons > docs/reasons.md"
    )


def test_each_id_is_an_anchor_of_the_page_and_links_lead_to_anchors() -> None:
    text = markdown()
    anchors = re.findall(r'<a id="(\w+)"></a>', text)
    assert len(anchors) == len(set(anchors))
    assert {name.lower() for name in all_reasons()} <= set(anchors)
    rules = (ROOT / "docs" / "rules.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\(reasons\.md#(\w+)\)", rules)) <= set(anchors)
    headings = {head.lower().replace(" ", "-") for head in re.findall(r"(?m)^## (HD.*)$", rules)}
    assert set(re.findall(r"\(rules\.md#([\w-]+)\)", text)) <= headings


@pytest.mark.parametrize("name", ["U15", "u15", "[U15]", "(U15)"])
def test_an_id_is_found_as_messages_have_it(name: str) -> None:
    found = reason(name)
    assert found is not None
    assert found.id == "U15"
    printed = page(found)
    assert printed.startswith(f"U15 {found.title}\n\n")
    assert "Rules: add-user\n" in printed
    assert max(map(len, printed.splitlines())) <= 100


def test_a_letter_lists_its_reasons() -> None:
    lines = (section_page("u") or "").splitlines()
    assert lines[0] == "U Running without root"
    assert lines[2].startswith("U01 ")
    assert lines[-1].startswith("U30 ")
    assert section_page("X") is None
    assert section_page("") is None


def test_an_unknown_id_is_none() -> None:
    assert reason("U99") is None
    assert reason("") is None


def test_ids_outside_of_code_become_links() -> None:
    assert (
        linked("why (U15), `U15`, A12\n```\nU15\n```\n") == "why ([U15](reasons.md#u15)), `U15`, A12\n```\nU15\n```\n"
    )
