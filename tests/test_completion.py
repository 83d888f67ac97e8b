"""Shell completion and the man page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardener.cli.man import page
from hardener.cli.subcommands import COMMANDS
from tests.corpus import ROOT
from tests.test_cli import run


def completed(words: str, index: int, cwd: Path) -> set[str]:
    done = run(cwd=cwd, COMP_WORDS=words, COMP_CWORD=str(index), _HARDEN_COMPLETE="bash_complete")
    assert done.returncode == 0, done.stderr
    return set(done.stdout.decode().split())


@pytest.mark.parametrize(
    ("words", "index", "wanted"),
    [
        ("harden upd", 1, {"plain,update", "file,upd"}),
        ("harden --wri", 1, {"plain,--write", "plain,--write-baseline"}),
        ("harden Dockerf", 1, {"file,Dockerf"}),
        ("harden update --tag", 2, {"plain,--tags"}),
        ("harden update --tags m", 3, {"plain,minor", "plain,major"}),
        ("harden completion z", 2, {"plain,zsh"}),
        ("harden app --col", 2, {"plain,--color"}),
        ("harden app upd", 2, {"file,upd"}),
        ("harden --select merge-run,add-u", 2, {"plain,merge-run,add-user"}),
        ("harden verify --ignore HD20", 3, {f"plain,HD20{number}" for number in range(1, 10)}),
        ("harden --explain add-us", 2, {"plain,add-user"}),
    ],
)
def test_options_commands_and_paths_are_completed(words: str, index: int, wanted: set[str], tmp_path: Path) -> None:
    assert completed(words, index, tmp_path) == wanted


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_each_shell_has_a_script(shell: str, tmp_path: Path) -> None:
    done = run("completion", shell, cwd=tmp_path)
    assert done.returncode == 0
    assert b"_HARDEN_COMPLETE" in done.stdout
    program = shutil.which(shell)
    if program is not None:
        subprocess.run([program, "-n", "-c" if shell == "bash" else "-", done.stdout], check=True, input=b"")


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
def test_bash_itself_completes(tmp_path: Path) -> None:
    (tmp_path / "harden").write_text(f'#!/bin/sh\nexec {sys.executable} -m hardener "$@"\n')
    (tmp_path / "harden").chmod(0o755)
    script = run("completion", "bash", cwd=tmp_path).stdout.decode()
    ask = 'COMP_WORDS=(harden update --ta); COMP_CWORD=2; _harden_completion harden; echo "${COMPREPLY[@]}"'
    env = {**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(["bash", "-c", f"{script}\n{ask}"], capture_output=True, env=env, check=True)
    assert done.stdout == b"--tags\n"


def test_the_man_page_is_in_step_and_names_each_command() -> None:
    text = (ROOT / "docs" / "harden.1").read_text(encoding="utf-8")
    assert text == page(), "run python -m hardener.cli.man > docs/harden.1"
    assert all(f".SS harden {name}\n" in text for name in COMMANDS)


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_groff_takes_the_man_page(tmp_path: Path) -> None:
    done = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page().encode(), capture_output=True, check=True)
    assert done.stderr == b""
    assert b"update" in done.stdout
