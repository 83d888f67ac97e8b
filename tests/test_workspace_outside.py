"""split-stages of a workspace: what its managers put outside of the folder that is copied."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener import Options, Result, Safety
from hardener.engine.batch import run_all
from hardener.engine.job import Job

_PNPM = """FROM node:22
RUN corepack enable
WORKDIR /app
COPY . .
RUN pnpm install --frozen-lockfile
RUN pnpm -r build
CMD ["node", "packages/api/dist/index.js"]
"""
_YARN = _PNPM.replace("pnpm -r build", "yarn build").replace(
    "pnpm install --frozen-lockfile", "yarn install --immutable"
)
_MEMBER = {"name": "@x/api", "scripts": {"build": "tsc"}, "dependencies": {"express": "4"}}


def split(folder: Path, dockerfile: str, files: dict[str, object]) -> Result:
    """Return what the rule makes of a workspace with one package."""
    (folder / ".git").mkdir()
    root: dict[str, object] = {
        "name": "root",
        "workspaces": ["packages/*"],
        "scripts": {"build": "yarn workspaces run build"},
    }
    tsc = {"compilerOptions": {"outDir": "dist"}}
    every = {"package.json": root, "packages/api/package.json": _MEMBER, "packages/api/tsconfig.json": tsc, **files}
    for name, said in {**every, "Dockerfile": dockerfile, "packages/api/src/index.ts": "\n"}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(said if isinstance(said, str) else json.dumps(said))
    options = Options(select=frozenset({"split-stages"}), level=Safety.UNSAFE)
    (outcome,) = run_all([Job(folder / "Dockerfile", options)], 1)
    assert outcome.result is not None, outcome.error
    return outcome.result


def with_pnpm(folder: Path, dockerfile: str = _PNPM, **files: object) -> Result:
    """Return what the rule makes of a workspace of pnpm."""
    own = {"pnpm-lock.yaml": "lockfileVersion: '9.0'\n", "pnpm-workspace.yaml": "packages: [packages/*]\n"}
    return split(folder, dockerfile, {**own, **files})


def with_yarn(folder: Path, dockerfile: str = _YARN, **files: object) -> Result:
    """Return what the rule makes of a workspace of Yarn with node_modules."""
    own = {"yarn.lock": "__metadata:\n  version: 8\n", ".yarnrc.yml": "nodeLinker: node-modules\n"}
    return split(folder, dockerfile, {**own, **files})


def held(result: Result) -> list[str]:
    """Return the ids of what is held back, after making sure that nothing is changed."""
    assert not result.changed
    return [finding.refusal.spec for finding in result.findings if finding.refusal is not None]


def test_both_are_split_as_they_are(tmp_path: Path) -> None:
    for name, made in (("pnpm", with_pnpm), ("yarn", with_yarn)):
        (tmp_path / name).mkdir()
        assert "COPY --from=build /app /app" in made(tmp_path / name).code


@pytest.mark.parametrize("text", ["link:../../../z", "file:/srv/z", "portal:../../../z"])
def test_a_package_that_is_a_folder_elsewhere(tmp_path: Path, text: str) -> None:
    member = {**_MEMBER, "dependencies": {"z": text}}
    assert held(with_yarn(tmp_path, **{"packages/api/package.json": member})) == ["S19"]


def test_a_pattern_in_a_list_on_one_line(tmp_path: Path) -> None:
    assert held(with_pnpm(tmp_path, **{"pnpm-workspace.yaml": "packages: ['../shared', packages/*]\n"})) == ["S19"]


@pytest.mark.parametrize("line", ["ENV npm_config_virtual_store_dir=/vs", "RUN pnpm config set virtual-store-dir /vs"])
def test_packages_that_are_put_elsewhere(tmp_path: Path, line: str) -> None:
    assert held(with_pnpm(tmp_path, _PNPM.replace("RUN pnpm install", f"{line}\nRUN pnpm install"))) == ["S19"]


def test_a_variable_counts_before_the_file_of_yarn(tmp_path: Path) -> None:
    assert held(with_yarn(tmp_path, _YARN.replace("WORKDIR", "ENV YARN_NODE_LINKER=pnp\nWORKDIR"))) == ["S08"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vite.config.ts", "export default {build: {outDir: '../../../dist'}}\n"),
        ("tsconfig.json", '{"compilerOptions": {"outDir": "../../../dist"}}\n'),
    ],
)
def test_settings_of_a_package_that_lead_out_of_the_workspace(tmp_path: Path, name: str, text: str) -> None:
    assert held(with_pnpm(tmp_path, **{f"packages/api/{name}": text})) == ["S22"]


def test_settings_of_a_package_that_stay_in_the_workspace(tmp_path: Path) -> None:
    text = '{"compilerOptions": {"outDir": "../../dist/api"}}\n'
    assert with_pnpm(tmp_path, **{"packages/api/tsconfig.json": text}).changed
