"""The container engine of the tests: skipped with a reason where none answers, and nothing of ours may stay behind."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

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


def left_behind(label: str = "dev.harden.verify") -> list[str]:
    """Return the containers and images that carry a label of `harden verify`."""
    containers = docker("ps", "-aq", "--filter", f"label={label}").split()
    return containers + docker("images", "-q", "--filter", f"label={label}").split()


@pytest.fixture
def clean_engine(engine_version: str) -> Iterator[None]:
    """Check that a test leaves nothing in the engine that was not there before."""
    before = set(left_behind())
    yield
    assert set(left_behind()) <= before
