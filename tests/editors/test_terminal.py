"""What `harden FILE --diff` shows in a terminal: run in a real one, its colours drawn in Chromium."""

from __future__ import annotations

import io
import os
import pty
import shutil
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from tests.corpus import ROOT, needs_program
from tests.editors.test_site import chromium

pytestmark = [pytest.mark.editors, needs_program("chromium")]
_IMAGES = os.environ.get("HARDEN_IMAGES")
_SIZE = (44, 132)
_PAGE = """<!doctype html><meta charset="utf-8"><style>body {{ margin: 16px; background: #fff }}
pre {{ font: 13px/1.35 monospace; white-space: pre }}</style><pre>{code}</pre>
<style>{stylesheet} body {{ color: {foreground} }}</style>"""


def in_terminal(folder: Path, *command: str) -> str:
    """Return what a command writes to a terminal of the size above, with the codes for colours."""
    ours, its = pty.openpty()
    termios.tcsetwinsize(its, _SIZE)
    dropped = ("NO_COLOR", "CI", "FORCE_COLOR", "COLUMNS", "LINES")
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    program = subprocess.Popen(command, cwd=folder, stdin=its, stdout=its, stderr=its,
                               env={**environment, "TERM": "xterm-256color"})  # fmt: skip
    os.close(its)
    seen = io.BytesIO()
    with suppress(OSError):  # the terminal is gone with its last program
        while read := os.read(ours, 1 << 16):
            seen.write(read)
    os.close(ours)
    program.wait(60)
    return seen.getvalue().decode().replace("\r\n", "\n")


def test_the_diff_of_the_article_in_a_terminal(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "article", tmp_path / "article")
    asked = ["--offline", "--isolated", "article/Dockerfile", "--diff"]
    shown = in_terminal(tmp_path, sys.executable, "-m", "hardener", *asked)
    assert "\x1b[32m+" in shown
    console = Console(record=True, width=_SIZE[1], file=io.StringIO(), force_terminal=True, color_system="truecolor")
    console.print(Text.from_ansi(f"$ harden {' '.join(word for word in asked if word != '--isolated')}\n{shown}"))
    page = tmp_path / "terminal.html"
    page.write_text(console.export_html(code_format=_PAGE), encoding="utf-8")
    drawn = chromium(tmp_path / "home", "--dump-dom", page.as_uri())
    assert "+++ b/article/Dockerfile" in drawn
    assert "npm ci" in drawn
    if _IMAGES is not None:
        picture = Path(_IMAGES).resolve() / "terminal.png"
        rows = len(shown.splitlines()) + 4
        size = f"--window-size=1140,{18 * rows}"
        chromium(tmp_path / "home", size, f"--screenshot={picture}", "--hide-scrollbars", page.as_uri())
        assert picture.stat().st_size > 10_000
