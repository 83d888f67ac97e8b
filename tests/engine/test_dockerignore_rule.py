"""What COPY brings before and after the rule dockerignore, on the real engine: only what it says is gone."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from hardener import harden
from hardener.engine.other_files import sources_of
from hardener.image.model import Model
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextTree
from hardener.syntax.dockerfile.parser import parse
from hardener.syntax.dockerignore.patterns import Dockerignore
from tests.test_rules import RULES, after, options

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("engine_version")]

CASES = sorted((RULES / "dockerignore").glob("*.Dockerfile"))
CHANGED = [case for case in CASES if "+++" in case.with_suffix(".diff").read_text(encoding="utf-8")]


def arrived(context: Path, tmp_path: Path, name: str) -> set[str]:
    """Build `COPY . /` and return the files that came."""
    file, out = tmp_path / f"{name}.Dockerfile", tmp_path / name
    file.write_text("FROM scratch\nCOPY . /\n")
    command = ["docker", "buildx", "build", "-q", "-f", str(file), "-o", f"type=local,dest={out}", str(context)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {path.relative_to(out).as_posix() for path in out.rglob("*") if not path.is_dir()}


@pytest.mark.parametrize("case", CHANGED, ids=lambda c: c.stem)
def test_only_what_is_named_is_gone(case: Path, tmp_path: Path) -> None:
    context = tmp_path / "context"
    shutil.copytree(case.with_suffix(".context"), context)
    (context / ".git").mkdir()
    (context / ".git" / "HEAD").write_text("ref: refs/heads/main\n")
    result = harden(case.read_bytes(), options=options(case))
    now = result.changes[0].after
    had = arrived(context, tmp_path, "before")
    (context / ".dockerignore").write_bytes(now.encode())
    has = arrived(context, tmp_path, "after")
    wanted = Dockerignore.parse(now)
    assert has - {".dockerignore"} == {path for path in had if not wanted.ignores(path)} - {".dockerignore"}
    tree = after(result, options(case))
    assert tree is not None
    names = tree(Lookup("tree", ""))
    assert isinstance(names, ContextTree)
    for source in sources_of(Model(parse(case.read_text(encoding="utf-8")))):
        found = names.matching(source)
        assert found, f"{source} does not reach the builder any more"
        assert any(not name or path == name or path.startswith(f"{name}/") for name in found for path in has)
