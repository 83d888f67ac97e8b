"""A clone takes no more than it may, and is gone when its process is."""

from __future__ import annotations

import os
import re
import resource
import socket
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pytest

from hardener.bot.forge.records import Forge as AnyForge
from hardener.bot.forge.records import Repository
from hardener.bot.git import command as command_of_git
from hardener.bot.git import measure
from hardener.bot.git.command import Access, Git, GitError
from hardener.bot.reach import access, empty_folder, remove_left_folders
from hardener.cli.bot import command
from hardener.errors import HardenError
from tests.bot.git_server import git
from tests.bot.github_server import Forge
from tests.bot.working import FILES, NAME, bench, go, whats
from tests.corpus import ROOT

_EMPTY = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"


def _nested(bare: Path, tree: str, *, width: int, depth: int) -> str:
    """Return a commit of a tree that names itself, `width` times at each of `depth` levels."""
    git(bare, "hash-object", "-t", "tree", "-w", "--stdin", stdin="")
    for _ in range(depth):
        tree = git(bare, "mktree", stdin="".join(f"040000 tree {tree}\td{n}\n" for n in range(width)))
    return git(bare, "commit-tree", tree, "-m", "nested")


@pytest.mark.parametrize(
    ("kind", "told"),
    [((10, 10), "it has more than 500 files"), ((1, 8), "nested more than 5 deep")],
    ids=["folders-without-files", "deep"],
)
def test_a_bomb_is_not_checked_out(
    forge: Forge, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, kind: tuple[int, int], told: str
) -> None:
    width, depth = kind
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(measure, "ENTRIES", 500)
    monkeypatch.setattr(measure, "DEPTH", 12 if width > 1 else 5)
    bare = forge.repository(NAME, FILES)
    git(bare, "update-ref", "refs/heads/main", _nested(bare, _EMPTY, width=width, depth=depth))
    (one,) = whats(go(bench(forge)))
    assert told in one
    assert not list(tmp_path.glob("harden-bot-*"))


def test_a_file_that_is_named_often_counts_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init", "-q")
    oid = git(tmp_path, "hash-object", "-w", "--stdin", stdin="x" * 1000)
    tree = git(tmp_path, "mktree", stdin="".join(f"100644 blob {oid}\tf{n}\n" for n in range(30)))
    commit = git(tmp_path, "commit-tree", tree, "-m", "large")
    measure.check_extent(Git(tmp_path), commit)
    monkeypatch.setattr(measure, "SIZE", 29_999)
    with pytest.raises(GitError, match="nothing was checked out"):
        measure.check_extent(Git(tmp_path), commit)
    with pytest.raises(GitError, match="ended with code"):
        measure.check_extent(Git(tmp_path), "1" * 40)


def test_a_folder_in_use_stays_and_one_that_was_left_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "harden.toml").touch()
    (tmp_path / "harden-bot-link").symlink_to(outside)
    for name in ("harden-bot-left", "harden-bot-new"):
        (tmp_path / name / "checkout").mkdir(parents=True)
        (tmp_path / name / "harden.toml").touch()
    with empty_folder() as used:
        for place in tmp_path.iterdir():
            if place.name != "harden-bot-new":
                os.utime(place, (0, 0))
        remove_left_folders()
        left = {place.name for place in tmp_path.iterdir()}
        assert left == {"outside", "harden-bot-link", "harden-bot-new", used.parent.name}


def test_what_goes_wrong_in_one_does_not_end_the_run(forge: Forge, monkeypatch: pytest.MonkeyPatch) -> None:
    forge.repository(NAME, FILES)
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere")
    (told,) = go(bench(forge))
    assert told.failed
    assert told.what.startswith("FileNotFoundError: ")


def test_a_token_goes_without_tls_only_where_the_api_is_asked_so() -> None:
    repository = Repository("a/b", "http://forge/a/b.git", "main")
    plain = SimpleNamespace(host="forge", is_plain=True, user="x", token_for=lambda _: "secret")
    assert access(repository, cast("AnyForge", plain)).token == "secret"
    plain.is_plain = False
    with pytest.raises(HardenError, match="not https"):
        access(repository, cast("AnyForge", plain))


def test_the_bot_leaves_no_dump_of_its_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: seen.append((what, limits)))
    assert command.callback is not None
    command.callback()
    assert seen == [(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))]


@pytest.mark.slow
def test_a_server_that_says_nothing_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the process that talks to it, too: that one outlives a git that is killed."""
    short = tuple((key, "2" if key == "http.lowSpeedTime" else value) for key, value in command_of_git._NAILED)
    monkeypatch.setattr(command_of_git, "_NAILED", short)
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.git"
        with pytest.raises(GitError, match=r"too slow|timed out"):
            Git(tmp_path, Access(url, "x", "secret")).run("ls-remote", url, to_forge=True)


def _fits(name: str, pattern: str) -> bool:
    """Tell whether a pattern of a .dockerignore fits; these have `*` and `**/` alone."""
    text = re.escape(pattern).replace(r"\*\*/", "(?:.*/)?").replace(r"\*", "[^/]*")
    return re.fullmatch(text, name) is not None


def test_images_hold_what_harden_reads_and_nothing_else_of_a_checkout() -> None:
    kept = (ROOT / "docker/Dockerfile.dockerignore").read_text().splitlines()
    patterns = [line[1:] for line in kept if line.startswith("!")]
    assert "hardener" not in patterns
    found = [path.relative_to(ROOT).as_posix() for path in ROOT.glob("hardener/**/*") if path.is_file()]
    listed = [name for name in found if "__pycache__" not in name]
    wanted = {name for name in listed if not name.endswith("/py.typed")}
    shown = {name for name in listed if any(_fits(name, one) for one in patterns)}
    assert shown == wanted
    assert (ROOT / "docker/bot/Dockerfile.dockerignore").read_text().splitlines()[2:] == kept[2:]
