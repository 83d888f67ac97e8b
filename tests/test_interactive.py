"""`harden -i` as a person runs it: a real process on a pseudo-terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hardener.engine.config_writing import with_ignored
from tests.test_cli import run

SOURCE = (
    "FROM debian:trixie-slim\nRUN apt-get update\nRUN apt-get install -y --no-install-recommends tini\n"
    "COPY a /a\nRUN pip install flask\nCMD python a\n"
)
RULES = ["--select", "merge-run,clean-package-cache,no-cache-dir,exec-form", "--offline", "--color", "never"]
_PROMPT = "[y,n,i,c,e,a,d,q,?]? "
MERGED = "RUN apt-get update && \\\n    apt-get install -y --no-install-recommends tini"
APART = "RUN apt-get update\nRUN apt-get install -y --no-install-recommends tini"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(SOURCE)
    return tmp_path


def talk(folder: Path, answers: list[str], *arguments: str) -> tuple[int, str]:
    """Answer each question with the next answer; "^C" interrupts, "^D" ends the input."""
    parent, child = pty.openpty()
    command = [sys.executable, "-m", "hardener", "-i", *RULES, *arguments]
    process = subprocess.Popen(
        command, cwd=folder, stdin=child, stdout=child, stderr=child, start_new_session=True, close_fds=True
    )
    os.close(child)
    text, left, end = "", list(answers), time.monotonic() + 60
    while time.monotonic() < end:
        if not select.select([parent], [], [], 0.2)[0]:
            continue
        try:
            data = os.read(parent, 65536)
        except OSError:  # the other side is closed
            break
        text += data.decode().replace("\r\n", "\n")
        if text.endswith(_PROMPT) and left:
            answer = left.pop(0)
            if answer == "^C":
                os.kill(process.pid, signal.SIGINT)
            else:
                os.write(parent, b"\x04" if answer == "^D" else answer.encode() + b"\n")
    os.close(parent)
    code = process.wait(timeout=30)
    assert not left, f"not asked for {left}: {text}"
    return code, text


def written(folder: Path) -> str:
    return (folder / "Dockerfile").read_text()


def test_each_change_is_asked_about_and_all_of_them_are_the_usual_result(folder: Path) -> None:
    usual = folder / "usual.Dockerfile"
    usual.write_text(SOURCE)
    run("--write", "usual.Dockerfile", *RULES, cwd=folder)
    code, text = talk(folder, ["y"] * 4, "Dockerfile")
    assert code == 0
    assert written(folder) == usual.read_text()
    assert text.endswith("4 changes made, 0 left.\n")


def test_what_is_shown_is_what_the_answer_adds(folder: Path) -> None:
    code, text = talk(folder, ["y", "n", "n", "n"], "Dockerfile")
    assert code == 0
    assert "Dockerfile:2: merge-run [safe]\n" in text
    assert "-RUN apt-get update\n-RUN apt-get install" in text
    assert written(folder) == SOURCE.replace(APART, MERGED)
    assert text.endswith("1 change made, 3 left.\n")


def test_no_writes_nothing(folder: Path) -> None:
    before = (folder / "Dockerfile").stat().st_mtime_ns
    code, text = talk(folder, ["d"], "Dockerfile")
    assert (code, written(folder)) == (0, SOURCE)
    assert (folder / "Dockerfile").stat().st_mtime_ns == before
    assert "0 changes made" in text


def test_quitting_and_the_end_of_the_input_keep_what_was_accepted(folder: Path) -> None:
    for last in ("q", "^D"):
        (folder / "Dockerfile").write_text(SOURCE)
        code, _ = talk(folder, ["n", "y", last], "Dockerfile")
        assert code == 0
        assert written(folder) != SOURCE
        assert MERGED not in written(folder)


def test_quitting_asks_about_no_other_file(folder: Path) -> None:
    (folder / "b.Dockerfile").write_text(SOURCE)
    _, text = talk(folder, ["q"], ".")
    assert "b.Dockerfile" not in text


def test_ctrl_c_leaves_the_file_as_it_was(folder: Path) -> None:
    code, text = talk(folder, ["y", "^C"], "Dockerfile")
    assert (code, written(folder)) == (130, SOURCE)
    assert "stopped; Dockerfile is as it was" in text


def test_never_here_writes_a_comment_and_the_rest_stands(folder: Path) -> None:
    code, text = talk(folder, ["i", "y", "y"], "Dockerfile")
    assert code == 0
    assert "# harden: ignore[merge-run]\nRUN apt-get update" in written(folder)
    assert "pip install --no-cache-dir flask" in written(folder)
    assert "1 ignored from now on" in text
    again = run("--check", "Dockerfile", *RULES, cwd=folder)
    assert again.returncode == 0, again.stdout
    assert b"not needed" not in again.stdout + again.stderr


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_comment_alone_is_written_too(folder: Path, newline: str) -> None:
    text = f"FROM debian:trixie-slim{newline}CMD python a{newline}"
    (folder / "Dockerfile").write_bytes(text.encode())
    talk(folder, ["i"], "Dockerfile")
    comment = f"# harden: ignore[exec-form]{newline}CMD"
    assert (folder / "Dockerfile").read_bytes() == text.replace("CMD", comment).encode()


def test_never_at_all_goes_into_the_configuration(folder: Path) -> None:
    (folder / "harden.toml").write_text("# ours\nlevel = \"hardening\"\n\n[registry]\nlifetime = '1h'\n")
    (folder / "b.Dockerfile").write_text(SOURCE)
    _, text = talk(folder, ["c", "d", "d"], ".")
    assert (folder / "harden.toml").read_text() == (
        '# ours\nlevel = "hardening"\n\nignore = ["merge-run"]\n\n[registry]\nlifetime = \'1h\'\n'
    )
    assert text.count("merge-run [safe]") == 1
    assert b"merge-run" not in run("--check", ".", *RULES, cwd=folder).stdout


def test_without_a_configuration_one_is_made_at_the_root_of_the_repository(folder: Path) -> None:
    (folder / "app").mkdir()
    (folder / "Dockerfile").rename(folder / "app" / "Dockerfile")
    talk(folder, ["c", "d"], "app")
    assert (folder / "harden.toml").read_text() == 'ignore = ["merge-run"]\n'


def test_explain_help_and_other_keys_ask_again(folder: Path) -> None:
    _, text = talk(folder, ["e", "?", "x", "d"], "Dockerfile")
    assert "merge-run (HD101), level safe" in text
    assert text.count("  q  quit") == 2


def test_all_of_this_rule_holds_for_the_next_file(folder: Path) -> None:
    source = "FROM debian:trixie-slim\nCMD python a\n"
    for name in ("Dockerfile", "b.Dockerfile"):
        (folder / name).write_text(source)
    _, text = talk(folder, ["a"], ".")
    assert text.count(_PROMPT) == 1
    assert (folder / "Dockerfile").read_text() == (folder / "b.Dockerfile").read_text() != source


def test_what_the_baseline_knows_is_not_asked_about(folder: Path) -> None:
    run("--write-baseline", "known.json", "Dockerfile", *RULES, cwd=folder)
    (folder / "Dockerfile").write_text(SOURCE.replace("COPY a", "RUN pip install django\nCOPY a"))
    _, text = talk(folder, ["n"], "--baseline", "known.json", "Dockerfile", "--ignore", "merge-run")
    assert "no-cache-dir [hardening]" in text
    assert "exec-form" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["Dockerfile"], b"standard input and output are no terminal"),
        (["-"], b"--interactive needs files"),
        (["Dockerfile", "--output-format", "json"], b"it takes no --output-format"),
        (["--verify", "Dockerfile"], b"--verify decides by running"),
    ],
)
def test_without_a_terminal_it_says_so(folder: Path, arguments: list[str], message: bytes) -> None:
    done = run("-i", *arguments, cwd=folder, data=b"y\n" * 9)
    assert done.returncode == 2
    assert message in done.stderr
    assert written(folder) == SOURCE


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("", 'ignore = ["merge-run"]\n'),
        ('level = "safe"', 'level = "safe"\nignore = ["merge-run"]\n'),
        ("ignore = []\n", 'ignore = ["merge-run"]\n'),
        ('ignore = ["add-user"] # why\n', 'ignore = ["merge-run", "add-user"] # why\n'),
        ('ignore = [\n  "add-user",\n]\n', 'ignore = [\n  "merge-run",\n  "add-user",\n]\n'),
        ('[update]\nignore = ["postgres"]\n', 'ignore = ["merge-run"]\n\n[update]\nignore = ["postgres"]\n'),
        ('ignore = ["merge-run"]\n', None),
        ('ignore = "x"\n', None),
        ("'ignore' = ['add-user']\n", None),
        ("[", None),
    ],
)
def test_a_rule_is_added_to_a_configuration_and_nothing_else_changes(text: str, new: str | None) -> None:
    assert with_ignored(text, "merge-run", in_pyproject=False) == new


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("[tool.x]\nignore = [1]\n", '[tool.x]\nignore = [1]\n\n[tool.harden]\nignore = ["merge-run"]\n'),
        ("[tool.harden]\nsafe = true\n", '[tool.harden]\nignore = ["merge-run"]\nsafe = true\n'),
        ('[tool.ruff]\nignore = ["E"]\n[tool.harden]\r\n',
         '[tool.ruff]\nignore = ["E"]\n[tool.harden]\r\nignore = ["merge-run"]\r\n'),
        ('[tool.ruff]\nignore = ["E"]\n[tool.harden]\nignore = ["add-user"]\n',
         '[tool.ruff]\nignore = ["E"]\n[tool.harden]\nignore = ["merge-run", "add-user"]\n'),
    ],
)  # fmt: skip
def test_a_rule_is_added_to_a_pyproject(text: str, new: str) -> None:
    assert with_ignored(text, "merge-run", in_pyproject=True) == new
