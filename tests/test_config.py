"""Configuration files: which one counts, what it says, and what is refused."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hardener.engine.config import Config
from hardener.engine.config_files import forget, layered, load, nearest
from hardener.errors import ConfigError
from hardener.project.assumptions import Assumptions
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
    forget()
    assert nearest(inner) == Config(inner, ignore=frozenset({"merge-run"}))


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        ('ignored = ["merge-run"]', ":1:1", "unknown key 'ignored'; did you mean 'ignore'?"),
        ('ignore = "merge-run"', ":1:1", "ignore must be a list of strings"),
        ('\n  select = ["merge-runs"]', ":2:3", "select: no such rule: merge-runs; did you mean merge-run?"),
        ("safe = 1", ":1:1", "safe must be true or false"),
        ('level = "high"', ":1:1", 'level must be "safe", "hardening" or "unsafe"'),
        ("level = []", ":1:1", 'level must be "safe", "hardening" or "unsafe"'),
        ("context = 1", ":1:1", "context must be a string"),
        ('safe = false\nlevel = "safe"\nunsafe-fixes = true', ":2:1", "contradict each other"),
        ("per-file-ignores = []", ":1:1", "per-file-ignores must be a table"),
        ('[per-file-ignores]\n"x" = ["nope"]', ":1:2", "per-file-ignores: 'x': no such rule: nope"),
        ('[verify]\nenv = []\n[assume]\nruntme = "docker"', ":4:1", "assume: unknown key 'runtme'"),
        ("update = 1", ":1:1", "update must be a table"),
        ("compose.pid = 1", ":1:1", "compose: unknown key 'pid'"),
        ("compose = { pid = 1 }", "", "compose: unknown key 'pid'"),
        ('[tool.harden]\nignore = ["add-user"]', ":1:2", "[tool.harden] is for pyproject.toml"),
        ("x =", "", "Invalid value"),
        ('ignore = ["a"\nlevel = 1', ":2:1", "Unclosed array"),
        ("# \udcff", ":1", "is not UTF-8: byte 0xff"),
    ],
)
def test_what_cannot_be_used_names_file_place_and_key(tmp_path: Path, text: str, place: str, message: str) -> None:
    path = tmp_path / "harden.toml"
    path.write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=f"^{re.escape(str(path))}{place}: .*{re.escape(message)}"):
        load(path)


def test_the_place_in_pyproject_is_that_of_hardens_own_table(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\nlevl = 1\n[tool.harden]\nlevl = 1\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:4:1: unknown key 'levl'"):
        load(path)


def test_a_folder_that_may_not_be_entered_has_no_configuration(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: object, **_: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.stat", denied)
    forget()
    assert nearest(tmp_path / "closed") == Config()
    forget()


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"none\.toml: no such file"):
        load(tmp_path / "none.toml")


def test_rules_are_ignored_in_the_files_that_a_pattern_matches(tmp_path: Path) -> None:
    per_file = (("tests/**", frozenset({"merge-run"})), ("*.dev", frozenset({"HD102"})))
    config = Config(tmp_path, ignore=frozenset({"HD104"}), per_file_ignores=per_file)
    assert config.ignored_in(tmp_path / "Dockerfile") == {"HD104"}
    assert config.ignored_in(tmp_path / "tests" / "a" / "Dockerfile.dev") == {"HD104", "merge-run", "HD102"}
    assert config.ignored_in(tmp_path.parent / "Dockerfile.dev") == {"HD104"}


def test_the_documented_keys_of_verify_are_read(tmp_path: Path) -> None:
    from tests.corpus import ROOT

    page = (ROOT / "docs" / "verify.md").read_text(encoding="utf-8")
    listed = page[page.index("\nKeys: ") :].split(". An option")[0]
    lists = ("probe", "probe-cmd", "run-cmd", "env", "port", "build-arg", "secret", "build-option", "run-option")
    values = {**dict.fromkeys(lists, '["x"]'), **dict.fromkeys(("target", "touch", "engine"), '"x"'),
              **dict.fromkeys(("timeout", "wait", "stop-timeout"), "3"),
              "times": "true", "no-times": "true"}  # fmt: skip
    assert {word.strip("`,.") for word in listed.split()[1:]} == set(values)
    lines = "".join(f"{key} = {value}\n" for key, value in values.items())
    (tmp_path / "harden.toml").write_text(f"[verify]\n{lines}")
    assert {key for key, _ in load(tmp_path / "harden.toml").verify} == set(values)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('prob = ["x"]', "verify: unknown key 'prob'; did you mean 'probe'?"),
        ('probe = "x"', "verify: probe must be a list of strings"),
        ("wait = true", "verify: wait must be a whole number of seconds"),
        ("wait = 0", "verify: wait must be a whole number of seconds"),
        ("no-times = 1", "verify: no-times must be true or false"),
    ],
)
def test_keys_of_verify_that_cannot_be_used(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "harden.toml").write_text(f"[verify]\n{line}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(tmp_path / "harden.toml")


def test_assumptions_are_read_and_the_users_own_count_below(tmp_path: Path) -> None:
    (tmp_path / "harden.toml").write_text(
        '[assume]\nruntime = "kubernetes"\nwritable = ["/app/data/", "/var/lib/app"]\narguments = false\n'
    )
    found = nearest(tmp_path)
    assert found.assume == Assumptions("kubernetes", None, False, ("/app/data", "/var/lib/app"))
    assert Config().assume is None
    below = Config(tmp_path, assume=Assumptions("docker", True, None, ()))
    assert layered(below, found).assume == Assumptions("kubernetes", True, False, ("/app/data", "/var/lib/app"))
    assert layered(below, Config(tmp_path)).assume == below.assume


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("writeable = []", "assume: unknown key 'writeable'; did you mean 'writable'?"),
        ('runtime = "podman"', 'assume: runtime must be "docker" or "kubernetes"'),
        ("low-ports = 1", "assume: low-ports must be true or false"),
        *((f'writable = ["{path}"]', "assume: writable must be a list of folders of the image")
          for path in ("data", "/", "/app/../etc", "/a b", "/a;reboot", "/$X", "/a\\nb")),
    ],
)  # fmt: skip
def test_assumptions_that_cannot_be_used(tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "harden.toml").write_text(f"[assume]\n{line}\n")
    with pytest.raises(ConfigError, match=re.escape(said)):
        load(tmp_path / "harden.toml")
