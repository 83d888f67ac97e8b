"""Forgetting fails closed: what nobody described of a manager or wrapper holds back every rule that depends on it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hardener import Options, Result, Safety, harden
from hardener.lookups.build_context import BuildContext
from hardener.lookups.build_files import builds_of
from hardener.rules.base import Lookup

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


DECIDED = {
    "add-user": 'FROM node:22\nWORKDIR /app\nCOPY server.js .\nCMD ["node", "server.js"]\n',
    "add-init": 'FROM node:22\nWORKDIR /app\nCOPY server.js .\nCMD ["node", "server.js"]\n',
    "exec-form": "FROM node:22\nWORKDIR /app\nCOPY server.js .\nENTRYPOINT node server.js\n",
    "healthcheck": 'FROM python:3.13\nWORKDIR /app\nCOPY . .\nCMD ["python", "main.py"]\n',
    "split-stages": PYTHON.format(before="", after=""),
    "pin-base-digest": "FROM python:3.12-bookworm\n",
}
ANSWERS = {Lookup("digest", "docker.io/library/python:3.12-bookworm"): "sha256:" + "1" * 64}
READ = "services:\n  web:\n    image: other\n"


@pytest.mark.parametrize("rule", DECIDED)
@pytest.mark.parametrize("name", ["compose.yaml", "docker-compose.override.yml"])
def test_a_compose_file_that_cannot_be_read_holds_back_what_depends_on_it(rule: str, name: str, context: Path) -> None:
    (context / "main.py").write_text(
        "from flask import Flask\napp = Flask(__name__)\n\n\n@app.get('/health')\ndef health():\n    return 'ok'\n\n\n"
        "app.run(host='0.0.0.0', port=8000)\n"
    )
    text, made = DECIDED[rule], {}
    for kind, compose in (("read", READ), ("unread", READ + "  : [\n")):
        (context / name).write_text(compose)
        options = Options(
            level=Safety.UNSAFE, resolve=BuildContext(context), find_builds=lambda: builds_of(context),
            select=frozenset((rule,)), answers=ANSWERS,
        )  # fmt: skip
        made[kind] = harden(text, filename="Dockerfile", options=options)
    assert made["read"].changed
    assert made["read"].warnings == ()
    assert made["unread"].code == text
    assert [str(finding.refusal).split(",")[0] for finding in made["unread"].held_back] == [f"cannot read {name}"]
    (warning,) = made["unread"].warnings
    assert warning == (
        1,
        f"cannot read {name}, line 4, column 6: this is no YAML; harden holds back what depends on it",
    )


#: a manager that nobody has written a line of code for
ROW = {
    "programs": "frobpack", "kind": "language", "manifest": "frob.json", "locks": "frob.lock",
    "verbs": {"project": "sync", "named": "add", "clean": "tidy", "other": "info"}, "whole": "sync",
    "writes": "add", "fills": "sync", "build_only": "info", "layer": "frob", "layer_verbs": "sync add",
    "mount": {"verbs": "sync add", "targets": "~/.cache/frob", "cleans": "frobpack tidy", "refuses": "--no-store"},
    "cleaning": {"verbs": "add", "leaves": "store", "commands": "frobpack tidy", "done": "frobpack +tidy",
                 "places": ".cache/frob"},
    "executes": {"verbs": "go", "programs": "frobx", "corepack": "frobpack"},
    "confidence": "memory", "source": "invented",
}  # fmt: skip

#: runs in a process of its own: what is known of managers is read once and remembered
PROGRAM = """
import json, sys
from hardener.knowledge.facts import facts
job = json.load(sys.stdin)
facts("managers")["managers"]["frobpack"] = job["row"]
import hardener.rules._index as index
from hardener.rules.__main__ import index as made
exec(made(), vars(index))  # as `python -m hardener.rules` does after a row was added
for name in [name for name in sys.modules if name.startswith("hardener.engine") or name == "hardener.rules"]:
    del sys.modules[name]
from hardener import Options, Safety, harden
from hardener.lookups.build_context import BuildContext
from pathlib import Path
chosen = Options(level=Safety.UNSAFE, resolve=BuildContext(Path(job["context"])), select=frozenset(job["rules"]))
result = harden(job["text"], options=chosen)
print(json.dumps({"code": result.code, "faults": [fault.rule for fault in result.faults],
                  "held": [f"{finding.rule}: {finding.refusal}" for finding in result.held_back]}))
"""


@pytest.mark.parametrize("language", ["node", "python", "elm"])
@pytest.mark.parametrize("verb", ["sync", "frobnicate"])
def test_a_new_manager_is_one_row(language: str, verb: str, context: Path) -> None:
    (context / "frob.json").write_text("{}")
    (context / "frob.lock").write_text("{}")
    image = "python:3.12-bookworm" if language == "python" else "node:22-bookworm"
    text = f'FROM {image}\nWORKDIR /app\nCOPY . .\nRUN frobpack {verb} && frobpack add x\nCMD ["python", "app.py"]\n'
    rules = ["cache-mount", "clean-package-cache", "split-stages", "locked-install", "copy-manifests-first",
             "slim-base", "merge-run", "install-before-copy", "join-installs", "no-cache-dir"]  # fmt: skip

    def made(*chosen: str) -> dict[str, Any]:
        job = {"row": {**ROW, "language": language}, "context": str(context), "text": text, "rules": chosen}
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM], input=json.dumps(job), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        assert answer["faults"] == []
        return answer

    whole = made(*rules)
    assert whole["code"].count("FROM ") == 1  # nobody knows what it leaves for the program
    assert "locked" not in whole["code"]
    mounted, cleaned = made("cache-mount"), made("clean-package-cache")
    if verb == "sync":
        assert "--mount=type=cache,target=/root/.cache/frob frobpack sync" in mounted["code"]
        assert "frobpack add x && frobpack tidy" in cleaned["code"]
    else:
        unknown = "cannot tell what `frobpack frobnicate` does"
        assert mounted["code"] == cleaned["code"] == text
        assert any(unknown in held for held in mounted["held"])
        assert any(unknown in held for held in cleaned["held"])
