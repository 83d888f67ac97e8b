"""Forgetting fails closed: what nobody described of a manager or wrapper holds back every rule that depends on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from hardener import Options, Result, Safety, harden
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of

#: commands of which it cannot be told what they install, change or leave
UNKNOWN = (
    "uv frobnicate psycopg2", "npm frobnicate x", "poetry frobnicate", "pdm frobnicate", "cargo frobnicate x",
    "gem frobnicate x", "dotnet frobnicate", "composer global frobnicate", "apt-get frobnicate x",
    "frobpm install x", "python -m frobpm add black", "python3 -m uv frobnicate", "npx frobpm install x",
    "sudo --frob npm install x", "nice --frob pip install x", "sudo -i pip install x", "$TOOL install x",
    "time uv frobnicate x", "env CI=1 npm frobnicate", "corepack pnpm dlx playwright install", "pipx install black",
)  # fmt: skip
PYTHON = "FROM python:3.12-bookworm\nWORKDIR /app\n{before}COPY . .\nRUN pip install -r requirements.txt\n{after}"
PYTHON += 'CMD ["python", "app.py"]\n'
NODE = "FROM node:22-bookworm\nWORKDIR /app\n{before}COPY . .\nRUN npm install\n{after}"
NODE += 'CMD ["node", "server.js"]\n'


@pytest.fixture
def context(tmp_path: Path) -> Path:
    package = {"name": "a", "version": "1.0.0"}
    lock = {**package, "lockfileVersion": 3, "packages": {"": package}}
    (tmp_path / "package.json").write_text(json.dumps({**package, "dependencies": {}}))
    (tmp_path / "package-lock.json").write_text(json.dumps(lock))
    (tmp_path / "server.js").write_text('require("http").createServer().listen(3000)\n')
    (tmp_path / "requirements.txt").write_text("flask==3.0.0\n")
    (tmp_path / "app.py").write_text("import flask\n")
    (tmp_path / ".dockerignore").write_text("node_modules\n")
    return tmp_path


def run(text: str, context: Path) -> Result:
    (context / "Dockerfile").write_text(text)
    options = Options(
        level=Safety.UNSAFE, resolve=BuildContext(context), find_builds=lambda: builds_of(context),
        select=frozenset(("split-stages", "slim-base", "locked-install", "cache-mount", "copy-manifests-first")),
    )  # fmt: skip
    return harden(text, filename="Dockerfile", options=options)


@pytest.mark.parametrize("text", [PYTHON, NODE], ids=["python", "node"])
def test_what_is_known_is_split(text: str, context: Path) -> None:
    result = run(text.format(before="", after=""), context)
    assert result.code.count("FROM ") == 2


@pytest.mark.parametrize("place", ["before", "after"])
@pytest.mark.parametrize("text", [PYTHON, NODE], ids=["python", "node"])
@pytest.mark.parametrize("command", UNKNOWN)
def test_nothing_is_split_off_what_is_not_known(command: str, text: str, place: str, context: Path) -> None:
    lines = {"before": "", "after": ""} | {place: f"RUN {command}\n"}
    result = run(text.format(**lines), context)
    assert result.code.count("FROM ") == 1
    assert any(finding.rule == "split-stages" and finding.refusal for finding in result.findings)


@pytest.mark.parametrize("command", UNKNOWN)
def test_no_development_packages_go_before_what_is_not_known(command: str, context: Path) -> None:
    result = run(NODE.format(before="", after=f"RUN {command}\n"), context)
    assert "--omit" not in result.code


@pytest.mark.parametrize(
    "verb", ["npm frobnicate", "time npm frobnicate", "pnpm add x", "sudo yarn add x", "pdm add x"]
)
def test_nothing_is_locked_after_what_may_change_the_lock_file(verb: str, context: Path) -> None:
    text = NODE.replace("RUN npm install", f"RUN {verb} && npm install").format(before="", after="")
    assert "npm ci" not in run(text, context).code


@pytest.mark.parametrize(
    "command",
    ["uv frobnicate x", "npm frobnicate", "frob", "sudo --frob npm ci", "pdm add x", "uv add x", "xargs npm ci"],
)
def test_sources_stay_above_what_may_read_them(command: str, context: Path) -> None:
    text = NODE.replace("RUN npm install", f"RUN {command} && npm ci").format(before="", after="")
    assert "COPY package.json" not in run(text, context).code


@pytest.mark.parametrize("prefix", ["sudo ", "nice -n 5 ", "time ", "doas ", "env CI=1 ", "timeout 60 ", "corepack "])
def test_rules_see_the_same_program_behind_wrappers(prefix: str, context: Path) -> None:
    result = run(NODE.replace("RUN npm install", f"RUN {prefix}npm install").format(before="", after=""), context)
    told = {finding.rule for finding in result.findings}
    assert {"split-stages", "locked-install", "copy-manifests-first"} <= told
    assert f"{prefix}npm ci" in result.code
