"""Values of the wrong kind in manifests and lock files: never an error of Python, and never "in step"."""

from __future__ import annotations

import json
import tomllib
from types import SimpleNamespace
from typing import Any

import pytest

from hardener.errors import Refusal
from hardener.project.dotnet import dotnet_in_step, read_project
from hardener.project.installs_read.others import composer_needs
from hardener.project.node.locks import lock_in_step
from hardener.project.node.overrides import overridden
from hardener.project.node.package_json import Package, read_package
from hardener.project.php import composer_in_step, read_composer
from hardener.project.python.locks import pdm_in_step, pipenv_in_step, poetry_in_step, uv_in_step
from hardener.project.python.manifests import build_inputs
from hardener.project.rust import cargo_in_step, read_crate
from hardener.text import whole
from tests.test_project import made

__all__ = ["made"]


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("18", 18), ("9" * 5000, 10**20), ("\u00b2", 10**20)])
def test_digits_that_python_does_not_read(text: str, number: int) -> None:
    assert whole(text) == number


@pytest.mark.parametrize("value", ["5", "'x'", "[5, 'x']", "[[1]]", "{ a = 1 }", "2026-01-01", "9" * 5000])
def test_locks_with_values_of_other_kinds_are_out_of_step(made, value: str) -> None:
    """No error of Python: what cannot be compared holds back."""
    files = made(
        **{
            "uv.lock": f"requires-python = {value}\npackage = {value}\n",
            "poetry.lock": f"[metadata]\ncontent-hash = {value}\n",
            "pdm.lock": f"[metadata]\ncontent_hash = {value}\n",
            "Pipfile": f"[packages]\na = {value}\n",
            "Pipfile.lock": '{"_meta": {"hash": [1]}}',
            "Cargo.toml": "[package]\nname = 'own'\n",
            "Cargo.lock": f"[[package]]\nname = 'own'\ndependencies = {value}\n",
        }
    )
    shown = "1" if len(value) > 4000 else value
    data = tomllib.loads(f"[project]\nname = 'own'\ndependencies = {shown}\ndynamic = {shown}\n")
    for in_step in (uv_in_step, poetry_in_step, pdm_in_step):
        assert isinstance(in_step(files, "", data), Refusal)
    assert isinstance(pipenv_in_step(files, ""), Refusal)
    build_inputs(files, "", data)
    crate = read_crate(files)
    assert crate is not None
    cargo_in_step(files, crate)


@pytest.mark.parametrize("value", [None, 1.5, "x", [1], ["x"], {"a": 1}, {"a": {"b": [1]}}])
def test_locks_of_node_and_others_with_values_of_other_kinds(made, value: object) -> None:
    kinds = ("dependencies", "devDependencies", "peerDependencies", "peerDependenciesMeta", "optionalDependencies")
    entry = dict.fromkeys(kinds, value)
    named = {"name": "own", "dependencies": {"a": "^1"}}
    locks = {
        "npm": ("package-lock.json", [{"lockfileVersion": value, "packages": {"": one}} for one in (entry, value)]),
        "bun": ("bun.lock", [{"lockfileVersion": value, "workspaces": one} for one in (value, {"": entry})]),
    }
    for manager, (name, texts) in locks.items():
        for text in texts:
            files = made(**{"package.json": json.dumps(named), name: json.dumps(text)})
            package = read_package(files)
            assert package is not None
            assert isinstance(lock_in_step(files, package, manager), Refusal)
    composer = json.dumps(dict.fromkeys(("autoload", "require", "require-dev", "config", "scripts"), value))
    install: Any = SimpleNamespace(has=lambda *words: "--no-scripts" in words)
    composer_needs(made(**{"composer.json": composer}), install, "")
    files = made(**{"packages.lock.json": json.dumps({"dependencies": {"net9.0": value}}), "a.csproj": "<Project/>"})
    project = read_project(files, "a.csproj")
    assert project is not None
    dotnet_in_step(files, project)


def test_a_manifest_that_is_nested_deeper_than_anybody_writes(made) -> None:
    deep = '{"a":' * 400 + "1" + "}" * 400
    files = made(**{"composer.lock": '{"content-hash": ""}', "composer.json": f'{{"extra": {deep}}}'})
    data = read_composer(files)
    assert data is not None
    assert isinstance(composer_in_step(files, "", data), Refusal)
    assert not overridden(Package("", {"overrides": json.loads(deep)}), {"node_modules/a": {}})
