"""What an ignore comment in a Dockerfile is told when it names no rule."""

from __future__ import annotations

import pytest

from hardener import harden


@pytest.mark.parametrize(
    ("name", "warning"),
    [
        ("add-usr", "ignore[add-usr]: no such rule; did you mean add-user?"),
        ("HD20", "ignore[HD20]: no such rule"),
        ("zzzzzz", "ignore[zzzzzz]: no such rule"),
    ],
)
def test_a_name_that_is_no_rule_gets_the_one_that_was_meant(name: str, warning: str) -> None:
    text = f"# harden: ignore[{name}]\nFROM alpine:3.22\n"
    assert [said for _, said in harden(text, filename="Dockerfile").warnings] == [warning]
