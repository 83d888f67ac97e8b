"""Which files of a folder are Dockerfiles, and which of them git would ignore."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine.discovery import find, names_compose
from hardener.lookups.reading import is_dockerfile


def touch(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("FROM scratch\n")


def found(folder: Path, *exclude: str, base: Path | None = None) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in find(folder, exclude, base)]


@pytest.mark.parametrize(
    "name",
    [
        "Dockerfile",
        "dockerfile",
        "Containerfile",
        "web.Dockerfile",
        "web.dockerfile",
        "Dockerfile.dev",
        "a.b.Dockerfile",
    ],
)
def test_names_that_count(name: str) -> None:
    assert is_dockerfile(name)


@pytest.mark.parametrize(
    "name",
    [
        ".dockerignore",
        "Dockerfile.dockerignore",
        "Dockerfile.md",
        "Dockerfile~",
        "MyDockerfile",
        "Dockerfiles",
        ".Dockerfile",
    ],
)
def test_names_that_do_not_count(name: str) -> None:
    assert not is_dockerfile(name)


def test_folders_of_tools_are_skipped_and_the_rest_is_sorted(tmp_path: Path) -> None:
    touch(tmp_path, "b/Dockerfile", "a/Dockerfile", "node_modules/x/Dockerfile", ".git/Dockerfile", ".venv/Dockerfile")
    assert found(tmp_path) == ["a/Dockerfile", "b/Dockerfile"]


def test_a_link_that_leads_to_itself_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").symlink_to("Dockerfile")
    (tmp_path / "x.Dockerfile").write_text("FROM scratch\n")
    assert [path.name for path in find(tmp_path)] == ["x.Dockerfile"]


def test_the_deepest_gitignore_decides(tmp_path: Path) -> None:
    touch(tmp_path, "a/Dockerfile", "a/Dockerfile.dev", "b/Dockerfile.dev", "c/d/Dockerfile")
    (tmp_path / ".gitignore").write_text("*.dev\n/c/\n")
    (tmp_path / "a" / ".gitignore").write_text("!Dockerfile.dev\n")
    assert found(tmp_path) == ["a/Dockerfile", "a/Dockerfile.dev"]


def test_gitignore_above_counts_within_the_repository(tmp_path: Path) -> None:
    touch(tmp_path, "repo/sub/Dockerfile", "repo/sub/Dockerfile.dev")
    (tmp_path / ".gitignore").write_text("Dockerfile\n")
    (tmp_path / "repo" / ".gitignore").write_text("*.dev\n")
    assert found(tmp_path / "repo" / "sub") == ["Dockerfile", "Dockerfile.dev"], "no repository: only those below count"
    (tmp_path / "repo" / ".git").mkdir()
    assert found(tmp_path / "repo" / "sub") == ["Dockerfile"]


def test_exclude_is_relative_to_its_configuration(tmp_path: Path) -> None:
    touch(tmp_path, "sub/x/Dockerfile", "sub/y/Dockerfile")
    assert found(tmp_path / "sub", "/sub/x", base=tmp_path) == ["y/Dockerfile"]
    assert found(tmp_path / "sub", "y/") == ["x/Dockerfile"]


def test_folders_behind_symlinks_are_left_out_but_files_are_found(tmp_path: Path) -> None:
    touch(tmp_path, "real/Dockerfile")
    (tmp_path / "loop").symlink_to(".")
    (tmp_path / "Dockerfile").symlink_to("real/Dockerfile")
    (tmp_path / "gone.Dockerfile").symlink_to("nothing")
    assert found(tmp_path) == ["Dockerfile", "real/Dockerfile"]


@pytest.mark.parametrize("name", ["compose.yaml", "docker-compose.yml", "compose.prod.yaml", "docker-compose-dev.YML"])
def test_names_of_compose_files(name: str) -> None:
    assert names_compose(name)
    assert names_compose(f"a/{name}")


@pytest.mark.parametrize("name", ["my-compose.yaml", "composer.yaml", "compose.json", "compose.yaml.bak", "a.yaml"])
def test_names_of_no_compose_files(name: str) -> None:
    assert not names_compose(name)


def test_compose_files_are_found_where_they_are_wanted(tmp_path: Path) -> None:
    touch(tmp_path, "a/Dockerfile", "a/compose.yaml", "docker-compose.yml", "node_modules/compose.yaml")
    assert [str(path.relative_to(tmp_path)) for path in find(tmp_path, compose=True)] == [
        "a/Dockerfile", "a/compose.yaml", "docker-compose.yml",
    ]  # fmt: skip
    assert found(tmp_path) == ["a/Dockerfile"]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    inside = tmp_path / "project"
    inside.mkdir()
    for place in (tmp_path / "elsewhere" / "Dockerfile", inside / "Dockerfile.real"):
        place.write_text("FROM a\n")
    (inside / "Dockerfile").symlink_to("../elsewhere/Dockerfile")
    (inside / "Dockerfile.link").symlink_to("Dockerfile.real")
    assert found(inside) == ["Dockerfile.link", "Dockerfile.real"]
