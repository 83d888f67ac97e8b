"""What `harden FILE --diff` shows in a terminal: run in a real one, its colours drawn in Chromium."""

from __future__ import annotations

import html
import io
import os
import pty
import re
import shutil
import subprocess
import sys
import termios
from contextlib import suppress
from pathlib import Path

import pytest

from tests.corpus import ROOT, needs_program
from tests.editors.test_site import chromium

pytestmark = [pytest.mark.editors, needs_program("chromium")]
_IMAGES = os.environ.get("HARDEN_IMAGES")
_SIZE = (44, 132)
#: what a terminal with a light background makes of the codes that harden writes
_STYLES = {
    "1": "font-weight: bold", "2": "color: #667", "31": "color: #b0141c", "32": "color: #0a6b2d",
    "33": "color: #8a5a00", "34": "color: #1a4fb0", "35": "color: #7a2a8a", "36": "color: #0a6270",
    "4": "text-decoration: underline",
}  # fmt: skip
_CODE = re.compile(r"\x1b\[([\d;]*)m|\x1b\]8;;[^\x1b\x07]*(?:\x1b\\\\|\x07)")
_PAGE = """<!doctype html><meta charset="utf-8"><style>body { margin: 16px; background: #fff; color: #1c1c22 }
pre { font: 13px/18px monospace; margin: 0; width: 132ch; white-space: pre-wrap; word-break: break-all }</style><pre>"""


def as_page(shown: str) -> str:
    """Return what a terminal shows as a page; a code that is not known here is an error."""
    parts, styles, at = [_PAGE], list[str](), 0
    for code in _CODE.finditer(shown):
        parts.append(_styled(shown[at : code.start()], styles))
        at = code.end()
        for number in (code[1] or "0").split(";") if code[1] is not None else ():
            styles = [] if number == "0" else [*styles, _STYLES[number]]
    return "".join([*parts, _styled(shown[at:], styles), "</pre>"])


def _styled(text: str, styles: list[str]) -> str:
    return f'<span style="{"; ".join(styles)}">{html.escape(text)}</span>' if text else ""


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
    line = " ".join(word for word in asked if word != "--isolated")
    page = tmp_path / "terminal.html"
    page.write_text(as_page(f"$ harden {line}\n{shown}"), encoding="utf-8")
    drawn = chromium(tmp_path / "home", "--dump-dom", page.as_uri())
    assert "+++ b/article/Dockerfile" in drawn
    assert "npm ci" in drawn
    if _IMAGES is not None:
        picture = Path(_IMAGES).resolve() / "terminal.png"
        rows = len(shown.splitlines()) + 4
        size = f"--window-size=1140,{18 * rows}"
        chromium(tmp_path / "home", size, f"--screenshot={picture}", "--hide-scrollbars", page.as_uri())
        assert picture.stat().st_size > 10_000
