"""`FROM` of an image that another Dockerfile of the repository builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine.batch import run_job
from hardener.engine.built_images import image_built
from hardener.engine.job import Job
from hardener.engine.result import Options, Result
from hardener.syntax.image_reference import ImageReference

COMPOSE = """
services:
  base:
    image: team/base:${TAG:-1}
    build: {context: ./base}
  base1:
    image: team/base:1
    build: {context: ./base, target: NAME}
  app:
    build: ./app
"""
NAME = ImageReference.parse("team/base:1")


def run(folder: Path, base: str, app: str, target: str = "", compose: str = COMPOSE) -> Result:
    for name, text in (("base", base), ("app", app)):
        (folder / name).mkdir(parents=True)
        (folder / name / "Dockerfile").write_text(text)
    (folder / ".git").mkdir()
    (folder / "compose.yaml").write_text(compose.replace("NAME", target or '""'))
    outcome = run_job(Job(folder / "app" / "Dockerfile", Options()))
    assert outcome.result is not None
    return outcome.result


def said(result: Result, rule: str) -> list[str]:
    return [finding.refusal.reason if finding.refusal else "" for finding in result.findings if finding.rule == rule]


def test_its_entry_point_is_known(tmp_path):
    app = "FROM team/base:1\nCMD serve --port 80\n"
    plain = run(tmp_path / "a", "FROM debian:bookworm-slim\nWORKDIR /srv\n", app)
    assert 'CMD ["serve", "--port", "80"]' in plain.code
    entry = run(tmp_path / "b", 'FROM debian:bookworm-slim\nENTRYPOINT ["/entry.sh"]\n', app)
    assert "CMD serve --port 80\n" in entry.code
    assert "looks at its first argument" in " ".join(said(entry, "exec-form"))


def test_its_release_is_known(tmp_path):
    app = "FROM team/base:1\nRUN apt-get update && apt-get install -y git && rm -rf /var/lib/apt/lists/*\n"
    assert "--no-install-recommends" in run(tmp_path, "FROM debian:bookworm-slim\n", app).code


@pytest.mark.parametrize(("target", "held"), [("", True), ("rooted", True), ("plain", False)])
def test_the_stage_that_the_compose_file_names(tmp_path, target, held):
    base = "FROM debian:bookworm-slim AS rooted\nFROM rooted AS plain\nUSER 1000\nFROM rooted\n"
    result = run(tmp_path, base, 'FROM team/base:1\nCMD ["serve"]\n', target)
    assert bool(said(result, "add-user")) is held


@pytest.mark.parametrize(
    "compose",
    [
        "services: {a: {image: 'team/base:2', build: ./base}}\n",
        "services: {a: {image: 'team/base:1', build: ../elsewhere}}\n",
        "services: {a: {image: 'team/base:1', build: ./base}, b: {image: 'team/base:1', build: ./app}}\n",
    ],
    ids=["another tag", "outside of the repository", "two of one name"],
)
def test_what_is_not_certain_is_not_followed(tmp_path, compose):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "Dockerfile").write_text("FROM debian:bookworm-slim\n")
    app = "FROM team/base:1\nCMD serve --port 80\n"
    assert "CMD serve" in run(tmp_path / "repository", "FROM debian:bookworm-slim\n", app, compose=compose).code


def test_what_a_file_leaves():
    image = image_built(
        "FROM node:22-bookworm-slim\nRUN useradd -u 900 -g 100 me\nUSER me\nEXPOSE 80 8080/tcp\nSTOPSIGNAL SIGINT\n",
        "",
        NAME,
    )
    assert image is not None
    assert (image.default_user, image.runs_as_root, image.release) == ("me", False, "bookworm")
    assert (image.expose, image.stopsignal, image.knows_users) == ((80, 8080), "SIGINT", False)
    assert [(user.name, user.uid) for user in image.users] == [("me", 900), ("node", 1000)]
    assert not image.has_unread_entrypoint


@pytest.mark.parametrize(
    ("lines", "is_so"),
    [
        ("COPY a /a\nUSER 10001\n", True),
        ("COPY a /a\n", False),
        ("COPY --chown=10001 a /a\nUSER 10001\n", False),
        ("COPY a /a\nUSER 1000\n", False),
        ("RUN mkdir /a && chmod 777 /a\nUSER 10001\n", False),
    ],
    ids=["a bare number", "root", "own files", "node has a home folder", "open to all"],
)
def test_whether_its_user_can_write(lines, is_so):
    image = image_built(f"FROM node:22-bookworm-slim\n{lines}", "", NAME)
    assert image is not None
    assert image.writes_nowhere is is_so


@pytest.mark.parametrize(
    "text",
    [
        "FROM unknown/thing\n",
        "FROM debian:bookworm\nEXPOSE $PORT\n",
        "FROM debian:bookworm\nVOLUME /data\n",
        "FROM debian:bookworm\nARG U\nUSER $U\n",
        "no Dockerfile",
    ],
)
def test_what_cannot_be_known(text):
    assert image_built(text, "", NAME) is None
