"""A forge for each test; what was said is held against the forge's description at the end of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot import gitea_server, gitlab_server
from tests.bot.github_server import Forge, check_said
from tests.bot.working import KEY, RIGHTS


def _of_kind(kind: str, root: Path) -> Iterator[Forge]:
    handler = {"gitlab": gitlab_server.GitLabHandler, "gitea": gitea_server.GiteaHandler}.get(kind)
    check = {"gitlab": gitlab_server.check, "gitea": gitea_server.check}.get(kind, check_said)
    made = Forge(root, kind, handler)
    try:
        yield made
        check(made)
    finally:
        made.close()


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    yield from _of_kind("github", tmp_path / "forge")


@pytest.fixture(params=["github", "gitlab", "gitea"])
def each_forge(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Forge]:
    yield from _of_kind(request.param, tmp_path / "forge")


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[Forge]:
    yield from _of_kind("gitlab", tmp_path / "forge")


@pytest.fixture
def gitea(tmp_path: Path) -> Iterator[Forge]:
    yield from _of_kind("gitea", tmp_path / "forge")


@pytest.fixture
def app(forge: Forge) -> Forge:
    """A forge on which an organisation installed the App."""
    forge.app_key = KEY.public_key()
    forge.installed = {"acme": dict(RIGHTS)}
    return forge
