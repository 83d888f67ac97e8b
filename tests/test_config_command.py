"""`harden config`, the JSON Schema of the configuration, and `harden init`."""

from __future__ import annotations

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from hardener.engine.config_files import SIZE, layered, load
from hardener.engine.config_keys import KEYS
from hardener.engine.config_origins import layer, settings
from hardener.engine.config_reading import read
from hardener.errors import ConfigError
from hardener.output.config_schema import schema, text
from tests.corpus import ROOT
from tests.test_cli import run

#: a value for each kind of key, and one that none of this kind takes
VALUES: dict[str, tuple[Any, Any]] = {
    "rules": (["merge-run", "HD102"], ["no-such-rule"]),
    "patterns": (["x/"], "x/"),
    "strings": (["A=1"], [1]),
    "hosts": (["registry.lan:5000"], "registry.lan"),
    "images": (["postgres"], {}),
    "flag": (True, "true"),
    "level": ("safe", "high"),
    "string": ("x", 1),
    "folder": ("app", ["app"]),
    "file": ("known.json", True),
    "certificates": ("a.pem", 1),
    "seconds": (5, 0),
    "amount": ("512m", "much"),
    "number": (1.5, 0),
    "count": (3, 0),
    "span": ("12h", "12 hours"),
    "tags": ("minor", "major.minor"),
    "runtime": ("kubernetes", "podman"),
    "folders": (["/app/data"], ["data"]),
    "mirrors": ({"docker.io": ["https://m.example"]}, {"docker.io": "https://m.example"}),
    "rules by pattern": ({"x/**": ["add-user"]}, {"x/**": ["no-such-rule"]}),
}


def dumped(value: Any) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{json.dumps(k)} = {dumped(v)}" for k, v in value.items()) + " }"
    return json.dumps(value)


def test_the_schema_is_in_step() -> None:
    page = (ROOT / "docs" / "config.schema.json").read_text(encoding="utf-8")
    assert page == text(), "run python -m hardener.output.config_schema > docs/config.schema.json"
    Draft7Validator.check_schema(schema())


@pytest.mark.parametrize("key", KEYS, ids=lambda key: f"{key.table}.{key.name}")
def test_schema_and_reader_take_and_refuse_the_same(key: Any, tmp_path: Path) -> None:
    validator = Draft7Validator(schema())
    path = tmp_path / "harden.toml"
    for value, is_right in zip(VALUES[key.kind], (True, False), strict=True):
        path.write_text(f"[{key.table}]\n" * bool(key.table) + f"{key.name} = {dumped(value)}\n")
        assert validator.is_valid(tomllib.loads(path.read_text())) is is_right
        if is_right:
            read(path, SIZE, trusted=True)
        else:
            with pytest.raises(ConfigError, match=re.escape(key.name)):
                read(path, SIZE, trusted=True)


def test_what_a_repository_may_not_set_is_what_the_keys_say(tmp_path: Path) -> None:
    path = tmp_path / "harden.toml"
    for key in KEYS:
        path.write_text(f"[{key.table}]\n" * bool(key.table) + f"{key.name} = {dumped(VALUES[key.kind][0])}\n")
        try:
            read(path, SIZE, trusted=False)
            refused = False
        except ConfigError:
            refused = True
        assert refused is key.is_own, key


REPOSITORY = (
    'select = ["merge-run"]\nignore = ["add-user"]\nexclude = ["a/"]\n'
    '[update]\ntags = "same"\n[verify]\nno-times = false\n[assume]\narguments = false\n'
)
OWN = (
    'ignore = ["add-init"]\nexclude = ["b/"]\noffline = true\nunsafe-fixes = true\n[update]\ntags = "minor"\n'
    '[registry]\ninsecure = ["r.lan"]\nlifetime = "2h"\n[verify]\nno-times = true\nwait = 5\n'
    "[assume]\narguments = true\nwritable = []\n"
)


@pytest.mark.parametrize(("ours", "theirs"), [(REPOSITORY, OWN), (OWN, REPOSITORY), (REPOSITORY, ""), ("", OWN)])
def test_each_value_is_the_one_of_a_run(ours: str, theirs: str, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    here, own = tmp_path / "harden.toml", tmp_path / "own" / "config.toml"
    here.write_text(ours)
    own.write_text(theirs)
    config = layered(load(own), load(here))
    found = {(one.table, one.name): one for one in settings(layer(here), layer(own), config)}

    def value(name: str, table: str = "") -> Any:
        return found[table, name].value

    assert set(value("select") or ()) == config.select
    assert set(value("ignore") or ()) == config.ignore
    assert tuple(value("exclude") or ()) == config.exclude
    assert bool(value("offline")) == config.offline
    assert value("level") == (config.level.value if config.level else "hardening")
    assert (value("tags", "update") or "same") == config.update.tags
    assert value("wait", "verify") == dict(config.verify).get("wait")
    assert value("arguments", "assume") is (config.assume.arguments if config.assume else None)
    assert (value("writable", "assume") == []) is (config.assume is not None and config.assume.writable == ())
    assert value("no-times", "verify") == dict(config.verify).get("no-times")
    assert value("lifetime", "registry") == ("2h" if config.registry.lifetime else None)
    assert all(one.sources for one in found.values() if one.value not in (None, "hardening"))


def test_the_command_says_where_each_value_comes_from(tmp_path: Path) -> None:
    (tmp_path / "harden.toml").write_text('ignore = ["add-user"]\n[per-file-ignores]\n"x/**" = ["exec-form"]\n')
    home = tmp_path / "home"
    (home / "harden").mkdir(parents=True)
    (home / "harden" / "config.toml").write_text('ignore = ["add-init"]\nlevel = "safe"\n')
    done = run("config", "x/Dockerfile", cwd=tmp_path, XDG_CONFIG_HOME=str(home))
    lines = done.stdout.decode().splitlines()
    here, own = tmp_path / "harden.toml", home / "harden" / "config.toml"
    assert re.split(" {2,}", lines[0]) == ["ignore", '["add-init", "add-user"]', f"# {here}, {own}"]
    assert re.split(" {2,}", lines[2]) == ["level", '"safe"', f"# {own}"]
    assert lines[-1] == "# rules that do not run on this file: add-init, add-user, exec-form"
    document = json.loads(run("config", "--format", "json", cwd=tmp_path, XDG_CONFIG_HOME=str(home)).stdout)
    rows = {row["key"]: row for row in document["settings"]}
    assert rows["ignore"]["sources"] == [str(here), str(own)]
    assert rows["update.tags"] == {"key": "update.tags", "value": None, "sources": []}
    assert document["ignored"] == ["add-init", "add-user"]
    alone = run("config", "--isolated", cwd=tmp_path, XDG_CONFIG_HOME=str(home))
    assert alone.stdout == b"# no configuration: the defaults are in force\n"


def test_a_configuration_of_comments_alone_is_named(tmp_path: Path) -> None:
    (tmp_path / "harden.toml").write_text("# nothing yet\n")
    done = run("config", cwd=tmp_path, XDG_CONFIG_HOME=str(tmp_path / "none"))
    assert done.stdout.decode() == f"# {tmp_path / 'harden.toml'} sets nothing: the defaults are in force\n"


def test_a_configuration_that_cannot_be_used_is_an_error_there_too(tmp_path: Path) -> None:
    (tmp_path / "harden.toml").write_text('ignored = ["add-user"]\n')
    done = run("config", cwd=tmp_path)
    assert done.returncode == 2
    assert b"did you mean 'ignore'?" in done.stderr


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    for name in ("app", "vendor/lib", "odd"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "app" / "Dockerfile").write_text(
        "FROM scratch AS web\n# harden: ignore[exec-form] why\n# hadolint ignore=DL3025\nCMD a\n"
        "COPY main /\nEXPOSE 8000\n"
    )
    (tmp_path / "main").write_text("")
    (tmp_path / "vendor" / "lib" / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / "odd" / "Dockerfile").write_text("FROM scratch\nCOPY none /\n")
    (tmp_path / "compose.yaml").write_text(
        "services:\n  web:\n    build:\n      context: .\n      dockerfile: app/Dockerfile\n      target: web\n"
    )
    return tmp_path


def test_init_writes_what_it_sees(project: Path) -> None:
    done = run("init", cwd=project)
    assert done.returncode == 0, done.stderr
    written = (project / "harden.toml").read_text()
    assert "#   app/Dockerfile: context .; built by compose.yaml; target web\n" in written
    assert "#   odd/Dockerfile: cannot tell its build context\n" in written
    assert '\nexclude = ["vendor/"]\n' in written
    assert "1 ignore comment for harden" in written
    assert "`harden migrate`" in written
    assert '# target = "web"\n# probe = ["http://localhost:8000/"]' in written
    assert run("config", cwd=project).returncode == 0


@pytest.mark.parametrize("options", [[], ["--pyproject"]])
def test_each_line_that_is_offered_is_right(project: Path, options: list[str]) -> None:
    (project / "pyproject.toml").write_text('[project]\nname = "x"')
    assert run("init", *options, cwd=project).returncode == 0
    path = project / ("pyproject.toml" if options else "harden.toml")
    offered = re.sub(r'(?m)^# (?=\[|"|[a-z-]+ = )', "", path.read_text())
    assert offered.count("\nlevel = ") == 1
    path.write_text(offered)
    config = load(path, trusted=False)
    assert config.exclude == ("vendor/",)
    assert config.per_file_ignores
    assert dict(config.verify)["target"] == "web"


def test_init_shows_a_diff_and_writes_nothing(project: Path) -> None:
    done = run("init", "--diff", cwd=project)
    assert done.stdout.startswith(b"--- /dev/null\n+++ b/harden.toml\n")
    assert not (project / "harden.toml").exists()


@pytest.mark.parametrize("name", ["harden.toml", ".harden.toml", "pyproject.toml"])
def test_init_never_overwrites(project: Path, name: str) -> None:
    there = "[tool.harden]\nsafe = true\n" if name == "pyproject.toml" else "safe = true\n"
    (project / name).write_text(there)
    for options in ([], ["--pyproject"]):
        done = run("init", *options, cwd=project)
        assert done.returncode == 2
        assert b"has a configuration already; nothing was written" in done.stderr
    assert (project / name).read_text() == there


def test_init_needs_a_pyproject_for_a_table(project: Path) -> None:
    done = run("init", "--pyproject", cwd=project)
    assert done.returncode == 2
    assert b"leave out --pyproject" in done.stderr
