"""The settings for editors that no test can run: what they hold is what the editor reads, and starts our server."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatchcase
from typing import Any

import pytest

from hardener.engine.discovery import names_compose
from hardener.lookups.reading import is_dockerfile
from tests.corpus import ROOT

EDITORS = ROOT / "editors"
NAMES = ("Dockerfile", "Dockerfile.dev", "web.Dockerfile", "Containerfile")
COMPOSE = ("compose.yaml", "compose.prod.yml", "docker-compose.yml", "docker-compose.dev.yaml")


def read(name: str) -> Any:
    """Return a file of JSON, in which Sublime Text takes comments."""
    text = (EDITORS / name).read_text(encoding="utf-8")
    return json.loads(re.sub(r"^\s*//.*$", "", text, flags=re.MULTILINE) if name.startswith("sublime") else text)


def test_zed_starts_harden_in_place_of_the_server_of_its_extension() -> None:
    settings = read("zed/settings.json")
    assert set(settings) == {"lsp", "languages", "file_types"}
    ((server, given),) = settings["lsp"].items()
    assert given["binary"] == {"path": "harden", "arguments": ["lsp"]}
    assert settings["languages"]["Dockerfile"]["language_servers"] == [server]
    assert settings["languages"]["Dockerfile"]["format_on_save"] == "on"


def test_the_template_of_jetbrains_starts_harden_for_all_of_its_files() -> None:
    template = read("jetbrains/harden/template.json")
    assert set(template) == {"id", "name", "programArgs", "fileTypeMappings"}
    assert template["programArgs"] == {"default": "harden lsp"}
    patterns = {one["languageId"]: one["fileType"]["patterns"] for one in template["fileTypeMappings"]}
    for language, names, ours in (("dockerfile", NAMES, is_dockerfile), ("yaml", COMPOSE, names_compose)):
        for name in names:
            assert ours(name)
            assert any(fnmatchcase(name, pattern) for pattern in patterns[language]), name


def test_sublime_text_and_helix_start_harden() -> None:
    client = read("sublime/LSP.sublime-settings")["clients"]["harden"]
    assert client["command"] == ["harden", "lsp"]
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text(encoding="utf-8"))
    assert helix["language-server"]["harden"] == {"command": "harden", "args": ["lsp"]}


@pytest.mark.parametrize("folder", sorted(path.name for path in EDITORS.iterdir()))
def test_each_editor_is_in_the_page(folder: str) -> None:
    assert f"`editors/{folder}" in (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
