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
        ("DL3015", "ignore[DL3015]: no such rule; `harden rules --map hadolint` shows which rule answers it"),
    ],
)
def test_a_name_that_is_no_rule_gets_the_one_that_was_meant(name: str, warning: str) -> None:
    text = f"# harden: ignore[{name}]\nFROM alpine:3.22\n"
    assert [said for _, said in harden(text, filename="Dockerfile").warnings] == [warning]


_MALFORMED = "this comment ignores nothing: write `# harden: ignore[RULE]`, with names or codes of rules"


@pytest.mark.parametrize("comment", ["harden: ignore add-user", "harden: ignore=HD203", "harden: ignore[]",
    "harden ignore[add-user]", "harden: ingore[add-user]", "harden: ignore"])  # fmt: skip
def test_a_comment_that_means_to_ignore_and_does_not_is_named(comment: str) -> None:
    said = harden(f"# {comment}\nFROM alpine:3.22\n", filename="Dockerfile").warnings
    assert said == ((1, _MALFORMED),)
    said = harden(f"# {comment}\nservices: {{}}\n", filename="compose.yaml").warnings
    assert (1, _MALFORMED) in said


@pytest.mark.parametrize("comment", ["harden the image", "harden: see [1]", "harden ignores this", "hardening: ignore",
    "harden: makes it smaller", "harden"])  # fmt: skip
def test_prose_is_no_such_comment(comment: str) -> None:
    assert not harden(f"# {comment}\nFROM alpine:3.22\n", filename="Dockerfile").warnings
