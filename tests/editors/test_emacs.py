"""The file for Emacs in a real Emacs with eglot: saving makes the safe changes on the disk, and makes them once."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from hardener import Options, Safety, harden
from tests.corpus import ROOT, needs_program

pytestmark = [pytest.mark.editors, needs_program("emacs")]
TEXT = "# 😀 é\nFROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl\nCMD node a.js\n"
_SEE = """
(require 'flymake)
(setq eglot-sync-connect 20 eglot-autoshutdown t make-backup-files nil)
(find-file "Dockerfile")
(apply #'eglot (eglot--guess-contact))
(goto-char (point-max))
(insert "# edited\\n")
(save-buffer)
(set-buffer-modified-p t)
(save-buffer)
(eglot-shutdown (eglot-current-server))
"""


def _has_modes() -> bool:
    emacs = shutil.which("emacs")
    if emacs is None:
        return True  # the mark says what is missing
    asked = ["emacs", "--batch", "--eval", "(progn (package-initialize) (require 'eglot) (require 'dockerfile-mode))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def test_saving_formats_once(tmp_path: Path) -> None:
    if not _has_modes():
        pytest.skip("needs eglot and dockerfile-mode in Emacs")
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "see.el").write_text(_SEE)
    command = " ".join(f'"{word}"' for word in (sys.executable, "-m", "hardener", "lsp", "--isolated"))
    subprocess.run(
        ["emacs", "--batch", "--eval", f"(progn (package-initialize) (setq harden-command '({command})))",
         "--eval", "(require 'dockerfile-mode)", "-l", str(ROOT / "editors" / "emacs" / "harden.el"), "-l", "see.el"],
        cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"}, timeout=120, check=True,
        capture_output=True,
    )  # fmt: skip
    expected = harden(TEXT + "# edited\n", options=Options(level=Safety.SAFE)).code
    assert (tmp_path / "Dockerfile").read_text() == expected
