"""Code on the command line of an interpreter counts as a source of the program."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener.knowledge.writing import language_of
from hardener.rules.add_user.inline_code import inline_code, written_inline
from tests.test_kept_root import hardened

_BASES = {"python": "python:3.13-slim", "node": "node:22-slim", "php": "php:8.3-cli", "ruby": "ruby:3.3-slim"}
_FILES = {
    "python": ("app.py", "print(1)\n"), "node": ("app.js", "console.log(1)\n"),
    "php": ("app.php", "<?php echo 1;\n"), "ruby": ("app.rb", "puts 1\n"),
}  # fmt: skip


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("python -c CODE", "CODE"),
        ("python3 -u -c CODE more", "CODE"),
        ("python -uc CODE", "CODE"),
        ("python app.py -c CODE", None),
        ("python -m CODE", None),
        ("node -e CODE", "CODE"),
        ("node --eval=CODE", "CODE"),
        ("node --print CODE", "CODE"),
        ("php -r CODE", "CODE"),
        ("php -S 0.0.0.0:80", None),
        ("ruby -e CODE", "CODE"),
    ],
)
def test_where_the_code_stands(line: str, code: str | None) -> None:
    argv = tuple(line.split())
    language = language_of(argv[0])
    assert language is not None
    assert inline_code(language, argv) == code


@pytest.mark.parametrize(
    ("argv", "writes"),
    [
        (("python", "-c", 'open("x", "w")'), True),
        (("python", "-c", "import time; time.sleep(1)"), False),
        (("python", "-c", "import nobody_knows"), True),
        (("php", "-r", 'file_put_contents("x", 1);'), True),
        (("php", "-r", "echo 1;"), False),
    ],
)
def test_what_it_may_write(argv: tuple[str, ...], writes: bool) -> None:
    language = language_of(argv[0])
    assert language is not None
    assert bool(written_inline(language, argv)) == writes


@pytest.mark.parametrize(
    ("language", "first"),
    [
        ("python", 'python -c \'open("cache/x", "w")\''),
        ("node", 'node -e \'require("fs").writeFileSync("cache/x", "1")\''),
        ("php", 'php -r \'file_put_contents("cache/x", "1");\''),
        ("ruby", 'ruby -e \'File.write("cache/x", "1")\''),
    ],
)
def test_a_start_script_that_writes_gets_its_folder(tmp_path: Path, language: str, first: str) -> None:
    name, text = _FILES[language]
    (tmp_path / name).write_text(text)
    for line, given in ((first, True), ("echo hi", False)):
        (tmp_path / "start.sh").write_text(f"#!/bin/sh\n{line}\nexec {language} {name}\n")
        (tmp_path / "start.sh").chmod(0o755)
        (tmp_path / "Dockerfile").write_text(f'FROM {_BASES[language]}\nWORKDIR /app\nCOPY . .\nCMD ["./start.sh"]\n')
        (outcome,) = hardened(tmp_path, "Dockerfile")
        assert outcome.result is not None
        assert "\nUSER " in outcome.result.code
        assert ("COPY --chown=" in outcome.result.code) is given
