"""A forge for each test; what was said is held against GitHub's description at the end of each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bot.github_server import Forge, check_said


@pytest.fixture
def forge(tmp_path: Path) -> Iterator[Forge]:
    made = Forge(tmp_path / "forge")
    try:
        yield made
        check_said(made)
    finally:
        made.close()
