"""The address of a repository, from its git configuration: never a credential, never another folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.engine.batch import run_all
from hardener.engine.job import Job
from hardener.engine.result import Options
from hardener.lookups.git_origin import origin_of
from hardener.lookups.surroundings import Surroundings
from hardener.project.repository import origin_in, web_address

CONFIG = """\
[core]
\trepositoryformatversion = 0
[remote "upstream"]
\turl = https://github.com/other/shop.git
[remote "origin"]
\tfetch = +refs/heads/*:refs/remotes/origin/*
\turl = {}
[branch "main"]
\tremote = origin
"""


@pytest.mark.parametrize(
    ("url", "address"),
    [
        ("https://github.com/example/shop.git", "https://github.com/example/shop"),
        ("https://me:ghp_secret@github.com/example/shop", "https://github.com/example/shop"),
        ("https://x-access-token:secret@git.example.org:8443/a/b/c.git/", "https://git.example.org:8443/a/b/c"),
        ("http://git.example.org/a/b", "http://git.example.org/a/b"),
        ("git@gitlab.com:group/sub/shop.git", "https://gitlab.com/group/sub/shop"),
        ("ssh://git@git.example.org:2222/a/b.git", "https://git.example.org/a/b"),
        ("git://git.example.org/a/b", "https://git.example.org/a/b"),
        ("git+https://github.com/example/shop.git", "https://github.com/example/shop"),
        ("/srv/git/shop.git", ""),
        ("../shop", ""),
        ("file:///srv/git/shop", ""),
        ("C:/git/shop", ""),
        ("git@localhost:a/b", ""),
        ("https://10.0.0.7/a/b", ""),
        ("https://github.com/example", ""),
        ("https://github.com/a/../b", ""),
        ('https://github.com/a/b"$(id)', ""),
        ("", ""),
    ],
)
def test_the_address_on_the_web(url: str, address: str) -> None:
    assert web_address(url) == address


def test_only_the_remote_origin_counts() -> None:
    assert origin_in(CONFIG.format("git@github.com:example/shop.git")) == "https://github.com/example/shop"
    assert origin_in(CONFIG.format('"https://github.com/example/shop" ; mine')) == "https://github.com/example/shop"
    assert origin_in(CONFIG.partition('[remote "origin"]')[0]) == ""
    assert origin_in("url = https://github.com/example/shop\n[\x00\n") == ""


def repository(folder: Path, url: str) -> Path:
    (folder / ".git").mkdir()
    (folder / ".git" / "config").write_text(CONFIG.format(url))
    (folder / "web").mkdir()
    return folder / "web"


def test_the_repository_above_the_file_is_read(tmp_path: Path) -> None:
    web = repository(tmp_path, "git@github.com:example/shop.git")
    assert origin_of(web, Surroundings()) == "https://github.com/example/shop"


def test_a_configuration_outside_of_the_repository_is_not_read(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    repository(tmp_path, "git@github.com:example/shop.git")
    (inside / ".git").symlink_to(tmp_path / ".git")
    assert origin_of(inside, Surroundings()) == ""


def test_without_a_repository_there_is_no_address(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: /elsewhere\n")
    assert origin_of(tmp_path, Surroundings()) == ""


def test_a_run_over_a_file_reads_it_and_one_over_standard_input_does_not(tmp_path: Path) -> None:
    web = repository(tmp_path, "https://me:secret@github.com/example/shop.git")
    path = web / "Dockerfile"
    path.write_text("FROM alpine:3.22\n")
    options = Options(select=frozenset({"image-labels"}))
    placed, piped = run_all([Job(path, options), Job(path, options, data=path.read_bytes())])
    assert placed.result is not None
    assert piped.result is not None
    assert placed.result.code.splitlines()[-1] == (
        'LABEL org.opencontainers.image.source="https://github.com/example/shop"'
    )
    assert piped.result.code == "FROM alpine:3.22\n"
