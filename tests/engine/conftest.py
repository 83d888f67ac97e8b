"""The container engine of the tests: skipped with a reason where none answers, and nothing of ours may stay behind."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest


def docker(*arguments: str) -> str:
    """Run one command of the engine's client and return what it prints, "" where it fails."""
    done = subprocess.run(["docker", *arguments], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


@pytest.fixture(scope="session")
def engine_version() -> str:
    """The version of the engine that answers at DOCKER_HOST; skips where none does."""
    version = docker("version", "--format", "{{.Server.Version}}").strip() if os.environ.get("DOCKER_HOST") else ""
    if not version:
        pytest.skip("no Docker engine answers at DOCKER_HOST")
    return version


def left_behind(label: str) -> list[str]:
    """Return the containers, images, networks and volumes that carry a label of `harden verify`."""
    containers = docker("ps", "-aq", "--filter", f"label={label}").split()
    images = docker("images", "-q", "--filter", f"label={label}").split()
    others = (docker(kind, "ls", "-q", "--filter", f"label={label}").split() for kind in ("network", "volume"))
    return containers + images + [name for names in others for name in names]


@pytest.fixture
def clean_engine(engine_version: str, tmp_path: Path) -> Iterator[None]:
    """Check that the runs of a test, whose folders of logs carry their ids, leave nothing in the engine."""
    yield
    runs = [path.name for path in tmp_path.rglob("*") if path.is_dir() and re.fullmatch(r"[0-9a-f]{12}", path.name)]
    assert not [name for run in runs for name in left_behind(f"dev.harden.verify={run}")]
