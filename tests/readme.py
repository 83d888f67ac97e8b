"""Puts what the command prints for the article's example into the README: `python -m tests.readme`; a test compares."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.corpus import ROOT

README = ROOT / "README.md"
_SHOWN = re.compile(r"^\$ harden Dockerfile --diff --offline\n.*?^```\n", re.MULTILINE | re.DOTALL)


def printed() -> str:
    """Return the command and what it prints for the article's example, without a cache of registries."""
    with tempfile.TemporaryDirectory() as name:
        folder = shutil.copytree(ROOT / "examples" / "article", Path(name) / "article")
        command = [sys.executable, "-m", "hardener", "Dockerfile", "--diff", "--offline", "--isolated"]
        env = {**os.environ, "XDG_CACHE_HOME": name, "COLUMNS": "100", "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return f"$ harden Dockerfile --diff --offline\n{done.stdout}{done.stderr}```\n"


def readme() -> str:
    """Return the README with what is printed today."""
    return _SHOWN.sub(lambda _: printed(), README.read_text(encoding="utf-8"), count=1)


if __name__ == "__main__":
    README.write_text(readme(), encoding="utf-8")
