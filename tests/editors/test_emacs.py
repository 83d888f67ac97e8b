"""The file for Emacs in a real Emacs with eglot: problems, a quick fix, and saving, which formats once."""

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
(require 'cl-lib)
(setq eglot-sync-connect 20 eglot-autoshutdown t make-backup-files nil)
(defvar choice "harden: exec-form")
(defun see (file)
  (flymake-start)
  (let ((end (+ (float-time) 20)))
    (while (and (null (flymake-diagnostics)) (< (float-time) end))
      (accept-process-output nil 0.05)))
  (let ((texts (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))
    (with-temp-file file (insert (mapconcat #'identity texts "|")))))
(defun fix ()
  (let ((last-nonmenu-event t))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt items &rest _) (cl-find-if (lambda (title) (string-prefix-p choice title))
                                                           (mapcar #'car items)))))
      (eglot-code-actions (point) (point) nil t))))
(find-file "Dockerfile")
(apply #'eglot (eglot--guess-contact))
(see "seen")
(search-forward "CMD")
(fix)
(write-region nil nil "fixed")
(goto-char (point-max))
(insert "# edited\\n")
(save-buffer)
(set-buffer-modified-p t)
(save-buffer)
(eglot-shutdown (eglot-current-server))
(setq choice "harden: log-limits")
(find-file "compose.yaml")
(unless (derived-mode-p 'harden-compose-mode) (error "another mode: %s" major-mode))
(apply #'eglot (eglot--guess-contact))
(see "seen-compose")
(goto-char (point-min))
(forward-line 1)
(fix)
(save-buffer)
(eglot-shutdown (eglot-current-server))
"""
COMPOSE = "services:\n  web:\n    image: nginx:1.27\n"


def _has_modes() -> bool:
    emacs = shutil.which("emacs")
    if emacs is None:
        return True  # the mark says what is missing
    asked = ["emacs", "--batch", "--eval", "(progn (package-initialize) (require 'eglot) (require 'dockerfile-mode))"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def test_a_problem_is_shown_and_fixed_and_saving_formats_once(tmp_path: Path) -> None:
    if not os.environ.get("HARDEN_NEEDS_EDITORS") and not _has_modes():
        pytest.skip("needs eglot and dockerfile-mode in Emacs")
    (tmp_path / ".git").mkdir()
    (tmp_path / "Dockerfile").write_text(TEXT)
    (tmp_path / "compose.yaml").write_text(COMPOSE)
    (tmp_path / "see.el").write_text(_SEE)
    command = " ".join(f'"{word}"' for word in (sys.executable, "-m", "hardener", "lsp", "--isolated"))
    subprocess.run(
        ["emacs", "--batch", "--eval", f"(progn (package-initialize) (setq harden-command '({command})))",
         "--eval", "(require 'dockerfile-mode)", "-l", str(ROOT / "editors" / "emacs" / "harden.el"), "-l", "see.el"],
        cwd=tmp_path, env={**os.environ, "HOME": str(tmp_path), "LANG": "C.UTF-8"}, timeout=120, check=True,
        capture_output=True,
    )  # fmt: skip
    assert "HD201" in (tmp_path / "seen").read_text()
    assert (tmp_path / "fixed").read_text() == TEXT.replace("CMD node a.js", 'CMD ["node", "a.js"]')
    expected = harden(TEXT + "# edited\n", options=Options(level=Safety.SAFE)).code
    assert (tmp_path / "Dockerfile").read_text() == expected
    assert "HD503" in (tmp_path / "seen-compose").read_text()
    made = Options(level=Safety.HARDENING, select=frozenset({"log-limits"}))
    assert (tmp_path / "compose.yaml").read_text() == harden(COMPOSE, filename="compose.yaml", options=made).code
