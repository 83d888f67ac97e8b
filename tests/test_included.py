"""Compose files by other names, which a compose file includes: found in folders, and hardened as compose files."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine.discovery import find, is_included
from hardener.project.compose.included import included
from tests.test_cli import run

SERVICE = "services:\n  db:\n    image: postgres:17\n"
POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: a, image: nginx}]}\n"


@pytest.mark.parametrize(
    ("text", "paths"),
    [
        ("include: [infra.yml, ./a/db.yaml]\n", ("infra.yml", "./a/db.yaml")),
        ("include:\n  - path: infra.yml\n  - path: [db.yml]\n    env_file: x.env\n", ("infra.yml", "db.yml")),
        ("include:\n  - path: [a.yml, b.yml]\n  - path: c.yml\n    project_directory: ..\n", ()),
        ("include:\n  - ${WHERE}/a.yml\n  - https://example.com/a.git\n  - oci://example.com/a\n  - 3\n", ()),
        ("include: infra.yml\n", ()),
        ("services:\n  a:\n    include: [infra.yml]\n", ()),
        ("include: [\n", ()),
        ("", ()),
    ],
)
def test_what_is_included(text: str, paths: tuple[str, ...]) -> None:
    assert included(text) == paths


def project(folder: Path, **more: str) -> Path:
    files = {"compose.yaml": "include: [infra.yml, parts/more.yml]\n", "infra.yml": "include: [deep.yml]\n" + SERVICE,
             "deep.yml": SERVICE, "parts/more.yml": SERVICE, "values.yml": SERVICE, **more}  # fmt: skip
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder


def names(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find(folder, compose=True)]


def test_they_are_found(tmp_path: Path) -> None:
    project(tmp_path, **{"pod.yml": POD})
    assert names(tmp_path) == ["compose.yaml", "deep.yml", "infra.yml", "parts/more.yml", "pod.yml"]
    told = [path.name for path in find(tmp_path, compose=True) if is_included(path)]
    assert told == ["deep.yml", "infra.yml", "more.yml"]


def test_gitignore_and_the_folder_count(tmp_path: Path) -> None:
    project(
        tmp_path / "x", **{".gitignore": "infra.yml\n", "compose.yaml": "include: [../out.yml, infra.yml, no.yml]\n"}
    )
    (tmp_path / "out.yml").write_text(SERVICE)
    assert names(tmp_path / "x") == ["compose.yaml"]


def test_an_override_may_change_what_lies_elsewhere(tmp_path: Path) -> None:
    project(tmp_path, **{"compose.override.yaml": "services: {db: {restart: always}}\n"})
    assert names(tmp_path) == ["compose.override.yaml", "compose.yaml", "deep.yml", "infra.yml"]


def test_that_includes_go_round(tmp_path: Path) -> None:
    project(tmp_path, **{"deep.yml": "include: [infra.yml, deep.yml]\n" + SERVICE})
    assert names(tmp_path) == ["compose.yaml", "deep.yml", "infra.yml", "parts/more.yml"]


def test_they_are_hardened_in_their_folder_and_not_by_name(tmp_path: Path) -> None:
    project(tmp_path)
    arguments = ["--offline", "--isolated", "--select", "log-limits", "--write"]
    run(*arguments, "deep.yml", cwd=tmp_path)
    assert (tmp_path / "deep.yml").read_text() == SERVICE, "nothing shows what it is"
    run(*arguments, ".", cwd=tmp_path)
    for name in ("infra.yml", "deep.yml", "parts/more.yml"):
        assert "max-size" in (tmp_path / name).read_text()
    assert (tmp_path / "values.yml").read_text() == SERVICE


def test_an_override_beside_them_counts(tmp_path: Path) -> None:
    project(tmp_path, **{"compose.override.yaml": "services: {db: {logging: {driver: local}}}\n"})
    done = run("--offline", "--isolated", "--select", "log-limits", "--write", ".", cwd=tmp_path)
    assert (tmp_path / "deep.yml").read_text() == SERVICE
    assert b"[K22]" in done.stdout
