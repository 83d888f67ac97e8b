"""The variables of `env_file` in compose files."""

from __future__ import annotations

from pathlib import Path

from hardener.lookups.build_files import builds_of

COMPOSE = """\
services:
  web:
    build: .
    env_file: [web.env, .env, link.env, ../other.env, {path: more.env, required: false}]
    environment: {A: "1"}
"""


def test_a_file_of_the_repository_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "app"
    (folder / ".git").mkdir(parents=True)
    (folder / "compose.yaml").write_text(COMPOSE)
    (folder / "web.env").write_text('# x\nA=2\nexport DATA_DIR="/data" # here\nEMPTY=\nnothing\n')
    (folder / "more.env").write_text("B='b c'\n")
    (folder / ".env").write_text("SECRET=s\n")
    (tmp_path / "other.env").write_text("OUTSIDE=1\n")
    (folder / "link.env").symlink_to(tmp_path / "other.env")
    (folder / ".gitignore").write_text("*.env\n.env\n!web.env\n!more.env\n!link.env\n")
    (service,) = builds_of(folder).services
    assert service.environment == ("A=1", "DATA_DIR=/data", "EMPTY=", "B=b c")
