"""A stack for development: harden leaves what reloads when a file changes on the host."""

from __future__ import annotations

from tests.benchmarks.dev_projects import DEVELOPMENT
from tests.benchmarks.dev_stacks import measured
from tests.engine.composing import WITH_STACKS

pytestmark = [*WITH_STACKS]


def test_a_changed_file_is_what_answers() -> None:
    seen = measured(DEVELOPMENT[0])
    for side in ("before", "after"):
        assert (seen[side]["answer"], seen[side]["after the edit"]) == ("200", "200")
    assert "log-limits" in seen["changes"]
