"""The whole run on every real file: no crash, accepted by BuildKit, stable (Z01, Z02)."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardener import DockerfileSyntaxError, Options, Safety, harden
from tests.buildkit import instructions
from tests.corpus import CORPORA, OWN, WILD, some


@pytest.mark.parametrize("level", [Safety.SAFE, Safety.HARDENING, Safety.UNSAFE], ids=lambda s: s.value)
@pytest.mark.parametrize("corpus", CORPORA)
def test_every_real_file(corpus: Path, level: Safety, tmp_path: Path) -> None:
    options = Options(level=level)
    changed = 0
    # the unsafe level does what the others do as well, and the cases of rules have tests of their own
    every = (3 if level is Safety.UNSAFE else 9) * (2 if corpus is OWN else 1)
    tried = some(corpus, every)
    for sample in tried:
        try:
            result = harden(sample.data, filename=sample.id, options=options)
        except DockerfileSyntaxError:
            continue
        assert result.faults == (), (sample.id, result.faults)
        if not result.changed:
            continue
        changed += 1
        assert instructions(result.data, tmp_path) is not None, f"{sample.id}: BuildKit refuses the result"
        again = harden(result.data, filename=sample.id, options=options)
        assert again.code == result.code, f"{sample.id}: a second run changes the file"
        assert again.applied == (), f"{sample.id}: a second run says it changed something"
    assert changed > len(tried) // (4 if corpus is WILD and level is not Safety.SAFE else 100)
