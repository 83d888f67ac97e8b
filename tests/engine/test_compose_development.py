"""A stack for development: harden leaves what reloads when a file changes on the host."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.benchmarks.dev_projects import DEVELOPMENT
from tests.benchmarks.dev_stacks import measured

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(
        not os.environ.get("DOCKER_HOST")
        or shutil.which("docker") is None
        or subprocess.run(["docker", "compose", "version"], capture_output=True, check=False).returncode != 0,
        reason="no Docker engine with Compose answers at DOCKER_HOST",
    ),
]


def test_a_changed_file_is_what_answers() -> None:
    seen = measured(DEVELOPMENT[0])
    for side in ("before", "after"):
        assert (seen[side]["answer"], seen[side]["after the edit"]) == ("200", "200")
    assert "log-limits" in seen["changes"]
