"""The command as a person runs it: real processes, real files."""

from __future__ import annotations

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.cli.ending import failing
from hardener.cli.jobs import jobs_of
from hardener.cli.settings import read_plain
from hardener.cli.subcommands import COMMANDS

HARDEN = [sys.executable, "-m", "hardener"]
SOURCE = "FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tini\n"
FIXED = (
    "FROM debian:trixie-slim\nRUN apt-get update && \\\n"
    "    apt-get install -y --no-install-recommends tini && \\\n    rm -rf /var/lib/apt/lists/*\n"
)
RULES = ["--select", "merge-run,clean-package-cache"]


def run(*arguments: str, cwd: Path, data: bytes | None = None, **env: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, **env}
    return subprocess.run([*HARDEN, *arguments], cwd=cwd, input=data, capture_output=True, env=environment, check=False)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "Dockerfile").write_text(SOURCE)
    return tmp_path


def test_diff_is_the_default_and_changes_nothing(folder: Path) -> None:
    done = run("Dockerfile", *RULES, cwd=folder)
    assert done.returncode == 1
    assert done.stdout.startswith(b"--- a/Dockerfile\n+++ b/Dockerfile\n")
    assert b"\n\nDockerfile\n  2 changes\n    2  merge-run            the install" in done.stdout
    assert done.stderr == b"1 file: 2 changes to make. `harden --write` makes them.\n"
    assert (folder / "Dockerfile").read_text() == SOURCE


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("name", ["Dockerfile", "with blank.Dockerfile", "ünï.Dockerfile"])
def test_git_and_patch_take_the_diff(tmp_path: Path, newline: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(SOURCE.rstrip("\n").replace("\n", newline).encode())
    done = run(name, "--quiet", *RULES, cwd=tmp_path)
    assert done.returncode == 1
    git = ["git", "-c", "core.autocrlf=false"]
    subprocess.run([*git, "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run([*git, "apply", "--check", "-"], cwd=tmp_path, input=done.stdout, check=True)
    subprocess.run(["patch", "-p1", "--binary", "-s"], cwd=tmp_path, input=done.stdout, check=True)
    assert path.read_bytes() == FIXED.rstrip("\n").replace("\n", newline).encode() or path.read_bytes() == (
        FIXED.replace("\n", newline).encode()
    )


def test_write_then_nothing_is_left(folder: Path) -> None:
    path = folder / "Dockerfile"
    path.chmod(0o640)
    done = run("Dockerfile", "--write", *RULES, cwd=folder)
    assert done.returncode == 0
    assert path.read_text() == FIXED
    assert stat.S_IMODE(path.stat().st_mode) == 0o640
    assert sorted(p.name for p in folder.iterdir()) == ["Dockerfile"]
    assert run("Dockerfile", "--check", *RULES, cwd=folder).returncode == 0


def test_a_symlink_stays_one(folder: Path) -> None:
    (folder / "Dockerfile").rename(folder / "real")
    (folder / "Dockerfile").symlink_to("real")
    assert run("Dockerfile", "--write", *RULES, cwd=folder).returncode == 0
    assert (folder / "Dockerfile").is_symlink()
    assert (folder / "real").read_text() == FIXED


def test_check_names_the_files(folder: Path) -> None:
    done = run("--check", "--quiet", *RULES, ".", cwd=folder)
    assert (done.returncode, done.stdout) == (1, b"would change Dockerfile\n")


def test_standard_input(folder: Path) -> None:
    done = run("-", "--write", "--stdin-filename", "x/Dockerfile", *RULES, cwd=folder, data=SOURCE.encode())
    assert (done.returncode, done.stdout.decode()) == (0, FIXED)
    assert done.stderr.startswith(b"x/Dockerfile\n  2 changes made\n    2  merge-run ")


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("missing", None, b"missing: no such file"),
        ("nul", b"FROM a\nRUN \0\n", b"nul:2:5: NUL byte"),
        ("wide", "FROM a\n".encode("utf-16"), b"wide:1:1: this file is UTF-16: save it as UTF-8"),
        ("broken", b"FROM a\nRUN <<EOF\n", b"broken:2:1: unterminated heredoc"),
        ("long", b"FROM a\nRUN " + b"x" * 70_000, b"long:2:1: the line is longer"),
        ("empty", b"", b"empty:1:1: the file has no instructions\n1 file: "),
    ],
)
def test_bad_input_is_named_and_left_alone(tmp_path: Path, name: str, data: bytes | None, message: bytes) -> None:
    if data is not None:
        (tmp_path / name).write_bytes(data)
    (tmp_path / "Dockerfile").write_text(SOURCE)
    done = run(name, "Dockerfile", "--write", *RULES, cwd=tmp_path)
    assert done.returncode == 2
    assert b"error: " + message in done.stderr
    assert (tmp_path / "Dockerfile").read_text() == FIXED, "an error in one file does not stop the others"
    if data is not None:
        assert (tmp_path / name).read_bytes() == data


def test_a_folder_without_dockerfile_is_an_error(tmp_path: Path) -> None:
    done = run(".", cwd=tmp_path)
    assert done.returncode == 2
    assert b"no Dockerfile found" in done.stderr


def test_a_folder_without_rights_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr("os.scandir", denied)
    errors: list[str] = []
    _, settings = read_plain([str(tmp_path)]) or ((), None)
    assert settings is not None
    assert jobs_of((str(tmp_path),), settings, errors) == []
    assert errors == [f"{tmp_path}: cannot be read: Permission denied"]


def test_an_error_names_its_file_and_not_standard_output() -> None:
    assert failing(PermissionError(13, "Permission denied", "a/harden.toml")) == "a/harden.toml: Permission denied"
    assert failing(OSError(28, "No space left on device")) == "standard output: No space left on device"


def test_ten_megabytes(tmp_path: Path) -> None:
    text = (
        b"FROM scratch\n"
        + b"# a comment that says little, again and again, and goes on for a hundred characters and some more\n"
        * 99_000
    )
    (tmp_path / "Dockerfile").write_bytes(text)
    done = run("Dockerfile", cwd=tmp_path)
    assert done.returncode == 0
    assert done.stdout == b""


def test_bytes_that_are_no_utf8_survive(tmp_path: Path) -> None:
    path = tmp_path / "Dockerfile"
    path.write_bytes(b"# caf\xe9\n" + SOURCE.encode())
    assert run("Dockerfile", "--write", *RULES, cwd=tmp_path).returncode == 0
    assert path.read_bytes() == b"# caf\xe9\n" + FIXED.encode()


def test_unknown_rules_get_a_suggestion(folder: Path) -> None:
    done = run("--select", "merge-runs", cwd=folder)
    assert done.returncode == 2
    assert b"did you mean merge-run?" in done.stderr


def test_explain_and_list(folder: Path) -> None:
    assert b"HD101  merge-run" in run("--list-rules", cwd=folder).stdout
    assert run("--explain", "HD101", cwd=folder).stdout.startswith(b"merge-run (HD101), level ")
    assert run("--explain", "[M08]", cwd=folder).stdout.startswith(b"M08 The step relies on `set -e`\n")
    assert b"\nM08 The step relies on `set -e`\n" in run("--explain", "M", cwd=folder).stdout


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("add-usr", b"add-usr; did you mean add-user?"),
        ("U99", b"U99; the ids with U go from U01 to U30"),
        ("nothing", b"nothing; see --list-rules, or docs/reasons.md"),
        ("HD999", b"HD999; see --list-rules, or docs/reasons.md"),
        ("hd203", b"hd203; did you mean HD203?"),
        ("DL3008", b"DL3008; `harden rules --map hadolint` shows which rule answers it"),
    ],
)
def test_a_page_that_is_not_there_gets_a_suggestion(folder: Path, name: str, hint: bytes) -> None:
    done = run("--explain", name, cwd=folder)
    assert done.returncode == 2
    assert b"no such rule or reason: " + hint in done.stderr


def test_configuration_is_found_and_checked(folder: Path) -> None:
    (folder / "harden.toml").write_text('ignore = ["merge-run", "clean-package-cache"]\n')
    assert run("Dockerfile", cwd=folder).returncode == 0
    assert run("Dockerfile", "--isolated", cwd=folder).returncode == 1
    (folder / "harden.toml").write_text('ignored = ["merge-run"]\n')
    done = run("Dockerfile", cwd=folder)
    assert done.returncode == 2
    assert b"harden.toml:1:1: unknown key 'ignored'; did you mean 'ignore'?" in done.stderr


def test_an_ignore_comment_serves_or_warns(folder: Path) -> None:
    path = folder / "Dockerfile"
    ignored = SOURCE.replace("RUN apt-get install", "# harden: ignore[merge-run] kept apart\nRUN apt-get install")
    path.write_text(ignored)
    done = run("Dockerfile", "--select", "merge-run", cwd=folder)
    assert (done.returncode, done.stdout) == (0, b"")
    path.write_text("# harden: ignore[merge-run]\nFROM debian:trixie-slim\n")
    done = run("Dockerfile", cwd=folder)
    assert re.search(rb"  1 warning\n +1  +ignore\[merge-run\] is not needed", done.stdout)


def test_folders_are_searched_as_git_sees_them(tmp_path: Path) -> None:
    for name in ("a/Dockerfile", "b/web.Dockerfile", "c/Dockerfile.dev", "d/Containerfile", "e/Dockerfile", "f/x.md"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text(SOURCE)
    (tmp_path / ".gitignore").write_text("/e\n")
    (tmp_path / "c" / "Dockerfile.dockerignore").write_text("*\n")
    done = run("--check", "--quiet", *RULES, cwd=tmp_path)
    assert done.stdout.decode().splitlines() == [
        "would change a/Dockerfile", "would change b/web.Dockerfile",
        "would change c/Dockerfile.dev", "would change d/Containerfile",
    ]  # fmt: skip


def test_colour_only_when_asked_or_on_a_terminal(folder: Path) -> None:
    assert b"\x1b[" not in run("Dockerfile", cwd=folder).stdout
    assert b"\x1b[32m+" in run("Dockerfile", "--color", "always", cwd=folder).stdout


def test_many_files_in_parallel_come_out_in_order(tmp_path: Path) -> None:
    for number in range(40):
        (tmp_path / f"{number:02d}.Dockerfile").write_text(SOURCE)
    one = run("--jobs", "1", *RULES, cwd=tmp_path)
    two = run("--jobs", "2", *RULES, cwd=tmp_path)
    assert one.stdout == two.stdout
    assert one.stdout.count(b"--- a/") == 40


def test_a_change_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    from hardener.engine import files
    from hardener.errors import InputError

    path = tmp_path / "Dockerfile"
    path.write_bytes(b"new")
    with pytest.raises(InputError, match="changed while"):
        files.write(path, b"ours", original=b"old")
    assert path.read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["Dockerfile"]


@pytest.mark.parametrize("name", ["", *COMMANDS])
def test_the_help_texts_are_in_the_documentation(name: str) -> None:
    from click.testing import CliRunner

    from hardener.cli.command import command
    from hardener.cli.subcommands import load
    from tests.corpus import ROOT

    asked = load(name) if name else command
    printed = CliRunner().invoke(asked, ["--help"], prog_name=f"harden {name}".strip(), terminal_width=100).output
    pages = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "docs").glob("*.md"))]
    assert any(f"```text\n{printed.rstrip()}\n```" in page for page in pages)


def test_rules_can_be_ignored_for_some_files(folder: Path) -> None:
    (folder / "Dockerfile.dev").write_text(SOURCE)
    (folder / "harden.toml").write_text('[per-file-ignores]\n"*.dev" = ["merge-run", "HD102"]\n')
    done = run("--check", "--quiet", *RULES, cwd=folder)
    assert done.stdout == b"would change Dockerfile\n"


def test_a_file_that_is_named_twice_is_written_once(folder: Path) -> None:
    done = run("--write", "Dockerfile", "./Dockerfile", ".", *RULES, cwd=folder)
    assert done.returncode == 0
    assert b"1 file: 2 changes made.\n" in done.stderr


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    for number in range(12):
        (tmp_path / f"{number:02d}.Dockerfile").write_text(SOURCE + "# filler, so that the pipe is full\n" * 2000)
    done = subprocess.run(
        f"{sys.executable} -m hardener {' '.join(RULES)} | head -1",
        shell=True,
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert done.stdout == b"--- a/00.Dockerfile\n"
    assert b"Traceback" not in done.stderr
    assert b"Exception ignored" not in done.stderr


@pytest.mark.parametrize(
    ("variables", "coloured"),
    [({"FORCE_COLOR": "1"}, True), ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False), ({"FORCE_COLOR": ""}, False)],
)
def test_variables_for_colour(folder: Path, variables: dict[str, str], coloured: bool) -> None:
    assert (b"\x1b[32m+" in run("Dockerfile", *RULES, cwd=folder, **variables).stdout) is coloured


@pytest.mark.parametrize(
    "options", [["--safe", "--unsafe-fixes"], ["--isolated", "--config", "x"], ["--explain", ""], ["--nope"]]
)
def test_options_that_cannot_be_used_are_errors(folder: Path, options: list[str]) -> None:
    done = run(*options, cwd=folder)
    assert done.returncode == 2
    assert b"Traceback" not in done.stderr


def test_the_hook_of_pre_commit_takes_what_discovery_finds() -> None:
    import re

    from tests.corpus import ROOT

    hook = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    files, exclude = (re.search(rf"^  {key}: (?:&\w+ )?(.*)$", hook, re.M)[1] for key in ("files", "exclude"))  # type: ignore[index]
    for name in (
        "Dockerfile",
        "a/dockerfile",
        "a/web.Dockerfile",
        "Dockerfile.dev",
        "Containerfile",
        "compose.yaml",
        "a/docker-compose.prod.yml",
        "k8s/deployment.yaml",
    ):
        assert re.search(files, name), name
        assert not re.search(exclude, name), name
    for name in (
        "Dockerfile.dockerignore",
        "Dockerfile.md",
        "MyDockerfile",
        "Dockerfiles/x.py",
        "compose.md",
    ):
        assert not re.search(files, name) or re.search(exclude, name), name


def test_a_bug_in_one_file_does_not_cost_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from hardener.engine import batch, job
    from hardener.engine.result import Options

    def fail(*_: object, **__: object) -> None:
        raise RecursionError("too deep")

    monkeypatch.setattr(batch, "harden", fail)
    outcome = batch.run_job(job.Job(tmp_path / "D", Options(), b"FROM a\n"))
    assert "D: internal error, nothing was changed: RecursionError: too deep; please report it" in outcome.error


def test_the_first_argument_may_name_a_subcommand(folder: Path) -> None:
    """Only what runs is imported, and a file of that name is still there to be named."""
    (folder / "sub").write_text(SOURCE)
    code = (
        "import click, sys, types\n"
        "from hardener.cli import command as cli, subcommands\n"
        "subcommands.COMMANDS['sub'] = 'Does something.'\n"
        "module = types.ModuleType('hardener.cli.sub')\n"
        "@click.command()\n"
        "@click.argument('word')\n"
        "def command(word): print('sub ran with', word); return 7\n"
        "module.command = command\n"
        "sys.modules[module.__name__] = module\n"
        "cli.main()\n"
    )

    def start(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-c", code, *arguments], cwd=folder, capture_output=True, text=True, check=False
        )

    done = start("sub", "x")
    assert (done.returncode, done.stdout) == (7, "sub ran with x\n")
    assert "Usage: harden sub" in start("sub", "--help").stdout
    assert "--- a/sub" in start("./sub", *RULES).stdout
    assert "--- a/sub" in start(*RULES, "sub").stdout
