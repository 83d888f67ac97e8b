"""A baseline: what a repository begins with is left alone, only new findings count, what is gone is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener.engine.baseline_file import load, text_of
from hardener.errors import ConfigError
from tests.test_cli import run

OLD = "FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tini\n"
#: another thing of the same kind, further up
NEW = OLD.replace("RUN apt-get update\n", "ARG A=1\nRUN pip install flask\nCOPY a /a\nRUN apt-get update\n")
RULES = ["--select", "merge-run,clean-package-cache,no-cache-dir,exec-form", "--offline"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "Dockerfile").write_text(OLD)
    done = run("--write-baseline", "known.json", ".", *RULES, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr.endswith(
        b"known.json: 2 findings of 1 file recorded. `--baseline known.json` leaves them alone.\n"
    )
    assert (tmp_path / "app" / "Dockerfile").read_text() == OLD
    return tmp_path


def check(folder: Path, *more: str) -> tuple[int, str, str]:
    done = run("--baseline", "known.json", "--check", ".", *RULES, *more, cwd=folder)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


def test_what_is_known_does_not_fail(folder: Path) -> None:
    code, out, err = check(folder, "--fail-level", "held-back")
    assert (code, out) == (0, "")
    assert err.endswith("Baseline: 2 known findings left alone.\n")
    assert run("--check", ".", *RULES, cwd=folder).returncode == 1


def test_moved_lines_and_other_blanks_are_known(folder: Path) -> None:
    text = OLD.replace("RUN apt-get update", "# why\nARG A=1\nRUN   apt-get    update")
    (folder / "app" / "Dockerfile").write_text("# first\n\n" + text)
    assert check(folder)[0] == 0


def test_only_what_is_new_fails_and_is_written(folder: Path) -> None:
    path = folder / "app" / "Dockerfile"
    path.write_text(NEW)
    code, out, err = check(folder)
    assert code == 1
    assert "no-cache-dir" in out
    assert "merge-run" not in out
    assert "2 known findings" in err
    run("--baseline", "known.json", "--write", ".", *RULES, cwd=folder)
    assert path.read_text() == NEW.replace("pip install flask", "pip install --no-cache-dir flask")


def test_one_more_of_the_same_is_new(folder: Path) -> None:
    with (folder / "app" / "Dockerfile").open("a") as file:
        file.write("FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tini\n")
    code, out, _ = check(folder, "--verbose")
    assert code == 1
    assert out.count("merge-run") == 1
    assert "    5  HD101" in out


def test_a_new_change_that_joins_a_known_place_leaves_it_as_it_is(folder: Path) -> None:
    path = folder / "app" / "Dockerfile"
    path.write_text(OLD.replace("RUN apt-get update", "RUN true\nRUN apt-get update"))
    done = run("--baseline", "known.json", ".", *RULES, cwd=folder)
    assert b"+RUN true && \\\n" in done.stdout
    assert b"rm -rf /var/lib/apt/lists" not in done.stdout  # clean-package-cache is known there
    assert b"clean-package-cache" not in done.stdout
    assert b"1 known finding left alone" in done.stderr


def test_what_is_gone_is_said_and_written_out(folder: Path) -> None:
    (folder / "app" / "Dockerfile").write_text("FROM debian:trixie-slim\n")
    code, _, err = check(folder)
    assert code == 0
    assert "gone from the baseline: app/Dockerfile: merge-run (1)\n" in err
    assert "`harden --write-baseline known.json` updates it." in err
    run("--write-baseline", "known.json", ".", *RULES, cwd=folder)
    assert json.loads((folder / "known.json").read_text())["findings"] == []


def test_a_file_that_is_gone_is_said(folder: Path) -> None:
    (folder / "Dockerfile").write_text("FROM scratch\n")
    (folder / "app" / "Dockerfile").unlink()
    assert "gone from the baseline: app/Dockerfile: no such file\n" in check(folder)[2]


def test_another_selection_says_nothing_of_rules_that_it_leaves_out(folder: Path) -> None:
    done = run("--baseline", "known.json", "--check", ".", "--offline", "--select", "exec-form", cwd=folder)
    assert b"gone" not in done.stderr


def test_a_part_of_the_repository_keeps_the_rest(folder: Path) -> None:
    before = (folder / "known.json").read_text()
    (folder / "b").mkdir()
    (folder / "b" / "Dockerfile").write_text("FROM debian:trixie-slim\nRUN pip install flask\n")
    run("--write-baseline", "known.json", "b", *RULES, cwd=folder)
    both = load(folder / "known.json")
    assert sorted(both) == ["app/Dockerfile", "b/Dockerfile"]
    run("--write-baseline", "known.json", "app", *RULES, "--ignore", "merge-run", cwd=folder)
    (folder / "b" / "Dockerfile").unlink()
    run("--write-baseline", "known.json", "app", *RULES, cwd=folder)
    assert (folder / "known.json").read_text() == before


def test_writing_twice_gives_the_same_bytes(folder: Path) -> None:
    before = (folder / "known.json").read_bytes()
    run("--write-baseline", "known.json", "app/Dockerfile", *RULES, cwd=folder)
    assert (folder / "known.json").read_bytes() == before
    assert text_of(load(folder / "known.json")).encode() == before


def test_the_configuration_names_it_and_an_option_lifts_it(folder: Path) -> None:
    (folder / "harden.toml").write_text('baseline = "known.json"\n')
    assert run("--check", "app", *RULES, cwd=folder).returncode == 0
    assert run("--check", "Dockerfile", *RULES, cwd=folder / "app").returncode == 0
    assert run("--check", "--no-baseline", "app", *RULES, cwd=folder).returncode == 1
    assert run("--check", "--isolated", "app", *RULES, cwd=folder).returncode == 1


def test_a_repository_may_not_name_one_outside(folder: Path) -> None:
    (folder / "harden.toml").write_text('baseline = "../known.json"\n')
    done = run("--check", "app", cwd=folder)
    assert done.returncode == 2
    assert b"baseline leads out of the repository" in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", ":1:2: is no JSON: Expecting property name"),
        ("[" * 100_000, "is no JSON"),
        ("{}", "is not a baseline of harden"),
        ('{"tool": "harden", "version": 2, "findings": []}', "version 2, and this harden reads 1"),
        ('{"tool": "harden", "version": 1}', "findings must be a list"),
        ('{"tool": "harden", "version": 1, "findings": [{"file": "a"}]}', "finding 1 needs file"),
        ('{"tool": "harden", "version": 1, "findings": [{"file": "a", "rule": "b", "fingerprint": "c", "count": 0}]}',
         "finding 1 needs file"),
    ],
)  # fmt: skip
def test_what_is_no_baseline_is_refused(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(text)
    with pytest.raises(ConfigError, match=message):
        load(path)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--baseline", "none.json"], b"none.json: no such file; `harden --write-baseline none.json` writes it"),
        (["--baseline", "a", "--no-baseline"], b"not both"),
        (["--write-baseline", "a", "--write"], b"give it alone"),
        (["--write-baseline", "a", "-"], b"standard input has no name"),
    ],
)
def test_options_that_cannot_be(tmp_path: Path, options: list[str], message: bytes) -> None:
    (tmp_path / "Dockerfile").write_text(OLD)
    done = run(*options, *RULES, cwd=tmp_path, data=b"FROM scratch\n")
    assert done.returncode == 2
    assert message in done.stderr
