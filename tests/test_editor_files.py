"""The settings for editors that no test can run: what they hold is what the editor reads, and starts our server."""

from __future__ import annotations

import json
import re
import tomllib
from fnmatch import fnmatchcase
from typing import Any

import pytest

from hardener.engine.discovery import names_compose, names_definition
from hardener.lookups.reading import is_dockerfile
from tests.corpus import ROOT

EDITORS = ROOT / "editors"
NAMES = ("Dockerfile", "Dockerfile.dev", "web.Dockerfile", "Containerfile")
COMPOSE = ("compose.yaml", "compose.prod.yml", "docker-compose.yml", "docker-compose.dev.yaml")
CONTAINERS, BAKE = ("devcontainer.json", ".devcontainer.json"), ("docker-bake.hcl", "docker-bake.override.json")


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
    for language, names, ours in (
        ("dockerfile", NAMES, is_dockerfile), ("yaml", COMPOSE, names_compose),
        ("jsonc", CONTAINERS, names_definition), ("hcl", BAKE, names_definition),
    ):  # fmt: skip
        for name in names:
            assert ours(name)
            assert any(fnmatchcase(name, pattern) for pattern in patterns[language]), name


def test_sublime_text_and_helix_start_harden() -> None:
    clients = read("sublime/LSP.sublime-settings")["clients"]
    assert {name: client["command"] for name, client in clients.items()} == {
        "harden": ["harden", "lsp"], "harden-yaml": ["harden", "lsp"]
    }  # fmt: skip
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text(encoding="utf-8"))
    assert helix["language-server"]["harden"] == {"command": "harden", "args": ["lsp"]}


def test_what_is_no_dockerfile_is_not_formatted_by_harden() -> None:
    """The server answers that it changes nothing, and an editor that asks one server only would ask no other."""
    off = read("sublime/LSP.sublime-settings")["clients"]["harden-yaml"]["disabled_capabilities"]
    assert off == {"documentFormattingProvider": True, "documentRangeFormattingProvider": True}
    helix = tomllib.loads((EDITORS / "helix" / "languages.toml").read_text(encoding="utf-8"))
    for language in helix["language"]:
        last = language["language-servers"][-1]
        assert last == (
            "harden" if language["name"] == "dockerfile" else {"name": "harden", "except-features": ["format"]}
        )
    globs = [one["glob"] for one in helix["language"][1]["file-types"]]
    assert all(any(fnmatchcase(name, glob) for glob in globs) for name in COMPOSE)
    assert all(names_compose(glob.replace("*", "prod")) for glob in globs)


def test_vs_code_hands_over_the_files_that_the_command_takes() -> None:
    texts = (EDITORS / "vscode" / "src" / "texts.ts").read_text(encoding="utf-8")
    patterns = [pattern.removeprefix("**/") for pattern in re.findall(r'pattern: "(.+?)"', texts)]
    globs = [glob for pattern in patterns for glob in _alternatives(pattern)]
    for name in (*COMPOSE, *CONTAINERS, *BAKE):
        assert any(fnmatchcase(name, glob) for glob in globs), name
    assert {"dockerfile", "yaml", "dockercompose"} == set(re.findall(r'language: "(\w+)"', texts))


def _alternatives(pattern: str) -> list[str]:
    """Return the patterns that one with {a,b} stands for."""
    found = re.search(r"\{(.+?)\}", pattern)
    if found is None:
        return [pattern]
    return [
        one
        for part in found[1].split(",")
        for one in _alternatives(pattern[: found.start()] + part + pattern[found.end() :])
    ]


@pytest.mark.parametrize("folder", sorted(path.name for path in EDITORS.iterdir()))
def test_each_editor_is_in_the_page(folder: str) -> None:
    assert f"`editors/{folder}" in (ROOT / "docs" / "editors.md").read_text(encoding="utf-8")
