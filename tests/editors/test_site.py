"""The documentation site in Chromium: its pages show, and find their way to each other."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.corpus import ROOT, needs_program

pytestmark = [pytest.mark.editors, needs_program("chromium")]
_IMAGES = os.environ.get("HARDEN_IMAGES")


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Print nothing."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("site") / "docs"
    subprocess.run([sys.executable, str(ROOT / "site" / "docs.py"), str(folder)], check=True, capture_output=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def chromium(home: Path, *arguments: str) -> str:
    """Return what Chromium prints."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={home}"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_a_page_shows_with_its_contents_and_the_way_to_the_others(address: str, tmp_path: Path) -> None:
    shown = chromium(tmp_path, "--dump-dom", f"{address}/rules/")
    assert 'id="hd203-add-user"' in shown
    assert 'href="../reasons/#u15"' in shown
    for name in ("comparison", "library", "migration", "try"):
        assert f'href="../{name}/"' in shown
    if _IMAGES is not None:
        picture = Path(_IMAGES).resolve() / "site.png"
        chromium(tmp_path, "--window-size=1280,800", f"--screenshot={picture}", "--hide-scrollbars", f"{address}/")
        assert picture.stat().st_size > 10_000
