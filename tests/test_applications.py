"""The list of sample applications, what is copied of one, and what counts as a difference."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.applications.__main__ import differences
from tests.applications.known import applications, copied, edit

FOUND: dict[str, Any] = {"build": "", "up": "yes", "answers": [["GET /", 200, "hi"]], "health": "", "exit": 137}


def test_every_application_has_a_name_of_its_own_and_is_asked() -> None:
    known = applications()
    assert len({one.slug for one in known}) == len(known) >= 25
    assert all(one.ask and one.edit for one in known)


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
