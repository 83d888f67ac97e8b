"""Our reading of .dockerignore against the real engine: build `COPY . .`, list what arrived."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from hardener.lookups.build_context import BuildContext
from hardener.project.context import Lookup
from hardener.project.context_tree import ContextTree

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        not os.environ.get("DOCKER_HOST")
        or subprocess.run(["docker", "version"], capture_output=True, check=False).returncode != 0,
        reason="no Docker engine answers at DOCKER_HOST",
    ),
]

NAMES = (
    "README.md", "a", "a1", "ab", "a*b", "b/c.md", "b/d/e.md", "b/d/f.txt", "dist/x.js", "docs/keep/a.md", "docs/o.md",
    "node_modules/m/i.js", "p/node_modules/m/i.js", "p/src/x.js", "src/x.js", "x/y", "x/z", ".env", "sp ace", "foo/q",
    "foobar/q", "$a", "+b",
)  # fmt: skip
IGNORES = (
    "",
    "node_modules\n*.md",
    "**/node_modules\n**/*.md\n!README.md",
    "*\n!src\n!b/d",
    "*\n!x/y\nx",
    "b/d\n!b",
    "docs\n!docs/keep\n",
    "\ufeffdist\r\n# a comment\r\n\r\n  src  \r\n",
    " # a\n/dist/\n./p\n",
    "a?\n[xy]\n",
    "a\\*b\n[^a-z]*\n",
    "foo**\n**.md\n",
    "**/d\n!**/f.txt",
    "b/**/e.md\n! a\na\n",
    "$a\n+b\n.env",
    "**\n!p/**/x.js",
    ".\n",
    "x\nx/y\n!x/y\n!x/y\nx/y\n",
)


@pytest.fixture(scope="module")
def tag() -> str:
    return "harden-context-dockerignore"


@pytest.mark.parametrize("text", IGNORES)
def test_as_the_engine_does(text: str, tmp_path: Path, tag: str) -> None:
    for name in NAMES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    dockerfile = tmp_path.parent / f"{tmp_path.name}.Dockerfile"
    dockerfile.write_text("FROM scratch\nCOPY . /\n")
    (tmp_path / ".dockerignore").write_bytes(text.encode())
    out = tmp_path.parent / f"{tmp_path.name}.out"
    built = subprocess.run(
        ["docker", "buildx", "build", "-q", "-f", str(dockerfile), "-o", f"type=local,dest={out}", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert built.returncode == 0, built.stderr
    arrived = sorted(p.relative_to(out).as_posix() for p in out.rglob("*") if not p.is_dir())
    tree = BuildContext(tmp_path)(Lookup("tree", ""))
    assert isinstance(tree, ContextTree)
    listed = [path for path in tree.paths if not path.endswith("/")]
    # the content of node_modules is not listed by name
    assert listed == [path for path in arrived if "node_modules/" not in path]
    assert ("node_modules/" in tree.paths) is any(path.startswith("node_modules/") for path in arrived)


def test_a_malformed_pattern_fails_the_build(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (tmp_path / ".dockerignore").write_text("a[\n")
    built = subprocess.run(["docker", "buildx", "build", "-q", str(tmp_path)], capture_output=True, check=False)
    assert built.returncode != 0
    assert BuildContext(tmp_path)(Lookup("tree", "")) is None
