"""What the services of compose files run in the images that they build; PyYAML says what the files mean."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest
import yaml

from hardener.lookups.build_files import builds_of
from hardener.project.build_definitions import read_builds

COMPOSE = """\
x-worker: &worker
  build: {context: .}
  command: celery -A app worker   # a comment
services:
  plain:
    build: ./plain
    command: npm run "dev server" -- --port=80
  flow:
    build:
      context: "./flow"
      dockerfile: docker/Dockerfile
      target: dev
    entrypoint: ["sh", "-c", "echo 'a, b' && exec node x.js"]
    healthcheck:
      interval: 5s
      test: ["CMD", "curl", "-f", "http://localhost:8080/a,b"]
  block:
    build:
      context: .
    command:
      - python
      - manage.py
      - "runserver"
      - --set=a,b
    healthcheck:
      test: wget -q localhost
  folded:
    build: .
    command: >
      bash -c "python manage.py migrate
      && python manage.py runserver"
  dollar:
    build: .
    command: echo $$HOME
  same-indent:
    build: .
    command:
    - node
    - 'it''s.js'
  elsewhere:
    image: example/elsewhere:1
    command: nodemon
  changed:
    command: nodemon server.js
networks:
  default: {}
"""


def expected(value: object) -> tuple[str, ...]:
    if isinstance(value, list):
        return tuple(str(item).replace("$$", "$") for item in value)
    return tuple(shlex.split(str(value or "").replace("$$", "$")))


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_words_are_those_of_yaml(newline: str) -> None:
    found = read_builds("compose.yml", COMPOSE.replace("\n", newline)).services
    whole = yaml.safe_load(COMPOSE)
    meant = [whole["x-worker"], *(s for s in whole["services"].values() if "build" in s or "image" not in s)]
    assert [s.command for s in found] == [expected(s.get("command")) for s in meant]
    assert [s.entrypoint for s in found] == [expected(s.get("entrypoint")) for s in meant]
    assert [s.check for s in found] == [expected(s.get("healthcheck", {}).get("test")) for s in meant]
    assert [(s.context, s.dockerfile, s.target) for s in found[1:3]] == [
        ("./plain", "", ""),
        ("./flow", "docker/Dockerfile", "dev"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "services:",
        "services:\n  a:",
        "services:\n  a:\n    command: 'x",
        "services: []",
        "- services:\n  - a",
        "\0",
    ],
)
def test_what_is_no_compose_file_has_no_commands(text: str) -> None:
    assert not any(service.check for service in read_builds("compose.yml", text).services)


def test_services_of_other_folders_do_not_count(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    for name in ("web", "api"):
        (tmp_path / name).mkdir()
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    build: ./web\n    command: a\n  api:\n    build: {context: ./api}\n    command: b\n"
        "  root:\n    build:\n      context: .\n      dockerfile: web/Dockerfile\n    command: c\n"
        "  any:\n    build: ${WHERE}\n    command: d\n"
    )
    found = builds_of(tmp_path / "web").services
    assert [service.command for service in found] == [("a",), ("c",), ("d",)]


@pytest.mark.parametrize(
    ("build", "context"), [('{context: ""}', "."), ("{target: dev}", ""), ("{context: web}", "web")]
)
def test_an_empty_context_is_the_folder_of_the_file(build: str, context: str) -> None:
    """Compose takes "" for "."; where none is named, another file may name it."""
    (service,) = read_builds("compose.yml", f"services:\n  web:\n    build: {build}\n").services
    assert service.context == context
