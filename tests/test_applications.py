"""The lists of sample applications and cases, what is copied of one, and what counts as a difference."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.applications.__main__ import differences
from tests.applications.cases import ROWS, cases, verdict
from tests.applications.known import applications, copied, edit
from tests.corpus import SHARED, needs

FOUND: dict[str, Any] = {"build": "", "up": "yes", "answers": [["GET /", 200, "hi"]], "health": "", "exit": 137}


def test_every_application_has_a_name_of_its_own_and_is_asked() -> None:
    known = applications()
    assert len({one.slug for one in known}) == len(known) >= 25
    assert all(one.port and one.ask and one.edit for one in known)


def test_a_copy_is_a_repository_with_bases_that_the_test_registry_has(tmp_path: Path) -> None:
    one = next(one for one in applications() if one.repository == "docker/awesome-compose" and one.project == "flask")
    source = tmp_path / "docker+awesome-compose" / "flask" / "app"
    source.mkdir(parents=True)
    (source / "Dockerfile").write_text("# syntax=docker/dockerfile:1\nFROM python:3.10-alpine AS builder\n", "utf-8")
    (source / "app.py").write_text("import flask\n", "utf-8")
    context = copied(one, tmp_path, tmp_path / "copy", stand_ins=True)
    assert context == tmp_path / "copy" / "flask" / "app"
    assert (tmp_path / "copy" / ".git").is_dir()
    assert (context / "Dockerfile").read_text("utf-8") == "FROM python:3.11-slim AS builder\n"
    edit(one, context)
    assert (context / "app.py").read_text("utf-8") == "import flask\n\n# edited\n"


def test_what_is_not_checked_out_is_left_out(tmp_path: Path) -> None:
    assert copied(applications()[0], tmp_path, tmp_path / "copy", stand_ins=False) is None


@pytest.mark.parametrize(
    ("after", "said"),
    [
        ({}, []),
        ({"exit": 143, "health": "healthy"}, []),
        ({"answers": [["GET /", 500, "no"]]}, ["default: answers"]),
        ({"up": "ended"}, ["default: up"]),
        ({"health": "unhealthy"}, ["default: unhealthy"]),
        ({"build": "no space"}, ["default: build: no space"]),
    ],
)
def test_differences(after: dict[str, Any], said: list[str]) -> None:
    assert differences({"found": FOUND, "default": {**FOUND, **after}}) == said


def test_a_case_is_its_dockerfile_with_what_the_list_says_of_it(tmp_path: Path) -> None:
    for name in ("writes--zipfile/Dockerfile", "writes--path-in-a-config-file/Dockerfile", "trust/a.Dockerfile"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("FROM node:22-slim\n", "utf-8")
    found = {name: case.application for name, case in cases(tmp_path).items()}
    assert set(found) == {"trust/a.Dockerfile", "writes--path-in-a-config-file", "writes--zipfile"}
    assert (found["writes--zipfile"].port, found["writes--path-in-a-config-file"].port) == (0, 3000)
    context = copied(found["trust/a.Dockerfile"], tmp_path, tmp_path / "copy", stand_ins=True)
    assert context is not None
    assert (context / "a.Dockerfile").read_text("utf-8") == "FROM node:20-slim\n"


def test_a_copy_has_what_the_case_lacks_and_can_be_written(tmp_path: Path) -> None:
    folder = tmp_path / "human--npm-bin"
    folder.mkdir()
    (folder / "Dockerfile").write_text("FROM node:22-slim\n", "utf-8")
    (folder / "Dockerfile").chmod(0o444)
    context = copied(cases(tmp_path)["human--npm-bin"].application, tmp_path, tmp_path / "copy", stand_ins=False)
    assert context is not None
    assert (context / "pages" / "index.js").is_file()
    assert (context / "Dockerfile").stat().st_mode & 0o200


@needs(SHARED / "cases")
def test_every_row_of_the_list_is_a_case() -> None:
    assert set(json.loads(ROWS.read_text("utf-8"))["cases"]) <= set(cases(SHARED / "cases"))


@pytest.mark.parametrize(
    ("sides", "wrong", "said"),
    [
        (["found"], "as found: build: no", "cannot"),
        ([], "needs a model", "cannot"),
        (["found", "default"], "default: answers", "differs"),
        (["found", "default"], "", "same"),
    ],
)
def test_verdict(sides: list[str], wrong: str, said: str) -> None:
    result = {"wrong": wrong, "sides": {side: {"changes": ["add-user"]} for side in sides}}
    assert verdict(result) == (said, wrong or "add-user")
