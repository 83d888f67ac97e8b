"""Compose files see Dockerfiles as the same run leaves them: one run is enough, and both are written or none."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from hardener.cli import interactive
from hardener.cli.jobs import written
from hardener.engine.batch import run_all
from hardener.engine.job import Job, Outcome
from hardener.engine.result import Options
from hardener.engine.together import together

_COMPOSE = """services:
  web:
    build: ./app
  cache:
    build: ./cache
"""
_SERVER = (
    'from http.server import HTTPServer, SimpleHTTPRequestHandler\n\nHTTPServer(("", 8000), SimpleHTTPRequestHandler)\n'
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "app").mkdir()
    (tmp_path / "cache").mkdir()
    (tmp_path / "compose.yaml").write_text(_COMPOSE)
    (tmp_path / "app" / "Dockerfile").write_text(
        'FROM python:3.13-slim\nWORKDIR /app\nCOPY app.py .\nCMD ["python", "app.py"]\n'
    )
    (tmp_path / "app" / "app.py").write_text(_SERVER)
    (tmp_path / "cache" / "Dockerfile").write_text("FROM scratch\nCOPY cache /cache\nUSER 65532:65532\n")
    return tmp_path


def run(folder: Path, processes: int = 1) -> list[Outcome]:
    names = ("compose.yaml", "cache/Dockerfile", "app/Dockerfile")
    return together(run_all([Job(folder / name, Options()) for name in names], processes))


@pytest.mark.parametrize("processes", [1, 2])
def test_one_run_is_enough(folder: Path, processes: int) -> None:
    outcomes = run(folder, processes)
    assert [outcome.job.path.parent.name for outcome in outcomes] == [folder.name, "cache", "app"]
    assert all(not outcome.error for outcome in written(outcomes))
    # without its own user the application could not lose its capabilities
    assert "USER 10001:10001" in (folder / "app" / "Dockerfile").read_text()
    assert "cap_drop:" in (folder / "compose.yaml").read_text().partition("cache:")[0]
    again = run(folder, processes)
    assert not any(outcome.result is None or outcome.result.changed for outcome in again)


def test_a_compose_file_alone_sees_the_dockerfile_on_the_disk(folder: Path) -> None:
    (outcome,) = run_all([Job(folder / "compose.yaml", Options())], 1)
    assert outcome.result is not None
    assert "cap_drop:" not in outcome.result.code.partition("cache:")[0]


@pytest.mark.parametrize("processes", [1, 2])
def test_both_are_written_or_none(folder: Path, processes: int) -> None:
    outcomes = run(folder, processes)
    assert outcomes[0].relies_on == outcomes[2].relies_on == (str((folder / "app" / "Dockerfile").resolve()),)
    assert not outcomes[1].relies_on
    (folder / "app" / "Dockerfile").write_text("FROM scratch\n")
    done = written(outcomes)
    assert done[0].error
    assert done[2].error
    assert (folder / "compose.yaml").read_text() == _COMPOSE


def test_who_is_asked_is_asked_about_dockerfiles_first(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def one(job: Job, *_: object) -> interactive.Counts:
        seen.append(job.path.name)
        return interactive.Counts()

    monkeypatch.setattr(interactive, "_one", one)
    names = ("compose.yaml", "cache/Dockerfile", "docker-bake.hcl", "app/Dockerfile")
    asking: Any = SimpleNamespace(is_over=False)
    interactive._all([Job(folder / name, Options()) for name in names], asking, None, [])
    assert seen == ["Dockerfile", "docker-bake.hcl", "Dockerfile", "compose.yaml"]
