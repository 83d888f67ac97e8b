"""The options of outputs as a person uses them: real processes, files, pipes and terminals."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest

from hardener.cli.command import command
from hardener.cli.mistaken import mistaken, option_meant
from hardener.cli.progress import Progress
from hardener.cli.settings import read_plain
from tests.test_cli import FIXED, HARDEN, RULES, SOURCE, folder, run

__all__ = ["folder"]

#: held back: a background job needs a shell
SERVICE = "FROM debian:trixie-slim\nCMD server &\n"


def on_a_terminal(*arguments: str, cwd: Path, **env: str) -> str:
    """Run harden with a terminal for all streams and return what it shows."""
    parent, child = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", **env}
    environment.pop("NO_COLOR", None)
    process = subprocess.Popen([*HARDEN, *arguments], cwd=cwd, stdin=child, stdout=child, stderr=child, env=environment)
    os.close(child)
    shown = b""
    while True:
        try:
            part = os.read(parent, 65536)
        except OSError:  # the other side is closed
            break
        if not part:
            break
        shown += part
    process.wait()
    os.close(parent)
    return shown.decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def test_a_terminal_gets_links_and_colours_unless_it_is_dumb(folder: Path) -> None:
    (folder / "Dockerfile").write_text(SERVICE)
    shown = on_a_terminal("Dockerfile", "--select", "exec-form", cwd=folder)
    assert re.search(r"\[\x1b\]8;;https://\S+/reasons/#e\d\d\x1b\\E\d\d\x1b\]8;;\x1b\\\]", shown), shown
    assert "\x1b[33m1 held back\x1b[0m" in shown
    assert "\x1b" not in on_a_terminal("Dockerfile", "--select", "exec-form", cwd=folder, TERM="dumb")
    assert "\x1b" not in on_a_terminal("Dockerfile", "--select", "exec-form", "--color", "never", cwd=folder)


def test_a_terminal_is_not_steered_by_a_file(folder: Path) -> None:
    (folder / "Dockerfile").write_text(SOURCE + "# \x1b]0;owned\x07\n")
    shown = on_a_terminal("Dockerfile", *RULES, "--color", "never", cwd=folder)
    assert "\x1b" not in shown
    assert " # \\x1b]0;owned\\x07\n" in shown
    assert b" # \x1b]0;owned\x07\n" in run("Dockerfile", *RULES, cwd=folder).stdout, "a pipe gets the file's bytes"


@pytest.mark.parametrize("tool", [["git", "apply", "-"], ["patch", "-p1", "-s"]])
def test_the_whole_output_is_still_a_patch(tmp_path: Path, tool: list[str]) -> None:
    for name in ("a.Dockerfile", "b.Dockerfile", "c.Dockerfile"):
        (tmp_path / name).write_text(SOURCE)
    done = run(".", "--statistics", *RULES, cwd=tmp_path)
    subprocess.run(tool, cwd=tmp_path, input=done.stdout, check=True)
    assert (tmp_path / "c.Dockerfile").read_text() == FIXED


def test_an_output_file_is_written_in_one_step(folder: Path) -> None:
    report = folder / "report.json"
    done = run("Dockerfile", *RULES, "--output-format", "json", "--output-file", "report.json", cwd=folder)
    assert (done.returncode, done.stdout) == (1, b"")
    assert json.loads(report.read_text())["summary"]["changes"] == 2
    assert report.stat().st_mode & 0o777 == 0o666 & ~umask()
    report.chmod(0o640)
    run("Dockerfile", *RULES, "--output-file", "report.json", cwd=folder)
    assert report.read_text().startswith("--- a/Dockerfile\n")
    assert report.stat().st_mode & 0o777 == 0o640
    assert sorted(p.name for p in folder.iterdir()) == ["Dockerfile", "report.json"]
    done = run("Dockerfile", *RULES, "--output-file", "none/report.json", cwd=folder)
    assert done.returncode == 2
    assert b"error: none/report.json: cannot be written: No such file or directory\n" in done.stderr


def umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def test_an_output_file_may_be_a_pipe(folder: Path) -> None:
    done = run("Dockerfile", *RULES, "--output-format", "concise", "--output-file", "/dev/stdout", cwd=folder)
    assert done.stdout.startswith(b"Dockerfile:2:1: HD101 merge-run: ")


def test_standard_input_has_a_report_in_the_place_of_its_diff(folder: Path) -> None:
    data = SOURCE.encode()
    done = run("-", *RULES, "--output-format", "json", cwd=folder, data=data)
    assert json.loads(done.stdout)["files"][0]["path"] == "Dockerfile"
    done = run("-", "--write", *RULES, "--output-format", "json", cwd=folder, data=data)
    assert done.returncode == 2
    assert b"--output-format needs an --output-file here" in done.stderr
    file = ["--output-format", "json", "--output-file", "out"]
    done = run("-", "--write", *RULES, *file, cwd=folder, data=data)
    assert (done.returncode, done.stdout.decode()) == (0, FIXED)
    assert json.loads((folder / "out").read_text())["files"][0]["written"] is True
    done = run("-", "--statistics", *RULES, cwd=folder, data=data)
    assert b"2 changes" not in done.stdout
    assert b"2 changes" in done.stderr
    assert b"merge-run" in done.stderr


@pytest.mark.parametrize("kind", ["json", "sarif", "checkstyle"])
def test_errors_are_told_beside_a_report(folder: Path, kind: str) -> None:
    done = run("Dockerfile", "missing", *RULES, "--output-format", kind, cwd=folder)
    assert done.returncode == 2
    assert done.stderr == b"error: missing: no such file\n"
    assert b"missing" in done.stdout


@pytest.mark.parametrize(
    "words", [["--output-format", "sarif"], ["--output-file=x"], ["--statistics"], ["--fail-level", "held-back"],
              ["--exit-zero"], ["--output-format=json-lines", "--verbose"]]
)  # fmt: skip
def test_the_options_are_read_without_click(words: list[str]) -> None:
    assert read_plain([*words, "Dockerfile"]) is not None
    assert read_plain(["--output-format", "xml"]) is None, "click says which there are"


def test_only_the_output_that_is_asked_for_is_imported(folder: Path) -> None:
    code = (
        "import os, sys; sys.argv = ['harden', *sys.argv[1:]]; os._exit = sys.exit\n"
        "from hardener.cli.start import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(*sorted(m for m in sys.modules if m.startswith('hardener.output.') or m == 'click'), file=sys.stderr)"
    )
    for kind, there, absent in (
        ("text", "block", "sarif"),
        ("sarif", "sarif", "block"),
        ("concise", "concise", "junit"),
    ):
        command = [sys.executable, "-c", code, "Dockerfile", "--output-format", kind]
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True)
        loaded = done.stderr.splitlines()[-1].split()
        assert f"hardener.output.{there}" in loaded
        assert f"hardener.output.{absent}" not in loaded
        assert "click" not in loaded


def test_fail_level_and_exit_zero(folder: Path) -> None:
    held = ["Dockerfile", "--select", "exec-form"]
    (folder / "Dockerfile").write_text(SERVICE)
    assert run(*held, cwd=folder).returncode == 0
    assert run(*held, "--fail-level", "held-back", cwd=folder).returncode == 1
    assert run(*held, "--fail-level", "held-back", "--exit-zero", cwd=folder).returncode == 0
    assert run("missing", "--exit-zero", cwd=folder).returncode == 2


@pytest.mark.parametrize(
    ("word", "meant"),
    [("veriy", "harden verify"), ("updat", "harden update"), ("check", "harden --check"), ("fix", "harden --write"),
     ("Verify", "harden verify"), ("Dockerfil", ""), ("verify", ""), ("./veriy", ""), ("", "")],
)  # fmt: skip
def test_a_mistyped_command_is_asked_about(word: str, meant: str) -> None:
    said = mistaken([word])
    assert said == (f"{word}: no such file or command; did you mean `{meant}`?" if meant else "")


@pytest.mark.parametrize(
    ("option", "told"),
    [("--fix", "'--fix'. Did you mean --write?"), ("-f", "'-f'. Name the file without an option: harden Dockerfile."),
     ("--selct", "'--selct'. (Did you mean one of: '--extend-select', '--safe', '--select'?)")],
)  # fmt: skip
def test_an_option_of_another_tool_is_asked_about(option: str, told: str) -> None:
    error = click.NoSuchOption(
        option, possibilities=["--safe", "--select", "--extend-select"], ctx=click.Context(command, info_name="harden")
    )
    assert option_meant(error).format_message().startswith(f"No such option {told}")


def test_a_file_that_is_named_like_a_mistake_is_a_file(folder: Path) -> None:
    done = run("veriy", "--probe", "x", cwd=folder)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr == b"error: veriy: no such file or command; did you mean `harden verify`?\n"
    (folder / "veriy").write_text(SOURCE)
    assert run("veriy", *RULES, cwd=folder).returncode == 1


def test_progress_is_shown_after_a_second_and_erased(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    now = 0.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    progress = Progress(4, 8)
    progress.tick()
    progress.erase()
    assert capsys.readouterr().err == ""
    now = 1.5
    progress.tick()
    progress.tick()
    assert capsys.readouterr().err == "\r\x1b[2K 25 % of 4 files, 2 s"
    progress.erase()
    assert capsys.readouterr().err == "\r\x1b[2K"


def test_a_hostile_name_forges_no_line(tmp_path: Path) -> None:
    name = "x\nerror: all is lost\x1b[2J.Dockerfile"
    (tmp_path / name).write_text(SOURCE)
    (tmp_path / "bad\n    y.Dockerfile").write_text("FROM a\nRUN <<E\n")
    done = run("--check", *RULES, cwd=tmp_path)
    assert b"would change x\\nerror: all is lost\\x1b[2J.Dockerfile\n" in done.stdout
    assert b"\x1b" not in done.stdout + done.stderr
    assert done.stderr.startswith(b"error: bad\\n    y.Dockerfile:2:1: unterminated heredoc")
    assert not re.search(rb"^error: all", done.stdout + done.stderr, re.M)
