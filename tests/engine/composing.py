"""What tests with Docker Compose need: the program, and for most an engine."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

_HAS_COMPOSE = (
    shutil.which("docker") is not None
    and subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode == 0
)
#: marks of tests of which the program is all that they need
WITH_COMPOSE = (pytest.mark.engine, pytest.mark.skipif(not _HAS_COMPOSE, reason="no Docker Compose here"))
#: marks of tests that start stacks
WITH_STACKS = (
    pytest.mark.engine,
    pytest.mark.skipif(
        not (os.environ.get("DOCKER_HOST") and _HAS_COMPOSE),
        reason="no Docker engine with Compose answers at DOCKER_HOST",
    ),
)
