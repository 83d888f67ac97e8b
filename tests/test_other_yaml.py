"""YAML files that are neither compose files nor manifests: hooks name them all, and nothing happens to them."""

from __future__ import annotations

import pytest

from hardener import DockerfileSyntaxError, Options, harden
from hardener.engine.questions import questions


@pytest.mark.parametrize(
    "text", ["", "a: 1\r\n", "replicas: 2\nimage: {tag: x}\n", "kind: Service\napiVersion: v1\n", "{{ x }}"]
)
def test_they_stay(text: str) -> None:
    result = harden(text, filename="values.yaml")
    assert (result.code, result.findings, result.warnings) == (text, (), ())
    assert questions(text, Options(), "values.yaml") == frozenset()


def test_a_compose_file_by_another_name_is_told() -> None:
    text = "services:\n  web:\n    image: nginx\n"
    result = harden(text, filename="stack.yml")
    assert result.code == text
    assert "by their names" in result.warnings[0][1]


def test_a_dockerfile_may_have_any_name() -> None:
    assert harden("FROM debian:12\nMAINTAINER me\n", filename="image.yaml").findings


def test_other_names_are_for_dockerfiles() -> None:
    with pytest.raises(DockerfileSyntaxError):
        harden("a: 1\n", filename="values.yaml.txt")
