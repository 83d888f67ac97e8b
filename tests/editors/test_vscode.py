"""The extension in a real VS Code (code-server) in Chromium, used as a person does."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from hardener import Options, Safety, harden
from tests.corpus import ROOT, needs, needs_program

INSTALLED = Path(os.environ.get("HARDEN_CODE_SERVER") or "HARDEN_CODE_SERVER")
ENTRY = INSTALLED / "node_modules" / "code-server" / "out" / "node" / "entry.js"
DRIVER = ROOT / "tests" / "editors" / "code-server" / "drive.mjs"
#: where pictures for the documentation go; none are made without
IMAGES = os.environ.get("HARDEN_IMAGES", "")
pytestmark = [
    pytest.mark.editors, needs(ENTRY, "VS Code (tests/editors/code-server/install, HARDEN_CODE_SERVER)"),
    needs_program("chromium"), needs_program("npm"),
]  # fmt: skip
TEXT = "# 😀 é\nFROM node:22-slim\nRUN apt-get update\nRUN apt-get install -y curl\nCMD node a.js\n"
COMPOSE = 'services:\n  web:\n    image: nginx:1.27\nversion: "3"\n'
SETTINGS = {
    # both at once: the second finds nothing left to do
    "[dockerfile]": {"editor.formatOnSave": True, "editor.codeActionsOnSave": {"source.fixAll.harden": "explicit"}},
    # VS Code calls a compose file by one name or the other
    "[yaml]": {"editor.formatOnSave": True, "editor.codeActionsOnSave": {"source.fixAll.harden": "explicit"}},
    "[dockercompose]": {"editor.formatOnSave": True, "editor.codeActionsOnSave": {"source.fixAll.harden": "explicit"}},
    "files.autoSave": "off",
    "extensions.autoUpdate": False,
    "telemetry.telemetryLevel": "off",
    "workbench.startupEditor": "none",
    "workbench.secondarySideBar.defaultVisibility": "hidden",
    "chat.disableAIFeatures": True,
    "window.commandCenter": False,
}


@pytest.fixture(scope="module")
def extension(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The extension, packed as for a release from what git knows."""
    folder = tmp_path_factory.mktemp("extension")
    shutil.copytree(ROOT / "editors" / "vscode", folder / "editors" / "vscode",
                    ignore=shutil.ignore_patterns("node_modules", "dist"))  # fmt: skip
    shutil.copy(ROOT / "LICENSE", folder)
    for command in (["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
                    ["npm", "run", "package", "--", "--out", str(folder / "harden.vsix")]):  # fmt: skip
        done = subprocess.run(command, cwd=folder / "editors" / "vscode", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
    return folder / "harden.vsix"


@pytest.fixture(scope="module")
def extensions(extension: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of extensions with ours in it."""
    folder = tmp_path_factory.mktemp("extensions")
    subprocess.run(["node", ENTRY, "--extensions-dir", folder, "--install-extension", extension], check=True,
                   capture_output=True, env=_environment(folder))  # fmt: skip
    return folder


def _environment(home: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home)}


def _program(file: Path, before: str = "") -> None:
    """Write a `harden` that runs this tree."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f'#!/bin/sh\n{before}\nexec "{sys.executable}" -m hardener "$@"\n')
    file.chmod(0o755)


@contextmanager
def served(tmp_path: Path, extensions: Path, *options: str, **variables: str) -> Iterator[str]:
    """VS Code, at an address of this machine."""
    user = tmp_path / "data" / "User"
    user.mkdir(parents=True)
    (user / "settings.json").write_text(json.dumps(SETTINGS))
    # the server asks a login shell for the variables
    (tmp_path / ".profile").write_text(f'PATH="{tmp_path / "bin"}:$PATH"\n')
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = ["node", ENTRY, "--auth", "none", "--bind-addr", f"127.0.0.1:{port}", "--user-data-dir",
               tmp_path / "data", "--extensions-dir", extensions, "--disable-telemetry", "--disable-update-check",
               *options]  # fmt: skip
    with (tmp_path / "server.log").open("w") as log:
        server = subprocess.Popen(command, stdout=log, stderr=log,
                                  env={**_environment(tmp_path), **variables})  # fmt: skip
    try:
        _wait(f"http://127.0.0.1:{port}/healthz")
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def _wait(address: str) -> None:
    for _ in range(400):
        with suppress(OSError), urllib.request.urlopen(address):
            return
        time.sleep(0.05)
    raise TimeoutError(address)


def drive(scenario: str, address: str, tmp_path: Path, **more: Any) -> dict[str, Any]:
    """Return what was seen in the browser."""
    asked = {"scenario": scenario, "address": address, "folder": str(tmp_path / "app"), "images": IMAGES,
             "browser": shutil.which("chromium"), "failure": str(tmp_path / "failure.png"), **more}  # fmt: skip
    done = subprocess.run(["node", DRIVER, json.dumps(asked)], cwd=INSTALLED, capture_output=True, text=True,
                          timeout=360, check=False)  # fmt: skip
    assert done.stdout, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    assert "failed" not in seen, f"{seen['failed']} (a picture is in {tmp_path}); seen before: {seen}"
    return seen


def test_open_see_fix_save(extensions: Path, tmp_path: Path) -> None:
    _program(tmp_path / "bin" / "harden")
    app = tmp_path / "app"
    (app / ".git").mkdir(parents=True)
    (app / "Dockerfile").write_text(TEXT)
    (app / "compose.yaml").write_text(COMPOSE)
    with served(tmp_path, extensions, "--disable-workspace-trust") as address:
        seen = drive("work", address, tmp_path, line=5, fix="exec-form", fixed='CMD ["node", "a.js"]',
                     compose={"line": 2, "code": "HD503", "fix": "log-limits", "fixed": "max-size"})  # fmt: skip
    assert f"the PATH: {tmp_path / 'bin' / 'harden'}" in seen["status"]
    assert any("HD201" in row for row in seen["rows"])
    assert any("ignore exec-form here" in action for action in seen["actions"])
    assert seen["saved"] == harden(TEXT, options=Options(level=Safety.SAFE)).code
    assert seen["hardened"] == harden(TEXT, options=Options(level=Safety.HARDENING)).code
    assert any("ignore log-limits here" in action for action in seen["ofCompose"])
    # the quick fix, and what saving makes
    made = Options(level=Safety.HARDENING, select=frozenset({"log-limits", "obsolete-version"}))
    assert seen["savedCompose"] == harden(COMPOSE, filename="compose.yaml", options=made).code


def test_a_folder_that_is_not_trusted_starts_nothing(extensions: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    (app / ".git").mkdir(parents=True)
    (app / "Dockerfile").write_text(TEXT)
    started = tmp_path / "started"
    _program(app / ".venv" / "bin" / "harden", before=f'touch "{started}"')
    (app / ".vscode").mkdir()
    _program(tmp_path / "bin" / "harden", before=f'test ! -e "{started}" || touch "{started}-early"')
    with served(tmp_path, extensions) as address:
        seen = drive("trust", address, tmp_path)
    assert "the PATH" in seen["restricted"]
    assert "virtual environment of the workspace" in seen["trusted"]
    assert not Path(f"{started}-early").exists()
    assert started.exists()


def test_it_offers_to_install_harden(extensions: Path, tmp_path: Path) -> None:
    app = tmp_path / "app"
    (app / ".git").mkdir(parents=True)
    (app / "Dockerfile").write_text(TEXT)
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", tmp_path / "wheels", ROOT],
                   check=True, capture_output=True)  # fmt: skip
    options = {"PIP_FIND_LINKS": str(tmp_path / "wheels"), "PYTHONPATH": ""}
    with served(tmp_path, extensions, "--disable-workspace-trust", **options) as address:
        seen = drive("install", address, tmp_path)
    assert "environment of this extension" in seen["installed"]
    assert "Warnings" in seen["problems"]
