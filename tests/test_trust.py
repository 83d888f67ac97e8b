"""What a repository may not do: its configuration, its Dockerfile and its files were written by others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from hardener.cli.command import command
from hardener.cli.never import ignore_in_configuration
from hardener.engine.config_files import forget, load, nearest
from hardener.errors import ConfigError
from hardener.rules.base import Safety
from tests.test_other_files import run as plain


@pytest.fixture(autouse=True)
def _own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "own"))


def repository(tmp_path: Path, text: str, name: str = "harden.toml") -> Path:
    """Return a folder with a Dockerfile and a configuration."""
    folder = tmp_path / "repository"
    (folder / ".git").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch\n")
    (folder / name).write_text(text)
    return folder


def own(tmp_path: Path, text: str) -> None:
    """Write the user's own configuration."""
    (tmp_path / "own" / "harden").mkdir(parents=True)
    (tmp_path / "own" / "harden" / "config.toml").write_text(text)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(command, ["--offline", *arguments], standalone_mode=False)


KEYS = [
    ('[verify]\nengine = "./evil.sh"\n', "verify: engine", "--engine"),
    ('[verify]\nprobe-cmd = ["id > PWNED"]\n', "verify: probe-cmd", "--probe-cmd"),
    ('[verify]\nrun-option = ["--privileged"]\n', "verify: run-option", "--run-option"),
    ('[verify]\nbuild-option = ["--allow=security.insecure"]\n', "verify: build-option", "--build-option"),
    ('[verify]\nsecret = ["id=x,src=/etc/shadow"]\n', "verify: secret", "--secret"),
    ('[verify]\nenv = ["AWS_SECRET_ACCESS_KEY"]\n', "verify: env", "--env"),
    ('[verify]\nbuild-arg = ["A=1", "TOKEN"]\n', "verify: build-arg", "--build-arg"),
    ('[verify]\nprobe = ["http://169.254.169.254/latest"]\n', "verify: probe", "--probe"),
    ('[verify]\ntouch = "../../.bashrc"\n', "verify: touch", "--touch"),
    ('[registry]\ninsecure = ["registry.example"]\n', "registry: insecure", "--insecure-registry"),
    ('[registry]\nmirrors = { "docker.io" = ["http://mirror.example"] }\n', "registry: mirrors", "--registry-mirror"),
    ('[registry]\nca-file = "ca.pem"\n', "registry: ca-file", "--ca-file"),
    ('[registry]\nallow = ["localhost:5000"]\n', "registry: allow", "--registry-allow"),
    ('context = ".."\n', "context", "--context"),
    ('context = "/etc"\n', "context", "--context"),
]


@pytest.mark.parametrize(("text", "key", "option"), KEYS)
@pytest.mark.parametrize("name", ["harden.toml", ".harden.toml", "pyproject.toml"])
def test_what_only_the_user_may_say(tmp_path: Path, text: str, key: str, option: str, name: str) -> None:
    table = text.replace("[", "[tool.harden.", 1) if text.startswith("[") else f"[tool.harden]\n{text}"
    folder = repository(tmp_path, table if name == "pyproject.toml" else text, name)
    result = run(str(folder))
    assert result.return_value == 2
    said = " ".join(result.output.split())
    assert re.search(rf"{re.escape(str(folder / name))}:\d+:\d+: {key}\b.*{option}.*config\.toml", said)


@pytest.mark.parametrize("text", [text for text, _, _ in KEYS if "touch" not in text])
def test_the_user_may_say_it(tmp_path: Path, text: str) -> None:
    folder = repository(tmp_path, "")
    own(tmp_path, text)
    assert run(str(folder)).return_value == 0
    assert load(tmp_path / "own" / "harden" / "config.toml").folder == tmp_path / "own" / "harden"


def test_the_users_own_counts_below_that_of_the_repository(tmp_path: Path) -> None:
    folder = repository(tmp_path, 'level = "safe"\nignore = ["merge-run"]\n[verify]\nport = ["80"]\n')
    own(tmp_path, 'level = "unsafe"\nignore = ["add-user"]\n[verify]\nengine = "podman"\nport = ["81"]\n')
    from hardener.engine.config_files import layered

    found = layered(load(tmp_path / "own" / "harden" / "config.toml"), nearest(folder))
    assert found.level is not None
    assert found.level.value == "safe"
    assert found.ignore == {"merge-run", "add-user"}
    assert dict(found.verify) == {"engine": "podman", "port": ("80",)}


def test_a_context_behind_a_link_that_leaves_the_repository(tmp_path: Path) -> None:
    folder = repository(tmp_path, 'context = "app"\n')
    (folder / "app").symlink_to("/etc")
    with pytest.raises(ConfigError, match="context leads out of the repository"):
        nearest(folder)


@pytest.mark.parametrize("name", ["harden.toml", ".harden.toml", "pyproject.toml"])
def test_a_configuration_that_is_a_link_out_of_the_repository(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "outside.toml"
    outside.write_text('[tool.harden]\nsecret = "x"\n' if name == "pyproject.toml" else 'secret = "x"\n')
    folder = repository(tmp_path, "")
    (folder / "harden.toml").unlink()
    (folder / name).symlink_to("../outside.toml")
    with pytest.raises(ConfigError, match="is a link out of the repository") as error:
        nearest(folder)
    assert "secret" not in str(error.value)
    (folder / "inside.toml").write_text('level = "safe"\n')
    (folder / name).unlink()
    (folder / "harden.toml").symlink_to("inside.toml")
    forget()
    assert nearest(folder).level is Safety.SAFE


def test_a_link_to_nothing_makes_no_file_outside(tmp_path: Path) -> None:
    folder = repository(tmp_path, "")
    (folder / "harden.toml").unlink()
    (folder / "harden.toml").symlink_to("../made.toml")
    with pytest.raises(ConfigError, match="is a link to no file"):
        ignore_in_configuration("add-user", folder, None, isolated=False)
    assert not (tmp_path / "made.toml").exists()


def test_a_context_above_the_configuration_but_in_the_repository(tmp_path: Path) -> None:
    folder = repository(tmp_path, "")
    (folder / "docker").mkdir()
    (folder / "docker" / "harden.toml").write_text('context = ".."\n')
    assert nearest(folder / "docker").context == folder / "docker" / ".."


@pytest.mark.parametrize(
    "text",
    ["a=" + "[" * 3000, "a = 1" + "0" * 5000, "a" + ".a" * 3000 + "=1", "#" * (1 << 20) + "#", "a=" + "{a=" * 3000],
    ids=["arrays", "number", "keys", "size", "tables"],
)
def test_a_configuration_beyond_all_bounds_is_an_error_with_a_name(tmp_path: Path, text: str) -> None:
    folder = repository(tmp_path, text)
    result = run(str(folder))
    assert result.return_value == 2
    assert re.search(rf"{re.escape(str(folder / 'harden.toml'))}(:\d+:\d+)?: ", result.output)


def test_a_context_with_a_name_that_no_file_system_takes(tmp_path: Path) -> None:
    folder = repository(tmp_path, f'context = "{"x" * 5000}"\n')
    result = run(str(folder))
    assert result.return_value == 2
    assert "the build context is not a folder" in " ".join(result.output.split())


@pytest.mark.parametrize("name", ["--config=evil.yml", "--write", "-i.Dockerfile", "--ca-file=a.yaml"])
def test_a_file_cannot_choose_an_option(tmp_path: Path, name: str) -> None:
    """xargs and pre-commit hand over the names of files: a repository chooses these."""
    folder = repository(tmp_path, "")
    (folder / name).write_text("")
    done = plain("Dockerfile", name, "--offline", cwd=folder)
    assert done.returncode == 2
    assert f"{name} is an option, and there is a file of this name" in done.stderr
    assert plain("--offline", "--quiet", "--", "Dockerfile", cwd=folder).returncode == 0
