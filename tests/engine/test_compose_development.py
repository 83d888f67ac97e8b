"""A stack for development: harden leaves what reloads when a file changes on the host."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

from tests.benchmarks.development import STACKS, measured

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
    seen = measured(STACKS[0], ("default",))["default"]
    assert (seen["first"], seen["second"]) == ("first", "second")
    assert seen["changed"] == ["compose.yaml"]
