"""Options that installations take from variables."""

from __future__ import annotations

import pytest

from hardener.packages.install_environment import with_environment
from hardener.packages.installs import read_chain


@pytest.mark.parametrize(
    ("text", "values", "settings"),
    [
        ("pip install -r a.txt", {"PIP_CONSTRAINT": "/app/c.txt d.txt"}, ["--constraint=c.txt", "--constraint=d.txt"]),
        ("pip install -r a.txt", {"PIP_INDEX_URL": "https://x"}, ["--index-url=https://x"]),
        ("pip install -r a.txt", {"PIP_NO_DEPS": "0", "NPM_CONFIG_X": "1", "UV_X": "1"}, []),
        ("pip install -r a.txt", {"PIP_CONSTRAINT": None}, ["--constraint=$PIP_CONSTRAINT"]),
        ("PIP_NO_DEPS=1 pip install -r a.txt", {}, ["--no-deps=1"]),
        ("uv sync", {"UV_NO_INSTALL_PROJECT": "1", "PIP_CONSTRAINT": "c"}, ["--no-install-project=1"]),
        ("uv pip install -r a.txt", {"UV_CONSTRAINT": "c", "PIP_CONSTRAINT": "d"}, ["--constraint=c"]),
        ("npm install", {"npm_config_ignore_scripts": "true"}, ["--ignore-scripts=true"]),
        ("npm install", {"NPM_CONFIG_PACKAGE_LOCK": "false"}, ["--no-package-lock"]),
        ("npm install", {"NPM_CONFIG_PREFIX": "/home/node/.npm-global"}, []),
        ("pnpm install", {"npm_config_frozen_lockfile": "true"}, ["--frozen-lockfile=true"]),
        ("yarn install", {"npm_config_omit": "dev"}, []),
    ],
)
def test_settings(text: str, values: dict[str, str | None], settings: list[str]) -> None:
    chain = read_chain(text)
    assert chain is not None
    (install,) = chain.installs.values()
    found = with_environment(install, values, "/app")
    assert [option for (option,) in found.settings] == settings
    assert found.options == install.options
