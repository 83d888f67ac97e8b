"""Compose files that are read together, as `docker compose config` prints them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from hardener.errors import VerifyError
from hardener.project.compose.model import read_compose
from hardener.verify.stack import find
from hardener.verify.stack.find import stack_of
from hardener.verify.stack.merge import merged, together
from hardener.verify.stack.project import Project


def both(below: str, above: str) -> Any:
    files = [(name, read_compose(text).values[0], text) for name, text in (("a", below), ("b", above))]
    return merged(files)


@pytest.mark.parametrize(
    ("below", "above", "said"),
    [
        ("image: a", "image: b", {"image": "b"}),
        ("command: [a, b]", "command: [c]", {"command": ["c"]}),
        ("ports: ['1', '2']", "ports: ['2', '3']", {"ports": ["1", "2", "3"]}),
        ("environment: [A=1, B=2]", "environment: {B: x, C: y}", {"environment": {"A": "1", "B": "x", "C": "y"}}),
        ("volumes: ['a:/a', './b:/b:ro']", "volumes: ['c:/b', d:/d]", {"volumes": ["a:/a", "c:/b", "d:/d"]}),
        ("networks: [x]", "networks: {y: {aliases: [z]}}", {"networks": {"x": None, "y": {"aliases": ["z"]}}}),
        ("depends_on: [a]", "depends_on: {b: {condition: service_healthy}}",
         {"depends_on": {"a": {"condition": "service_started"}, "b": {"condition": "service_healthy"}}}),
        ("healthcheck: {test: [CMD, a], retries: 3}", "healthcheck: {test: [CMD, b]}",
         {"healthcheck": {"test": ["CMD", "b"], "retries": 3}}),
        ("build: ./web", "build: {target: x}", {"build": {"context": "./web", "target": "x"}}),
        ("build: {target: x}", "build: web", {"build": {"context": "web", "target": "x"}}),
        ("build: {args: [A=1]}", "build: {args: [A=2]}", {"build": {"args": {"A": "2"}}}),
        ("tmpfs: /a", "tmpfs: [/b]", {"tmpfs": ["/a", "/b"]}),
        ("image: a", "user: '1'", {"image": "a", "user": "1"}),
    ],
)  # fmt: skip
def test_services_are_merged(below: str, above: str, said: dict[str, Any]) -> None:
    found = both(f"services: {{command: {{{below}}}}}", f"services: {{command: {{{above}}}, new: {{image: n}}}}")
    assert found["services"] == {"command": said, "new": {"image": "n"}}


def test_tags_are_refused() -> None:
    with pytest.raises(VerifyError, match="!reset"):
        both("services: {a: {image: a}}", "services: {a: {ports: !reset []}}")


@pytest.mark.parametrize(
    ("name", "listed", "there", "files"),
    [
        ("compose.yaml", "", ("compose.override.yaml",), ("compose.yaml", "compose.override.yaml")),
        ("compose.yml", "", ("compose.override.yml",), ("compose.yml", "compose.override.yml")),
        ("compose.yaml", "", ("docker-compose.override.yml",), ("compose.yaml",)),
        ("prod.yaml", "", ("prod.override.yaml",), ("prod.yaml",)),
        ("prod.yaml", "compose.yaml:./prod.yaml", (), ("compose.yaml", "prod.yaml")),
        ("compose.yaml", "prod.yaml", ("compose.override.yaml",), ("compose.yaml",)),
    ],
)  # fmt: skip
def test_which_files_are_read_together(name: str, listed: str, there: tuple[str, ...], files: tuple[str, ...]) -> None:
    assert together(name, listed, ":", there.__contains__) == files


def test_an_override_counts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "room_of", lambda _: (0, 0))
    file = tmp_path / "compose.yaml"
    (tmp_path / "compose.override.yaml").write_text("services: {app: {user: '7'}}\n")
    engine: Any = type("E", (), {"label": "l=x", "publish": "127.0.0.1"})()

    def started(body: str) -> Any:
        return stack_of(file, body, Project(engine, tmp_path, 1), (), "")

    found = started("services: {app: {image: a}}\n")
    assert found.data["services"]["app"]["user"] == "7"
    assert found.notes == ("started with compose.override.yaml, as Compose reads it",)
    (tmp_path / "compose.override.yaml").write_text("services: {app: {privileged: true}}\n")
    with pytest.raises(VerifyError, match="privileged"):
        started("services: {app: {image: a}}\n")
    (tmp_path / ".env").write_text("COMPOSE_FILE=compose.yaml:../other.yaml\n")
    with pytest.raises(VerifyError, match="not one document"):
        started("services: {app: {image: a}}\n")
