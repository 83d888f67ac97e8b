"""What compose and bake files say of builds (B07, B09)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import Safety, harden
from hardener.engine.batch import run_all
from hardener.engine.job import Job
from hardener.engine.result import Options
from hardener.fast.records import replace
from hardener.lookups.build_files import builds_of
from hardener.project.build_definitions import read_builds
from hardener.project.builds import Builds
from hardener.registry.model import RegistrySettings
from hardener.rules.base import Lookup
from hardener.syntax.image_reference import ImageReference

COMPOSE = """\
services:
  web:
    image: acme/web:1   # a comment
    build:
      context: .
      additional_contexts:
        alpine:3.20: docker-image://alpine:edge
        "node": ../node
      args:
        BASE: alpine:3.20
        FROM_THE_SHELL:
        "QUOTED": 'x'
  pulled:
    image: postgres:16
  inline:
    build: {context: ., additional_contexts: {in/line: y}, args: {I: 1, "J": "${K}"}}
    image: "acme/inline"
  lists:
    build:
      context: .
      additional_contexts:
      - debian:12=docker-image://debian:13
      - "golang:${GO}=x"
      # - no=x
      args:
      - L=1
      - FROM_THE_SHELL
    environment:
      - NOT=1
  flow:
    build:
      additional_contexts: [
         "perl:5=x", php=../php
      ]
      target: t
"""
HCL = """\
variable "X" { default = "y" }
target "app" {
  contexts = {
    "alpine:3.20" = "docker-image://alpine:${X}"   # a comment with a } in it
    base = "target:base"
    // no = "x"
    /* neither = "x" */
    last = "target:last"
  }
  args = { BASE = "a", V = X }
}
target "b" { contexts = { node = "target:n" }
 args = {
    A = "1"
    B = "${X}-2"
 }}
"""


def test_compose():
    found = read_builds("compose.yaml", COMPOSE)
    names = ["alpine:3.20", "node", "in/line", "debian:12", "golang:*", "perl:5", "php"]
    assert sorted(found.contexts) == sorted(names)
    assert sorted(found.images) == ["acme/inline", "acme/web:1"]
    assert sorted(found.arguments) == ["BASE", "I", "J", "L", "QUOTED"]


def test_compose_with_crlf_and_tabs_is_the_same():
    assert read_builds("c.yml", COMPOSE.replace("\n", "\r\n")) == read_builds("c.yml", COMPOSE)


def test_bake():
    found = read_builds("docker-bake.hcl", HCL)
    assert sorted(found.contexts) == ["alpine:3.20", "base", "last", "node"]
    assert sorted(found.arguments) == ["A", "B", "BASE", "V"]
    text = '{"target": {"a": {"contexts": {"docker.io/library/alpine:latest": "x"}, "args": {"A": null, "B": "1"}}}}'
    assert replace(read_builds("docker-bake.json", text), services=()) == Builds(
        {"alpine": "docker-bake.json"}, {}, {"B": "docker-bake.json"}
    )


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "docker-bake.hcl",
            'target "a" {\n  context = "web" # here\n  target = "prod"\n  tags = ["x/a:1", "a"]\n}\n'
            'target "b" {\n  inherits = ["a"]\n  context = "."\n}\ntarget "c" {\n  target = STAGE\n}\n',
        ),
        (
            "docker-bake.json",
            '{"target": {"a": {"context": "web", "target": "prod", "tags": ["x/a:1", "a"]},'
            '"b": {"inherits": ["a"], "context": "."}, "c": {"target": "${STAGE}"}}}',
        ),
    ],
)
def test_what_bake_builds(name, text):
    a, b, c = read_builds(name, text).services
    assert (a.context, a.target, a.images, a.is_build) == ("web", "prod", ("x/a:1", "a"), True)
    assert (b.context, b.target[:1]) == (".", "$"), "what it inherits may name a stage"
    assert (c.context, c.target[:1]) == (".", "$")


@pytest.mark.parametrize("name", ["compose.yaml", "docker-bake.hcl", "docker-bake.json"])
@pytest.mark.parametrize(
    "text",
    [
        "",
        "\0",
        "- - -\n:::\nargs:\n",
        "contexts = {",
        "additional_contexts: {",
        "args: [",
        '{"target": [1]}',
        "[" * 9999,
    ],
)
def test_what_cannot_be_read_says_nothing(name, text):
    found = read_builds(name, text)
    assert replace(found, unread=()) == Builds()
    assert len(found.unread) == (found.doubt is not None)


def test_where_a_compose_file_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / "compose.yaml").write_text("services:\n  web:\n    build: [.\n")
    (tmp_path / "docker-compose.yml").write_text("services: {web: {build: .}}\n")
    found = builds_of(tmp_path)
    (one,) = found.unread
    assert (one.file, one.line) == ("compose.yaml", 3)
    assert str(found.doubt).startswith(f"cannot read compose.yaml, line 3, column {one.column}: ")
    assert len(found.services) == 1


@pytest.mark.parametrize(
    ("key", "reference", "same"),
    [
        ("alpine:3.20", "docker.io/library/alpine:3.20", True),
        ("docker.io/library/alpine", "alpine:latest", True),
        ("alpine", "alpine", True),
        ("alpine", "alpine:3.20", False),
        ("alpine:3.20", "alpine:3.20@sha256:" + "0" * 64, True),
        ("golang:${GO}-alpine", "golang:1.22-alpine", True),
        ("golang:$GO", "golang:1.22", True),
        ("golang:${GO}-alpine", "golang:1.22", False),
        ("ghcr.io/a/b:1", "a/b:1", False),
    ],
)
def test_names_are_compared_as_buildkit_does(key, reference, same):
    found = read_builds("docker-bake.hcl", f'target "a" {{ contexts = {{ "{key}" = "x" }} }}')
    parsed = ImageReference.parse(reference)
    assert parsed is not None
    assert bool(found.context_of(parsed)) is same


def test_files_beside_in_the_context_and_above_up_to_the_repository(tmp_path: Path):
    entry = 'target "a" {{ contexts = {{ {} = "x" }} }}'
    for place, name in (("", "outside"), ("repository", "top"), ("repository/api", "beside"), ("elsewhere", "context")):
        (tmp_path / place).mkdir(exist_ok=True)
        (tmp_path / place / "docker-bake.override.hcl").write_text(entry.format(name))
    (tmp_path / "repository" / ".git").mkdir()
    (tmp_path / "repository" / "compose.prod.yaml").mkdir()  # a folder is no file
    assert sorted(builds_of(tmp_path / "repository/api").contexts) == ["beside", "top"]
    found = builds_of(tmp_path / "repository/api", tmp_path / "elsewhere")
    assert sorted(found.contexts) == ["beside", "context", "outside", "top"]


def test_services_in_a_folder_beside_count_where_they_build_this_one(tmp_path: Path):
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    (tmp_path / "repository" / "backend").mkdir()
    (tmp_path / "repository" / "infra").mkdir()
    (tmp_path / "repository" / "infra" / "docker-compose.yml").write_text(
        "services:\n  web:\n    build:\n      context: ../backend\n    volumes: [media:/code/media]\n"
        "  other:\n    build: ../frontend\n    volumes: [x:/x]\n"
        "  plain:\n    build: $PLACE\n    volumes: [y:/y]\n"
    )
    found = builds_of(tmp_path / "repository" / "backend")
    assert [mount.target for service in found.services for mount in service.volumes] == ["/code/media"]
    assert builds_of(tmp_path / "repository" / "elsewhere").services == ()


@pytest.mark.parametrize(
    ("files", "name", "targets"),
    [
        ({"dev": "Dockerfile.dev"}, "Dockerfile", []),
        ({"dev": "Dockerfile.dev"}, "Dockerfile.dev", ["/dev"]),
        ({"dev": "Dockerfile.dev"}, None, ["/dev"]),
        ({"dev": "$FILE"}, "Dockerfile", ["/dev"]),
        # `-f` twice merges the two, and so the volumes of both
        ({"dev": "Dockerfile.dev", "prod": "Dockerfile"}, "Dockerfile", ["/dev", "/prod"]),
    ],
)
def test_services_that_build_another_file_of_the_folder(
    tmp_path: Path, files: dict[str, str], name: str | None, targets: list[str]
):
    (tmp_path / ".git").mkdir()
    for kind, file in files.items():
        (tmp_path / f"docker-compose.{kind}.yml").write_text(
            f"services:\n  web:\n    build: {{context: ., dockerfile: {file}}}\n    volumes: [{kind}:/{kind}]\n"
        )
    services = builds_of(tmp_path, None, name).services
    assert [mount.target for service in services for mount in service.volumes] == targets


@pytest.mark.parametrize("processes", [1, 2])
def test_a_run_reads_them_though_they_are_kept_out_of_the_context(tmp_path: Path, processes: int):
    class Answers:
        failures: dict[Lookup, str] = {}  # noqa: RUF012
        settings = RegistrySettings(offline=True)

        def ask(self, lookups: frozenset[Lookup]) -> dict[Lookup, object]:
            return dict.fromkeys(lookups, "sha256:" + "0" * 64)

    (tmp_path / ".git").mkdir()
    (tmp_path / ".dockerignore").write_text("*\n")
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    jobs = []
    for name, image in (("a", "alpine:3.20"), ("b", "alpine:3.21")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "Dockerfile").write_text(f"FROM {image}\n")
        jobs.append(Job(tmp_path / name / "Dockerfile", Options(select=frozenset({"pin-base-digest"}))))
    first, second = run_all(jobs, processes, Answers())  # type: ignore[arg-type]
    assert first.result is not None
    assert second.result is not None
    assert not first.result.changed
    assert "[B07]" in str(first.result.held_back[0].refusal)
    assert second.result.changed


@pytest.mark.parametrize(
    ("folder", "settings", "found"),
    [
        (".", '{ "build": { "dockerfile": "../Dockerfile" } }', ".devcontainer/devcontainer.json"),
        (".", '{ "dockerFile": "../Dockerfile" }', ".devcontainer/devcontainer.json"),
        (".", '{\n  // "dockerfile": "../Dockerfile"\n}', ""),
        (".", '{ "build": { "dockerfile": "Dockerfile" } }', ""),
        (".", '{ "build": {\n "dockerfile": "../Dockerfile",\n "target": "dev" } }', ""),
        (".devcontainer", "{}", ".devcontainer"),
    ],
)
def test_a_development_container_lies_in_its_folder_or_is_named(
    folder: str, settings: str, found: str, tmp_path: Path
) -> None:
    (tmp_path / ".git").mkdir()
    (tmp_path / ".devcontainer").mkdir()
    (tmp_path / ".devcontainer" / "devcontainer.json").write_text(settings)
    builds = builds_of(tmp_path / folder, None, "Dockerfile")
    assert builds.workshop == found
    assert (builds.worked_in is not None) == bool(found)


@pytest.mark.parametrize("rule", ["add-user", "add-init", "split-stages"])
def test_what_people_do_in_a_development_container_is_left_to_them(rule: str, tmp_path: Path) -> None:
    folder = tmp_path / ".devcontainer"
    folder.mkdir()
    (folder / "package.json").write_text('{"name": "a", "dependencies": {"express": "4"}}')
    (folder / "index.js").write_text('require("express")().listen(3000);')
    text = 'FROM node:22\nWORKDIR /app\nCOPY . .\nRUN npm install\nCMD ["node", "index.js"]\n'
    (folder / "Dockerfile").write_text(text)
    [outcome] = run_all([Job(folder / "Dockerfile", Options(select=frozenset({rule})))], 1)
    assert outcome.result is not None
    assert outcome.result.code == text
    assert [finding.refusal.spec for finding in outcome.result.findings if finding.refusal] == ["U21"]


@pytest.mark.parametrize(
    ("folder", "name", "base"),
    [
        ("docker", "release-base.Dockerfile", "release-base.Dockerfile"),
        ("docker", "Dockerfile.base", "Dockerfile.base"),
        ("base", "Dockerfile", "base"),
        ("images/node-base", "Dockerfile", "node-base"),
        ("database", "Dockerfile", ""),
        ("app", "Dockerfile.baseline", ""),
    ],
)
def test_a_name_says_that_others_build_on_the_image(tmp_path: Path, folder: str, name: str, base: str) -> None:
    """U22, P47: a file called after a base image gets no user and no init."""
    place = tmp_path / folder
    place.mkdir(parents=True)
    assert builds_of(place, name=name).base == base
    found = harden("FROM python:3.12-slim\nCMD [\"python\", \"-m\", \"http.server\"]\n", options=Options(
        level=Safety.UNSAFE, select=frozenset({"add-user", "add-init"}), find_builds=lambda: builds_of(place, name=name)
    ))  # fmt: skip
    assert any(one.applied for one in found.findings) is not bool(base)
