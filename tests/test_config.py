"""Configuration files: which one counts, what it says, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.engine.config import Config, load, nearest
from hardener.errors import ConfigError
from hardener.rules.base import Safety


def test_all_keys_are_read(tmp_path: Path) -> None:
    path = tmp_path / "harden.toml"
    path.write_text(
        'select = ["merge-run"]\nextend-select = ["HD102"]\nignore = ["HD101"]\nexclude = ["x/"]\n'
        'level = "unsafe"\ncontext = "app"\n[per-file-ignores]\n"tests/**" = ["no-cache-dir"]\n'
    )
    assert load(path) == Config(
        tmp_path, frozenset({"merge-run"}), frozenset({"HD102"}), frozenset({"HD101"}),
        (("tests/**", frozenset({"no-cache-dir"})),), ("x/",), Safety.UNSAFE, tmp_path / "app",
    )  # fmt: skip


def test_the_nearest_counts_alone(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "pyproject.toml").write_text("[tool.harden]\nsafe = true\n")
    (tmp_path / "a" / "pyproject.toml").write_text("[tool.other]\nx = 1\n")
    assert nearest(inner).level is Safety.SAFE
    (inner / ".harden.toml").write_text('ignore = ["merge-run"]\n')
    nearest.cache_clear()
    assert nearest(inner) == Config(inner, ignore=frozenset({"merge-run"}))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('ignored = ["merge-run"]', "unknown key 'ignored'; did you mean 'ignore'?"),
        ('ignore = "merge-run"', "ignore must be a list of strings"),
        ('select = ["merge-runs"]', "select: no such rule: merge-runs; did you mean merge-run?"),
        ("safe = 1", "safe must be true or false"),
        ('level = "high"', 'level must be "safe", "hardening" or "unsafe"'),
        ("level = []", 'level must be "safe", "hardening" or "unsafe"'),
        ("context = 1", "context must be a string"),
        ('level = "safe"\nunsafe-fixes = true', "contradict each other"),
        ("per-file-ignores = []", "per-file-ignores must be a table"),
        ('[per-file-ignores]\n"x" = ["nope"]', "per-file-ignores: 'x': no such rule: nope"),
        ("x =", "Invalid value"),
    ],
)
def test_what_cannot_be_used_names_file_and_key(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "harden.toml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=f"^{re.escape(str(path))}: .*{re.escape(message)}"):
        load(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: no such file"):
        load(tmp_path / "none.toml")


def test_rules_are_ignored_in_the_files_that_a_pattern_matches(tmp_path: Path) -> None:
    per_file = (("tests/**", frozenset({"merge-run"})), ("*.dev", frozenset({"HD102"})))
    config = Config(tmp_path, ignore=frozenset({"HD104"}), per_file_ignores=per_file)
    assert config.ignored_in(tmp_path / "Dockerfile") == {"HD104"}
    assert config.ignored_in(tmp_path / "tests" / "a" / "Dockerfile.dev") == {"HD104", "merge-run", "HD102"}
    assert config.ignored_in(tmp_path.parent / "Dockerfile.dev") == {"HD104"}
