"""`docker compose config` as a second reader: it takes what harden writes, and sees only the announced keys change.

It asks no engine; it holds each file against its own schema of the Compose specification too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

from hardener import Options, Safety, harden
from hardener.lookups.compose_folder import ComposeFolder
from hardener.rules import compose_rules
from tests.corpus import ROOT
from tests.engine.composing import WITH_COMPOSE

pytestmark = [*WITH_COMPOSE]
CASES = sorted((ROOT / "tests" / "compose").glob("*/*.yaml"))
#: of each rule, so many cases that change: each costs two starts of Docker Compose
EACH = 2


def config(folder: Path, text: str) -> dict[str, Any] | None:
    """Return what Compose reads in a text, None where it refuses it."""
    (folder / "compose.yaml").write_bytes(text.encode())
    line = ["docker", "compose", "-p", "harden", "-f", "compose.yaml", "config", "--no-interpolate", "--format", "json"]
    done = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=False)
    return json.loads(done.stdout) if done.returncode == 0 else None


def rest(said: dict[str, Any], keys: set[str]) -> dict[str, Any]:
    """Return what is said without some keys, of the file and of services."""
    kept = {key: value for key, value in said.items() if key not in keys}
    services = kept.get("services") or {}
    kept["services"] = {
        name: {key: value for key, value in service.items() if key not in keys} for name, service in services.items()
    }
    return kept


def test_compose_sees_only_what_is_announced(tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for case in CASES:
        folder = tmp_path / case.parent.name / case.stem
        project = case.with_suffix(".project")
        shutil.copytree(project, folder) if project.is_dir() else folder.mkdir(parents=True)
        text = case.read_bytes().decode()
        chosen = Options(level=Safety.UNSAFE, beside=ComposeFolder(folder))
        result = harden(text, filename="compose.yaml", options=chosen)
        if not result.changed or seen[case.parent.name] == EACH or (before := config(folder, text)) is None:
            continue
        after, made = config(folder, result.code), {step.rule for step in result.steps}
        assert after is not None, f"{case.parent.name}/{case.name}: Compose refuses what harden wrote"
        keys = {key for rule in compose_rules() if rule.name in made for key in rule.announced()}
        assert rest(after, keys) == rest(before, keys), f"{case.parent.name}/{case.name}"
        seen[case.parent.name] += 1
    assert len(seen) > 15
